"""Owns what all imports of this room share: who may, one at a time, reading rows, the ledger's entry."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_lazy as _

from gridward.kernel import ledger
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.tabular import Column, Limits, RowProblem, Table, TableChangedError, read_table
from gridward.territory.rules.report import ImportReport, Problems

RIGHT = "territory.import"
#: Two imports at once would give the same stretch of the line twice.
LOCK = 7_244_001
CHUNK = 5_000

Cells = Mapping[str, str]


def may_import(by: Actor) -> Refusal | None:
    """Return why this actor may not import, None if he may."""
    return None if by.role == SYSTEM.role or by.may(RIGHT) else refuse("territory_forbidden")


def open_table(
    path: Path, filename: str, wanted: Sequence[Column], limits: Limits, by: Actor
) -> Table | Refusal:
    """Return the checked file as a table, or why it is not read: the actor may not, or the file is none."""
    if refusal := may_import(by):
        return refusal
    table = read_table(path, filename=filename, wanted=wanted, limits=limits)
    if isinstance(table, Table):
        incomplete = table.incomplete()
        return refuse("territory_file", why=incomplete.message) if incomplete else table
    return refuse("territory_file", why=table.message)


def rows_of(table: Table, problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    """
    Yield each row's number and its wanted cells by name; what the reader found wrong goes into `problems`.
    """
    columns = dict(table.columns)
    wanted = {table.headers[place] for place in columns.values()}
    try:
        for chunk in table.chunks(CHUNK):
            for row in chunk:
                if row.problems:
                    problems.add(one for one in row.problems if not one.column or one.column in wanted)
                yield row.number, {name: row.cells[place] for name, place in columns.items()}
    except TableChangedError:
        words = _("The file changed while it was read. Send it again.")
        problems.add([RowProblem(0, "", "file_changed", words)])


def plain_code(text: str) -> str:
    """Return a code as typed by a person without full-width digits and spaces."""
    return (
        text if text.isascii() and " " not in text else "".join(unicodedata.normalize("NFKC", text).split())
    )


def lock_imports() -> None:
    """Wait until no other import runs; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def record_import(report: ImportReport, path: Path, *, by: Actor, now: datetime) -> None:
    """Write into the ledger that a file of this kind was imported, or was not."""
    ledger.record(
        f"territory.import_{report.kind}",
        obj=("file", content_hash(path)),
        by=by,
        now=now,
        result="ok" if report.imported else "problems",
        rows=report.rows,
        added=report.added,
        changed=report.changed,
        problems=report.problems_count,
    )


#: Told now and then how far an import is: what it does, how much is done, out of how much.
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Say nothing; the progress of an import nobody waits for."""
