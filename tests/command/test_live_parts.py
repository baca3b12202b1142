"""What an open page is answered when it asks for its live parts by name, the map's figures among them."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from gridward.command.web import show
from gridward.governance.api import OrderView
from gridward.kernel import clock
from gridward.workforce import rules
from tests import people
from tests.command.desk import CITY, LEVELS, OFFICERS, Case, put

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ALL = "figures side map-figures"
FIGURES = re.compile(r'<div id="map-figures" data-live-topic="task order" hidden>(.*?)</div>', re.DOTALL)
CASES = [
    Case(CITY.grid),
    Case(CITY.grid, due=-5),
    Case(CITY.next_grid, closed=0, opened=-30),
    Case(CITY.other_community_grid, due=-600),
    Case(CITY.chengxianjie),
    Case(CITY.other_district_grid),
]


def signed_in(role: str = "street_officer") -> Client:
    return people.client_of(people.actor_of(role, OFFICERS[role]))


def parts_of(client: Client, page: str = "/board", names: str = ALL) -> str:
    answer = client.get(page, headers={"X-Gridward-Parts": names, "accept-language": "en"})
    assert answer.status_code == 200, (page, names)
    return answer.content.decode()


def map_of(client: Client, page: str = "/board") -> dict[str, dict[str, list[int]]]:
    """Return the map's figures as they come with the parts, without the moment."""
    found = FIGURES.findall(parts_of(client, page))
    assert len(found) == 1
    told: dict[str, Any] = json.loads(found[0])
    assert told.pop("as_of").endswith("+08:00")
    return told


@pytest.mark.parametrize("level", LEVELS)
def test_the_figures_in_the_parts_are_those_the_map_would_be_told(level: str, order: OrderView) -> None:
    client, code = signed_in("city_officer"), LEVELS[level]
    put(CASES, order_id=order.id, now=clock.now())

    told = client.get(f"/board/status.json?area={code}").json()

    del told["as_of"]
    assert map_of(client, f"/board?area={code}") == map_of(client, f"/areas/{code}") == told
    assert told["areas"]


@pytest.mark.parametrize(
    ("names", "with_map"),
    [
        ("1", False),
        ("", False),
        ("figures side", False),
        ("map-figures", True),
        (ALL, True),
        ("  side   map-figures ", True),
        ("figures,side,map-figures", False),
        ("MAP-FIGURES", False),
        ("map-figures-2 <script> %00 '", False),
        ("map-figures " * 300, True),
    ],
)
def test_only_a_page_that_shows_a_map_is_told_its_figures(
    names: str, with_map: bool, order: OrderView
) -> None:
    put(CASES, order_id=order.id, now=clock.now())

    answer = parts_of(signed_in(), names=names)

    assert bool(FIGURES.search(answer)) == with_map
    assert 'id="figures"' in answer and 'id="side"' in answer


@pytest.mark.parametrize(
    ("happens", "changed"),
    [
        ([], {}),
        ([Case(CITY.grid)], {CITY.grid: [3, 1, 0, 3]}),
        ([Case(CITY.grid, due=-1)], {CITY.grid: [3, 2, 0, 3]}),
        ([Case(CITY.next_grid, closed=0)], {CITY.next_grid: [0, 0, 2, 2]}),
        ([Case(CITY.other_district_grid), Case(CITY.qinhuai)], {}),
        ([Case(CITY.grid, is_ours=False)], {}),
    ],
    ids=["nothing", "a new task", "a late one", "a closed one", "in another district", "of another order"],
)
def test_the_map_is_told_what_changed_in_its_area_and_nothing_of_another(
    order: OrderView, happens: list[Case], changed: dict[str, list[int]]
) -> None:
    client, now = signed_in(), clock.now()
    put(CASES, order_id=order.id, now=now)
    before = map_of(client)

    put(happens, order_id=order.id, now=now)
    after = map_of(client)

    assert {code: row for code, row in after["areas"].items() if before["areas"].get(code) != row} == changed
    assert after["areas"].keys() == before["areas"].keys()
    assert [sum(column) for column in zip(*after["areas"].values(), strict=True)] == [
        sum(column) for column in zip(*after["below"].values(), strict=True)
    ], "every case lies in a community of the street: cells and table add up to the same"


def test_the_figures_of_a_foreign_map_are_refused_as_the_page_is(order: OrderView) -> None:
    client = signed_in()

    codes = {client.get(page.format(CITY.qinhuai), headers={"X-Gridward-Parts": ALL}).status_code
             for page in ("/board?area={}", "/areas/{}")}  # fmt: skip

    assert codes == {404}


def test_whoever_may_read_areas_but_no_board_is_told_no_cell(
    order: OrderView, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = rules.ROLES["street_officer"]
    narrowed = {**rules.ROLES, "street_officer": replace(role, rights=role.rights - {"board.read"})}
    client = signed_in()
    monkeypatch.setattr("gridward.workforce.queries.ROLES", narrowed)

    answer = parts_of(client, "/areas")

    assert 'id="figures"' in answer and not FIGURES.search(answer)
    assert client.get("/board/status.json").status_code == 403


@pytest.mark.parametrize(
    "since",
    ["", "2020-02-14T14:47:00+08:00", "2999-01-01", "yesterday", "-1", "2026-13-99T99:99", "x" * 5_000],
)
def test_the_first_question_of_a_map_is_answered_in_full_whatever_else_is_asked(
    since: str, order: OrderView
) -> None:
    client = signed_in()
    put(CASES, order_id=order.id, now=clock.now())

    answer = client.get("/board/status.json", {"since": since})

    assert answer.status_code == 200
    assert answer.json()["areas"] == map_of(client)["areas"]


def test_no_code_can_end_the_text_that_carries_the_figures() -> None:
    status = {"areas": {"</div><b>&lt;": [1, 2, 3, 4]}}

    written = show.map_figures(status)

    assert not set("<&") & set(written)
    assert json.loads(written) == status
