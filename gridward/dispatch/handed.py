"""Answers about hand-overs: those that wait in an area to be decided, and those a task has had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridward.dispatch.models import Handover
from gridward.kernel.actor import Actor
from gridward.territory import api as territory
from gridward.workforce import api as workforce

PAGE = 50
UUID_LENGTH = 36


@dataclass(frozen=True)
class HandoverView:
    """A hand-over as both sides see it: why, from where to where, how urgent, until when, and what became of it."""

    id: UUID
    task_id: UUID
    kind: str
    state: str
    origin: territory.AreaLabel
    target: territory.AreaLabel
    lies_at: int
    priority: str
    people_count: int
    proposed_at: datetime
    due_at: datetime
    by: str
    decided_at: datetime | None
    decided_by: str
    reason: str


def get_handovers(*, by: Actor) -> list[HandoverView]:
    """Return the hand-overs that wait in the actor's areas to be decided, those due first at the top."""
    rows: list[Handover] = []
    for scope in by.scopes:
        waiting = Handover.objects.filter(
            area_pos__gte=scope.pos, area_pos__lt=scope.end, state__in=("proposed", "street")
        )
        rows += waiting.order_by("due_at", "id")[:PAGE]
    return handover_views(sorted(rows, key=lambda row: (row.due_at, row.id))[:PAGE])


def handover_views(rows: Sequence[Handover]) -> list[HandoverView]:
    """Return hand-overs with the names of their places and of who proposed and decided."""
    labels = territory.get_labels({pos for row in rows for pos in (row.from_pos, row.to_pos)})
    accounts = {
        UUID(who) for row in rows for who in (row.proposed_by, row.decided_by) if len(who) == UUID_LENGTH
    }
    handles = {str(account): handle for account, handle in workforce.get_handles(accounts).items()}
    return [
        HandoverView(
            row.id, row.task_id, row.kind, row.state, labels[row.from_pos], labels[row.to_pos], row.area_pos,
            row.priority, row.people_count, row.proposed_at, row.due_at, handles.get(row.proposed_by, ""),
            row.decided_at, handles.get(row.decided_by, ""), row.reason,
        )
        for row in rows
    ]  # fmt: skip


def handovers_of(task_id: UUID) -> tuple[HandoverView, ...]:
    """Return the hand-overs a task has had, oldest first."""
    return tuple(handover_views(list(Handover.objects.filter(task_id=task_id).order_by("proposed_at", "id"))))
