"""
Owns a correction on its way through the house: entered from a task, taken into hand, decided, and then true everywhere.

What is accepted is true at once: register, rows of lists, tasks and grants change in one transaction, so that no copy
is ever behind another.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from gridward.dispatch import handing, moving, queries
from gridward.dispatch.actions.hand import gate
from gridward.dispatch.actions.handover import handover_drop
from gridward.dispatch.models import Handover, Task, TaskSubject
from gridward.dispatch.queries import PURPOSE
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import live
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import api as registry

#: What is still asked about somebody who is not there any more is answered so.
OUTCOME_OF = {"not_here": "moved", "deceased": "out_of_scope"}


@transaction.atomic
def correction_enter(
    *,
    task_id: UUID,
    person_id: UUID,
    kind: str,
    value: str,
    found_by: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> registry.CorrectionView | Refusal:
    """
    Say from a task what is wrong about one of its people. An officer's small correction is accepted at once.

    The actor needs a live grant on the household: the worker's of the task, or a centre's with a reason.
    """
    task = queries.access_task(task_id, by=by, now=now)
    if isinstance(task, Refusal):
        return task
    if isinstance(shut := gate(task, now), Refusal):
        return shut
    person = next((one for one in task.people if one.person_id == person_id), None)
    if person is None or not task.opened:
        return refuse("not_found")
    if person.resident_id is None:
        return refuse("correction_unregistered")
    entered = registry.correction_enter(
        resident_id=person.resident_id, kind=kind, value=value, found_by=found_by, reason=reason, task_id=task_id,
        by=by, now=now,
    )  # fmt: skip
    if isinstance(entered, Refusal):
        return entered
    live.ring("task", pos=entered.area_pos)
    if entered.is_small and by.may("correction.decide"):
        return correction_accept(correction_id=entered.id, by=by, now=now)
    return entered


@transaction.atomic
def correction_acknowledge(
    *, correction_id: UUID, reason: str, by: Actor, now: datetime
) -> registry.CorrectionView | Refusal:
    """Take a correction into hand, with a reason that the ledger keeps."""
    taken = registry.correction_acknowledge(correction_id=correction_id, reason=reason, by=by, now=now)
    if not isinstance(taken, Refusal):
        live.ring("task", pos=taken.area_pos)
    return taken


@transaction.atomic
def correction_reject(
    *, correction_id: UUID, reason: str, by: Actor, now: datetime
) -> registry.CorrectionView | Refusal:
    """Leave everything as it is, with a reason."""
    rejected = registry.correction_reject(correction_id=correction_id, reason=reason, by=by, now=now)
    if not isinstance(rejected, Refusal):
        live.ring("task", pos=rejected.area_pos)
    return rejected


@transaction.atomic
def correction_accept(*, correction_id: UUID, by: Actor, now: datetime) -> registry.CorrectionView | Refusal:
    """Accept a correction: every copy is renewed, who asked is told, and a task in the wrong grid leaves its hand."""
    case = registry.access_correction(correction_id, by=by, now=now)
    if isinstance(case, Refusal):
        return case
    order = governance.gate_ask(
        purpose=PURPOSE, area_pos=case.correction.area_pos, now=now, order_id=case.correction.order_id
    )
    if isinstance(order, Refusal):
        return order
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        done = registry.correction_accept(correction_id=correction_id, order=order, by=by, now=now)
        if isinstance(done, Refusal):
            return done
        _copies_renew(done, order, by, now)
        _tasks_follow(done, order, by, now)
    live.ring("task", pos=order.area_pos, end=order.area_end)
    return done.correction


def _copies_renew(done: registry.Corrected, order: governance.OrderView, by: Actor, now: datetime) -> None:
    intake.clues_correct(
        renewal=intake.Renewal(
            order.id, done.resident_ids, done.field_told, done.before, done.after, done.place_before,
            done.address_after,
        ),
        by=by,
        now=now,
    )  # fmt: skip


def _tasks_follow(done: registry.Corrected, order: governance.OrderView, by: Actor, now: datetime) -> None:
    asked = TaskSubject.objects.filter(
        task__order_id=order.id, task__state="open", resident_id__in=done.resident_ids, outcome=""
    )
    tasks = set(asked.values_list("task_id", flat=True))
    if done.is_gone:
        _answered(list(asked.order_by("id")), OUTCOME_OF[done.correction.kind], by, now)
        moving.tasks_close_empty(tasks, order=order, by=by, now=now)
    if done.place_before != done.place_after or done.is_gone:
        moving.tasks_follow_people(order=order, resident_ids=done.resident_ids, by=by, now=now)
    left = Task.objects.filter(id__in=tasks).exclude(state="open", area_pos=done.place_before[0])
    for offered in Handover.objects.filter(task_id__in=left.values("id"), state__in=handing.WAITING):
        handover_drop(offered, by, now)


def _answered(subjects: list[TaskSubject], outcome: str, by: Actor, now: datetime) -> None:
    """Answer what is still asked about somebody who is not there: nobody has to go and find it out again."""
    for subject in subjects:
        subject.outcome, subject.outcome_at, subject.next_pass = outcome, now, "update"
    TaskSubject.objects.bulk_update(subjects, ["outcome", "outcome_at", "next_pass"])
    intake.clue_outcomes_record(
        outcomes=[intake.ClueOutcome(clue_id=one.clue_id, outcome=outcome, at=now) for one in subjects],
        by=by,
        now=now,
    )
