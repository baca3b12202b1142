"""
Gives back: the outcomes of a list's rows and the reasons of its rejects, as files.

A file holds row numbers, codes and moments, never a cell of the list; every file that leaves is in the ledger.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from gridward.intake import queries, rules
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.kernel.tabular import neutralise

OUTCOME_FIELDS = ("row_number", "status", "outcome", "outcome_at", "reason")
REJECT_FIELDS = ("row_number", "column", "code", "message")
PAGE = 5_000


def outcomes_export(*, batch_id: UUID, by: Actor, now: datetime) -> bytes | Refusal:
    """Return the outcomes of a list's rows as CSV: row number, status, outcome, its moment and reason."""
    seen = queries.get_sent_list(batch_id)
    if isinstance(seen, Refusal):
        return seen
    _record("batch.outcomes", batch_id, by, now)
    return _csv(OUTCOME_FIELDS, _outcome_lines(batch_id))


def rejects_export(*, batch_id: UUID, by: Actor, now: datetime) -> bytes | Refusal:
    """Return the rejected rows of a list as CSV: row number, column, code and the reason in words."""
    seen = queries.get_sent_list(batch_id)
    if isinstance(seen, Refusal):
        return seen
    _record("batch.rejects", batch_id, by, now)
    return _csv(REJECT_FIELDS, _reject_lines(batch_id))


def _record(action: str, batch_id: UUID, by: Actor, now: datetime) -> None:
    ledger.record(action, obj=("batch", batch_id), by=by, now=now)


def _outcome_lines(batch_id: UUID) -> Iterator[tuple[object, ...]]:
    after = 0
    said = lru_cache(maxsize=PAGE)(_moment)  # what one visit found has one moment
    while rows := queries.get_outcomes(batch_id, after=after, limit=PAGE):
        for row in rows:
            # Only the reason was written by somebody; the rest are numbers and codes of our own.
            yield (row.row_number, row.status, row.outcome, said(row.outcome_at), neutralise(row.reason))
        after = rows[-1].row_number


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _reject_lines(batch_id: UUID) -> Iterator[tuple[object, ...]]:
    after = 0
    while rejects := queries.get_rejects(batch_id, after=after, limit=PAGE):
        for reject in rejects:
            column = neutralise(reject.column)
            yield (reject.row_number, column, reject.code, str(rules.REJECTS[reject.code]))
        after = rejects[-1].row_number


def _csv(fields: tuple[str, ...], lines: Iterator[tuple[object, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(fields)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")
