"""
Owns planning the batches of an order: who gets which tasks at a set time, in which order. Reads only.

Runs inside a job's scope: the tasks of all workers of the order are planned together, some hundred workers at a time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from gridward.dispatch.batching import Batch, Room, batch_of
from gridward.dispatch.days import stops_of
from gridward.dispatch.following import in_force
from gridward.dispatch.models import DayPlan, Task
from gridward.dispatch.ordering import Pace, Stop
from gridward.dispatch.rules import Hours
from gridward.governance import api as governance
from gridward.territory import api as territory
from gridward.workforce import api as workforce

TOGETHER = 400
#: Kept instead of the set time when P1 found its worker beside it.
NO_SET_TIME = -1


@dataclass(frozen=True)
class WorkerBatch:
    """The batch of one worker at a set time of a day."""

    account_id: UUID
    area_pos: int
    plan_date: date
    batch_hour: int
    batch: Batch


@dataclass(frozen=True)
class _Round:
    """The batches of one order being made at a moment: what is due, whom this set time has served, what a day holds."""

    order: governance.OrderView
    at: datetime
    hours: Hours
    slot: int
    due: QuerySet[Task]
    served: Set[UUID]
    room: Room
    pace: Pace


def batches_make(order: governance.OrderView, *, at: datetime) -> Iterator[WorkerBatch]:
    """
    Yield what would go out to each worker at this moment: once for each set time, and at most so often a day.

    Outside of the day's hours, and for a worker who had this time's batch, only P1 goes out.
    """
    made = _round(order, at)
    found = made.due.order_by().values_list("assignee_id", flat=True).distinct()
    accounts = sorted(account for account in found if account is not None)
    for first in range(0, len(accounts), TOGETHER):
        yield from _batches_of(made, accounts[first : first + TOGETHER])


def _round(order: governance.OrderView, at: datetime) -> _Round:
    profile = governance.profile_of(order)
    hours = Hours.of(profile, settings.TIME_ZONE)
    slot, day = hours.batch_hour(at), at.astimezone(hours.zone).date()
    plans = DayPlan.objects.filter(order_id=order.id, plan_date=day, batch_hour=slot)
    served = set(plans.values_list("account_id", flat=True))
    due = Task.objects.filter(
        order_id=order.id,
        state="open",
        released_at__isnull=True,
        release_at__lte=at,
        assignee_id__isnull=False,
    )
    urgent = Q(priority="P1")
    due = due.filter(urgent if slot < 0 else urgent | ~Q(assignee_id__in=served))
    # Nobody is planned beyond the hours of duty, however late quiet time begins (H-22).
    duty_hours = hours.quiet_until + profile.number("worker_duty_hours")
    duty_ends = hours.day_begins(at) + timedelta(hours=duty_hours)
    room = Room(int(profile.number("worker_households_a_day")), min(hours.day_ends(at), duty_ends))
    return _Round(order, at, hours, slot, due, served, room, Pace.of(profile))


def _batches_of(made: _Round, accounts: Sequence[UUID]) -> Iterator[WorkerBatch]:
    """Yield the batches of some workers, with everything they need read at once."""
    held = Task.objects.filter(state="open", assignee_id__in=accounts)
    waiting = _by_worker([*made.due.filter(assignee_id__in=accounts)])
    out = held.filter(released_at__isnull=False)
    in_hand = _by_worker([*out.filter(order_id=made.order.id)])
    # A worker's day is one day, under however many orders.
    others = [order for order in in_force(made.at) if order != made.order.id]
    done = _done(accounts, made.hours.day_begins(made.at)) + _counts(out.filter(order_id__in=others))
    centres = territory.get_centres({_grid(stops) for stops in waiting.values()})
    for account, stops in waiting.items():
        left = Room(made.room.households - done[account], made.room.ends_at)
        grid = _grid(stops)
        batch = batch_of(
            stops, in_hand.get(account, []), room=left, start=centres.get(grid), now=made.at, pace=made.pace
        )
        hour = NO_SET_TIME if account in made.served else made.slot
        yield WorkerBatch(account, grid, made.at.astimezone(made.hours.zone).date(), hour, batch)


def _by_worker(tasks: Sequence[Task]) -> Mapping[UUID, list[Stop]]:
    workers = {task.id: task.assignee_id for task in tasks}
    found: dict[UUID, list[Stop]] = defaultdict(list)
    for stop in stops_of(tasks):
        if (account := workers[stop.task_id]) is not None:
            found[account].append(stop)
    return found


def _done(accounts: Sequence[UUID], since: datetime) -> Counter[UUID]:
    return _counts(Task.objects.filter(state="closed", closed_at__gte=since, assignee_id__in=accounts))


def _counts(tasks: QuerySet[Task]) -> Counter[UUID]:
    rows = tasks.order_by().values_list("assignee_id").annotate(Count("id"))
    return Counter({account: count for account, count in rows if account is not None})


def _grid(stops: Sequence[Stop]) -> int:
    grids = [stop.area_pos for stop in stops]
    return max(sorted(set(grids)), key=grids.count)


def told(order: governance.OrderView, at: datetime, one: WorkerBatch) -> dict[str, object]:
    """Return a batch as a command prints it: who, when, which tasks in which order. No door and nobody's name."""
    area = territory.get_labels([one.area_pos])[one.area_pos]
    return {
        "order": order.number,
        "at": at,
        "grid": area.code,
        "worker": workforce.get_handles([one.account_id]).get(one.account_id, ""),
        "fresh": len(one.batch.fresh),
        "over_p1": one.batch.over_count,
        "metres": one.batch.order.metres,
        "arrival_metres": one.batch.order.arrival_metres,
        "minutes": one.batch.order.minutes,
        "tasks": [str(stop.task_id) for stop in one.batch.order.stops],
        "held": [str(stop.task_id) for stop in one.batch.held],
    }
