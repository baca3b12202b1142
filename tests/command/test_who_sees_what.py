"""Which areas exist for whom: the own one and what lies in it, on every page and in the map's feed alike."""

import html
import re

import pytest
from django.test import Client

from gridward.command import queries
from gridward.governance.api import OrderView
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.wiring.stream import Places, Screen
from gridward.workforce import api as workforce
from tests import people
from tests.command.desk import CITY, OFFICERS, Case, area, put

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGES = ("/board?area={}", "/areas/{}", "/board/status.json?area={}", "/board/why/open?area={}")
NOWHERE = "320102003999999"
#: For each of the four levels: what is inside, and what is not.
SEES = {
    "city_officer": ([CITY.city, CITY.xuanwu, CITY.qinhuai, CITY.other_district_grid], []),
    "district_officer": (
        [CITY.xuanwu, CITY.xinjiekou, CITY.dashiqiao, CITY.grid],
        [CITY.city, CITY.qinhuai, CITY.other_district_grid],
    ),
    "street_officer": (
        [CITY.xinjiekou, CITY.chengxianjie, CITY.dashiqiao, CITY.other_community_grid],
        [CITY.city, CITY.xuanwu, "320102002", CITY.other_district_grid],
    ),
    "community_officer": (
        [CITY.chengxianjie, CITY.grid, CITY.next_grid],
        [CITY.city, CITY.xuanwu, CITY.xinjiekou, CITY.dashiqiao, CITY.other_community_grid],
    ),
}
STRANGE = (NOWHERE, "0", "x", "3201 ", "３２０１", "3201'--", "%", "32010200301500100000000000000")


@pytest.mark.parametrize("role", SEES)
def test_a_centre_opens_its_own_area_and_nothing_beside_or_above_it(role: str, order: OrderView) -> None:
    client = people.client_of(people.actor_of(role, OFFICERS[role]))
    inside, outside = SEES[role]
    outside = [*outside, *(STRANGE if role == "community_officer" else ())]

    statuses = {
        code: {client.get(page.format(code)).status_code for page in PAGES} for code in (*inside, *outside)
    }

    assert statuses == {code: {200} for code in inside} | {code: {404} for code in outside}


@pytest.mark.parametrize("page", PAGES)
def test_an_area_of_somebody_else_is_answered_like_one_that_does_not_exist(
    page: str, city: people.City
) -> None:
    client = people.client_of(people.actor_of("community_officer", CITY.chengxianjie))

    answers = [client.get(page.format(code)) for code in (CITY.other_district_grid, NOWHERE)]

    texts = [
        re.sub(r"<time.*?</time>|[A-Za-z0-9]{64}|\d{15}", "", answer.content.decode()) for answer in answers
    ]
    assert texts[0] == texts[1]
    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("role", OFFICERS)
def test_without_a_code_the_own_area_is_shown(role: str, order: OrderView) -> None:
    client = people.client_of(people.actor_of(role, OFFICERS[role]))
    name = area(OFFICERS[role]).name

    for page in ("/board", "/areas", "/board?area="):
        shown = html.unescape(client.get(page).content.decode())
        assert re.search(rf"<h1[^>]*>\s*{name}\s*</h1>", shown), page


def test_the_trail_above_a_page_stops_where_the_readers_area_ends(order: OrderView) -> None:
    trails = {}
    for role, code in OFFICERS.items():
        client = people.client_of(people.actor_of(role, code))
        page = client.get(f"/areas/{CITY.grid}").content.decode().split("<h1", 1)[0]
        trails[role] = [found for found in re.findall(r'href="/areas/(\d+)"', page) if found != CITY.grid]

    whole = [CITY.city, CITY.xuanwu, CITY.xinjiekou, CITY.chengxianjie]
    assert trails == {
        "city_officer": whole,
        "district_officer": whole[1:],
        "street_officer": whole[2:],
        "community_officer": whole[3:],
    }


def test_whoever_answers_for_two_communities_opens_both_and_nothing_between_them(order: OrderView) -> None:
    officer = people.actor_of("community_officer", CITY.chengxianjie)
    assert officer.id is not None
    second = workforce.assignment_open(
        account_id=officer.id, role="community_officer", area_code=CITY.dashiqiao, by=SYSTEM, now=clock.now()
    )
    assert not isinstance(second, Refusal)
    client = people.client_of(officer)
    put([Case(CITY.grid), Case(CITY.other_community_grid)], order_id=order.id, now=clock.now())

    codes = (CITY.chengxianjie, CITY.dashiqiao, CITY.other_community_grid, "320102003001", CITY.xinjiekou)
    statuses = [client.get(f"/areas/{code}").status_code for code in codes]
    feeds = [client.get(f"/board/status.json?area={code}").json()["areas"] for code in codes[:2]]

    assert statuses == [200, 200, 200, 404, 404]
    assert [set(feed) for feed in feeds] == [{CITY.grid}, {CITY.other_community_grid}]


def test_a_reader_without_an_area_has_none_to_open(city: people.City) -> None:
    actor = people.actor_of("issuing_officer")

    for code in ("", CITY.city, CITY.grid):
        found = queries.access_area(code, by=actor)
        assert isinstance(found, Refusal) and found.code == "not_found"


def test_nobody_signed_in_gets_no_number_and_a_program_gets_no_page(city: people.City) -> None:
    answers = {page: Client().get(page.format(CITY.city)) for page in PAGES}
    as_json = Client().get("/board/status.json", headers={"accept": "application/json"})

    assert {answer.status_code for answer in answers.values()} == {401}
    assert as_json.json()["code"] == "login_required"
    writes = [
        people.client_of(people.actor_of("city_officer", CITY.city)).post(page.format(CITY.city))
        for page in PAGES
    ]
    assert [answer.status_code for answer in writes] == [405] * len(PAGES)


#: What rings, where, and which centres of the four levels look again.
BELLS = {
    "a task in the grid": (CITY.grid, False, set(OFFICERS)),
    "a task in the next community": (
        CITY.other_community_grid, False, {"city_officer", "district_officer", "street_officer"}
    ),
    "a task in another district": (CITY.other_district_grid, False, {"city_officer"}),
    "an order over another district": (CITY.qinhuai, True, {"city_officer"}),
    "an order over the street": (CITY.xinjiekou, True, set(OFFICERS)),
    "a task of the street that has no community yet": (
        CITY.xinjiekou, False, {"city_officer", "district_officer", "street_officer"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("bell", BELLS)
def test_a_bell_wakes_the_boards_it_changes_and_no_other(bell: str, city: people.City) -> None:
    code, is_whole_area, who = BELLS[bell]
    where = area(code)
    screens = {role: Screen(people.actor_of(role, at)) for role, at in OFFICERS.items()}

    Places.of(screens.values()).ring("task", where.pos, where.end if is_whole_area else where.pos + 1)

    assert {role for role, screen in screens.items() if screen.bell.is_set()} == who
    assert {role for role, screen in screens.items() if screen.waiting == {"task"}} == who
