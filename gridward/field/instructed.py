"""
Answers about instructions as a centre sees them: to whom each went, who received it, who did what it says.

For one instruction at a time. Refuses sums over several of them for a worker: that would be a ranking.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridward.field.instructing import stands
from gridward.field.models import Instruction, Receipt
from gridward.field.queries import in_areas
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory
from gridward.workforce import api as workforce

PAGE = 50


@dataclass(frozen=True)
class Heard:
    """A worker an instruction went to, and when he or she received it and did it."""

    worker: str
    received_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class InstructionView:
    """An instruction as its centre sees it. `to` is a worker's name; '' means everybody in the area."""

    id: UUID
    area: territory.AreaLabel
    to: str
    words: str
    is_urgent: bool
    written_by: str
    written_at: datetime
    given_at: datetime
    expires_at: datetime
    stands: str
    heard: Sequence[Heard]

    @property
    def received_count(self) -> int:
        """Return how many received it."""
        return sum(one.received_at is not None for one in self.heard)

    @property
    def done_count(self) -> int:
        """Return how many did what it says."""
        return sum(one.done_at is not None for one in self.heard)


def get_instructions(
    *, by: Actor, now: datetime, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[InstructionView]:
    """Return a keyset page of the instructions of the actor's areas, the newest first."""
    rows = Instruction.objects.filter(in_areas(by)).order_by("-written_at", "-id")
    if after:
        at, row_id = after
        rows = rows.filter(written_at__lte=at).exclude(written_at=at, id__gte=row_id)
    return _views(list(rows[:limit]), by, now)


def access_instruction(instruction_id: UUID, *, by: Actor, now: datetime) -> InstructionView | Refusal:
    """Return an instruction of the actor's areas; any other does not exist for the caller."""
    row = Instruction.objects.filter(id=instruction_id).first()
    if row is None or not by.covers(row.area_pos):
        return refuse("not_found")
    return _views([row], by, now)[0]


def _views(rows: Sequence[Instruction], by: Actor, now: datetime) -> list[InstructionView]:
    if not rows:
        return []
    places = workforce.get_worker_places(by=by)
    receipts: dict[UUID, dict[UUID, Receipt]] = {row.id: {} for row in rows}
    for one in Receipt.objects.filter(instruction__in=receipts):
        receipts[one.instruction_id][one.account_id] = one
    accounts = {who for found in receipts.values() for who in found}
    accounts |= {who for row in rows for who in (row.account_id, row.written_by) if who is not None}
    names = workforce.get_handles(accounts) | {one.account_id: one.handle for one in places}
    labels = territory.get_labels({row.area_pos for row in rows})
    return [
        InstructionView(
            id=row.id, area=labels[row.area_pos], to=names.get(row.account_id, "") if row.account_id else "",
            words=row.words, is_urgent=row.is_urgent, written_by=names.get(row.written_by, ""),
            written_at=row.written_at, given_at=row.given_at, expires_at=row.expires_at,
            stands=stands(
                given_at=row.given_at, expires_at=row.expires_at, ended_at=row.ended_at, now=now
            ),
            heard=_heard(_addressed(row, places), receipts[row.id], names),
        )
        for row in rows
    ]  # fmt: skip


def _addressed(row: Instruction, places: Iterable[workforce.WorkerPlace]) -> set[UUID]:
    if row.account_id is not None:
        return {row.account_id}
    return {one.account_id for one in places if row.area_pos <= one.area_pos < row.area_end}


def _heard(addressed: set[UUID], receipts: dict[UUID, Receipt], names: dict[UUID, str]) -> list[Heard]:
    """Return whom it went to, by name; who has left since and received it stays."""
    found = []
    for who in addressed | set(receipts):
        receipt = receipts.get(who)
        moments = (receipt.received_at, receipt.done_at) if receipt else (None, None)
        found.append(Heard(names.get(who, ""), *moments))
    return sorted(found, key=lambda one: one.worker)
