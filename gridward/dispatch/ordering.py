"""
Owns the order of a worker's day: building by building, stairwell by stairwell, what is urgent first. Pure.

Urgent first means: P1 first; then what would be late if one only walked the short way, and could be saved by going
there earlier; then the short way through the rest. Distance is planned between the doors of the address book, never
measured by a phone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from gridward.dispatch.walking import Point, distances, nearest_first, shortest

#: So often what would be late is brought forward; what is late then cannot be helped by the order of one day.
ROUNDS = 4


@dataclass(frozen=True)
class Stop:
    """A household to be visited: how urgent it is, and where. `plate` is what stands on the building."""

    task_id: UUID
    priority: str
    opened_at: datetime
    due_at: datetime
    area_pos: int
    plate: str = ""
    unit: str = ""
    room: str = ""
    point: Point | None = None

    @property
    def building(self) -> tuple[int, str]:
        """Return what the stops of one building share; those whose door is not known share their grid."""
        return (self.area_pos, self.plate)


class Numbers(Protocol):
    """What numbers are read from: a profile."""

    def number(self, name: str) -> float:
        """Return the number of this name."""


@dataclass(frozen=True)
class Pace:
    """How long a household takes, how fast one walks and how much longer paths are than straight lines."""

    minutes_a_household: float
    metres_a_minute: float
    detour: float

    @classmethod
    def of(cls, profile: Numbers) -> "Pace":
        """Read the pace from a profile."""
        return cls(
            profile.number("worker_minutes_a_household"),
            profile.number("walk_metres_a_minute"),
            profile.number("walk_detour"),
        )


@dataclass(frozen=True)
class DayOrder:
    """Stops in the order in which they are visited; how far the walk is, and how far in the order they came."""

    stops: tuple[Stop, ...]
    metres: int
    arrival_metres: int
    minutes: int
    late_count: int
    unmeasured_count: int

    @property
    def shorter_percent(self) -> int:
        """Return by how many of a hundred parts the walk is shorter than in the order the tasks came."""
        if self.arrival_metres <= self.metres:
            return 0
        return round(100 * (1 - self.metres / self.arrival_metres))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key by which 2 comes before 10, and 1单元 before 2单元."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def in_building(stop: Stop) -> tuple[object, ...]:
    """Return the key of a door inside its building: stairwell, then floor and room."""
    return (natural(stop.unit), natural(stop.room), stop.due_at, stop.task_id)


def arrival(stops: Sequence[Stop]) -> list[Stop]:
    """Return the stops in the order they came: how a day went when each list was walked as it was."""
    return sorted(stops, key=lambda stop: (stop.opened_at, stop.task_id))


def day_order(stops: Sequence[Stop], *, start: Point | None, begins_at: datetime, pace: Pace) -> DayOrder:
    """Return the stops in the order of the day. It starts at `start`, or at whichever building suits best."""
    urgent = [stop for stop in stops if stop.priority == "P1"]
    rest = [stop for stop in stops if stop.priority != "P1"]
    first = _by_building(urgent, start)
    soon: set[UUID] = set()
    rounds: list[tuple[int, float, list[Stop]]] = []
    for _round in range(ROUNDS):
        ordered = [*first, *_by_building([stop for stop in rest if stop.task_id in soon], _end(first, start))]
        ordered += _by_building([s for s in rest if s.task_id not in soon], _end(ordered, start))
        late = _late(ordered, start, begins_at, pace)
        rounds.append((len(late), _walk(ordered, start), ordered))
        saved = _could_go_first(ordered, late) - soon
        if not saved:
            break
        soon |= saved
    late_count, _metres, best = min(rounds, key=lambda one: one[:2])
    return _measured(best, late_count, start, pace)


def _measured(ordered: list[Stop], late_count: int, start: Point | None, pace: Pace) -> DayOrder:
    metres = _walk(ordered, start) * pace.detour
    return DayOrder(
        tuple(ordered),
        round(metres),
        round(_walk(arrival(ordered), start) * pace.detour),
        round(len(ordered) * pace.minutes_a_household + metres / pace.metres_a_minute),
        late_count,
        sum(stop.point is None for stop in ordered),
    )


def _by_building(stops: Sequence[Stop], start: Point | None) -> list[Stop]:
    """Return the stops building by building on a short way; those that have no point come last."""
    buildings: dict[tuple[int, str], list[Stop]] = {}
    for stop in sorted(stops, key=lambda stop: stop.task_id):
        buildings.setdefault(stop.building, []).append(stop)
    placed = {key: point for key, group in buildings.items() if (point := _point(group)) is not None}
    nowhere = sorted(
        (key for key in buildings if key not in placed), key=lambda key: (key[0], natural(key[1]))
    )
    points = [*([start] if start and placed else []), *placed.values()]
    way = shortest(distances(points), 0 if start and placed else None)
    keys = list(placed)
    skipped = len(points) - len(keys)
    order = [keys[place - skipped] for place in way if place >= skipped] + nowhere
    return [stop for key in order for stop in sorted(buildings[key], key=in_building)]


def _point(group: Sequence[Stop]) -> Point | None:
    return next((stop.point for stop in group if stop.point is not None), None)


def _end(stops: Sequence[Stop], start: Point | None) -> Point | None:
    return next((stop.point for stop in reversed(stops) if stop.point is not None), start)


def _walk(stops: Sequence[Stop], start: Point | None) -> float:
    """Return the straight metres from the start through every stop that has a point."""
    points = [*([start] if start else []), *(stop.point for stop in stops if stop.point is not None)]
    metres = distances(points)
    return float(sum(metres[here, there] for here, there in pairwise(range(len(points)))))


def _late(stops: Sequence[Stop], start: Point | None, begins_at: datetime, pace: Pace) -> set[UUID]:
    """Return whose visit would end after it is due."""
    late, at, here = set(), begins_at, start
    for stop in stops:
        if stop.point is not None:
            if here is not None and here != stop.point:
                metres = float(distances([here, stop.point])[0, 1]) * pace.detour
                at += timedelta(minutes=metres / pace.metres_a_minute)
            here = stop.point
        at += timedelta(minutes=pace.minutes_a_household)
        if at > stop.due_at:
            late.add(stop.task_id)
    return late


def _could_go_first(stops: Sequence[Stop], late: set[UUID]) -> set[UUID]:
    """Return who is late and comes after somebody who is due later and is no P1."""
    found, latest_due = set(), None
    for stop in stops:
        if stop.task_id in late and latest_due is not None and stop.due_at < latest_due:
            found.add(stop.task_id)
        if stop.priority != "P1":
            latest_due = max(latest_due, stop.due_at) if latest_due else stop.due_at
    return found


def yardsticks(stops: Sequence[Stop], *, start: Point | None) -> dict[str, float]:
    """Return straight metres of other orders, for benchmarks: as they came, and always the nearest door next."""
    placed = [stop for stop in stops if stop.point is not None]
    points = [*([start] if start else []), *(stop.point for stop in placed if stop.point)]
    metres = distances(points)
    way = nearest_first(metres, 0 if points else None) if points else []
    return {
        "arrival": _walk(arrival(stops), start),
        "nearest": float(sum(metres[here, there] for here, there in pairwise(way))),
    }
