"""
The one door: from a file somebody sent to a table, or to a refusal in plain words.

Owns the order of the checks. Refuses to let any exception or any unbounded cost through, whatever the bytes
are.
"""

import stat
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, NoReturn, TypeVar
from xml.parsers.expat import ExpatError

from gridward.kernel.tabular.apart import ApartSource, old_sheets
from gridward.kernel.tabular.banding import Head, find_head, grouped
from gridward.kernel.tabular.codes import NoteCode, TableCode
from gridward.kernel.tabular.delimited import DelimitedSource, choose_delimiter
from gridward.kernel.tabular.encoding import read_encoding
from gridward.kernel.tabular.entries import EntrySource
from gridward.kernel.tabular.headers import (
    SampleHint,
    is_header,
    may_be_header,
    propose_mapping,
)
from gridward.kernel.tabular.model import (
    MIB,
    Column,
    Limits,
    Note,
    Record,
    RefusedError,
    TableRefusal,
    is_blank,
    refuse,
)
from gridward.kernel.tabular.sheet import SheetSource
from gridward.kernel.tabular.sniff import Format, sniff
from gridward.kernel.tabular.table import Source, Table, stamp
from gridward.kernel.tabular.workbook import read_workbook

_Sheets = TypeVar("_Sheets", SheetSource, ApartSource)
_SAMPLE_ROWS: Final = 50
_CLOCK_EVERY: Final = 4_096
_EXTENSIONS: Final[dict[str, Format]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".parquet": "parquet",
}


@dataclass
class _Scan:
    """What the first pass over a file found; `head` where headings stand in rows."""

    header_row: int = 0
    head: Head | None = None
    headers: list[str] = field(default_factory=list)
    samples: list[list[str]] = field(default_factory=list)
    row_count: int = 0
    blank_rows: int = 0


def read_table(
    path: Path,
    *,
    filename: str,
    wanted: Sequence[Column],
    limits: Limits | None = None,
    sample_hint: SampleHint | None = None,
    guess_header: bool = False,
) -> Table | TableRefusal:
    """
    Check a file from its first to its last byte and return it as a table, or say why not.

    `filename` is the name the sender gave it; `wanted` the columns looked for; `sample_hint` judges sample
    values where headers alone leave a doubt. With `guess_header` a row of mostly unknown words may be the header row,
    because somebody looks at it before anything is done. Never raises, whatever the file holds.
    """
    try:
        return _Reading(path, filename, wanted, limits or Limits(), sample_hint, guess_header).table()
    except RefusedError as refused:
        return refused.refusal
    except (zipfile.BadZipFile, zlib.error, ExpatError, EOFError, NotImplementedError):
        # NotImplementedError is how a container is answered that says it was made by a program of the future.
        return TableRefusal(TableCode.DAMAGED)
    except Exception:
        # Unforeseen, and its text may quote the file: the sender learns what to do, nobody learns the
        # content.
        return TableRefusal(TableCode.UNREADABLE)


class _Reading:
    """One file being checked."""

    def __init__(
        self,
        path: Path,
        filename: str,
        wanted: Sequence[Column],
        limits: Limits,
        sample_hint: SampleHint | None,
        guess_header: bool = False,
    ) -> None:
        self._guess_header = guess_header
        self._path = path
        self._filename = filename
        self._wanted = wanted
        self._limits = limits
        self._sample_hint = sample_hint
        self._notes: list[Note] = []
        self._deadline = time.monotonic() + limits.seconds_max

    def table(self) -> Table:
        """Return the table or stop with a refusal."""
        state = self._path.stat()
        if not stat.S_ISREG(state.st_mode):
            refuse(TableCode.UNREADABLE)
        if not state.st_size:
            refuse(TableCode.EMPTY)
        if state.st_size > self._limits.bytes_max:
            refuse(TableCode.TOO_LARGE, megabytes=max(1, self._limits.bytes_max // MIB))
        seen = stamp(self._path)
        format_ = sniff(self._path, self._filename)
        extension = Path(self._filename.lower()).suffix
        if extension and _EXTENSIONS.get(extension) != format_:
            self._note(NoteCode.WRONG_EXTENSION, format=format_)
        if format_ == "xlsx":
            sheet, sheet_source, scan = self._workbook()
            return self._finish("xlsx", "", sheet, sheet_source, scan, seen)
        if format_ == "xls":
            sheet, old_source, scan = self._old_workbook()
            return self._finish("xls", "", sheet, old_source, scan, seen)
        if format_ == "parquet":
            apart_source, scan = self._parquet()
            return self._finish("parquet", "", "", apart_source, scan, seen)
        codec = read_encoding(self._path)
        encoding = codec.removesuffix("-sig")
        if format_ == "json":
            entry_source, scan = self._entries(codec)
            return self._finish("json", encoding, "", entry_source, scan, seen)
        delimiter = choose_delimiter(self._path, codec, self._wanted, self._limits)
        source = DelimitedSource(self._path, codec, delimiter, self._limits)
        return self._finish(
            "tsv" if delimiter == "\t" else "csv", encoding, "", source, self._grid(source), seen
        )

    def _workbook(self) -> tuple[str, SheetSource, _Scan]:
        """Return the first visible sheet of a workbook that has a header row."""
        workbook = read_workbook(self._path, self._limits)
        sources = [
            (sheet.name, sheet.visible, SheetSource(self._path, workbook, sheet, self._limits))
            for sheet in workbook.sheets
        ]
        name, source, scan = self._first_sheet(sources)
        if count := sum(bottom > scan.header_row for _top, bottom, _left, _right in source.merged):
            self._note(NoteCode.MERGED_CELLS, count=count)
        return name, source, scan

    def _old_workbook(self) -> tuple[str, ApartSource, _Scan]:
        """Return the first visible sheet of an old workbook that has a header row."""
        sheets = old_sheets(self._path, self._limits)
        return self._first_sheet(
            [
                (name, visible, ApartSource(self._path, "xls", self._limits, place))
                for place, (name, visible) in enumerate(sheets)
            ]
        )

    def _first_sheet(self, sheets: Sequence[tuple[str, bool, _Sheets]]) -> tuple[str, _Sheets, _Scan]:
        """Return the first visible sheet that has a header row, and note the others."""
        visible = [(name, source) for name, is_visible, source in sheets if is_visible]
        filled = 0
        for name, source in visible:
            try:
                scan = self._grid(source)
            except RefusedError as refused:
                filled += refused.refusal.code is not TableCode.EMPTY
                if refused.refusal.code in (TableCode.EMPTY, TableCode.HEADER_NOT_FOUND):
                    continue
                raise
            if len(visible) > 1:
                self._note(NoteCode.OTHER_SHEETS, sheet=name, count=len(visible) - 1)
            if len(sheets) > len(visible):
                self._note(NoteCode.HIDDEN_SHEETS, count=len(sheets) - len(visible))
            return name, source, scan
        if filled:
            self._refuse_header()
        raise RefusedError(TableRefusal(TableCode.NO_SHEET))

    def _parquet(self) -> tuple[ApartSource, _Scan]:
        """Return the rows of a parquet file; it says itself what its columns are called."""
        source = ApartSource(self._path, "parquet", self._limits)
        scan = _Scan(headers=source.headers())
        if len(scan.headers) > self._limits.columns_max:
            refuse(TableCode.TOO_MANY_COLUMNS, row=1, limit=self._limits.columns_max)
        if not self._is_header(scan.headers):
            self._refuse_header()
        self._count(source.records(), scan)
        return source, scan

    def _entries(self, codec: str) -> tuple[EntrySource, _Scan]:
        """Return the entries of a JSON file; their keys are the headers."""
        source = EntrySource(self._path, codec, self._limits)
        source.find_keys()
        scan = _Scan(headers=list(source.keys))
        if not scan.headers:
            refuse(TableCode.EMPTY)
        if not self._is_header(scan.headers):
            self._refuse_header()
        self._count(source.records(), scan)
        return source, scan

    def _grid(self, source: Source) -> _Scan:
        """Find the headings of a sheet or text file and count what follows."""
        records = source.records()
        first = list(self._first_records(records))
        last = self._limits.title_rows_max
        head = find_head(first, self._wanted, last=last, guess=self._guess_header)
        if head is None:
            if all(is_blank(record.cells) for record in chain(first, records)):
                refuse(TableCode.EMPTY)
            self._refuse_header()
        for record in first:
            if head.row - len(head.rows) < record.number <= head.row:
                self._check_width(record)
        scan = _Scan()
        self._count(chain((record for record in first if record.number > head.row), records), scan)
        if isinstance(source, SheetSource):
            head = grouped(head, source.spans, source.merged)
        scan.head, scan.header_row = head, head.row
        scan.headers = [header[: self._limits.cell_max] for header in head.headers]
        if head.above:
            self._note(NoteCode.TITLE_ROWS, row=head.row - len(head.rows) + 1)
        if len(head.rows) > 1:
            self._note(NoteCode.STACKED_HEADER, row=head.row)
        return scan

    def _first_records(self, records: Iterator[Record]) -> Iterator[Record]:
        """Yield the records among which the headings stand, and the one below."""
        for record in records:
            yield record
            if record.number > self._limits.title_rows_max:
                return

    def _is_header(self, cells: Sequence[str]) -> bool:
        return is_header(cells, self._wanted) or (self._guess_header and may_be_header(cells, self._wanted))

    def _count(self, records: Iterator[Record], scan: _Scan) -> None:
        """Go through all rows, counting and taking samples."""
        rows_max = self._limits.rows_max
        columns_max = self._limits.columns_max
        for index, record in enumerate(records):
            if len(record.cells) > columns_max:
                self._check_width(record)
            if is_blank(record.cells) and not record.flags:
                scan.blank_rows += 1
            else:
                scan.row_count += 1
                if len(scan.samples) < _SAMPLE_ROWS:
                    scan.samples.append([cell[: self._limits.cell_max].strip() for cell in record.cells])
            if scan.row_count > rows_max or scan.blank_rows > rows_max:
                refuse(TableCode.TOO_MANY_ROWS, limit=rows_max)
            if index % _CLOCK_EVERY == 0 and time.monotonic() > self._deadline:
                refuse(TableCode.TOO_SLOW, seconds=int(self._limits.seconds_max))

    def _check_width(self, record: Record) -> None:
        """Refuse values beyond the last column that may be; blank cells there are only formatting."""
        if any(cell.strip() for cell in record.cells[self._limits.columns_max :]):
            refuse(TableCode.TOO_MANY_COLUMNS, row=record.number, limit=self._limits.columns_max)

    def _finish(
        self, format_: str, encoding: str, sheet: str, source: Source, scan: _Scan, seen: tuple[int, int, int]
    ) -> Table:
        """Put the table together."""
        if not scan.row_count:
            refuse(TableCode.NO_ROWS, row=scan.header_row)
        return Table(
            format=format_,
            encoding=encoding,
            sheet=sheet,
            header_row=scan.header_row,
            headers=tuple(scan.headers),
            mapping=propose_mapping(
                scan.headers, self._wanted, samples=scan.samples, sample_hint=self._sample_hint
            ),
            row_count=scan.row_count,
            blank_rows=scan.blank_rows,
            notes=tuple(self._notes),
            limits=self._limits,
            source=source,
            required=frozenset(column.name for column in self._wanted if column.required),
            merged=tuple(source.merged) if isinstance(source, SheetSource) else (),
            stamp=seen,
            header_rows=scan.head.rows if scan.head else (),
            groups=scan.head.groups if scan.head else (),
            titles=scan.head.titles if scan.head else (),
        )

    def _refuse_header(self) -> NoReturn:
        """Refuse a table without column names, listing what was looked for."""
        looked_for = "; ".join("/".join(column.words[:4]) for column in self._wanted)
        refuse(TableCode.HEADER_NOT_FOUND, limit=self._limits.title_rows_max, looked_for=looked_for)

    def _note(self, code: NoteCode, **params: str | int) -> None:
        note = Note(code, params)
        if note not in self._notes:
            self._notes.append(note)
