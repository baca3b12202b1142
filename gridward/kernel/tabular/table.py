"""
A table that was checked from its first to its last row, ready to be read in chunks.

Owns the second, delivering pass. Refuses to go on if the file is no longer the one that was checked.
"""

from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gridward.kernel.tabular.cleaning import Cleaner
from gridward.kernel.tabular.codes import TableCode
from gridward.kernel.tabular.delimited import DelimitedSource
from gridward.kernel.tabular.headers import Ambiguity, Mapping
from gridward.kernel.tabular.model import (
    Limits,
    Note,
    Record,
    Row,
    TableChangedError,
    TableRefusal,
    is_blank,
)
from gridward.kernel.tabular.plain import quick_rows

Stamp = tuple[int, int, int]


class Source(Protocol):
    """A format's reader."""

    path: Path

    def records(self) -> Iterator[Record]:
        """Yield the records from the first to the last."""


def stamp(path: Path) -> Stamp:
    """Return what tells one state of a file from another."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


@dataclass(frozen=True)
class Table:
    """
    A readable table.

    `format` is csv, tsv, xlsx, xls, json or parquet; `encoding` is "" for all but text, `sheet` "" for all but
    workbooks. `header_row` is the physical row of the headers, 0 for json and parquet. `row_count` counts the rows
    with content below it, `blank_rows` those without, which are skipped. `mapping` is a proposal; `columns`,
    `unmapped`, `ambiguous`, `missing` are its parts. Headings in two rows are put together: `header_rows` are the rows
    as they stand, `groups` the words over several columns, `titles` what stands above the headings.
    """

    format: str
    encoding: str
    sheet: str
    header_row: int
    headers: tuple[str, ...]
    mapping: Mapping
    row_count: int
    blank_rows: int
    notes: tuple[Note, ...]
    limits: Limits
    source: Source
    required: frozenset[str]
    merged: tuple[tuple[int, int, int, int], ...]
    stamp: Stamp
    header_rows: tuple[tuple[str, ...], ...] = ()
    groups: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    @property
    def columns(self) -> MappingType[str, int]:
        """The proposed place of each wanted column among the headers."""
        return self.mapping.columns

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The headers nobody asked for."""
        return self.mapping.unmapped

    @property
    def ambiguous(self) -> tuple[Ambiguity, ...]:
        """The wanted columns a person has to choose a header for."""
        return self.mapping.ambiguous

    @property
    def missing(self) -> tuple[str, ...]:
        """The required columns without any header."""
        return self.mapping.missing

    def incomplete(self) -> TableRefusal | None:
        """Return why the proposal alone is not enough to import by, None if it is."""
        if self.missing:
            return TableRefusal(TableCode.COLUMN_MISSING, {"columns": ", ".join(self.missing)})
        doubtful = [item.column for item in self.ambiguous if item.column in self.required]
        if doubtful:
            return TableRefusal(TableCode.COLUMN_AMBIGUOUS, {"columns": ", ".join(doubtful)})
        return None

    def chunks(self, size: int) -> Iterator[list[Row]]:
        """
        Yield all rows with content in lists of at most `size`; may be called again for another pass.

        Raises TableChangedError if the file changed since it was checked.
        """
        if size < 1:
            raise ValueError("a chunk holds at least one row")
        try:
            yield from self._chunks(size)
        except GeneratorExit:
            raise
        except Exception:
            # The whole file was readable a moment ago. The cause may quote the file: it stays here.
            raise TableChangedError from None

    def _chunks(self, size: int) -> Iterator[list[Row]]:
        if stamp(self.source.path) != self.stamp:
            raise TableChangedError
        required = [index for name, index in self.columns.items() if name in self.required]
        cleaner = Cleaner(
            self.headers,
            required,
            self.limits,
            typed=self.format in ("csv", "tsv"),
            merged=self.merged,
            header_rows=self.header_rows,
        )
        if isinstance(self.source, DelimitedSource):
            yield from quick_rows(self.source, cleaner, self.headers, self.header_row, size)
            return
        chunk: list[Row] = []
        for record in self.source.records():
            if record.number <= self.header_row or (is_blank(record.cells) and not record.flags):
                continue
            chunk.append(cleaner.row(record))
            if len(chunk) >= size:
                yield chunk
                chunk = []
        if chunk:
            yield chunk
