"""Takes a clue out of its task when the decision that brought it there is taken back. Refuses what is begun."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gridward.dispatch.actions.escalation import escalations_end
from gridward.dispatch.actions.handover import handover_void
from gridward.dispatch.events import TaskClosed
from gridward.dispatch.following import grants_of
from gridward.dispatch.models import PassResult, Task, TaskSubject
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import bulk, ledger, live, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse


def clue_withdraw(*, clue_id: UUID, order: governance.OrderView, by: Actor, now: datetime) -> Refusal | None:
    """
    Take a clue out of its task, and close the task when nothing else is asked in it. In no task: nothing to do.

    Refused once somebody has called or visited about it (`task_begun`). Runs inside a job's scope.
    """
    # As in merging: whoever brings clues of this order into tasks waits here, and finds this one waiting for review.
    bulk.run("select pg_advisory_xact_lock(hashtextextended(%s, 7))", [str(order.id)])
    subject = TaskSubject.objects.filter(clue_id=clue_id).first()
    if subject is None:
        return None
    task = Task.objects.select_for_update().get(id=subject.task_id)
    subject = TaskSubject.objects.select_for_update().get(id=subject.id)
    if task.state != "open" or subject.outcome or _is_begun(subject):
        return refuse("task_begun")
    asked = list(TaskSubject.objects.filter(task=task).order_by("id"))
    left = [one for one in asked if one.id != subject.id]
    TaskSubject.objects.filter(id=subject.id).update(withdrawn_at=now)
    if left:
        # What opens a task avoids no ask: that is now whoever came next.
        intake.ask_taken_back(clue_id=left[0].clue_id if asked[0].id == subject.id else clue_id)
    _settle(task, subject, left, order, by, now)
    ledger.record(
        "task.withdraw", obj=("task", task.id), by=by, now=now, purpose=subject.purpose, basis=str(order.id),
        task=str(task.id), subjects_count=len(left),
    )  # fmt: skip
    live.ring("task", pos=task.area_pos)
    return None


def _is_begun(subject: TaskSubject) -> bool:
    return PassResult.objects.filter(subject=subject).exclude(pass_kind="desk").exists()


def _settle(
    task: Task,
    subject: TaskSubject,
    left: Sequence[TaskSubject],
    order: governance.OrderView,
    by: Actor,
    now: datetime,
) -> None:
    """Close a task in which nothing is open any more; end the access that only the clue had needed."""
    if all(one.outcome for one in left):
        _close(task, left, order, by, now)
    elif subject.purpose not in {one.purpose for one in left}:
        governance.grants_end(task_ids=[task.id], by=by, now=now)
        governance.grants_write(grants=grants_of([task], order), by=by, now=now)


def _close(
    task: Task, left: Sequence[TaskSubject], order: governance.OrderView, by: Actor, now: datetime
) -> None:
    PassResult.objects.bulk_create(
        PassResult(
            id=new_id(), subject=one, task_id=task.id, area_pos=task.area_pos, pass_kind="update", result="closed",
            by=by.ledger_name, at=now,
        )
        for one in left
    )  # fmt: skip
    Task.objects.filter(id=task.id).update(state="closed", closed_at=now)
    handover_void(task_id=task.id, by=by, now=now)
    escalations_end(task_id=task.id, by=by, now=now)
    governance.grants_end(task_ids=[task.id], by=by, now=now)
    outbox.announce(TaskClosed(task.id, order.id), now=now)
