"""
Takes a list in: gate, content, columns. Nothing of a refused list is kept.

A list is known by its content: the same bytes through the same channel under the same order are the same batch.
"""

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import queries, rules
from gridward.intake.events import BatchReceived
from gridward.intake.models import Batch, Channel
from gridward.intake.queries import BatchView
from gridward.kernel import ledger, live, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.tabular import Column, Hint, Table, TableRefusal, read_table

SAMPLES_NEEDED = 3
INBOX_KEEPS = timedelta(days=1)


@transaction.atomic
def batch_receive(
    *, channel_code: str, path: Path, filename: str, by: Actor, now: datetime, order_id: UUID | None = None
) -> BatchView | Refusal:
    """
    Take a list in and announce it; resolving it is another step.

    Asks the gate for the channel's purpose, that the order names the department, and that no column must not be
    collected. Runs in the scope of whoever sends it. A refused list leaves its refusal and nothing of its content,
    provided the caller lets the transaction stand.
    """
    inbox_sweep(now)
    channel = Channel.objects.filter(code=channel_code).first()
    if channel is None:
        return refuse("channel_unknown", channel=channel_code[:40])
    order = _order(channel, by, now, order_id)
    if isinstance(order, Refusal):
        _refusal_record(channel, order, order_id, by, now)
        return order
    content_hash = _hash(path)
    same = Batch.objects.filter(channel=channel, order_id=order.id, content_hash=content_hash)
    if known := same.exclude(state="refused").first():
        return queries.batch_view(known, is_known=True)
    batch = Batch(
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
    table = open_list(path, filename, channel)
    if isinstance(table, Refusal):
        batch.state, batch.refusal = "refused", table.code
        batch.save(force_insert=True)
        _refusal_record(channel, table, order.id, by, now)
        return table
    return _taken_in(batch, table, path, by, now)


def _taken_in(batch: Batch, table: Table, path: Path, by: Actor, now: datetime) -> BatchView:
    batch.state, batch.format = "received", table.format
    batch.notes = {note.code.value: dict(note.params) for note in table.notes} | rules.chosen_notes(table)
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
    _keep(path, batch.id)
    ledger.record(
        "batch.receive",
        obj=("batch", batch.id),
        by=by,
        now=now,
        purpose=batch.channel.purpose,
        basis=str(batch.order_id),
        rows_count=table.row_count,
    )
    outbox.announce(BatchReceived(batch.id, batch.order_id), now=now)
    live.ring("batch", pos=batch.area_pos)
    return queries.batch_view(batch)


def _order(
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


def _refusal_record(
    channel: Channel, refusal: Refusal, order_id: UUID | None, by: Actor, now: datetime
) -> None:
    ledger.record(
        "batch.refuse",
        obj=("channel", channel.code),
        by=by,
        now=now,
        purpose=channel.purpose,
        basis=str(order_id or ""),
        result=refusal.code,
    )


def open_list(path: Path, filename: str, channel: Channel) -> Table | Refusal:
    """Read a list's columns and check that it may come in; what this channel called them last time is known."""
    remembered = {name: (header,) for header, name in channel.mapping.items()}
    wanted = [
        Column(column.name, (*column.aliases, *remembered.get(column.name, ())), column.required, column.hint)
        for column in rules.COLUMNS
    ]
    table = read_table(path, filename=filename, wanted=wanted, sample_hint=sample_hint)
    if isinstance(table, TableRefusal):
        return table.as_outcome()
    if header := rules.forbidden_header(table.headers):
        return refuse("forbidden_column", header=header[:40])
    if incomplete := table.incomplete():
        return incomplete.as_outcome()
    columns = {**table.columns, **rules.chosen(table)}
    if not {"id_number", "phone", "address"} & columns.keys():
        return refuse("no_key_column")
    return replace(table, mapping=replace(table.mapping, columns=columns))


def sample_hint(values: Sequence[str]) -> Hint | None:
    """Say what a column's sample values look like, for headers that do not tell."""
    country = pack(settings.COUNTRY)
    given = [value for value in values if value.strip()]
    if len(given) < SAMPLES_NEEDED:
        return None
    if sum(bool(reading.value) for reading in country.read_ids(given)) * 2 > len(given):
        return "id"
    if sum(bool(reading.value) for reading in country.read_phones(given)) * 2 > len(given):
        return "phone"
    if sum(bool(reading.road or reading.community) for reading in country.read_addresses(given)) * 2 > len(
        given
    ):
        return "address"
    return None


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def inbox_path(batch_id: UUID) -> Path:
    """Return where a received list lies until it is resolved; it is deleted then."""
    return Path(settings.DATA) / "inbox" / str(batch_id)


def inbox_clear(batch_id: UUID) -> None:
    """Delete a list's file once what became of the list is committed."""
    transaction.on_commit(lambda: inbox_path(batch_id).unlink(missing_ok=True))


def inbox_sweep(now: datetime) -> int:
    """Delete files that nobody resolved within a day, or whose list was rolled back; return how many."""
    oldest = (now - INBOX_KEEPS).timestamp()
    stale = 0
    for path in inbox_path(UUID(int=0)).parent.glob("*"):
        # A list that is resolved at this moment takes its file away under our eyes.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
                stale += 1
    return stale


def _keep(path: Path, batch_id: UUID) -> None:
    kept = inbox_path(batch_id)
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    kept.touch(mode=0o600)
    shutil.copyfile(path, kept)
