"""
Owns what dispatch does by the clock, without anybody asking: tasks whose time has come, and tasks whose worker is no
longer the one who answers for the grid. Refuses orders that are not about finding cases.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from gridward.dispatch.models import Task, TaskSubject
from gridward.dispatch.queries import PURPOSE
from gridward.governance import api as governance
from gridward.kernel import ledger, live
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refused
from gridward.workforce import api as workforce


def tasks_release_due(*, now: datetime) -> int:
    """Release every task whose time has come, order by order; run every minute by the schedule."""
    return _in_each_order(_release_due, now)


def tasks_follow_roster(*, now: datetime) -> int:
    """Give each open task to the worker who answers for its grid now, order by order; run every minute as well."""
    return _in_each_order(_follow_roster, now)


def _in_each_order(work: Callable[[governance.OrderView, datetime], int], now: datetime) -> int:
    done = 0
    for order in governance.get_active_orders(now=now):
        try:
            with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
                done += work(order, now)
        except Refused:  # it is about something else, or ended since it was asked for: the others go on
            continue
    return done


def _release_due(order: governance.OrderView, now: datetime) -> int:
    due = Task.objects.filter(order_id=order.id, state="open", released_at__isnull=True, release_at__lte=now)
    count = due.update(released_at=now)
    if count:
        ledger.record(
            "task.release_due", obj=("order", order.id), by=SYSTEM, now=now, basis=str(order.id), count=count
        )
        _ring(order)
    return count


def _follow_roster(order: governance.OrderView, now: datetime) -> int:
    """Hand tasks over: the former worker's grants end with it, and the new worker gets the same."""
    held = Task.objects.filter(order_id=order.id, state="open")
    places = set(held.order_by().values_list("area_pos", "assignee_id").distinct())
    workers = workforce.responsible_workers(pos for pos, _account in places)
    elsewhere = [pos for pos, account in places if workers.get(pos) != account]
    tasks = [
        task
        for task in held.select_for_update().filter(area_pos__in=elsewhere).order_by("id")
        if workers.get(task.area_pos) != task.assignee_id
    ]
    if not tasks:
        return 0
    for task in tasks:
        task.assignee_id = workers.get(task.area_pos)
    Task.objects.bulk_update(tasks, ["assignee_id"], batch_size=2_000)
    governance.grants_end(task_ids=[task.id for task in tasks], by=SYSTEM, now=now)
    governance.grants_write(grants=_grants(tasks, order), by=SYSTEM, now=now)
    ledger.record(
        "task.hand_over", obj=("order", order.id), by=SYSTEM, now=now, basis=str(order.id), count=len(tasks)
    )
    _ring(order)
    return len(tasks)


def _grants(tasks: Sequence[Task], order: governance.OrderView) -> list[governance.NewGrant]:
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


def _ring(order: governance.OrderView) -> None:
    live.ring("task", pos=order.area_pos, end=order.area_end)
