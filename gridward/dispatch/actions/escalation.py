"""
Owns what people decide about a task that lies above its grid: raise it, give it a new time once, send it back down.

Only the centre of the very area it lies with decides; the worker and the centres below read what was decided. A worker
may raise what is in the own hand to the level above the grid, and decides nothing there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from gridward.dispatch import escalated, escalating, queries
from gridward.dispatch.actions.hand import Known, gate
from gridward.dispatch.events import TasksRaised
from gridward.dispatch.models import Escalation, Supervision, Task
from gridward.dispatch.queries import PURPOSE
from gridward.dispatch.supervised import may_handle
from gridward.governance import api as governance
from gridward.kernel import ledger, live, notes, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory


@dataclass(frozen=True)
class _Lying:
    """An open task and the row of the level it lies with, both locked, and the order it stands under."""

    task: Task
    row: Escalation
    order: governance.OrderView


@transaction.atomic
def task_raise(
    *, task_id: UUID, kind: str, words: str, by: Actor, now: datetime, ask: UUID | None = None
) -> Escalation | Refusal:
    """
    Raise an open task by hand to the level above the actor's own, before the clock does or in its stead.

    `ask` is the id under which it is kept, where a phone made one.
    """
    task = queries.access_task(task_id, by=by, now=now, lock=True)
    if isinstance(task, Refusal):
        return task
    if task.state != "open":
        return refuse("task_closed")
    if refusal := may_handle(task_id, by):
        return refusal
    if isinstance(order := gate(task, now), Refusal):
        return order
    lies = Escalation.objects.filter(task_id=task_id, state="open").first()
    if lies is not None and not escalated.lies_with(by, lies.area_pos):
        return refuse("escalation_elsewhere")
    own = next(scope for scope in by.scopes if scope.pos <= task.area_pos < scope.end)
    if lies is None:
        # The clock leaves it from now on to the level it lies with; nor does what was sent down come back twice.
        Task.objects.filter(id=task_id).update(watch="raised")
        Escalation.objects.filter(task_id=task_id, next_at__isnull=False).update(next_at=None)
    return _raised(Task.objects.get(id=task_id), own.level, lies, kind, words, order, by, now, ask)


@transaction.atomic
def task_raise_once(
    *, ask: UUID, task_id: UUID, kind: str, words: str, by: Actor, now: datetime
) -> Escalation | Known | Refusal:
    """Raise a task as a phone said it, under the phone's own id; the same again is known."""
    # Whoever says it twice at once waits here.
    task = Task.objects.select_for_update().filter(id=task_id).first()
    if task is None:
        return refuse("not_found")
    if Escalation.objects.filter(id=ask, task=task, raised_by=by.ledger_name).exists():
        return Known(task.id, task.state)
    try:
        with transaction.atomic():
            return task_raise(task_id=task_id, kind=kind, words=words, by=by, now=now, ask=ask)
    except IntegrityError:
        return refuse("conflict")


@transaction.atomic
def escalation_raise(
    *, escalation_id: UUID, kind: str, words: str, by: Actor, now: datetime
) -> Escalation | Refusal:
    """Raise what lies with the actor to the next level, with a reason."""
    lying = _lying(escalation_id, by, now)
    if isinstance(lying, Refusal):
        return lying
    return _raised(lying.task, lying.row.level, lying.row, kind, words, lying.order, by, now)


def _raised(
    task: Task,
    level: str,
    lies: Escalation | None,
    kind: str,
    words: str,
    order: governance.OrderView,
    by: Actor,
    now: datetime,
    ask: UUID | None = None,
) -> Escalation | Refusal:
    if refusal := escalating.may_raise(kind, words):
        return refusal
    code = territory.get_codes([task.area_pos])[task.area_pos]
    above = escalating.level_above(territory.get_path(code), level)
    if above is None:
        return refuse("escalation_top")
    if lies is not None:
        _decided(lies, "risen", "", by, now)
    lasts = escalating.lies_for(governance.profile_of(order), above.level, task.priority)
    raised = Escalation(
        id=ask or new_id(), task=task, run_id=new_id(), order_id=task.order_id, level=above.level, area_pos=above.pos,
        from_pos=task.area_pos, kind=kind, words=notes.kept(words), state="open", raised_by=by.ledger_name,
        raised_at=now, next_at=now + lasts if lasts else None,
    )  # fmt: skip
    Escalation.objects.bulk_create([raised])
    outbox.announce(TasksRaised(raised.run_id, task.order_id), now=now)
    _recorded("escalation.raise", raised, raised.words, by, now)
    return raised


@transaction.atomic
def escalation_extend(
    *, escalation_id: UUID, hours: int, words: str, by: Actor, now: datetime
) -> Escalation | Refusal:
    """Give a task a new time, once, with a reason; when it is over the task comes back to this level."""
    lying = _lying(escalation_id, by, now)
    if isinstance(lying, Refusal):
        return lying
    task = lying.task
    refusal = escalating.may_extend(
        hours, words,
        most=int(escalating.hours_of(governance.profile_of(lying.order), task.priority)),
        extended_before=Escalation.objects.filter(task=task, state="extended").exists(),
    )  # fmt: skip
    if refusal:
        return refusal
    Task.objects.filter(id=task.id).update(due_at=now + timedelta(hours=hours), watch="")
    _decided(lying.row, "extended", notes.kept(words), by, now)
    _recorded("escalation.extend", lying.row, lying.row.decision, by, now)
    return lying.row


@transaction.atomic
def escalation_return(*, escalation_id: UUID, words: str, by: Actor, now: datetime) -> Escalation | Refusal:
    """Send a task back down with an instruction; not done in the time such a task has, it comes back to this level."""
    lying = _lying(escalation_id, by, now)
    if isinstance(lying, Refusal):
        return lying
    if refusal := notes.lint(words):
        return refusal
    hours = escalating.hours_of(governance.profile_of(lying.order), lying.task.priority)
    _decided(lying.row, "returned", notes.kept(words), by, now, next_at=now + timedelta(hours=hours))
    _recorded("escalation.return", lying.row, lying.row.decision, by, now)
    return lying.row


def escalations_end(*, task_id: UUID, by: Actor, now: datetime) -> None:
    """Let a task that has just been closed lie with nobody any more."""
    rows = Escalation.objects.filter(task_id=task_id)
    rows.filter(next_at__isnull=False).exclude(state="open").update(next_at=None)
    for row in rows.filter(state="open"):
        _decided(row, "ended", "", by, now)
        _recorded("escalation.end", row, "", by, now)


def escalations_follow(*, task_ids: Sequence[UUID]) -> None:
    """Take what lies above tasks along to where they are now: the same level of the new place. In a job's scope."""
    for row in Escalation.objects.select_related("task").filter(task_id__in=task_ids):
        pos = row.task.area_pos
        if row.state == "open":
            path = territory.get_path(territory.get_codes([pos])[pos])
            lies = escalating.level_at(path, row.level)
            row.area_pos = lies.pos if lies else row.area_pos
        Escalation.objects.filter(id=row.id).update(from_pos=pos, area_pos=row.area_pos)
        live.ring("task", pos=row.area_pos)
    for task_id, pos in Task.objects.filter(id__in=task_ids).values_list("id", "area_pos"):
        Supervision.objects.filter(task_id=task_id).update(area_pos=pos)


def _lying(escalation_id: UUID, by: Actor, now: datetime) -> _Lying | Refusal:
    """Lock a task and the row that lies with this actor; the task first, as whoever closes it does."""
    found = Escalation.objects.filter(id=escalation_id).first()
    if found is None or not escalated.lies_with(by, found.area_pos):
        return refuse("not_found")
    task = Task.objects.select_for_update().get(id=found.task_id)
    row = Escalation.objects.select_for_update().get(id=escalation_id)
    if row.state != "open" or task.state != "open":
        return refuse("escalation_decided")
    if refusal := may_handle(task.id, by):
        return refusal
    order = governance.gate_ask(purpose=PURPOSE, area_pos=task.area_pos, now=now, order_id=task.order_id)
    return order if isinstance(order, Refusal) else _Lying(task, row, order)


def _decided(
    row: Escalation, state: str, words: str, by: Actor, now: datetime, next_at: datetime | None = None
) -> None:
    row.state, row.decision, row.next_at = state, words, next_at
    row.decided_by, row.decided_at = by.ledger_name, now
    Escalation.objects.filter(id=row.id).update(
        state=state, decision=words, next_at=next_at, decided_by=row.decided_by, decided_at=now
    )


def _recorded(action: str, row: Escalation, words: str, by: Actor, now: datetime) -> None:
    ledger.record(
        action, obj=("task", row.task_id), by=by, now=now, purpose=PURPOSE, basis=str(row.order_id),
        task=str(row.task_id), level=row.level, result=row.kind, reason=words,
    )  # fmt: skip
    for pos in {row.area_pos, row.from_pos}:
        live.ring("task", pos=pos)
