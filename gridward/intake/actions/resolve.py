"""
Resolves a received list: runs CLUE_STEPS, writes the clues, counts every row, announces what is ready.

One transaction in the order's scope. An order that ends meanwhile lets nothing through: the steps ask the gate, every
inserting statement asks it in the database, and so does the commit. Killed in the middle, nothing is half-made and
the next run starts again.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from gridward.governance import api as governance
from gridward.intake import counting, rules
from gridward.intake.events import BatchResolved
from gridward.intake.inbox import inbox_clear, inbox_path
from gridward.intake.models import Batch, BatchReject
from gridward.intake.opening import open_list
from gridward.intake.steps import CLUE_STEPS, Case, Work
from gridward.kernel import bulk, clock, ledger, live, outbox
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.ids import new_ids
from gridward.kernel.models import DataKey as DataKeyRow
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.kernel.sealing import DataKey
from gridward.kernel.tabular import TableChangedError


@dataclass(frozen=True)
class BatchReport:
    """The count of one list, in the fixed words."""

    batch_id: UUID
    rows: int
    accepted: int
    rejected: int
    merged: int
    new: int
    waiting: int


class ClockBehindError(Exception):
    """
    By this process's clock the list has not come in yet, nor perhaps its order begun: no reason to refuse it for good.

    The fact that it came in is delivered again a little later, to whoever's clock is right then.
    """


def batch_resolve(*, batch_id: UUID, by: Actor = SYSTEM, now: datetime) -> BatchReport | Refusal:
    """Resolve a received list and return its count. Resolving a resolved list again returns the same count."""
    order_id, purpose = _door(batch_id)
    if order_id is None:
        return refuse("not_found")
    try:
        with governance.job_transaction(order_id=order_id, purpose=purpose), bulk.collector_paused():
            report = _resolved(batch_id, by, now)
    except Refused as refused:
        if refused.refusal.code == "mapping_needed":
            return refused.refusal
        return _failed(batch_id, order_id, refused.refusal, by, now)
    except TableChangedError:
        return _failed(batch_id, order_id, refuse("batch_failed"), by, now)
    inbox_clear(batch_id)
    return report


def _door(batch_id: UUID) -> tuple[UUID | None, str]:
    """Return the batch's order and purpose: what is needed to enter its scope, and no more."""
    with connection.cursor() as cursor:
        cursor.execute("select order_id, purpose from intake_batch_door(%s)", [batch_id])
        return cursor.fetchone() or (None, "")


def _failed(batch_id: UUID, order_id: UUID, refusal: Refusal, by: Actor, now: datetime) -> Refusal:
    """Mark the list refused, in a transaction of its own, and forget its file."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select intake_batch_refuse(%s, %s)", [batch_id, refusal.code])
        ledger.record(
            "batch.refuse", obj=("batch", batch_id), by=by, now=now, basis=str(order_id), result=refusal.code
        )
    inbox_clear(batch_id)
    return refusal


def _resolved(batch_id: UUID, by: Actor, now: datetime) -> BatchReport:
    batch = Batch.objects.select_for_update(of=("self",)).select_related("channel").get(id=batch_id)
    if batch.state == "resolved":
        return report_of(batch)
    if batch.state == "refused":
        raise Refused(rules.refusal_again(batch.refusal))
    if batch.state == "mapping":
        raise Refused(refuse("mapping_needed"))
    order = _gate(batch)
    path = inbox_path(batch_id)
    if not path.exists():
        raise Refused(refuse("batch_failed"))
    table = open_list(path, batch.filename, batch.channel, batch.layout)
    if isinstance(table, Refusal):
        raise Refused(table)
    work = Work(batch, order, table, by, now)
    for step in CLUE_STEPS:
        step(work)
        _gate(batch)
    root = _write(work)
    _count(work, root)
    outbox.announce(BatchResolved(batch.id, order.id), now=now)
    live.ring("batch", pos=order.area_pos, end=order.area_end)
    return report_of(batch)


def _gate(batch: Batch) -> governance.OrderView:
    """Ask the gate by the clock as it is now, not as it was when the list came in."""
    now = clock.now()
    asked = governance.gate_ask(
        purpose=batch.channel.purpose, area_pos=batch.area_pos, now=now, order_id=batch.order_id
    )
    if isinstance(asked, Refusal):
        if now < batch.received_at:
            raise ClockBehindError(
                f"it is {now:%H:%M:%S} here, and the list came in at {batch.received_at:%H:%M:%S}"
            )
        raise Refused(asked)
    return asked


def report_of(batch: Batch) -> BatchReport:
    """Return a batch's count."""
    return BatchReport(
        batch.id,
        batch.row_count,
        batch.accepted_count,
        batch.rejected_count,
        batch.merged_count,
        batch.new_count,
        batch.waiting_count,
    )


#: What each row has for itself, in the order of binary COPY, and what all rows of a list share.
OWN = (
    "id", "batch_id", "row_number", "area_pos", "count_state", "waiting_reason", "match_rule", "candidates",
    "person_id", "resident_id", "household_id", "data_key", "name_sealed", "id_number_sealed", "phone_sealed",
    "address_sealed", "id_key", "id_surname_key", "phone_key", "door_key", "decision_id", "decided_at",
    "repeats",
)  # fmt: skip
SHARED = ("channel_id", "agency_code", "order_id", "kind", "purpose", "priority", "received_at")
CLUES = f"""
insert into intake_clue ({", ".join(OWN)}, state, {", ".join(SHARED)})
select {", ".join(OWN)}, case waiting_reason when '' then 'ready' else 'waiting' end,
       {", ".join([f"%({name})s" for name in SHARED])}
  from intake_stageclue where batch_id = %(batch)s
"""


def _write(work: Work) -> bytes:
    """Write rejects, the list's own data key and the clues; return the root over all rows of the file."""
    BatchReject.objects.bulk_create(
        [
            BatchReject(
                batch=work.batch,
                agency_code=work.batch.agency_code,
                area_pos=work.batch.area_pos,
                row_number=row,
                column=column,
                code=code,
            )
            for row, column, code in work.rejects
        ],
        batch_size=5_000,
    )
    own = {c.data_key.id: c.data_key for c in work.cases if c.data_key and c.household_id is None}
    DataKeyRow.objects.bulk_create(
        [DataKeyRow(id=k.id, domain=k.domain, wrapped=k.wrapped, created_at=work.now) for k in own.values()]
    )
    leaves = [counting.rejected(*reject) for reject in work.rejects]
    with connection.cursor() as cursor:
        for rows in _blocks(work):
            leaves += [leaf for leaf, _values in rows]
            with cursor.copy(
                f"copy intake_stageclue ({', '.join(OWN)}) from stdin (format binary)"
            ) as stream:
                stream.write(bulk.binary_rows(values for _leaf, values in rows))
        cursor.execute(CLUES, _shared(work))
        cursor.execute("delete from intake_stageclue where batch_id = %s", [work.batch.id])
    return counting.root_of(leaves)


def _shared(work: Work) -> dict[str, Any]:
    batch, channel = work.batch, work.batch.channel
    values = (
        channel.code, batch.agency_code, batch.order_id, channel.clue_kind, channel.purpose, channel.priority, work.now
    )  # fmt: skip
    return {**dict(zip(SHARED, values, strict=True)), "batch": batch.id}


SEALED = ("name_sealed", "id_number_sealed", "phone_sealed", "address_sealed")


#: So many rows are sealed at a time: the blobs of a whole list would take as much memory as the list itself.
SEALED_AT_ONCE = 20_000


#: A row as it is counted, and as PostgreSQL takes it.
Written = tuple[counting.Leaf, Sequence[bytes | None]]
SINCE = datetime(2000, 1, 1, tzinfo=UTC)


def _blocks(work: Work) -> Iterator[list[Written]]:
    ids = new_ids(len(work.cases))
    for start in range(0, len(ids), SEALED_AT_ONCE):
        some = slice(start, start + SEALED_AT_ONCE)
        yield list(_rows_of(work, ids[some], work.cases[some]))


def _rows_of(work: Work, ids: Sequence[UUID], cases: Sequence[Case]) -> Iterator[Written]:
    """Yield rows with each value as binary COPY takes it."""
    texts = list(map(str, ids))
    sealed = governance.sealer(work.order.domain).seal_rows(
        "intake_clue",
        SEALED,
        (
            (_key_of(case), text, (case.lead.name, case.lead.id_number, case.lead.phone, case.lead.address))
            for text, case in zip(texts, cases, strict=True)
        ),
    )
    batch = work.batch.id.bytes
    for row_id, text, case, blobs in zip(ids, texts, cases, sealed, strict=True):
        found, keys, row = case.match, case.keys, case.lead.row
        kept = (keys.id, keys.id_surname, keys.phone_name, keys.door_name)
        yield counting.taken((row, text, case.count_state, *kept)), (
            row_id.bytes, batch, row.to_bytes(4, "big"), case.area_pos.to_bytes(8, "big", signed=True),
            case.count_state.encode(), case.waiting.encode(), found.rule.encode() if found else b"", _candidates(case),
            case.person_id.bytes if case.person_id else None,
            case.resident_id.bytes if case.resident_id else None,
            case.household_id.bytes if case.household_id else None,
            _key_of(case).id_bytes, *blobs, *kept, *_decided(case),
            case.repeats.encode(),
        )  # fmt: skip


def _moment(at: datetime) -> bytes:
    return ((at - SINCE) // timedelta(microseconds=1)).to_bytes(8, "big", signed=True)


def _decided(case: Case) -> tuple[bytes | None, bytes | None]:
    """Return which earlier decision speaks about a row, and when it was taken if it decided the row."""
    if case.kept is None:
        return None, None
    return case.kept.id.bytes, None if case.waiting else _moment(case.kept.decided_at)


def _key_of(case: Case) -> DataKey:
    """Return the key a row is sealed with; the last step gave it one."""
    if case.data_key is None:
        raise RuntimeError("a row without a data key is not written")
    return case.data_key


#: A jsonb begins with the version of its format.
_NOBODY = b"\x01[]"


def _candidates(case: Case) -> bytes:
    if not (case.waiting and case.candidates):
        return _NOBODY
    return b"\x01" + json.dumps([str(candidate) for candidate in case.candidates]).encode()


def _count(work: Work, root: bytes) -> None:
    batch = work.batch
    counted = Counter(case.count_state for case in work.cases)
    batch.rejected_count = len(work.rejects)
    batch.accepted_count = len(work.cases)
    batch.row_count = batch.accepted_count + batch.rejected_count
    batch.merged_count, batch.new_count, batch.waiting_count = (
        counted["merged"],
        counted["new"],
        counted["waiting"],
    )
    repeats = Counter(case.repeats for case in work.cases)
    batch.list_repeat_count, batch.channel_repeat_count = repeats["list"], repeats["channel"]
    batch.id_unusable_count, batch.phone_unusable_count = (
        work.notes["id_unusable"],
        work.notes["phone_unusable"],
    )
    batch.reject_counts = dict(Counter(code for _row, _column, code in work.rejects))
    batch.unplaced_count = sum(case.waiting == "unplaced" for case in work.cases)
    batch.state, batch.resolved_at, batch.merkle_root = "resolved", work.now, root
    batch.notes = {**batch.notes, **work.notes}
    batch.save()
    mapping = {header: name for name, header in batch.columns.items()}
    type(batch.channel).objects.filter(code=batch.channel_id).update(mapping=mapping)
    ledger.record(
        "batch.resolve",
        obj=("batch", batch.id),
        by=work.by,
        now=work.now,
        purpose=batch.channel.purpose,
        basis=str(batch.order_id),
        rows_count=batch.row_count,
        accepted_count=batch.accepted_count,
        rejected_count=batch.rejected_count,
        merged_count=batch.merged_count,
        new_count=batch.new_count,
        waiting_count=batch.waiting_count,
        merkle_root=root.hex(),
    )
