"""Every URL goes through the endpoint wrapper, asks for a right that some role carries, and writes only by POST."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from gridward.kernel.endpoint import PUBLIC, SIGNED_IN, Door
from gridward.workforce.rules import ROLES

#: Django's own language switch writes a cookie and nothing else.
NOT_OURS = ("set_language",)
#: Pages that exist before anybody has signed in. A new one is a decision, so it is written here.
BEFORE_SIGN_IN = {"home", "health", "sign_in", "sign_out", "openapi", "handheld", "enrol", "standing"}


def views(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "operations"):
            for method, view in entry.callback.operations.items():
                yield f"{method} {prefix}{entry.pattern}", view
        elif isinstance(entry, URLPattern) and entry.callback.__name__ not in NOT_OURS:
            yield prefix + str(entry.pattern), entry.callback


ALL = dict(views())


@pytest.mark.parametrize("url", sorted(ALL))
def test_the_url_goes_through_the_endpoint(url: str) -> None:
    door = getattr(ALL[url], "door", None)

    assert isinstance(door, Door), f"{url} is not wrapped"


@pytest.mark.parametrize("url", sorted(ALL))
def test_its_right_is_carried_by_some_role(url: str) -> None:
    carried = {right for role in ROLES.values() for right in role.rights}
    right = ALL[url].door.right

    assert right in carried | {PUBLIC, SIGNED_IN}
    assert right != PUBLIC or ALL[url].__name__ in BEFORE_SIGN_IN


def test_every_right_of_a_role_opens_something() -> None:
    used = {view.door.right for view in ALL.values()}
    command_line = {"register.import", "roster.import", "territory.import", "outbox.work"}
    carried = {right for role in ROLES.values() for right in role.rights}

    assert carried - used - command_line == set()
