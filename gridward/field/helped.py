"""Answers about calls for help as community and street see them. Refuses counts for a worker: nobody is blamed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridward.field import helping
from gridward.field.models import HelpCall
from gridward.field.queries import in_areas
from gridward.kernel.actor import Actor
from gridward.territory import api as territory
from gridward.workforce import api as workforce

#: More than a street ever has open; what is closed is shown for a day.
MOST = 200


@dataclass(frozen=True)
class HelpView:
    """A call for help; of one that is closed it is not said whose it was."""

    id: UUID
    worker: str
    area: territory.AreaLabel
    kind: str
    called_at: datetime
    received_at: datetime
    is_late: bool
    taken_by: str
    taken_at: datetime | None
    closed_at: datetime | None
    outcome: str


def count_open(*, by: Actor) -> tuple[int, int]:
    """Return how many calls of the actor's areas are open, and how many of them nobody took care of yet."""
    rows = HelpCall.objects.filter(in_areas(by), closed_at__isnull=True).values_list("taken_at", flat=True)
    taken = list(rows[:MOST])
    return len(taken), sum(at is None for at in taken)


def get_open(*, by: Actor, now: datetime) -> list[HelpView]:
    """Return the open calls of the actor's areas: those nobody took first, of them the longest waiting."""
    rows = list(
        HelpCall.objects.filter(in_areas(by), closed_at__isnull=True).order_by("called_at", "id")[:MOST]
    )
    rows.sort(key=lambda row: row.taken_at is not None)
    return _views(rows, now, workforce.get_handles(row.account_id for row in rows))


def get_closed(*, by: Actor, now: datetime) -> list[HelpView]:
    """Return what was closed within a day, the last first, without whose it was."""
    rows = HelpCall.objects.filter(in_areas(by), closed_at__gt=now - helping.SHOWN_FOR)
    return _views(list(rows.order_by("-closed_at", "-id")[:MOST]), now, {})


def _views(rows: Sequence[HelpCall], now: datetime, names: dict[UUID, str]) -> list[HelpView]:
    labels = territory.get_labels({row.area_pos for row in rows})
    return [
        HelpView(
            id=row.id, worker=names.get(row.account_id, ""), area=labels[row.area_pos], kind=row.kind,
            called_at=row.called_at, received_at=row.received_at,
            is_late=row.taken_at is None and now - row.received_at >= helping.RISES_AFTER,
            taken_by=row.taken_name, taken_at=row.taken_at, closed_at=row.closed_at, outcome=row.outcome,
        )
        for row in rows
    ]  # fmt: skip
