"""Answers what a list that waits for its columns looks like: headings, what is proposed, three masked values each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from gridward.governance import api as governance
from gridward.intake import layouts
from gridward.intake.inbox import INBOX_KEEPS, sealed_head
from gridward.intake.models import Batch
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.sealing import SealError


@dataclass(frozen=True)
class WaitingColumn:
    """One heading of a waiting list: what it is proposed as and why, what it looks like, three masked values."""

    header: str
    key: str
    field: str
    why: str
    looks: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class WaitingList:
    """A list that waits for somebody to say which of its columns is what."""

    batch_id: UUID
    channel_code: str
    channel_name: str
    filename: str
    rows: int
    columns: tuple[WaitingColumn, ...]
    gone: tuple[str, ...]
    come: tuple[str, ...]
    is_first: bool
    until_at: datetime


def get_waiting_columns(batch: Batch) -> WaitingList | None:
    """Return what there is to look at, or None when the file or its key is gone."""
    try:
        head = sealed_head(batch.id, governance.sealer(governance.order_domain(batch.order_id)))
    except SealError:
        return None
    if head is None:
        return None
    told = orjson.loads(head)
    columns = tuple(WaitingColumn(**{**one, "samples": tuple(one["samples"])}) for one in told["columns"])
    known = batch.channel.layouts
    gone, come = layouts.changed(known, [one.key for one in columns])
    return WaitingList(
        batch_id=batch.id,
        channel_code=batch.channel_id,
        channel_name=batch.channel.name,
        filename=batch.filename,
        rows=told["rows"],
        columns=columns,
        gone=gone,
        come=come,
        is_first=not known,
        until_at=batch.received_at + INBOX_KEEPS,
    )


def access_waiting_list(batch_id: UUID, *, by: Actor, now: datetime) -> WaitingList | Refusal:
    """Return a waiting list of the present scope, masked; the look is in the ledger."""
    batch = Batch.objects.select_related("channel").filter(id=batch_id).first()
    if batch is None:
        return refuse("not_found")
    if batch.state != "mapping":
        return refuse("mapping_done")
    seen = get_waiting_columns(batch)
    if seen is None:
        return refuse("mapping_expired")
    ledger.record(
        "batch.look",
        obj=("batch", batch.id),
        by=by,
        now=now,
        purpose=batch.channel.purpose,
        basis=str(batch.order_id),
    )
    return seen
