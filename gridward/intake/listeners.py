"""Reactions of intake: a list that was received is resolved."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gridward.intake.actions.resolve import batch_resolve
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outbox import Heard


def on_batch_received(facts: Sequence[Heard], now: datetime) -> None:
    """Resolve received lists; one that is refused says so on its own page."""
    for fact in facts:
        batch_resolve(batch_id=UUID(fact.ids["batch_id"]), by=SYSTEM, now=now)
