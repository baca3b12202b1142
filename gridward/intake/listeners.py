"""Reactions of intake: a list that was received is resolved, and what was answered is pushed to whom it belongs to."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gridward.governance import api as governance
from gridward.intake.actions.learning import places_confirm
from gridward.intake.actions.resolve import batch_resolve
from gridward.intake.actions.webhooks import deliveries_make
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outbox import Heard
from gridward.kernel.outcomes import Refused


def on_batch_received(facts: Sequence[Heard], now: datetime) -> None:
    """Resolve received lists; one that is refused says so on its own page."""
    for fact in facts:
        batch_resolve(batch_id=UUID(fact.ids["batch_id"]), by=SYSTEM, now=now)


def on_outcome_returned(facts: Sequence[Heard], now: datetime) -> None:
    """
    Put answered rows down to be pushed to the departments that want that, and learn what their addresses mean.

    An order that is over tells nobody.
    """
    for fact in facts:
        order = governance.get_order(UUID(fact.ids["order_id"]), now=now)
        if order is None:
            continue
        try:
            with governance.job_transaction(order_id=order.id, purpose=order.purposes[0]):
                deliveries_make(order_id=order.id, clue_ids=fact.ids["clue_ids"], by=SYSTEM, now=now)
                places_confirm(order_id=order.id, clue_ids=fact.ids["clue_ids"], by=SYSTEM, now=now)
        except Refused:
            continue
