"""The numbers about tasks: every step says what it counts, and the sum of places is the whole."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.dispatch.models import Task
from gridward.dispatch.rollups import hourly_progress, run, task_counts_by_part, task_counts_by_place
from gridward.governance import api as governance
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import moment
from tests.examples import examples

pytestmark = pytest.mark.django_db

NOW = moment(12)
DAY = moment(0)
#: hours from the day's start to opening and to closing (None: open), and hours until due
LIVES = st.tuples(
    st.integers(0, 2),
    st.integers(-30, 11),
    st.none() | st.integers(0, 12),
    st.integers(-40, 40),
    st.booleans(),
)


@pytest.fixture
def foreign(order: governance.OrderView) -> governance.OrderView:
    """Another order over the same places; its tasks are counted for nobody else."""
    return people.signed_order(kind="flood")


def written(
    order: governance.OrderView,
    foreign: governance.OrderView,
    lives: list[tuple[int, int, int | None, int, bool]],
) -> list[Task]:
    places = [people.city().pos(code) for code in ("320102003015001", "320102003015002", "320102003011001")]
    made = []
    for place, opened, lasted, due, is_foreign in lives:
        opened_at = DAY + timedelta(hours=opened)
        closed_at = None if lasted is None else min(NOW, opened_at + timedelta(hours=lasted))
        made.append(
            Task(
                id=new_id(),
                order_id=foreign.id if is_foreign else order.id,
                household_id=new_id(),
                area_pos=places[place],
                priority="P2",
                state="open" if closed_at is None else "closed",
                opened_at=opened_at,
                due_at=NOW + timedelta(hours=due),
                release_at=opened_at,
                closed_at=closed_at,
            )
        )
    Task.objects.bulk_create(made)
    return [task for task in made if task.order_id == order.id]


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lives=st.lists(LIVES, max_size=14))
def test_counts_are_those_of_the_tasks_place_by_place_and_hour_by_hour(
    order: governance.OrderView,
    foreign: governance.OrderView,
    lives: list[tuple[int, int, int | None, int, bool]],
) -> None:
    with people.as_owner(), transaction.atomic():
        own = written(order, foreign, lives)
        whole = [(order.area_pos, order.area_end)]

        places = run(task_counts_by_place(order_ids=[order.id], ranges=whole, now=NOW, day_start=DAY))
        hours = run(hourly_progress(order_ids=[order.id], ranges=whole, day_start=DAY))
        transaction.set_rollback(True)

    assert {row[0]: row[1:] for row in places} == {
        place: (
            sum(task.state == "open" for task in here),
            sum(task.state == "open" and task.due_at < NOW for task in here),
            sum(task.state == "closed" for task in here),
            sum(task.closed_at is not None and task.closed_at >= DAY for task in here),
            len(here),
        )
        for place in {task.area_pos for task in own}
        if (here := [task for task in own if task.area_pos == place])
    }
    opened = [task.opened_at for task in own if task.opened_at >= DAY]
    closed = [task.closed_at for task in own if task.closed_at is not None and task.closed_at >= DAY]
    assert sum(row[1] for row in hours) == len(opened)
    assert sum(row[2] for row in hours) == len(closed)
    assert [row[0] for row in hours] == sorted(
        {int((at - DAY).total_seconds() // 3600) for at in opened + closed}
    )


def test_a_board_of_half_the_city_counts_that_half_and_the_halves_make_the_whole(
    order: governance.OrderView, foreign: governance.OrderView
) -> None:
    community, other = people.city().pos("320102003015"), people.city().pos("320102003011")
    lives = [(place, 1, None, 3, False) for place in (0, 0, 1, 2)]
    with people.as_owner(), transaction.atomic():
        written(order, foreign, lives)
        counted: dict[str, int] = {}
        middle = max(community, other)
        for name, ranges in {
            "left": [(order.area_pos, middle)],
            "right": [(middle, order.area_end)],
            "both": [(order.area_pos, middle), (middle, order.area_end)],
            "none": [],
        }.items():
            rows = run(task_counts_by_place(order_ids=[order.id], ranges=ranges, now=NOW, day_start=DAY))
            hours = run(hourly_progress(order_ids=[order.id], ranges=ranges, day_start=DAY))
            counted[name] = sum(row[5] for row in rows)
            assert sum(row[1] for row in hours) == counted[name], "the two boards differ"
        transaction.set_rollback(True)

    assert sorted((counted["left"], counted["right"])) == [1, 3]
    assert (counted["both"], counted["none"]) == (4, 0)


def test_an_order_nobody_knows_has_no_numbers(order: governance.OrderView) -> None:
    nobody: list[UUID] = [uuid4()]
    whole = [(order.area_pos, order.area_end)]

    with people.as_owner():
        assert run(task_counts_by_place(order_ids=nobody, ranges=whole, now=NOW, day_start=DAY)) == []
        assert run(hourly_progress(order_ids=[], ranges=whole, day_start=DAY)) == []


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lives=st.lists(LIVES, max_size=14), cuts=st.sets(st.sampled_from(range(7)), max_size=4))
def test_the_parts_of_a_range_make_it_whole_wherever_it_is_cut(
    order: governance.OrderView,
    foreign: governance.OrderView,
    lives: list[tuple[int, int, int | None, int, bool]],
    cuts: set[int],
) -> None:
    city = people.city()
    codes = ("320102003015001", "320102003015002", "320102003011001")
    edges = sorted(city.pos(code) + beside for code in codes for beside in (0, 1))
    bounds = [order.area_pos, *(edge for at, edge in enumerate(edges) if at in cuts), order.area_end]
    parts = list(zip(bounds, bounds[1:], strict=False))
    with people.as_owner(), transaction.atomic():
        written(order, foreign, lives)
        asked = {"order_ids": [order.id], "now": NOW, "day_start": DAY}

        whole = run(task_counts_by_part(whole=(order.area_pos, order.area_end), parts=[], **asked))
        by_part = run(task_counts_by_part(whole=(order.area_pos, order.area_end), parts=parts, **asked))
        without = run(task_counts_by_part(whole=(order.area_pos, order.area_end), parts=parts[1:], **asked))
        places = run(task_counts_by_place(ranges=[(order.area_pos, order.area_end)], **asked))
        transaction.set_rollback(True)

    def summed(rows: list[tuple[int, ...]]) -> list[int]:
        return [sum(column) for column in zip(*rows, strict=True)] or [0] * 5

    assert summed([row[1:] for row in by_part]) == summed([row[1:] for row in whole])
    assert {row[0] for row in whole} <= {0} and 0 not in {row[0] for row in by_part}
    for part, (pos, end) in enumerate(parts, start=1):
        there = summed([row[1:] for row in places if pos <= row[0] < end])
        assert summed([row[1:] for row in by_part if row[0] == part]) == there
    first = summed([row[1:] for row in by_part if row[0] == 1])
    assert summed([row[1:] for row in without if row[0] == 0]) == first, (
        "what lies in none of them is not lost"
    )
