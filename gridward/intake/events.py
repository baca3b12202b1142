"""Facts intake announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from gridward.kernel.outbox import FactBody, fact_kind


@fact_kind
@dataclass(frozen=True)
class BatchReceived(FactBody):
    """A list was taken in and waits to be resolved."""

    kind: ClassVar[str] = "intake.batch_received"
    batch_id: UUID
    order_id: UUID


@fact_kind
@dataclass(frozen=True)
class BatchResolved(FactBody):
    """Every row of a list is accounted for; its ready clues can be dispatched."""

    kind: ClassVar[str] = "intake.batch_resolved"
    batch_id: UUID
    order_id: UUID


@fact_kind
@dataclass(frozen=True)
class ClueResolved(FactBody):
    """A person decided a clue of the review queue; it can be dispatched."""

    kind: ClassVar[str] = "intake.clue_resolved"
    clue_id: UUID
    order_id: UUID


@fact_kind
@dataclass(frozen=True)
class OutcomeReturned(FactBody):
    """These rows are answered: from now on their senders see what was found."""

    kind: ClassVar[str] = "intake.outcome_returned"
    order_id: UUID
    clue_ids: list[str]
