"""Answers about escalations: what lies with a centre, one of them, and where a task has lain. Nobody's name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from gridward.dispatch import escalating
from gridward.dispatch.handed import UUID_LENGTH
from gridward.dispatch.models import Escalation
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory
from gridward.workforce import api as workforce

PAGE = 50


@dataclass(frozen=True)
class EscalationView:
    """A task at a level: where it is, how urgent, since when and why it lies there, and what was decided."""

    id: UUID
    task_id: UUID
    order_id: UUID
    level: str
    lies_at: territory.AreaLabel
    place: territory.AreaLabel
    #: Where on the line it lies.
    area_pos: int
    kind: str
    words: str
    state: str
    raised_by: str
    raised_at: datetime
    next_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    decision: str
    priority: str
    opened_at: datetime
    due_at: datetime
    assignee: str
    is_with_worker: bool


def lies_with(by: Actor, area_pos: int) -> bool:
    """Tell whether what lies there lies with this actor: with the centre of that very area, and with no other."""
    return any(scope.pos == area_pos for scope in by.scopes)


def get_escalations(
    *, by: Actor, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[EscalationView]:
    """Return a keyset page of what lies with the actor, the longest first."""
    rows = Escalation.objects.filter(area_pos__in=[scope.pos for scope in by.scopes], state="open")
    if after:
        at, row_id = after
        rows = rows.filter(raised_at__gte=at).exclude(raised_at=at, id__lte=row_id)
    return views(list(rows.select_related("task").order_by("raised_at", "id")[:limit]))


def count_by_level(*, by: Actor) -> dict[str, int]:
    """Return how many tasks of the actor's areas lie with each level of them, from the lowest up."""
    found = dict.fromkeys(escalating.LEVELS, 0)
    for scope in by.scopes:
        rows = Escalation.objects.filter(area_pos__gte=scope.pos, area_pos__lt=scope.end, state="open")
        for level, count in rows.order_by().values_list("level").annotate(count=Count("*")):
            found[level] += count
    return found


def access_escalation(escalation_id: UUID, *, by: Actor) -> EscalationView | Refusal:
    """Return an escalation that lies in the actor's areas; any other does not exist for the caller."""
    row = Escalation.objects.select_related("task").filter(id=escalation_id).first()
    if row is None or not by.covers(row.area_pos):
        return refuse("not_found")
    return views([row])[0]


def escalations_of(task_id: UUID) -> tuple[EscalationView, ...]:
    """Return where a task has lain, the first first."""
    rows = Escalation.objects.select_related("task").filter(task_id=task_id).order_by("raised_at", "id")
    return tuple(views(list(rows)))


@dataclass(frozen=True)
class LiesView:
    """Where a task lies above its grid, or the last thing a level said about it, as its worker reads it."""

    place: str
    state: str
    kind: str
    words: str
    at: datetime


def get_lies(task_ids: Iterable[UUID]) -> dict[UUID, LiesView]:
    """Return, for each of these tasks that was ever raised, where it lies or what was said last."""
    rows = Escalation.objects.filter(task_id__in=list(task_ids)).order_by("task_id", "-raised_at", "-id")
    last = {row.task_id: row for row in rows.distinct("task_id")}
    labels = territory.get_labels({row.area_pos for row in last.values()})
    return {
        task_id: LiesView(
            labels[row.area_pos].name, row.state, row.kind, row.words if row.state == "open" else row.decision,
            row.raised_at if row.state == "open" else row.decided_at or row.raised_at,
        )
        for task_id, row in last.items()
        if row.state in ("open", "extended", "returned")
    }  # fmt: skip


def views(rows: Sequence[Escalation]) -> list[EscalationView]:
    """Return escalations with the names of their places and of who raised and decided them."""
    labels = territory.get_labels({pos for row in rows for pos in (row.area_pos, row.from_pos)})
    people = {UUID(who) for row in rows for who in (row.raised_by, row.decided_by) if len(who) == UUID_LENGTH}
    people |= {row.task.assignee_id for row in rows if row.task.assignee_id}
    handles = {str(account): handle for account, handle in workforce.get_handles(people).items()}
    return [
        EscalationView(
            row.id, row.task_id, row.order_id, row.level, labels[row.area_pos], labels[row.from_pos], row.area_pos,
            row.kind, row.words, row.state, handles.get(row.raised_by, row.raised_by), row.raised_at, row.next_at,
            handles.get(row.decided_by, row.decided_by), row.decided_at, row.decision, row.task.priority,
            row.task.opened_at, row.task.due_at, handles.get(str(row.task.assignee_id), ""),
            row.task.released_at is not None,
        )
        for row in rows
    ]  # fmt: skip
