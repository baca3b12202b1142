"""
Owns chaining: it gives entries their positions in batches, after the fact, so that no request waits for a
chain.

An entry's transaction may commit long after a younger one. Therefore only entries of transactions below the
oldest running one are sealed: all of those have ended, so nothing can turn up among them later. The head
remembers up to which transaction everything is sealed (the watermark). Refuses to touch entries: it reads
them and writes seals.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from gridward.kernel import clock, scope
from gridward.kernel.ledger.hashing import CANONICAL_SQL, GENESIS, chain, hash_of

#: One sealer at a time, in any process. The number is only a name.
SEALER_LOCK = 0x6C65646765720001
CHUNK = 50_000

_UNSEALED = "not exists (select 1 from kernel_ledgerseal s where s.entry_id = e.id)"
_READ_HEAD = "select position, chain_hash, watermark from kernel_ledgerhead order by position desc limit 1"
_READ_SNAPSHOT = """
select pg_snapshot_xmin(snapshot)::text, pg_snapshot_xmax(snapshot)::text
from (select pg_current_snapshot() as snapshot) as present
"""
# After a restore from a dump the transaction counter starts anew while the entries keep their old numbers.
# Then the watermark lies in the future, or entries younger than the last sealed one lie below it: neither
# happens otherwise.
_READ_JUMP = f"""
select %(watermark)s::xid8 > %(xmax)s::xid8 or exists (
  select 1 from kernel_ledgerentry e
  where e.id > coalesce((select entry_id from kernel_ledgerseal order by position desc limit 1), 0)
    and e.xid < %(watermark)s::xid8 and {_UNSEALED})
"""
_READ_WAITING = f"""
with waiting as materialized (
  select e.xid from kernel_ledgerentry e
  where e.xid >= %(watermark)s::xid8 and e.xid < %(xmin)s::xid8 and {_UNSEALED}
  order by e.xid limit %(limit)s + 1
)
select (select count(*) from waiting), (select xid::text from waiting order by xid limit 1),
  (select xid::text from waiting order by xid desc limit 1)
"""
_DECLARE = f"""
declare sealing no scroll cursor for select e.id, {CANONICAL_SQL} from kernel_ledgerentry e
where {{within}} and {_UNSEALED} order by e.id
"""
_WITHIN = "e.xid >= %(watermark)s::xid8 and e.xid < %(until)s::xid8"
_COPY = "copy kernel_ledgerseal (position, entry_id, entry_hash, chain_hash, sealed_at) from stdin"
_WRITE_HEAD = (
    "insert into kernel_ledgerhead (position, chain_hash, watermark, sealed_at) values (%s, %s, %s, %s)"
)


@dataclass(frozen=True)
class SealedBatch:
    """What one pass of the sealer did: how many entries, and where the chain stands now."""

    count: int
    position: int
    chain_hash: bytes


@dataclass(frozen=True)
class _Head:
    position: int
    chain_hash: bytes
    watermark: str


def seal_batch(limit: int = 50_000, *, suite: str = "aes", now: datetime | None = None) -> SealedBatch:
    """
    Chain the entries that have waited longest, about `limit` of them, and return where the chain stands.

    Call it until `count` is 0, inside a transaction and as the role that may read entries and insert seals
    and heads (`scope.as_role("gridward_sealer")`). A second sealer waits for the first one's commit.
    """
    moment = now or clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [SEALER_LOCK])
        head = _read_head(cursor)
        cursor.execute(_READ_SNAPSHOT)
        xmin, xmax = cursor.fetchone()
        within, until = _reach(cursor, head, xmin, xmax, limit)
        reached = _seal(cursor, head, within, until, suite, moment)
        if reached.position > head.position:
            cursor.execute(_WRITE_HEAD, [reached.position, reached.chain_hash, until, moment])
    return SealedBatch(reached.position - head.position, reached.position, reached.chain_hash)


def seal_waiting() -> int:
    """Chain everything that may be chained now, in the sealer's role; return how many entries."""
    total = 0
    while True:
        with transaction.atomic(), scope.as_role("gridward_sealer"):
            count = seal_batch(suite=settings.CRYPTO_SUITE).count
        if not count:
            return total
        total += count


def _read_head(cursor: Any) -> _Head:
    cursor.execute(_READ_HEAD)
    row = cursor.fetchone()
    return _Head(row[0], bytes(row[1]), row[2]) if row else _Head(0, GENESIS, "0")


def _reach(cursor: Any, head: _Head, xmin: str, xmax: str, limit: int) -> tuple[str, str]:
    """Return the condition of this pass and the watermark after it."""
    values = {"watermark": head.watermark, "xmin": xmin, "xmax": xmax, "limit": limit}
    cursor.execute(_READ_JUMP, values)
    if cursor.fetchone()[0]:
        # Everything visible and unsealed, whatever its number, in one go. What is still running has xmin or
        # more.
        return "true", xmin
    cursor.execute(_READ_WAITING, values)
    count, first, last = cursor.fetchone()
    if count <= limit:
        return _WITHIN, xmin
    # Entries of one transaction are never parted, or the watermark would skip the rest: the cut is before the
    # transaction of the first entry too many, or after it when that one alone overflows the batch.
    return _WITHIN, last if last != first else str(int(first) + 1)


def _seal(cursor: Any, head: _Head, within: str, until: str, suite: str, moment: datetime) -> _Head:
    position, previous = head.position, head.chain_hash
    # All rows will be fetched, so the plan must not favour the first ones: it would walk the table by id.
    cursor.execute("set local cursor_tuple_fraction = 1")
    cursor.execute(_DECLARE.format(within=within), {"watermark": head.watermark, "until": until})
    while True:
        cursor.execute(f"fetch {CHUNK} from sealing")
        rows = cursor.fetchall()
        if not rows:
            break
        position, previous = _write_seals(cursor, rows, position, previous, suite, moment)
    cursor.execute("close sealing")
    return _Head(position, previous, until)


def _write_seals(
    cursor: Any, rows: Iterable[tuple[int, str]], position: int, previous: bytes, suite: str, moment: datetime
) -> tuple[int, bytes]:
    digest = hash_of(suite)
    with cursor.copy(_COPY) as copy:
        for entry_id, text in rows:
            position += 1
            hashed = digest(text.encode())
            previous = chain(previous, position, hashed, suite=suite)
            copy.write_row((position, entry_id, hashed, previous, moment))
    return position, previous
