"""
Owns making one person of two entries through the whole house, and taking them apart: what is asked follows at once.

What is still asked about the entry that goes is asked in the household of who stays, of one and the same person; apart
again, it goes back. What is answered stays as it was.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from gridward.dispatch import handing, moving
from gridward.dispatch.actions.handover import handover_drop
from gridward.dispatch.models import Handover, Task, TaskSubject
from gridward.dispatch.queries import PURPOSE
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import live
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry


@transaction.atomic
def merge_confirm(*, merge_id: UUID, by: Actor, now: datetime) -> registry.MergeView | Refusal:
    """Make one person of two entries that the actor has open side by side."""
    case = registry.access_merge(merge_id, by=by, now=now)
    if isinstance(case, Refusal):
        return case
    order = _order(case.merge, now)
    if isinstance(order, Refusal):
        return order
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        done = registry.residents_merge(merge_id=merge_id, by=by, now=now)
        if isinstance(done, Refusal):
            return done
        _tasks_follow(done, order, by, now)
        if person := intake.get_person(order.id, done.resident_id):
            asked = _asked(order, (done.resident_id, *registry.get_merged([done.resident_id])))
            asked.update(person_id=person)
    live.ring("task", pos=order.area_pos, end=order.area_end)
    return done


@transaction.atomic
def merge_undo(*, merge_id: UUID, reason: str, by: Actor, now: datetime) -> registry.MergeView | Refusal:
    """Take two entries apart that are two people, or leave a proposal, with a reason that the ledger keeps."""
    seen = registry.get_merge(merge_id, by=by)
    if isinstance(seen, Refusal):
        return seen
    order = _order(seen, now)
    if isinstance(order, Refusal):
        return order
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        done = registry.residents_part(merge_id=merge_id, reason=reason, by=by, now=now)
        if isinstance(done, Refusal):
            return done
        if done.state == "undone":
            intake.clues_part(order_id=order.id, stays_id=done.resident_id, goes_id=done.merged_id)
            _persons_of_their_own(order, (done.resident_id, done.merged_id))
            _tasks_follow(done, order, by, now)
    live.ring("task", pos=order.area_pos, end=order.area_end)
    return done


def _order(merge: registry.MergeView, now: datetime) -> governance.OrderView | Refusal:
    return governance.gate_ask(purpose=PURPOSE, area_pos=merge.area_pos, now=now, order_id=merge.order_id)


def _asked(order: governance.OrderView, resident_ids: Iterable[UUID]) -> QuerySet[TaskSubject]:
    return TaskSubject.objects.filter(
        task__order_id=order.id, task__state="open", resident_id__in=set(resident_ids), outcome=""
    )


def _tasks_follow(done: registry.MergeView, order: governance.OrderView, by: Actor, now: datetime) -> None:
    """Let what is asked about the entry that went, or came back, be asked where it belongs now."""
    tasks = set(_asked(order, [done.merged_id]).values_list("task_id", flat=True))
    moving.tasks_follow_people(order=order, resident_ids=[done.merged_id], by=by, now=now)
    left = Task.objects.filter(id__in=tasks).exclude(state="open")
    for offered in Handover.objects.filter(task_id__in=left.values("id"), state__in=handing.WAITING):
        handover_drop(offered, by, now)


def _persons_of_their_own(order: governance.OrderView, resident_ids: Iterable[UUID]) -> None:
    """Let each question be about the person again as whom its row is counted."""
    subjects = list(_asked(order, resident_ids))
    persons = intake.get_clue_persons(subject.clue_id for subject in subjects)
    for subject in subjects:
        subject.person_id = persons.get(subject.clue_id, subject.person_id)
    TaskSubject.objects.bulk_update(subjects, ["person_id"])
