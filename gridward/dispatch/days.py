"""Answers about one worker's day: what is in the hand, in the order in which it is walked, and how far that is."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from math import ceil
from uuid import UUID

from gridward.dispatch.models import DayPlan, PlanStop, Task
from gridward.dispatch.ordering import DayOrder, Pace, Stop, day_order
from gridward.dispatch.queries import TaskRow, task_rows
from gridward.governance import api as governance
from gridward.kernel.actor import Actor
from gridward.registry import api as registry
from gridward.territory import api as territory

#: Where the order of nothing is asked for: no profile is needed.
EMPTY = DayOrder((), 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class DayRow(TaskRow):
    """A task of the worker's own day: its place in the order, its building, and its door in it."""

    order: int
    building: str
    door: str


@dataclass(frozen=True)
class Day:
    """A worker's day in the order of the walk. Distances are planned from the address book."""

    rows: tuple[DayRow, ...]
    metres: int
    arrival_metres: int
    minutes: int
    shorter_percent: int
    unmeasured_count: int

    @property
    def hours(self) -> float:
        """Return the estimated minutes as hours, up to the next half."""
        return ceil(self.minutes / 30) / 2


def get_day(*, by: Actor, now: datetime) -> Day:
    """Return the worker's released open tasks, at most a day's households (H-06), in the order they are walked."""
    held = Task.objects.filter(assignee_id=by.id, state="open", released_at__isnull=False)
    tasks = list(held.order_by("priority", "due_at", "id")[:200])
    profile = _profile(tasks, now)
    if profile is None:
        return _day([], EMPTY, now)
    tasks = tasks[: int(profile.number("worker_households_a_day"))]
    stops = stops_of(tasks)
    ordered = day_order(stops, start=start_of(stops), begins_at=now, pace=Pace.of(profile))
    return _day(tasks, _as_planned(ordered, by), now)


def most_held(order_id: UUID, now: datetime) -> int:
    """Return how many households a worker's day has at most under an order; none under one that is not known."""
    order = governance.get_order(order_id, now=now)
    return int(governance.profile_of(order).number("worker_households_a_day")) if order else 0


def newest_plan(by: Actor) -> UUID | None:
    """Return the plan by which a worker walks now."""
    plans = DayPlan.objects.filter(account_id__in=[by.id]).order_by("-released_at")
    return plans.values_list("id", flat=True).first()


def _as_planned(ordered: DayOrder, by: Actor) -> DayOrder:
    """Keep the order of the newest plan while it is walked; what came beside it, such as P1 at once, goes first."""
    newest = [plan] if (plan := newest_plan(by)) else []
    places = dict(PlanStop.objects.filter(plan__in=newest).values_list("task_id", "place"))
    stops = sorted(ordered.stops, key=lambda stop: places.get(stop.task_id, 0))
    return replace(ordered, stops=tuple(stops))


def stops_of(tasks: Sequence[Task]) -> list[Stop]:
    """Return tasks as stops, each with its door as far as it is known."""
    places = registry.get_household_places([task.household_id for task in tasks])
    doors = {task.id: places.get(task.household_id, (0, None))[1] for task in tasks}
    book = territory.get_addresses({door for door in doors.values() if door is not None})
    return [_stop(task, book.get(doors[task.id] or 0)) for task in tasks]


def _stop(task: Task, door: territory.AddressView | None) -> Stop:
    bare = Stop(task.id, task.priority, task.opened_at, task.due_at, task.area_pos)
    if door is None:
        return bare
    known = door.longitude is not None and door.latitude is not None
    point = (door.longitude or 0.0, door.latitude or 0.0) if known else None
    return replace(bare, plate=door.plate, unit=door.unit, room=door.room, point=point)


def start_of(stops: Sequence[Stop]) -> tuple[float, float] | None:
    """Return where a day begins: inside the grid in which most of it lies; None where that has no shape."""
    if not stops:
        return None
    grids = [stop.area_pos for stop in stops]
    grid = max(sorted(set(grids)), key=grids.count)
    return territory.get_centres([grid]).get(grid)


def _profile(tasks: Sequence[Task], now: datetime) -> governance.ProfileView | None:
    order = governance.get_order(tasks[0].order_id, now=now) if tasks else None
    return governance.profile_of(order) if order else None


def _day(tasks: Sequence[Task], ordered: DayOrder, now: datetime) -> Day:
    rows = {row.id: row for row in task_rows(tasks, now)}
    return Day(
        tuple(_day_row(rows[stop.task_id], stop, place) for place, stop in enumerate(ordered.stops, start=1)),
        ordered.metres,
        ordered.arrival_metres,
        ordered.minutes,
        ordered.shorter_percent,
        ordered.unmeasured_count,
    )


def _day_row(row: TaskRow, stop: Stop, place: int) -> DayRow:
    copied = {field.name: getattr(row, field.name) for field in fields(TaskRow)}
    door = row.address_text.removeprefix(stop.plate) or row.area.name
    return DayRow(**copied, order=place, building=stop.plate, door=door)
