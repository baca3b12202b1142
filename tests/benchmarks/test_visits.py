"""What the benchmark of the pages visits: every board, list and record there is, each by a role that may see it."""

from collections import defaultdict

import pytest
from django.urls import resolve

from benchmarks.house.visits import KNOWN, PAGES
from gridward.kernel.endpoint import PUBLIC, SIGNED_IN
from gridward.workforce.rules import ROLES
from tests.house.test_every_url_has_a_door import ALL

#: What is not visited, and why.
NOT_VISITED = {
    "": "leads on to the first page of a role",
    "healthz": "is the floor beside every page",
    "handheld/": "is a file, the same at any size",
    "handheld/<path:name>": "is a file, the same at any size",
    "openrosa/<str:token>/formList": "is asked by a phone, with its token, and not by anybody who signs in",
    "openrosa/<str:token>/forms/<str:form_id>": "is a file, the same at any size",
    "openrosa/<str:token>/forms/<str:form_id>/manifest": "is asked by a phone, about its worker's day",
    "openrosa/<str:token>/forms/<str:form_id>/tasks.csv": "is asked by a phone, about its worker's day",
    "openrosa/<str:token>/integrity": "is asked by a phone, about its worker's day",
    "login": "is asked for by whoever signs in, at any size alike",
    "lists/<str:batch_id>/mapping": "exists while a list waits for its columns, and reads that list alone",
    "corrections/<str:correction_id>": "opens one person, as a case of the review does",
    "merges/<str:merge_id>": "opens two people, as a case of the review does",
    "residents/<str:resident_id>/duplicates": "opens two people, as a case of the review does",
}
ID = "01900000-0000-7000-8000-000000000000"
FILLED_IN = defaultdict(lambda: ID, tile="0123456789abcdef/9/420/205.mvt")


def visited(page: str) -> object:
    path = page.partition("?")[0].format_map(FILLED_IN)
    return resolve(path).func


@pytest.mark.parametrize(("role", "page"), PAGES, ids=lambda one: str(one))
def test_a_page_is_visited_by_a_role_that_may_see_it(role: str, page: str) -> None:
    right = visited(page).door.right  # type: ignore[attr-defined]

    assert right in {*ROLES[role].rights, PUBLIC, SIGNED_IN}


def test_every_page_is_visited_or_is_named_with_a_reason() -> None:
    pages = {
        url: view
        for url, view in ALL.items()
        if "GET" in view.door.methods and not url.startswith(("GET ", "POST ", "api/"))
    }
    seen = {visited(page) for _role, page in PAGES}

    assert {url for url, view in pages.items() if view not in seen} == set(NOT_VISITED)


def test_what_addresses_name_can_be_looked_up() -> None:
    named = {name for _role, page in PAGES for name in _names(page)}

    assert named - {"order", "district", "tile"} <= set(KNOWN)


def _names(page: str) -> set[str]:
    return {part.partition("}")[0] for part in page.split("{")[1:]}
