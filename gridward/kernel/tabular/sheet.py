"""
The cells of one sheet, streamed row by row.

Owns the reading of cells as the text a clerk sees in them. Refuses to calculate: a formula's last value is
kept and the cell is marked.
"""

import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from gridward.kernel.tabular.codes import RowCode, TableCode
from gridward.kernel.tabular.model import Limits, Record, refuse
from gridward.kernel.tabular.numbers import number_text
from gridward.kernel.tabular.workbook import DATE, Sheet, Workbook, unescape
from gridward.kernel.tabular.xml import DEPTH_MAX, feed, local_name, new_parser

ROW_NUMBER_MAX: Final = 1_048_576
_COLUMN_NUMBER_MAX: Final = 16_384
_MERGED_MAX: Final = 20_000
_KNOWN: Final = frozenset(("row", "c", "v", "t", "f", "is", "r", "rPh", "mergeCell"))
_SERIAL_MAX: Final = 2_958_466.0
# The serial 60 is a 29 February 1900 that never was.
_LEAP_BUG: Final = 60.0
# Without a zone: a wall clock is all that a sheet stores.
_START: Final = datetime.fromisoformat("1899-12-30")
_START_BEFORE_LEAP_BUG: Final = datetime.fromisoformat("1899-12-31")
_START_1904: Final = datetime.fromisoformat("1904-01-01")

Merged = tuple[int, int, int, int]


def date_text(raw: str, since_1904: bool) -> str | None:
    """Return a stored day number as YYYY-MM-DD (with the time if it has one), None if it is no day number."""
    try:
        serial = float(raw)
    except ValueError:
        return None
    if not 0 <= serial < _SERIAL_MAX:
        return None
    if since_1904:
        start = _START_1904
    else:
        start = _START_BEFORE_LEAP_BUG if serial < _LEAP_BUG else _START
    moment = start + timedelta(seconds=round(serial * 86_400))
    if serial < 1 and not since_1904:
        return f"{moment:%H:%M:%S}"
    midnight = not (moment.hour or moment.minute or moment.second)
    return f"{moment.year:04}-{moment:%m-%d}" + ("" if midnight else f" {moment:%H:%M:%S}")


def column_index(letters: str) -> int:
    """Return the 0-based column of a reference such as AB12; refuses what is no reference."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
        if number > _COLUMN_NUMBER_MAX:
            refuse(TableCode.DAMAGED)
    if not number:
        refuse(TableCode.DAMAGED)
    return number - 1


def row_index(digits: str, last: int) -> int:
    """Return the physical row a row element stands for: its own number, or the next one."""
    if not digits:
        return last + 1
    if (
        not (digits.isascii() and digits.isdigit() and len(digits) < 9)
        or not last < int(digits) <= ROW_NUMBER_MAX
    ):
        refuse(TableCode.DAMAGED)
    return int(digits)


class SheetSource:
    """The records of one sheet; may be read any number of times. `merged` and `spans` are complete after the first."""

    def __init__(self, path: Path, workbook: Workbook, sheet: Sheet, limits: Limits) -> None:
        self.path = path
        self.workbook = workbook
        self.sheet = sheet
        self.limits = limits
        self.merged: list[Merged] = []
        self.spans: list[tuple[int, tuple[int, int]]] = []

    def records(self) -> Iterator[Record]:
        """Yield each row with its physical number."""
        reader = _RowReader(self.workbook, self.limits)
        parser = new_parser()
        parser.StartElementHandler = reader.on_start
        parser.EndElementHandler = reader.on_end
        parser.CharacterDataHandler = reader.on_text
        with zipfile.ZipFile(self.path) as package:
            try:
                stream = package.open(self.sheet.part)
            except KeyError:
                refuse(TableCode.DAMAGED)
            with stream:
                for _step in feed(parser, stream):
                    if reader.rows:
                        yield from reader.rows
                        reader.rows.clear()
        self.merged = sorted(reader.merged)
        self.spans = sorted(reader.spans)


class _RowReader:
    """Turns elements into rows."""

    def __init__(self, workbook: Workbook, limits: Limits) -> None:
        self.rows: list[Record] = []
        self.merged: list[Merged] = []
        #: (row, (first column, last column)) of what is merged within one of the first rows.
        self.spans: list[tuple[int, tuple[int, int]]] = []
        self._spans_below = limits.title_rows_max + 2
        self._texts = workbook.texts
        self._styles = workbook.styles
        self._since_1904 = workbook.since_1904
        self._length_max = limits.cell_max + 1
        self._columns_max = limits.columns_max
        self._depth = 0
        self._row = 0
        self._in_row = False
        self._cells: list[str] = []
        self._flags: list[tuple[int, RowCode]] = []
        self._column = -1
        self._kind = ""
        self._style = ""
        self._formula = False
        self._taking = False
        self._in_guide = False
        self._pieces: list[str] = []
        self._length = 0

    def on_start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self._depth += 1
        if name not in _KNOWN:
            name = local_name(name)
        if name == "c":
            reference = attributes.get("r")
            self._column = column_index(reference) if reference else self._column + 1
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._formula = False
            self._pieces = []
            self._length = 0
        elif name == "v" or name == "t":
            self._taking = self._in_row and not self._in_guide
        elif name == "row":
            self._row = row_index(attributes.get("r", ""), self._row)
            self._in_row, self._column, self._cells, self._flags = True, -1, [], []
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._in_guide = True
        elif name == "mergeCell":
            self._add_merged(attributes.get("ref", ""))
        elif self._depth > DEPTH_MAX:
            refuse(TableCode.UNSAFE_XML)

    def on_end(self, name: str) -> None:
        """Close an element; the end of a cell adds it, the end of a row hands it on."""
        self._depth -= 1
        if name not in _KNOWN:
            name = local_name(name)
        if name == "v" or name == "t":
            self._taking = False
        elif name == "c":
            if self._in_row and (self._pieces or self._formula):
                self._add_cell()
        elif name == "row":
            self.rows.append(Record(self._row, self._cells, tuple(self._flags)))
            self._in_row = False
        elif name == "rPh":
            self._in_guide = False

    def on_text(self, text: str) -> None:
        """Take a piece of a value as far as the cell may be long."""
        if self._taking and self._length < self._length_max:
            piece = text[: self._length_max - self._length]
            self._pieces.append(piece)
            self._length += len(piece)

    def _add_cell(self) -> None:
        """Put a cell at its place, filling the gap before it."""
        text = self._text("".join(self._pieces))
        column = self._column
        if self._formula:
            self._flags.append((column, RowCode.FORMULA))
        if not text or text.isspace():
            return
        if column >= self._columns_max:
            refuse(TableCode.TOO_MANY_COLUMNS, row=self._row, limit=self._columns_max)
        cells = self._cells
        gap = column - len(cells)
        if gap < 0:
            refuse(TableCode.DAMAGED)
        if gap:
            cells.extend([""] * gap)
        cells.append(text)

    def _text(self, raw: str) -> str:
        """Return what a clerk sees in the cell."""
        kind = self._kind
        if kind == "s":
            if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
                refuse(TableCode.DAMAGED)
            return self._texts[int(raw)]
        if kind == "n":
            return self._number(raw.strip()) if raw else ""
        if kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if kind == "e":
            self._flags.append((self._column, RowCode.ERROR_VALUE))
        return unescape(raw)

    def _number(self, raw: str) -> str:
        """Return a stored number as its format shows it: a date, padded with zeros, or plain digits."""
        style = self._style
        meaning = 0
        if style and style != "0" and style.isascii() and style.isdigit() and len(style) < 7:
            meaning = self._styles[int(style)] if int(style) < len(self._styles) else 0
        if meaning == DATE:
            text = date_text(raw, self._since_1904)
            if text is not None:
                return text
        text, lost = number_text(raw)
        if lost:
            self._flags.append((self._column, RowCode.NUMBER_PRECISION))
        return text.zfill(meaning) if meaning > 0 else text

    def _add_merged(self, reference: str) -> None:
        """Remember a range merged over several rows, of which only the first has the value, or over headings."""
        first, _colon, last = reference.partition(":")
        top, bottom = first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if not last:
            return
        range_ = (row_index(top, -1), row_index(bottom, -1), column_index(first), column_index(last))
        if range_[1] > range_[0]:
            self.merged.append(range_)
        elif range_[3] > range_[2] and range_[0] < self._spans_below:
            self.spans.append((range_[0], range_[2:]))
        if len(self.merged) + len(self.spans) > _MERGED_MAX:
            refuse(TableCode.UNSAFE_XML)
