"""
Separated text: commas, semicolons, tabs or bars, quoted as spreadsheets do.

Owns the reading of records and their physical lines. Refuses to repair quotation marks: a guess would move
cells.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from gridward.kernel.tabular.codes import TableCode
from gridward.kernel.tabular.headers import header_score
from gridward.kernel.tabular.model import Column, Limits, Record, refuse

_DELIMITERS: Final = (",", "\t", ";", "|")
_SAMPLE_LINES: Final = 40


class _Lines:
    """Physical lines of a file, none longer than a record may be, counted as they are taken."""

    def __init__(self, readline: Callable[[int], str], record_max: int) -> None:
        self._readline = readline
        self._record_max = record_max
        self.taken = 0
        self.record_starts = 1
        self._record_length = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._readline(self._record_max + 1)
        if not line:
            raise StopIteration
        self.taken += 1
        self._record_length += len(line)
        if self._record_length > self._record_max:
            self.refuse_length()
        return line

    def record_done(self) -> int:
        """Return the line the record just read started at, and start the next one."""
        started = self.record_starts
        self.record_starts = self.taken + 1
        self._record_length = 0
        return started

    def refuse_length(self) -> None:
        """Refuse a record without end: over several lines it is a forgotten quotation mark."""
        if self.taken > self.record_starts:
            refuse(TableCode.UNCLOSED_QUOTE, line=self.record_starts)
        refuse(TableCode.RECORD_TOO_LONG, row=self.record_starts)


class DelimitedSource:
    """The records of one text file; may be read any number of times."""

    def __init__(self, path: Path, codec: str, delimiter: str, limits: Limits) -> None:
        self.path = path
        self.codec = codec
        self.delimiter = delimiter
        self.limits = limits

    def records(self) -> Iterator[Record]:
        """Yield each record with the physical line it starts at."""
        with self.path.open(encoding=self.codec, newline="") as file:
            yield from self._records(_Lines(file.readline, self.limits.record_max))

    def records_of(self, lines: Iterator[str]) -> Iterator[Record]:
        """Yield the records of lines of the file that were taken already, the first of them as number one."""
        yield from self._records(_Lines(lambda _most: next(lines, ""), self.limits.record_max))

    def _records(self, lines: _Lines) -> Iterator[Record]:
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            for cells in reader:
                yield Record(lines.record_done(), cells)
        except csv.Error as error:
            _refuse_csv_error(error, lines)


def _refuse_csv_error(error: csv.Error, lines: _Lines) -> None:
    """Turn the reader's words into a refusal that names the line."""
    words = str(error)
    if "field limit" in words:
        lines.refuse_length()
    if "unexpected end" in words:
        refuse(TableCode.UNCLOSED_QUOTE, line=lines.record_starts)
    refuse(TableCode.BROKEN_QUOTE, line=lines.taken)


def choose_delimiter(path: Path, codec: str, wanted: Sequence[Column], limits: Limits) -> str:
    """Return the separator under which most wanted headers are found in the first rows."""
    with path.open(encoding=codec, newline="") as file:
        lines = [file.readline(limits.record_max) for _line in range(limits.title_rows_max + _SAMPLE_LINES)]
    best, best_rank = ",", (0, 0)
    for delimiter in _DELIMITERS:
        rank = _rank(lines, delimiter, wanted, limits.title_rows_max)
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return best


def _rank(lines: list[str], delimiter: str, wanted: Sequence[Column], rows_max: int) -> tuple[int, int]:
    """Return how many headers the best row holds under this separator, and how many cells it has."""
    rank = (0, 0)
    try:
        for index, cells in enumerate(csv.reader(filter(None, lines), delimiter=delimiter)):
            if index >= rows_max:
                break
            rank = max(rank, (header_score(cells, wanted), len(cells)))
    except csv.Error:
        return rank
    return rank
