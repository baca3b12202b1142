"""What goes out to a worker at a set time: the most urgent, as much as the day holds; only P1 goes over it."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.dispatch.batching import Batch, Room, batch_of
from gridward.dispatch.ordering import Pace, Stop
from tests.examples import examples

MORNING = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
EVENING = MORNING.replace(hour=20)
PACE = Pace(minutes_a_household=12, metres_a_minute=70, detour=1.3)


def stop(number: int, priority: str = "P3", *, due: float = 24) -> Stop:
    point = (118.8 + 0.0001 * (number % 50), 32.0)
    due_at = MORNING + timedelta(hours=due)
    return Stop(UUID(int=number), priority, MORNING, due_at, 7, f"{number % 50}号", "1", "101", point)


def batch(
    waiting: list[Stop], in_hand: list[Stop] | None = None, *, most: int = 40, now: datetime = MORNING
) -> Batch:
    room = Room(most, EVENING)
    return batch_of(waiting, in_hand or [], room=room, start=None, now=now, pace=PACE)


def test_a_morning_takes_forty_households_and_the_most_urgent_first() -> None:
    waiting = [stop(number, "P2" if number % 3 == 0 else "P3") for number in range(1, 61)]

    made = batch(waiting)

    assert len(made.fresh) == 40 and len(made.held) == 20 and made.over_count == 0
    assert {one.priority for one in made.held} == {"P3"}


def test_what_is_in_the_hand_already_counts() -> None:
    made = batch([stop(number) for number in range(1, 31)], [stop(number) for number in range(100, 125)])

    assert (len(made.fresh), len(made.held), len(made.order.stops)) == (15, 15, 40)


def test_an_afternoon_takes_what_can_be_done_before_quiet_time() -> None:
    made = batch([stop(number) for number in range(1, 61)], now=MORNING.replace(hour=14))

    assert 25 <= len(made.fresh) <= 30 and made.order.minutes <= 6 * 60


def test_urgent_households_go_over_a_full_day_and_are_counted() -> None:
    full = [stop(number) for number in range(100, 140)]

    made = batch([stop(1, "P1"), stop(2, "P1"), stop(3)], full)

    assert [one.task_id.int for one in made.fresh] == [1, 2]
    assert (made.over_count, [one.task_id.int for one in made.held]) == (2, [3])
    assert [one.priority for one in made.order.stops[:2]] == ["P1", "P1"]


def test_at_night_only_what_is_urgent_fits() -> None:
    made = batch([stop(1), stop(2, "P1")], now=EVENING.replace(hour=21))

    assert [one.task_id.int for one in made.fresh] == [2]


stops = st.lists(
    st.builds(stop, st.integers(1, 5_000), st.sampled_from(["P1", "P2", "P3", "P4"]), due=st.floats(-2, 72)),
    max_size=30,
    unique_by=lambda one: one.task_id,
)


@settings(max_examples=examples(40), deadline=None)
@given(given_stops=stops, in_hand=st.integers(0, 12), most=st.integers(0, 20), hour=st.integers(9, 19))
def test_a_budget_is_never_exceeded_but_by_urgent_households_and_nobody_is_lost(
    given_stops: list[Stop], in_hand: int, most: int, hour: int
) -> None:
    held = [stop(number) for number in range(10_000, 10_000 + in_hand)]
    now = MORNING.replace(hour=hour)

    made = batch(given_stops, held, most=most, now=now)

    calm = [one for one in made.fresh if one.priority != "P1"]
    assert not calm or len(made.fresh) + in_hand <= most
    assert not calm or now + timedelta(minutes=made.order.minutes) <= EVENING
    assert {one.task_id for one in made.fresh} >= {s.task_id for s in given_stops if s.priority == "P1"}
    assert sorted(s.task_id for s in (*made.fresh, *made.held)) == sorted(s.task_id for s in given_stops)
    assert len(made.order.stops) == len(made.fresh) + in_hand
