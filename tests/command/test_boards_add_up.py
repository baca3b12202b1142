"""Numbers of a centre: what the tasks say, the same at every level, and nothing is lost on the way up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.command import queries
from gridward.command.rules import Counts
from gridward.governance import api as governance
from gridward.governance.api import OrderView
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.territory import api as territory
from tests import people
from tests.command.desk import CITY, LEVELS, PLACES, Case, area, expected, put
from tests.examples import examples

pytestmark = pytest.mark.django_db

DAY = 24 * 60
cases = st.builds(
    Case,
    place=st.sampled_from(PLACES),
    opened=st.integers(-3 * DAY, -1),
    due=st.integers(-2 * DAY, 2 * DAY).filter(bool),
    closed=st.none() | st.integers(-2 * DAY, 0),
    is_ours=st.booleans() | st.just(True),
)


@pytest.fixture
def officer(city: people.City) -> Actor:
    """An officer of the city's centre."""
    return people.actor_of("city_officer", CITY.city)


@settings(
    max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(cases, max_size=25))
def test_every_level_counts_what_lies_in_it_and_its_parts_add_up(
    order: OrderView, officer: Actor, drawn: list[Case]
) -> None:
    now = clock.now()
    with transaction.atomic():
        put(drawn, order_id=order.id, now=now)
        with people.acting(officer):
            boards = {code: queries.get_board(area(code), now=now) for code in LEVELS.values()}
            told = {code: queries.get_status(area(code), now=now) for code in LEVELS.values()}
        transaction.set_rollback(True)

    statuses = {code: status["areas"] for code, status in told.items()}
    for code, board in boards.items():
        assert board.counts == expected(drawn, code, now), code
        below = sum((child.counts for child in board.children), Counts())
        here = sum((expected([case], code, now) for case in drawn if case.place == code), Counts())
        assert below + here == board.counts, "its parts, and what has no grid yet"
        assert {child.area.code for child in board.children} == {a.code for a in territory.get_children(code)}
        for child in board.children:
            assert child.counts == expected(drawn, child.area.code, now)
            if child.area.code in boards:
                assert child.counts == boards[child.area.code].counts, "the same number one level down"
        assert told[code]["below"] == {
            child.area.code: [child.counts.open, child.counts.late, child.counts.done, child.counts.due]
            for child in board.children
        }, "the table beside the map is told the numbers that the board shows"
        assert sum(one[3] for one in statuses[code].values()) == board.counts.due
        assert [sum(column) for column in zip(*statuses[code].values(), strict=True)] in (
            [], [board.counts.open, board.counts.late, board.counts.done, board.counts.due]
        )  # fmt: skip


@settings(
    max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(cases, max_size=20))
def test_the_line_of_the_day_has_every_task_of_the_day_in_its_hour(
    order: OrderView, officer: Actor, drawn: list[Case]
) -> None:
    now = clock.now()
    with transaction.atomic():
        put(drawn, order_id=order.id, now=now)
        with people.acting(officer):
            board = queries.get_board(area(CITY.city), now=now)
            told = queries.get_hours(board)
        transaction.set_rollback(True)

    start = clock.midnight(now)
    ours = [case for case in drawn if case.is_ours]
    opened = [now + timedelta(minutes=case.opened) for case in ours]
    closed = [now + timedelta(minutes=case.closed) for case in ours if case.closed is not None]

    def in_hour(moments: list[datetime], hour: int) -> int:
        return sum(start + timedelta(hours=hour) <= at < start + timedelta(hours=hour + 1) for at in moments)

    hours = [hour for hour, _opened, _closed in told]
    assert hours == list(range(len(hours))) and len(hours) <= 24
    assert list(told) == [(hour, in_hour(opened, hour), in_hour(closed, hour)) for hour in hours]
    assert sum(count for _hour, _opened, count in told) == board.counts.done_today


MOMENTS = {
    "midnight in Nanjing": (datetime(2026, 1, 31, 16, 0, tzinfo=UTC), datetime(2026, 1, 31, 16, 0, tzinfo=UTC)),
    "a second before midnight": (
        datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC), datetime(2026, 1, 30, 16, 0, tzinfo=UTC)
    ),
    "the morning": (datetime(2026, 1, 31, 1, 30, tzinfo=UTC), datetime(2026, 1, 30, 16, 0, tzinfo=UTC)),
    "midnight in Greenwich": (datetime(2026, 1, 31, 0, 0, tzinfo=UTC), datetime(2026, 1, 30, 16, 0, tzinfo=UTC)),
}  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_day_begins_at_midnight_of_the_city(moment: str) -> None:
    now, start = MOMENTS[moment]

    assert clock.midnight(now) == start


def test_an_order_that_is_over_takes_its_numbers_from_every_board(order: OrderView) -> None:
    officer, issuing, now = (
        people.actor_of("city_officer", CITY.city),
        people.actor_of("issuing_officer"),
        clock.now(),
    )
    put([Case(CITY.grid), Case(CITY.grid, due=-5)], order_id=order.id, now=now)
    with people.acting(officer):
        before = queries.get_board(area(CITY.city), now=now)

    with people.acting(issuing):
        governance.order_end(order_id=order.id, reason="the drill is over", by=issuing, now=now)
    with people.acting(officer):
        after = queries.get_board(area(CITY.city), now=clock.now())

    assert (before.counts.open, before.counts.late, len(before.orders)) == (2, 1, 1)
    assert (after.counts, after.orders) == (Counts(), ())


def test_a_board_counts_the_orders_that_meet_its_area_together(order: OrderView) -> None:
    flood = people.signed_order(kind="flood", area=CITY.qinhuai)
    officer, now = people.actor_of("city_officer", CITY.city), clock.now()
    put([Case(CITY.grid), Case(CITY.other_district_grid)], order_id=order.id, now=now)
    put([Case(CITY.other_district_grid), Case(CITY.other_district_grid, due=-5)], order_id=flood.id, now=now)

    with people.acting(officer):
        found = {
            code: queries.get_board(area(code), now=now) for code in (CITY.city, CITY.xuanwu, CITY.qinhuai)
        }

    assert {code: board.counts.open for code, board in found.items()} == {
        CITY.city: 4, CITY.xuanwu: 1, CITY.qinhuai: 3
    }  # fmt: skip
    assert {code: {one.kind for one in board.orders} for code, board in found.items()} == {
        CITY.city: {"epidemic", "flood"}, CITY.xuanwu: {"epidemic"}, CITY.qinhuai: {"epidemic", "flood"}
    }  # fmt: skip


def test_the_wall_counts_nothing_of_another_district_even_when_a_board_is_asked_for_it(
    order: OrderView,
) -> None:
    now = clock.now()
    put([Case(CITY.grid), Case(CITY.other_district_grid)], order_id=order.id, now=now)
    officer = people.actor_of("district_officer", CITY.qinhuai)

    with people.acting(officer):
        counts = {
            code: queries.get_board(area(code), now=now).counts.open for code in (CITY.city, CITY.qinhuai)
        }

    assert counts == {CITY.city: 1, CITY.qinhuai: 1}
