"""The order of a day: urgent first, then what would be late, building by building and stairwell by stairwell."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.dispatch.ordering import DayOrder, Pace, Stop, arrival, day_order, natural
from gridward.dispatch.walking import Point, distances
from tests.examples import examples

MORNING = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
PACE = Pace(minutes_a_household=12, metres_a_minute=70, detour=1.3)
CENTRE: Point = (118.8, 32.0)
#: Buildings along one road, each a hundred metres further east.
ROAD = {f"{number}号": (118.8 + 0.00106 * number, 32.0) for number in range(1, 41)}


def stop(
    number: int,
    plate: str = "1号",
    unit: str = "1",
    room: str = "101",
    *,
    priority: str = "P3",
    due: float = 24,
    came: int | None = None,
) -> Stop:
    return Stop(
        UUID(int=number),
        priority,
        MORNING + timedelta(seconds=number if came is None else came),
        MORNING + timedelta(hours=due),
        7,
        plate,
        unit,
        room,
        ROAD.get(plate),
    )


def ordered(stops: Sequence[Stop], start: Point | None = CENTRE) -> DayOrder:
    return day_order(stops, start=start, begins_at=MORNING, pace=PACE)


def doors(found: DayOrder) -> list[tuple[str, str, str]]:
    return [(one.plate, one.unit, one.room) for one in found.stops]


def test_a_building_is_done_stairwell_by_stairwell_and_floor_by_floor() -> None:
    rooms = [("2", "101"), ("1", "1002"), ("10", "201"), ("1", "201"), ("2", "1101"), ("1", "301")]
    found = ordered([stop(number, "1号", *room) for number, room in enumerate(rooms)])

    assert [(unit, room) for _plate, unit, room in doors(found)] == [
        ("1", "201"), ("1", "301"), ("1", "1002"), ("2", "101"), ("2", "1101"), ("10", "201"),
    ]  # fmt: skip


def test_buildings_are_walked_one_after_the_other_and_not_in_the_order_they_came() -> None:
    came = ["5号", "1号", "4号", "2号", "5号", "3号", "1号"]
    found = ordered([stop(number, plate, room=f"{number}01") for number, plate in enumerate(came)])

    assert [plate for plate, _group in groupby(one.plate for one in found.stops)] == [
        "1号", "2号", "3号", "4号", "5号",
    ]  # fmt: skip
    assert found.metres == pytest.approx(500 * 1.3, rel=0.01)
    assert found.arrival_metres == pytest.approx((500 + 400 + 300 + 200 + 300 + 200 + 200) * 1.3, rel=0.01)
    assert found.shorter_percent == round(100 * (1 - 500 / 2100))


def test_what_is_urgent_comes_first_however_far_it_is() -> None:
    stops = [stop(1, "1号"), stop(2, "2号"), stop(3, "9号", priority="P1", due=2), stop(4, "9号", room="102")]

    found = ordered(stops)

    # The rest of its building is on the spot; the way back takes what lies nearest first.
    assert [one.task_id.int for one in found.stops] == [3, 4, 2, 1]


def test_two_urgent_households_are_not_kept_waiting_by_the_neighbours_of_the_first() -> None:
    stops = [
        stop(1, "1号", room="101", priority="P1"), stop(2, "1号", room="102"), stop(3, "1号", room="103"),
        stop(4, "2号", priority="P1"),
    ]  # fmt: skip

    assert [one.priority for one in ordered(stops).stops] == ["P1", "P1", "P3", "P3"]


def test_what_would_be_late_is_brought_forward_when_that_saves_it() -> None:
    far_and_soon = stop(99, "20号", due=1)
    stops = [*(stop(number, f"{number}号") for number in range(1, 9)), far_and_soon]

    found = ordered(stops)

    assert found.stops[0] == far_and_soon and found.late_count == 0


def test_what_cannot_be_saved_does_not_lengthen_the_walk() -> None:
    # All due at the same moment, long past: no order of the day helps anybody.
    stops = [stop(number, f"{number}号", due=-1) for number in range(8, 0, -1)]

    found = ordered(stops)

    assert [one.plate for one in found.stops] == [f"{number}号" for number in range(1, 9)]
    assert found.late_count == 8


def test_doors_nobody_knows_come_last_and_are_said_not_to_be_measured() -> None:
    unknown = Stop(UUID(int=50), "P3", MORNING, MORNING + timedelta(hours=24), 7)
    found = ordered([unknown, stop(1, "3号"), stop(2, "1号")])

    assert [one.plate for one in found.stops] == ["1号", "3号", ""]
    assert (found.unmeasured_count, found.metres) == (1, pytest.approx(300 * 1.3, rel=0.01))


def test_a_grid_without_a_shape_starts_at_a_building_at_the_edge() -> None:
    found = ordered([stop(number, f"{plate}号") for number, plate in enumerate((3, 1, 2))], start=None)

    assert found.metres == pytest.approx(200 * 1.3, rel=0.01)


def test_nothing_to_do_is_no_walk() -> None:
    assert ordered([]) == DayOrder((), 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("texts", "sorted_texts"),
    [
        (["10", "9", "2"], ["2", "9", "10"]),
        (["B2", "B10", "1", "A1"], ["1", "A1", "B2", "B10"]),
        (["", "-", "3"], ["", "3", "-"]),
        (["甲1", "1", "甲", "11"], ["1", "11", "甲", "甲1"]),
    ],
)
def test_numbers_are_counted_and_not_spelled(texts: list[str], sorted_texts: list[str]) -> None:
    assert sorted(texts, key=natural) == sorted_texts


stops = st.lists(
    st.builds(
        lambda number, plate, unit, priority, due: stop(
            number, plate, unit, f"{number}01", priority=priority, due=due
        ),
        st.integers(0, 10_000),
        st.sampled_from([*ROAD, "", "no point"]),
        st.sampled_from(["", "1", "2"]),
        st.sampled_from(["P1", "P2", "P3", "P4"]),
        st.floats(-3, 72),
    ),
    max_size=14,
    unique_by=lambda one: one.task_id,
)


@settings(max_examples=examples(60), deadline=None)
@given(given_stops=stops, start=st.sampled_from([CENTRE, None]))
def test_every_household_is_visited_once_and_the_urgent_ones_first(
    given_stops: list[Stop], start: Point | None
) -> None:
    found = ordered(given_stops, start)

    assert sorted(one.task_id for one in found.stops) == sorted(one.task_id for one in given_stops)
    urgency = [one.priority != "P1" for one in found.stops]
    assert urgency == sorted(urgency)
    assert found.unmeasured_count == sum(one.point is None for one in given_stops)


@settings(max_examples=examples(40), deadline=None)
@given(given_stops=stops)
def test_without_urgency_the_walk_is_never_longer_than_in_the_order_they_came(
    given_stops: list[Stop],
) -> None:
    calm = [stop(n, one.plate, one.unit, one.room) for n, one in enumerate(given_stops)]

    found = ordered(calm)

    assert found.metres <= found.arrival_metres + 1
    assert len(list(groupby(one.building for one in found.stops))) == len({one.building for one in calm})
    assert [one.task_id for one in arrival(calm)] == [one.task_id for one in calm]


def test_the_walk_is_measured_on_the_straight_lines_between_doors_times_the_detour() -> None:
    found = ordered([stop(1, "1号"), stop(2, "4号")])

    line = distances([CENTRE, ROAD["1号"], ROAD["4号"]])
    assert found.metres == round(float(line[0, 1] + line[1, 2]) * 1.3)
    assert found.minutes == round(2 * 12 + found.metres / 70)
