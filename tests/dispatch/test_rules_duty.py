"""Who stands in, and what stays out when it changes hands: the rules alone, without a street."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.dispatch.rules import EXCESSES, EXCESSES_SAID, PRIORITIES, goes_on, substitute_of
from tests.dispatch.desk import NANJING

FIRST, SECOND, THIRD = (UUID(int=number) for number in (30, 20, 10))
NOON = datetime(2020, 3, 1, 12, tzinfo=NANJING)


@pytest.mark.parametrize(
    ("loads", "who"),
    [
        ({}, None),
        ({FIRST: 40}, FIRST),
        ({FIRST: 3, SECOND: 2, THIRD: 4}, SECOND),
        ({FIRST: 2, SECOND: 2, THIRD: 2}, FIRST),
        ({FIRST: 2, SECOND: 0, THIRD: 0}, SECOND),
    ],
    ids=[
        "nobody is there",
        "only one is there",
        "the fewest",
        "of equals the first",
        "of two free the first",
    ],
)
def test_whoever_has_the_fewest_stands_in_and_of_equals_the_first(
    loads: dict[UUID, int], who: UUID | None
) -> None:
    assert substitute_of(loads) == who


def moved(*priorities: str) -> list[tuple[str, datetime, UUID]]:
    """Return tasks of these priorities, the first due last."""
    return [
        (priority, NOON - timedelta(hours=number), UUID(int=number))
        for number, priority in enumerate(priorities)
    ]


@pytest.mark.parametrize(
    ("priorities", "room", "stays"),
    [
        ((), 3, set()),
        (("P2", "P3"), 2, {0, 1}),
        (("P3", "P2"), 1, {1}),
        (("P2", "P2"), 1, {1}),
        (("P2", "P3"), 0, set()),
        (("P1", "P2"), 0, {0}),
        (("P1", "P2"), 1, {0}),
        (("P1", "P2"), 2, {0, 1}),
        (("P1", "P1", "P2"), -5, {0, 1}),
    ],
)
def test_the_most_urgent_stay_out_as_long_as_the_day_holds_them_and_p1_always(
    priorities: Sequence[str], room: int, stays: set[int]
) -> None:
    assert goes_on(moved(*priorities), room=room) == {UUID(int=number) for number in stays}


@given(st.lists(st.sampled_from(PRIORITIES), max_size=60), st.integers(-5, 50))
def test_whatever_moves_no_day_holds_more_than_its_room_but_for_p1(priorities: list[str], room: int) -> None:
    tasks = moved(*priorities)
    stays = goes_on(tasks, room=room)
    urgent = {task_id for priority, _due, task_id in tasks if priority == "P1"}

    assert urgent <= stays <= {task_id for _priority, _due, task_id in tasks}
    assert len(stays) <= max(len(urgent), room)
    # Nothing waits while there is room.
    assert len(stays) == len(tasks) or len(stays) >= max(len(urgent), min(room, len(tasks)))


def test_a_person_chooses_no_reason_that_only_the_house_may_say() -> None:
    assert set(EXCESSES) < set(EXCESSES_SAID)
    assert set(EXCESSES_SAID) - set(EXCESSES) == {"urgent_clue", "stands_in"}
