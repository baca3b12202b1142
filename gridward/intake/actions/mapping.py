"""
Takes a person's word on which column of a waiting list is what, or throws the list away.

Until then nothing of it is a clue: it lies sealed under the order's key, for a day at most.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from gridward.governance import api as governance
from gridward.intake import layouts, looking, queries
from gridward.intake.actions.channels import layout_remember
from gridward.intake.events import BatchReceived
from gridward.intake.inbox import INBOX_KEEPS, inbox_clear, unseal
from gridward.intake.models import Batch
from gridward.intake.queries import BatchView
from gridward.kernel import ledger, live, outbox
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal, refuse


@transaction.atomic
def batch_map(
    *, batch_id: UUID, layout: Mapping[str, str], is_sure: bool = False, by: Actor, now: datetime
) -> BatchView | Refusal:
    """
    Read a waiting list by these columns, {field: heading or its key}, and remember that for its channel.

    Runs in the actor's scope and asks the gate. What plainly looks like something else needs `is_sure`.
    """
    batch = _waiting(batch_id)
    if isinstance(batch, Refusal):
        return batch
    gate = governance.gate_ask(
        purpose=batch.channel.purpose, area_pos=batch.area_pos, now=now, order_id=batch.order_id
    )
    if isinstance(gate, Refusal):
        return gate
    seen = looking.get_waiting_columns(batch)
    if seen is None:
        return refuse("mapping_expired")
    headers, keys = [one.header for one in seen.columns], [one.key for one in seen.columns]
    columns = layouts.settled(layout, keys)
    if isinstance(columns, Refusal):
        return columns
    if not is_sure and (wrong := layouts.doubtful(columns, headers, [one.looks for one in seen.columns])):
        return wrong
    if not unseal(batch.id, governance.sealer(governance.order_domain(batch.order_id))):
        return refuse("mapping_expired")
    batch.state = "received"
    batch.layout = {name: keys[place] for name, place in columns.items()}
    batch.columns = {name: headers[place] for name, place in columns.items()}
    batch.save(update_fields=["state", "layout", "columns"])
    layout_remember(channel_code=batch.channel_id, keys=keys, layout=batch.layout, now=now)
    _record("batch.map", batch, by, now)
    outbox.announce(BatchReceived(batch.id, batch.order_id), now=now)
    return queries.batch_view(batch)


@transaction.atomic
def batch_discard(*, batch_id: UUID, by: Actor, now: datetime) -> BatchView | Refusal:
    """Throw a list away that waits for its columns; only that it came and went is kept."""
    batch = _waiting(batch_id)
    if isinstance(batch, Refusal):
        return batch
    batch.state, batch.refusal = "refused", "mapping_cancelled"
    batch.save(update_fields=["state", "refusal"])
    inbox_clear(batch.id)
    _record("batch.discard", batch, by, now)
    return queries.batch_view(batch)


@transaction.atomic
def batches_expire(*, now: datetime, by: Actor = SYSTEM) -> int:
    """Give up lists nobody confirmed within a day; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select intake_mapping_expire(%s)", [now - INBOX_KEEPS])
        expired = [row[0] for row in cursor.fetchall()]
    for batch_id in expired:
        inbox_clear(batch_id)
        ledger.record("batch.discard", obj=("batch", batch_id), by=by, now=now, result="mapping_expired")
    return len(expired)


def _waiting(batch_id: UUID) -> Batch | Refusal:
    """Return a list of the present scope, locked, if it waits for its columns."""
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("channel").filter(id=batch_id).first()
    )
    if batch is None:
        return refuse("not_found")
    return batch if batch.state == "mapping" else refuse("mapping_done")


def _record(action: str, batch: Batch, by: Actor, now: datetime) -> None:
    ledger.record(
        action,
        obj=("batch", batch.id),
        by=by,
        now=now,
        purpose=batch.channel.purpose,
        basis=str(batch.order_id),
    )
    live.ring("batch", pos=batch.area_pos)
