"""
Gives back: the outcomes of a list's rows and the reasons of its rejects, as files.

A file holds row numbers, codes and moments, never a cell of the list; every file that leaves is in the ledger.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection

from gridward.intake import queries, rules
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.kernel.tabular import STARTS_FORMULA, neutralise

OUTCOME_FIELDS = ("row_number", "status", "outcome", "outcome_at", "reason")
REJECT_FIELDS = ("row_number", "column", "code", "message")
PAGE = 5_000


def outcomes_export(*, batch_id: UUID, by: Actor, now: datetime) -> bytes | Refusal:
    """Return the outcomes of a list's rows as CSV: row number, status, outcome, its moment and reason."""
    seen = queries.get_sent_list(batch_id)
    if isinstance(seen, Refusal):
        return seen
    _record("batch.outcomes", batch_id, by, now)
    return _outcomes(batch_id)


def rejects_export(*, batch_id: UUID, by: Actor, now: datetime) -> bytes | Refusal:
    """Return the rejected rows of a list as CSV: row number, column, code and the reason in words."""
    seen = queries.get_sent_list(batch_id)
    if isinstance(seen, Refusal):
        return seen
    _record("batch.rejects", batch_id, by, now)
    return csv_of(REJECT_FIELDS, _reject_lines(batch_id))


def _record(action: str, batch_id: UUID, by: Actor, now: datetime) -> None:
    ledger.record(action, obj=("batch", batch_id), by=by, now=now)


#: Only the reason was written by somebody; the rest are numbers and codes of our own. Both halves come in the order of
#: their index and are merged: sorting a long list takes longer than writing it.
OUTCOMES = """
copy (
  (select row_number, state, nullif(outcome, ''),
          to_char(outcome_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
          case when outcome_reason = '' then null
               when ltrim(outcome_reason, %(blanks)s) ^@ any(%(formulas)s) or outcome_reason ^@ any(%(formulas)s)
               then '''' || outcome_reason else outcome_reason end
     from intake_clue where batch_id = %(batch)s order by row_number)
  union all
  (select row_number, 'rejected', null, null, code
     from intake_batchreject where batch_id = %(batch)s order by row_number)
  order by row_number) to stdout (format csv)
"""
#: Every sign that is a blank to Python; the last of them is the wide one of Chinese. All signs there are take 0.06 s.
BLANKS = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())


def _outcomes(batch_id: UUID) -> bytes:
    """Return the outcomes as PostgreSQL writes them: a list may have more rows than are worth reading one by one."""
    asked = {"batch": batch_id, "blanks": BLANKS, "formulas": list(STARTS_FORMULA)}
    head = ",".join(OUTCOME_FIELDS) + "\n"
    with connection.cursor() as cursor, cursor.cursor.copy(OUTCOMES, asked) as rows:
        return b"".join([head.encode("utf-8-sig"), *map(bytes, rows)])


def _reject_lines(batch_id: UUID) -> Iterator[tuple[object, ...]]:
    after = 0
    while rejects := queries.get_rejects(batch_id, after=after, limit=PAGE):
        for reject in rejects:
            column = neutralise(reject.column)
            yield (reject.row_number, column, reject.code, str(rules.REJECTS[reject.code]))
        after = rejects[-1].row_number


def csv_of(fields: Iterable[str], lines: Iterable[Iterable[object]]) -> bytes:
    """Return a CSV file with a mark at its start by which spreadsheets know its encoding; the lines are neutral."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(fields)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")
