"""
Owns what of the waiting work goes out to one worker at a set time: as much as the day still holds. Pure.

The day holds so many households, and so many minutes until quiet time begins. P1 goes out whatever the day holds; how
many of those went over it is counted. What does not fit stays, and is tried again at the next set time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from gridward.dispatch.ordering import DayOrder, Pace, Stop, day_order
from gridward.dispatch.walking import Point


@dataclass(frozen=True)
class Room:
    """What a worker's day still holds beside what is in the hand: households in all, and when the day ends."""

    households: int
    ends_at: datetime


@dataclass(frozen=True)
class Batch:
    """What goes out to one worker, the order of everything then in the hand, and what stays."""

    fresh: tuple[Stop, ...]
    order: DayOrder
    held: tuple[Stop, ...]
    over_count: int


def batch_of(
    waiting: Sequence[Stop],
    in_hand: Sequence[Stop],
    *,
    room: Room,
    start: Point | None,
    now: datetime,
    pace: Pace,
) -> Batch:
    """Return the batch of one worker: the most urgent of what waits, as long as the day holds it."""
    ranked = sorted(waiting, key=lambda stop: (stop.priority, stop.due_at, stop.opened_at, stop.task_id))
    urgent = [stop for stop in ranked if stop.priority == "P1"]
    rest = [stop for stop in ranked if stop.priority != "P1"]
    left = room.households - len(in_hand) - len(urgent)
    taken = rest[: max(0, left)]
    while True:
        order = day_order([*in_hand, *urgent, *taken], start=start, begins_at=now, pace=pace)
        over = timedelta(minutes=order.minutes) - max(room.ends_at - now, timedelta(0))
        if over <= timedelta(0) or not taken:
            break
        taken = taken[: -max(1, ceil(over / timedelta(minutes=pace.minutes_a_household)) // 2)]
    going = {stop.task_id for stop in (*urgent, *taken)}
    held = tuple(stop for stop in ranked if stop.task_id not in going)
    return Batch((*urgent, *taken), order, held, min(len(urgent), max(0, -left)))
