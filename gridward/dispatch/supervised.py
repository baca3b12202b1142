"""Answers about supervision: what is to be checked, what a time is set for, what has risen in an area. No person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridward.dispatch import escalated, whistled
from gridward.dispatch.models import Escalation, Supervision, Task, Whistle
from gridward.kernel import bulk
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory

PAGE = 50


@dataclass(frozen=True)
class SupervisionView:
    """A time that is set for a task, or the check of one that is closed."""

    id: UUID
    task_id: UUID
    place: territory.AreaLabel
    kind: str
    state: str
    words: str
    priority: str
    due_at: datetime | None
    at: datetime
    decided_at: datetime | None


def supervisions_of(task_id: UUID) -> tuple[SupervisionView, ...]:
    """Return what supervision has said about a task; a draw that nobody has looked at yet is nobody's business."""
    rows = Supervision.objects.filter(task_id=task_id).exclude(state="waiting").select_related("task")
    return tuple(_views(list(rows.order_by("at", "id"))))


def get_checks(*, by: Actor) -> list[SupervisionView]:
    """Return the closed tasks of the sample that wait to be checked in the actor's areas, the oldest first."""
    return _in_areas(by, "waiting", "at")


def get_check(task_id: UUID) -> SupervisionView | None:
    """Return the check that a closed task waits for, if it was drawn."""
    rows = Supervision.objects.filter(task_id=task_id, state="waiting").select_related("task")
    return next(iter(_views(list(rows))), None)


def get_set_times(*, by: Actor) -> list[SupervisionView]:
    """Return the tasks of the actor's areas that a time is set for, those due first at the top."""
    return _in_areas(by, "open", "due_at")


def _in_areas(by: Actor, state: str, column: str) -> list[SupervisionView]:
    rows: list[Supervision] = []
    for scope in by.scopes:
        found = Supervision.objects.filter(area_pos__gte=scope.pos, area_pos__lt=scope.end, state=state)
        rows += found.select_related("task").order_by(column, "id")[:PAGE]
    return _views(sorted(rows, key=lambda row: (getattr(row, column), row.id))[:PAGE])


def _views(rows: Sequence[Supervision]) -> list[SupervisionView]:
    labels = territory.get_labels({row.area_pos for row in rows})
    return [
        SupervisionView(
            row.id, row.task_id, labels[row.area_pos], row.kind, row.state, row.words, row.task.priority, row.due_at,
            row.at, row.decided_at,
        )
        for row in rows
    ]  # fmt: skip


def get_risen(
    *, by: Actor, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[escalated.EscalationView]:
    """Return a keyset page of the tasks of the actor's areas that have risen, with whichever level they lie."""
    rows: list[Escalation] = []
    for scope in by.scopes:
        found = Escalation.objects.filter(from_pos__gte=scope.pos, from_pos__lt=scope.end, state="open")
        if after:
            at, row_id = after
            found = found.filter(raised_at__gte=at).exclude(raised_at=at, id__lte=row_id)
        rows += found.select_related("task").order_by("raised_at", "id")[:limit]
    return escalated.views(sorted(rows, key=lambda row: (row.raised_at, row.id))[:limit])


def get_whistles(*, by: Actor) -> list[whistled.WhistleView]:
    """Return the open whistles that were blown in the actor's areas, the oldest first."""
    rows: list[Whistle] = []
    for scope in by.scopes:
        found = Whistle.objects.filter(from_pos__gte=scope.pos, from_pos__lt=scope.end, state="open")
        rows += found.order_by("blown_at", "id")[:PAGE]
    return whistled.views(sorted(rows, key=lambda row: (row.blown_at, row.id))[:PAGE])


def is_handled_by(task_id: UUID, by: Actor) -> bool:
    """Tell whether this person has had a hand in a task: its passes, its ways up and across, or holds it now."""
    return bool(
        bulk.answers(
            Rows("select dispatch_handled_by(%(task)s, %(who)s)", {"task": task_id, "who": by.ledger_name})
        )[0][0]
    )


def may_handle(task_id: UUID, by: Actor) -> Refusal | None:
    """Refuse whoever has set a time for a task or checked it."""
    asked = Rows("select dispatch_supervised_by(%(task)s, %(who)s)", {"task": task_id, "who": by.ledger_name})
    return refuse("handle_supervised") if bulk.answers(asked)[0][0] else None


def access_supervised(task_id: UUID, *, by: Actor) -> Task | Refusal:
    """Return a task of the actor's areas, locked; any other does not exist for the caller."""
    task = Task.objects.select_for_update().filter(id=task_id).first()
    return task if task is not None and by.covers(task.area_pos) else refuse("not_found")
