"""What a centre does with a task: release it before its time, open its household for a while."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from gridward.dispatch import queries
from gridward.dispatch.actions.hand import LEAST_REASON, gate
from gridward.dispatch.following import households_today
from gridward.dispatch.models import Task
from gridward.dispatch.queries import PURPOSE, TaskView
from gridward.dispatch.supervised import may_handle
from gridward.governance import api as governance
from gridward.kernel import bulk, ledger, live
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse


@transaction.atomic
def task_release_now(*, task_id: UUID, reason: str, by: Actor, now: datetime) -> TaskView | Refusal:
    """Give a task to its worker before its time, with a reason that the ledger keeps."""
    if len(reason.strip()) < LEAST_REASON:
        return refuse("reason_needed", least=LEAST_REASON)
    task = queries.access_task(task_id, by=by, now=now, lock=True)
    if isinstance(task, Refusal):
        return task
    if task.state != "open":
        return refuse("task_closed")
    if task.released_at is not None:
        return refuse("task_released")
    if refusal := may_handle(task_id, by):
        return refusal
    order = gate(task, now)
    if isinstance(order, Refusal):
        return order
    if refusal := _day_is_full(task_id, order, now):
        return refusal
    Task.objects.filter(id=task_id).update(released_at=now)
    ledger.record(
        "task.release", obj=("task", task_id), by=by, now=now, purpose=PURPOSE, basis=str(task.order_id),
        task=str(task_id), reason=reason.strip()[:200],
    )  # fmt: skip
    live.ring("task", pos=task.area_pos)
    return queries.access_task(task_id, by=by, now=now)


def _day_is_full(task_id: UUID, order: governance.OrderView, now: datetime) -> Refusal | None:
    """Refuse what its worker's day does not hold any more, whoever asks; P1 is out already."""
    worker = Task.objects.values_list("assignee_id", flat=True).get(id=task_id)
    if worker is None:
        return None
    most = int(governance.profile_of(order).number("worker_households_a_day"))
    # Two releases at once must not both count the same last place.
    bulk.run("select pg_advisory_xact_lock(hashtextextended(%s, 10))", [str(worker)])
    given = households_today([worker], order, now)[worker]
    return refuse("worker_budget", count=given, most=most) if given >= most else None


@transaction.atomic
def household_open(*, task_id: UUID, reason: str, by: Actor, now: datetime) -> TaskView | Refusal:
    """Let a centre see the (masked) people of one task for half an hour, with a reason."""
    task = queries.access_task(task_id, by=by, now=now)
    if isinstance(task, Refusal):
        return task
    if isinstance(shut := gate(task, now), Refusal):
        return shut
    granted = governance.grant_brief(
        household_id=task.household_id,
        area_pos=task.area_pos,
        purpose=PURPOSE,
        basis_id=task.order_id,
        reason=reason,
        by=by,
        now=now,
    )
    if isinstance(granted, Refusal):
        return granted
    return queries.access_task(task_id, by=by, now=now)
