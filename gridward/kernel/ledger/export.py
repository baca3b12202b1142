"""
Owns the file an outside party checks: every sealed entry in the order of the chain, one JSON line each.

    {"format":"gridward-ledger/1","suite":"aes","sealed":3,"waiting":0}
    {"position":1,"entry_hash":"…","chain_hash":"…","entry":[…]}

`entry` is the canonical array, byte for byte what was hashed; null where the entry is gone. Read-only.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from gridward.kernel.ledger.hashing import CANONICAL_SQL

FORMAT = "gridward-ledger/1"

_LINES = f"""
select '{{"position":' || s.position || ',"entry_hash":"' || encode(s.entry_hash, 'hex')
  || '","chain_hash":"' || encode(s.chain_hash, 'hex') || '","entry":' || coalesce({CANONICAL_SQL}, 'null') ||
  '}}'
from kernel_ledgerseal s left join kernel_ledgerentry e on e.id = s.entry_id
order by s.position
"""
# JSON text holds no control characters, so with these two as quote and delimiter CSV quotes and escapes
# nothing: PostgreSQL's stream goes into the file as it comes.
_COPY = f"copy ({_LINES}) to stdout (format csv, quote E'\\x01', delimiter E'\\x02')"
_COUNTS = "select (select count(*) from kernel_ledgerseal), (select count(*) from kernel_ledgerentry)"


@dataclass(frozen=True)
class LedgerExport:
    """What an export holds: sealed entries, and how many were still waiting for the sealer."""

    sealed: int
    waiting: int


def export_ledger(path: Path, *, suite: str = "aes") -> LedgerExport:
    """Write the whole sealed ledger to `path` and return what it holds. For roles that may read it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        sealed, entries = cursor.fetchone()
        exported = LedgerExport(sealed, max(0, entries - sealed))
        first = {"format": FORMAT, "suite": suite, "sealed": sealed, "waiting": exported.waiting}
        with path.open("wb") as file:
            file.write(json.dumps(first, separators=(",", ":")).encode() + b"\n")
            with cursor.copy(_COPY) as copy:
                for block in copy:
                    file.write(block)
    return exported
