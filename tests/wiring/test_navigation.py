"""The navigation: each role sees the places it has a right to, in one order, and knows where it is."""

from collections.abc import Callable

import pytest
from django.test import Client

from gridward.kernel.actor import ANONYMOUS, Actor
from gridward.wiring.model_city import OFFICERS
from gridward.wiring.navigation import PLACES, home_of, navigation
from gridward.workforce.rules import COMMAND_LINE_ONLY, ROLES

SITE_ROLES = sorted(set(ROLES) - set(COMMAND_LINE_ONLY))


def actor(*rights: str) -> Actor:
    return Actor(id=None, handle="somebody", role="of_the_test", rights=frozenset(rights))


@pytest.mark.parametrize("role", SITE_ROLES)
def test_a_role_sees_what_it_has_a_right_to_and_starts_at_the_first(role: str) -> None:
    someone = actor(*ROLES[role].rights)

    links = navigation(someone, "")

    assert len(links) == len([place for place in PLACES if place.right in ROLES[role].rights])
    assert links, "a role of the site has a page"
    assert home_of(someone) == links[0].url


@pytest.mark.parametrize("role", SITE_ROLES)
def test_every_place_a_role_is_shown_opens_and_the_others_do_not(
    role: str, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    area = {
        "district_officer": "320102",
        "supervisor": "320102",
        "street_officer": "320102003",
        "community_officer": "320102003015",
    }
    needs_area = role.endswith("_officer") and role not in ("issuing_officer", "privacy_officer")
    where = "320102003015001" if role == "grid_worker" else area.get(role, "3201" if needs_area else "")
    client = client_of(actor_of(role, where, agency="health" if role == "agency_liaison" else ""))
    shown = {link.url for link in navigation(actor(*ROLES[role].rights), "")}
    everything = {link.url for link in navigation(actor(*(place.right for place in PLACES)), "")}

    assert {url: client.get(url).status_code for url in shown} == dict.fromkeys(shown, 200)
    assert {client.get(url).status_code for url in everything - shown} <= {403}


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/tasks", "/tasks"),
        ("/tasks/01a0/release", "/tasks"),
        ("/tasksforce", None),
        ("/lists/new", "/lists"),
        ("/", None),
        ("/board/why/open", "/board"),
        ("/boards", None),
    ],
)
def test_one_place_at_most_is_the_present_one(path: str, current: str | None) -> None:
    links = navigation(actor(*(place.right for place in PLACES)), path)

    assert [link.url for link in links if link.current] == ([current] if current else [])


def test_who_has_no_place_is_sent_to_sign_in_and_who_has_no_role_sees_nothing() -> None:
    assert home_of(actor()) == "/login"
    assert navigation(ANONYMOUS, "/") == []


def test_every_demo_account_that_signs_in_has_somewhere_to_go() -> None:
    lost = [
        one.handle for one in OFFICERS if one.signs_in and home_of(actor(*ROLES[one.role].rights)) == "/login"
    ]

    assert lost == []


@pytest.mark.django_db
def test_a_role_without_pages_is_told_so_instead_of_going_in_circles(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(actor_of("auditor"))
    monkeypatch.setattr("gridward.wiring.navigation.PLACES", ())

    page = client.get("/")

    assert page.status_code == 200
    assert "Your role has no pages yet." in page.content.decode()
