"""
Owns letting open tasks follow who is on duty: away, standing in, back again. Set-based, in an order's own scope.

Where the worker of a grid is away and nobody stands in, whoever of the same community is on duty and has the fewest
households in the day does. What a substitute has begun stays there when the worker is back; everything else returns.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from gridward.dispatch.models import BudgetExcess, PassResult, Task, TaskSubject
from gridward.dispatch.rules import Hours, goes_on, substitute_of
from gridward.governance import api as governance
from gridward.kernel import bulk, ledger, live
from gridward.kernel.actor import SYSTEM
from gridward.kernel.ids import new_id
from gridward.territory import api as territory
from gridward.workforce import api as workforce


def follow_roster(order: governance.OrderView, now: datetime) -> int:
    """
    Give each open task of an order to whoever is on duty in its grid; return how many changed hands.

    The former hand's grants end and the new hand's are written in the same transaction. Doing it again changes nothing.
    """
    # Two at once would both choose somebody for the same grid.
    bulk.run("select pg_advisory_xact_lock(hashtextextended('duty', 7))")
    duties = _gaps_filled(order, workforce.grid_duties([(order.area_pos, order.area_end)], now=now), now)
    tasks = _elsewhere(order, duties)
    _hand_over(tasks, {one.area_pos: one for one in duties}, order, now)
    _let_go(duties, now)
    return len(tasks)


def _gaps_filled(
    order: governance.OrderView, duties: Sequence[workforce.GridDuty], now: datetime
) -> Sequence[workforce.GridDuty]:
    """Let somebody stand in wherever the worker is away and nobody does; return the duties as they are then."""
    gaps = [one for one in duties if one.is_away and one.on_duty_id is None]
    if not gaps:
        return duties
    present: dict[str, list[UUID]] = defaultdict(list)
    communities = {_community(gap.area_pos) for gap in gaps}
    for one in duties:
        if one.responsible_id and not one.is_away and (place := _community(one.area_pos)) in communities:
            present[place].append(one.responsible_id)
    away = workforce.absent({one.named_id for one in gaps if one.named_id}, now=now)
    loads = planned_loads({who for workers in present.values() for who in workers}, order, now)
    waiting = _open_tasks({one.area_pos for one in gaps})
    for gap in gaps:
        named = gap.named_id if gap.named_id and gap.named_id not in away else None
        who = named or substitute_of({one: loads[one] for one in present[_community(gap.area_pos)]})
        if who is not None:
            loads[who] += waiting.get(gap.area_pos, 0)
            workforce.cover_open(area_pos=gap.area_pos, account_id=who, named=False, by=SYSTEM, now=now)
    return workforce.grid_duties([(order.area_pos, order.area_end)], now=now)


def _open_tasks(places: set[int]) -> dict[int, int]:
    """Return how many tasks are open in each of these grids; a grid without any is left out."""
    found = Task.objects.filter(area_pos__in=places, state="open").values_list("area_pos")
    return dict(found.annotate(Count("id")).order_by())


def _community(area_pos: int) -> str:
    grid = territory.get_area_at(area_pos)
    return grid.parent_code if grid else ""


def planned_loads(accounts: Iterable[UUID], order: governance.OrderView, now: datetime) -> Counter[UUID]:
    """Return how many households stand in the day of each of these workers: open in the hand, or done today."""
    hours = Hours.of(governance.profile_of(order), settings.TIME_ZONE)
    loads: Counter[UUID] = Counter(dict.fromkeys(accounts, 0))
    today = Q(state="open", order_id__in=in_force(now)) | Q(
        state="closed", closed_at__gte=hours.day_begins(now)
    )
    rows = Task.objects.filter(today, assignee_id__in=list(loads)).order_by()
    for account_id, count in rows.values_list("assignee_id").annotate(Count("id")):
        if account_id is not None:
            loads[account_id] = count
    return loads


def _elsewhere(order: governance.OrderView, duties: Sequence[workforce.GridDuty]) -> list[Task]:
    """Return, locked, the open tasks that are in the wrong hand now; what a substitute began is in the right one."""
    held = Task.objects.filter(order_id=order.id, state="open")
    duty = {one.area_pos: one for one in duties}
    wanted = {pos: one.on_duty_id for pos, one in duty.items()}
    hands = held.order_by().values_list("area_pos", "assignee_id").distinct()
    places = {pos for pos, account in hands if wanted.get(pos) != account}
    if not places:
        return []
    tasks = [
        task
        for task in held.select_for_update().filter(area_pos__in=places).order_by("id")
        if wanted.get(task.area_pos) != task.assignee_id
    ]
    standing = {pos: one.stands_in_id for pos, one in duty.items() if one.stands_in_id is not None}
    begun = _begun([task for task in tasks if task.assignee_id == standing.get(task.area_pos, 0)])
    return [task for task in tasks if task.id not in begun]


def _begun(tasks: Sequence[Task]) -> set[UUID]:
    """Return which of these their hand has called or visited already."""
    hands = {(task.id, str(task.assignee_id)) for task in tasks}
    made = PassResult.objects.filter(
        task_id__in=[task.id for task in tasks], pass_kind__in=("phone", "visit")
    )
    return {task_id for task_id, by in made.values_list("task_id", "by") if (task_id, by) in hands}


def _hand_over(
    tasks: Sequence[Task],
    duties: Mapping[int, workforce.GridDuty],
    order: governance.OrderView,
    now: datetime,
) -> None:
    if not tasks:
        return
    for task in tasks:
        duty = duties.get(task.area_pos)
        task.assignee_id = duty.on_duty_id if duty else None
    within_budget(tasks, order, now)
    Task.objects.bulk_update(tasks, ["assignee_id", "released_at"], batch_size=2_000)
    governance.grants_end(task_ids=[task.id for task in tasks], by=SYSTEM, now=now)
    governance.grants_write(grants=grants_of(tasks, order), by=SYSTEM, now=now)
    ledger.record(
        "task.hand_over", obj=("order", order.id), by=SYSTEM, now=now, basis=str(order.id), count=len(tasks)
    )
    live.ring("task", pos=order.area_pos, end=order.area_end)


def within_budget(tasks: Sequence[Task], order: governance.OrderView, now: datetime) -> None:
    """
    Call back what does not fit into the new hand's day: it waits for the next batch. P1 never does, and is kept.

    To be asked before the new hand is written; the caller writes `released_at`.
    """
    most = int(governance.profile_of(order).number("worker_households_a_day"))
    coming: dict[UUID, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.assignee_id is not None and task.released_at is not None:
            coming[task.assignee_id].append(task)
    in_hand = households_today(coming, order, now)
    over: list[Task] = []
    for account_id, moved in coming.items():
        room = most - in_hand[account_id]
        fits = goes_on([(task.priority, task.due_at, task.id) for task in moved], room=room)
        for task in moved:
            task.released_at = task.released_at if task.id in fits else None
        urgent = sorted(
            (task for task in moved if task.priority == "P1"), key=lambda task: (task.due_at, task.id)
        )
        over += urgent[max(0, room) :]
    BudgetExcess.objects.bulk_create(
        BudgetExcess(
            id=new_id(), order_id=task.order_id, task_id=task.id, area_pos=task.area_pos, budget="worker",
            reason="stands_in", by=SYSTEM.ledger_name, at=now,
        )
        for task in over
    )  # fmt: skip


def in_force(now: datetime) -> list[UUID]:
    """Return the orders in force: what is open under one that is over fills nobody's day."""
    return [order.id for order in governance.get_active_orders(now=now)]


def households_today(accounts: Iterable[UUID], order: governance.OrderView, now: datetime) -> Counter[UUID]:
    """Return how many households each of these workers has been given today: in the hand, or done since midnight."""
    begins = Hours.of(governance.profile_of(order), settings.TIME_ZONE).day_begins(now)
    out = Q(state="open", released_at__isnull=False, order_id__in=in_force(now))
    given = out | Q(state="closed", closed_at__gte=begins)
    rows = Task.objects.filter(given, assignee_id__in=list(accounts)).order_by()
    counted = rows.values_list("assignee_id").annotate(Count("id"))
    return Counter({account_id: count for account_id, count in counted if account_id is not None})


def _let_go(duties: Sequence[workforce.GridDuty], now: datetime) -> None:
    """End the covers of grids whose worker is on duty, once nothing begun is left with the substitute."""
    over = {
        one.area_pos: one.cover_id
        for one in duties
        if one.cover_id and one.responsible_id and not one.is_away
    }
    left = Task.objects.filter(area_pos__in=over, state="open").order_by()
    still = {(pos, who) for pos, who in left.values_list("area_pos", "assignee_id").distinct()}
    if ending := [pos for pos, who in over.items() if (pos, who) not in still]:
        workforce.covers_end(positions=ending, by=SYSTEM, now=now)


def grants_of(tasks: Sequence[Task], order: governance.OrderView) -> list[governance.NewGrant]:
    """Return the grants that the workers of these tasks need: one for each purpose that is asked about."""
    by_id: dict[UUID, Task] = {task.id: task for task in tasks}
    asked = TaskSubject.objects.filter(task__in=tasks).order_by().values_list("task_id", "purpose").distinct()
    return [
        governance.NewGrant(
            account_id=account_id,
            household_id=by_id[task_id].household_id,
            area_pos=by_id[task_id].area_pos,
            purpose=purpose,
            basis_id=order.id,
            task_id=task_id,
            ends_at=order.ends_at,
        )
        for task_id, purpose in asked
        if (account_id := by_id[task_id].assignee_id) is not None
    ]
