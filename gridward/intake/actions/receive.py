"""
Takes a list in: gate, content, columns. Nothing of a refused list is kept.

A list is known by its content: the same bytes through the same channel under the same order are the same batch. Which
of its columns is what was said by the sender, is remembered, follows from the headings, or waits for somebody to say.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction

from gridward.governance import api as governance
from gridward.intake import layouts, opening, queries, rules
from gridward.intake.actions.channels import layout_remember
from gridward.intake.actions.quota import quota_ask
from gridward.intake.events import BatchReceived
from gridward.intake.inbox import inbox_sweep, keep, keep_sealed
from gridward.intake.layouts import Look, Proposal
from gridward.intake.models import Batch, Channel
from gridward.intake.queries import BatchView
from gridward.kernel import ledger, live, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.tabular import Table


@dataclass(frozen=True)
class Said:
    """What came with a list about its columns: who could look, {field: heading} if it was said, and how surely."""

    look: Look = "none"
    layout: Mapping[str, str] = field(default_factory=dict)
    is_sure: bool = False


NOTHING_SAID = Said()


@transaction.atomic
def batch_receive(
    *,
    channel_code: str,
    path: Path,
    filename: str,
    by: Actor,
    now: datetime,
    order_id: UUID | None = None,
    said: Said = NOTHING_SAID,
) -> BatchView | Refusal:
    """
    Take a list in and announce it; resolving it is another step.

    Asks the gate for the channel's purpose, that the order names the department, and that no column must not be
    collected. Runs in the scope of whoever sends it. A refused list leaves its refusal and nothing of its content,
    provided the caller lets the transaction stand. Where `said.look` lets somebody look and the columns are not sure,
    the list waits sealed, its state `mapping`.
    """
    inbox_sweep(now)
    channel = Channel.objects.filter(code=channel_code).first()
    if channel is None:
        return refuse("channel_unknown", channel=channel_code[:40])
    order = order_of(channel, by, now, order_id)
    if isinstance(order, Refusal):
        refusal_record(channel, order, order_id, by, now)
        return order
    content_hash = _hash(path)
    same = Batch.objects.filter(channel=channel, order_id=order.id, content_hash=content_hash)
    if known := same.exclude(state="refused").first():
        return queries.batch_view(known, is_known=True)
    batch = _new_batch(channel, order, content_hash, filename, by, now)
    opened = _opened(path, filename, channel, said, now)
    if isinstance(opened, Opened):
        opened = _within_share(opened, batch, order, by, now)
    if isinstance(opened, Refusal):
        batch.state, batch.refusal = "refused", opened.code
        batch.save(force_insert=True)
        refusal_record(channel, opened, order.id, by, now)
        return opened
    return _taken_in(batch, opened, path, by, now)


def _within_share(
    opened: "Opened", batch: Batch, order: governance.OrderView, by: Actor, now: datetime
) -> "Opened | Refusal":
    """Return the list if its channel may send it today."""
    batch.told_rows = opened.table.row_count
    over = quota_ask(
        channel=batch.channel, order=order, batch_id=batch.id, rows=batch.told_rows, by=by, now=now
    )
    return over or opened


def _new_batch(
    channel: Channel,
    order: governance.OrderView,
    content_hash: bytes,
    filename: str,
    by: Actor,
    now: datetime,
) -> Batch:
    return Batch(
        id=new_id(),
        channel=channel,
        agency_code=channel.agency_code,
        order_id=order.id,
        area_pos=order.area_pos,
        content_hash=content_hash,
        filename=Path(filename).name[:200],
        received_by=by.ledger_name,
        received_at=now,
    )


@dataclass(frozen=True)
class Opened:
    """A list that may come in: read by these columns, or waiting because of this proposal."""

    table: Table
    layout: Mapping[str, str] = field(default_factory=dict)
    waits: bytes = b""


def _opened(path: Path, filename: str, channel: Channel, said: Said, now: datetime) -> Opened | Refusal:
    """Open a list and settle its columns: as said, as remembered, as its headings say; or let it wait."""
    if said.look == "none" and not said.layout:
        table = opening.open_list(path, filename, channel)
        return table if isinstance(table, Refusal) else Opened(table)
    table = opening.open_table(path, filename, channel, said.layout, is_looked_at=said.look != "none")
    if isinstance(table, Refusal):
        return table
    keys, sampled = layouts.header_keys(table.headers), opening.sample(table)
    if said.layout:
        columns = layouts.settled(said.layout, keys)
        if isinstance(columns, Refusal):
            return columns
        if not said.is_sure and (wrong := layouts.doubtful(columns, table.headers, sampled.looks)):
            return wrong
        layout = {name: keys[place] for name, place in columns.items()}
        layout_remember(channel_code=channel.code, keys=keys, layout=layout, now=now)
        return Opened(opening.with_columns(table, columns), layout)
    known = layouts.remembered(channel.layouts, keys)
    proposal = layouts.propose(table, sampled.looks, known)
    if known and proposal.is_sure:
        return Opened(opening.with_columns(table, _places(proposal)), known)
    if said.look == "unsure":
        if incomplete := table.incomplete():
            return incomplete.as_outcome()
        if not proposal.is_whole:
            return refuse("no_key_column")
        if proposal.is_sure:
            return Opened(opening.with_columns(table, _places(proposal)))
    return Opened(table, waits=_head(table, layouts.filled(proposal), sampled))


def _places(proposal: Proposal) -> dict[str, int]:
    return {one.field: place for place, one in enumerate(proposal.columns) if one.field}


def _head(table: Table, proposal: Proposal, sampled: opening.Sampled) -> bytes:
    """Return what somebody will look at, sealed with the list: headings, what is proposed, masked values."""
    return orjson.dumps(
        {
            "rows": table.row_count,
            "columns": [
                {**asdict(one), "samples": samples}
                for one, samples in zip(proposal.columns, sampled.values, strict=True)
            ],
        }
    )


def _taken_in(batch: Batch, opened: Opened, path: Path, by: Actor, now: datetime) -> BatchView:
    table = opened.table
    batch.state, batch.format = "mapping" if opened.waits else "received", table.format
    batch.notes = {note.code.value: dict(note.params) for note in table.notes}
    batch.layout = dict(opened.layout)
    if not opened.waits:
        batch.notes |= {} if opened.layout else rules.chosen_notes(table)
        batch.columns = {name: table.headers[index] for name, index in table.columns.items()}
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError:
        # The same list came twice in the same moment: the other one was first.
        same = Batch.objects.filter(
            channel=batch.channel, order_id=batch.order_id, content_hash=batch.content_hash
        )
        return queries.batch_view(same.exclude(state="refused").get(), is_known=True)
    if opened.waits:
        sealer = governance.sealer(governance.order_domain(batch.order_id))
        keep_sealed(path, batch.id, head=opened.waits, sealer=sealer)
    else:
        keep(path, batch.id)
        outbox.announce(BatchReceived(batch.id, batch.order_id), now=now)
    ledger.record(
        "batch.receive",
        obj=("batch", batch.id),
        by=by,
        now=now,
        purpose=batch.channel.purpose,
        basis=str(batch.order_id),
        result="mapping_needed" if opened.waits else "ok",
        rows_count=table.row_count,
    )
    live.ring("batch", pos=batch.area_pos)
    return queries.batch_view(batch)


def order_of(
    channel: Channel, by: Actor, now: datetime, order_id: UUID | None
) -> governance.OrderView | Refusal:
    """Return the order a list is taken in under: the one that was named, or the only one it can be."""
    orders = governance.get_active_orders(now=now, scopes=by.scopes)
    if order_id is not None:
        orders = [order for order in orders if order.id == order_id]
    if not orders:
        return refuse("order_inactive")
    orders = [order for order in orders if channel.purpose in order.purposes]
    if not orders:
        return refuse("purpose_not_named")
    orders = [order for order in orders if channel.agency_code in order.bodies]
    if not orders:
        return refuse("agency_not_in_order")
    if len(orders) > 1:
        return refuse("order_unclear", count=len(orders))
    return governance.gate_ask(
        purpose=channel.purpose, area_pos=orders[0].area_pos, now=now, order_id=orders[0].id
    )


def refusal_record(
    channel: Channel, refusal: Refusal, order_id: UUID | None, by: Actor, now: datetime
) -> None:
    """Record that a list was refused, and why; nothing of the list."""
    ledger.record(
        "batch.refuse",
        obj=("channel", channel.code),
        by=by,
        now=now,
        purpose=channel.purpose,
        basis=str(order_id or ""),
        result=refusal.code,
    )


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
