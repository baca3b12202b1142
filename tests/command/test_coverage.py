"""The coverage of a centre: the same at every level, its parts add up, on the page, in the API; counts only."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gridward.command import queries
from gridward.command.rules import Coverage, Ratio
from gridward.governance.api import OrderView
from gridward.kernel import clock
from gridward.kernel.ids import new_id
from tests import people
from tests.command.desk import CITY, LEVELS, OFFICERS, PLACES, Case, area, put
from tests.command.test_pages import rows_of, signed_in, text_of
from tests.wiring.commands import runner


def received(order: OrderView) -> None:
    """Put clues and tasks everywhere as they are counted: of place n, n + 2 received, one verified."""
    put(
        [Case(place, closed=0 if n % 2 else None) for n, place in enumerate(PLACES)],
        order_id=order.id,
        now=clock.now(),
    )
    with people.as_owner(), connection.cursor() as cursor:
        for order_id in (order.id, new_id()):
            for n, place in enumerate(PLACES):
                for kind in ("returnee", "close_contact"):
                    cursor.execute(
                        "insert into intake_cluecount (order_id, area_pos, kind, received, closed, verified, proved)"
                        " values (%s, %s, %s, %s, 2, 1, 1)",
                        [order_id, CITY.pos(place), kind, n + 2],
                    )


def by_hand(code: str) -> Coverage:
    there = area(code)
    found = Coverage()
    for n, place in enumerate(PLACES):
        if there.pos <= CITY.pos(place) < there.end:
            rows = n + 2
            found += Coverage(
                Ratio(rows + 2 * rows, 2, 2 - 1 + 4 - 1), Ratio(2 * rows, 2, 2), Ratio(1, 0, n % 2)
            )
    return found


@pytest.mark.django_db
def test_every_level_has_the_ratios_of_what_lies_in_it_and_its_parts_add_up(order: OrderView) -> None:
    received(order)
    officer = people.actor_of("city_officer", CITY.city)

    with people.acting(officer):
        found = {code: queries.get_coverage(area(code), now=clock.now()) for code in LEVELS.values()}

    for code, one in found.items():
        assert one.whole == by_hand(code), code
        assert sum((part for _area, part in one.children), one.unplaced) == one.whole, code
        for child, part in one.children:
            assert part == by_hand(child.code)
            if child.code in found:
                assert part == found[child.code].whole, "the same ratios one level down"


@pytest.mark.django_db
def test_a_centre_sees_its_own_area_and_an_order_that_is_none_counts_nowhere(order: OrderView) -> None:
    received(order)

    for role, code in OFFICERS.items():
        officer = people.actor_of(role, code)
        with people.acting(officer):
            assert queries.get_coverage(area(code), now=clock.now()).whole == by_hand(code)
    with people.acting(people.actor_of("community_officer", CITY.chengxianjie)):
        wider = queries.get_coverage(area(CITY.city), now=clock.now())
    assert wider.whole == by_hand(CITY.chengxianjie), "row-level security, whatever is asked for"


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_page_says_each_ratio_and_what_counts(language: str, order: OrderView) -> None:
    received(order)

    page = text_of(signed_in(), f"/board/coverage?area={CITY.city}", language)

    assert page.count("<dt>") == 9 and page.count("<progress") >= 3
    assert len(rows_of(page, "parts")) >= 2
    assert "evidence" in page if language == "en" else "应" in page or "應" in page
    board = text_of(signed_in(), f"/board?area={CITY.city}", language)
    assert f"/board/coverage?area={CITY.city}" in board


@pytest.mark.django_db
@pytest.mark.slow
def test_where_nothing_was_asked_the_page_says_so(order: OrderView) -> None:
    page = text_of(signed_in(), "/board/coverage")

    assert "Nothing was asked here yet." in page and "<progress" not in page


@pytest.mark.django_db
@pytest.mark.slow
def test_a_machine_reads_the_same_numbers_and_no_area_but_its_own(order: OrderView) -> None:
    received(order)
    machine = people.machine_of(people.actor_of("district_officer", CITY.xuanwu))

    told = machine.get("/api/v1/coverage").json()
    foreign = machine.get(f"/api/v1/coverage?area={CITY.qinhuai}")

    verify = by_hand(CITY.xuanwu).verify
    assert told["area"] == CITY.xuanwu and told["coverage_verify"] == {
        "due": verify.due, "done": verify.done, "ended": verify.ended, "open": verify.open, "percent": verify.percent,
    }  # fmt: skip
    for name in ("coverage_collect", "coverage_verify", "coverage_visit"):
        for column in ("due", "done", "ended", "open"):
            parts = sum(part[name][column] for part in told["parts"]) + told["unplaced"][name][column]
            assert parts == told[name][column]
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


@given(due=st.integers(0, 10**7), done=st.integers(0, 10**7), ended=st.integers(0, 10**7))
def test_only_everything_is_a_hundred_percent(due: int, done: int, ended: int) -> None:
    done = min(done, due)
    ratio = Ratio(due, done, min(ended, due - done))

    assert (ratio.percent == 100) is (done == due and due > 0)
    assert (ratio.percent is None) is (due == 0)
    assert ratio.open + ratio.done + ratio.ended == ratio.due
    assert ratio.percent is None or 0 <= ratio.percent <= 100 * done / due


@pytest.mark.django_db
def test_a_command_tells_the_same_and_asks_for_the_right(
    order: OrderView, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    received(order)
    run = runner(monkeypatch, capsys)
    officer, worker = people.actor_of("city_officer", CITY.city), people.actor_of("grid_worker", CITY.grid)

    told = run("dispatch", "coverage", "--as", officer.handle, "--json").answer
    below = run("dispatch", "coverage", "--area", CITY.xuanwu, "--as", officer.handle, "--json").answer

    assert (told["level"], below["level"], below["area"]) == ("city", "district", CITY.xuanwu)
    visit = by_hand(CITY.city).visit
    assert told["coverage_visit"]["due"] == visit.due and told["coverage_visit"]["ended"] == visit.ended
    part = next(one for one in told["parts"] if one["area"] == CITY.xuanwu)
    for name in ("coverage_collect", "coverage_verify", "coverage_visit"):
        assert part[name] == below[name], "one level down the same"
    assert run("dispatch", "coverage", "--as", worker.handle).exit_code == 3
    assert run("dispatch", "coverage", "--area", "999", "--as", officer.handle).exit_code == 3
