"""
From what a format stored to the cells an importer sees: stripped, cut, checked for what no list should hold.

Owns the checks every format shares. Refuses to normalise values: widths, dashes and prefixes are the
caller's.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from gridward.kernel.tabular.codes import RowCode
from gridward.kernel.tabular.model import Limits, Record, Row, RowProblem, row_problem
from gridward.kernel.tabular.numbers import typed_number_text

# Control characters, halves of characters, the mark of an earlier failed conversion, invisible marks.
_BAD: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd"
_INVISIBLE: Final = "\ufeff\u200b"
# Full-width signs too: East Asian spreadsheet programs take them for the plain ones.
_EQUALS: Final = ("=", "\uff1d")
_SIGNS: Final = ("+", "-", "@", "\uff0b", "\uff0d", "\uff20")
_STARTS: Final = frozenset((*_EQUALS, *_SIGNS))
_BAD_CHARACTER: Final = re.compile(f"[{_BAD}]")
_TEXT_FORMULA: Final = re.compile(r'="([0-9A-Za-z]{1,32})"\Z')
_SIGNED: Final = re.compile(r"[+\-\uff0b\uff0d][\d\s().+-]*\Z")
_CALLING: Final = re.compile(r"[(|!=]")


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet program would calculate or call something when it meets this text."""
    if text.startswith(_EQUALS):
        return True
    if not text.startswith(_SIGNS) or _SIGNED.match(text):
        return False
    return _CALLING.search(text) is not None


def is_plain(cells: Sequence[str], length_max: int, *, typed: bool) -> bool:
    """
    Tell cheaply that no stripped cell of a row needs a closer look.

    Nearly every row of a list is plain, and this runs millions of times: no regular expression, no loop.
    """
    joined = "".join(cells)
    if not joined.isprintable() or len(joined) > length_max or "\ufffd" in joined:
        return False
    if not _STARTS.isdisjoint([cell[:1] for cell in cells]):
        return False
    return not typed or not (".0" in joined or "E" in joined or "e" in joined)


def starts_oddly(text: str, marks: Sequence[str]) -> bool:
    """Tell whether a text begins, or goes on behind one of these marks, as a formula does."""
    return text[:1] in _STARTS or any(
        f"{mark}{start}" in text for start in _STARTS if start in text for mark in marks
    )


class Cleaner:
    """Makes rows of records; one for each pass over a file."""

    def __init__(
        self,
        headers: Sequence[str],
        required: Iterable[int],
        limits: Limits,
        *,
        typed: bool,
        merged: Sequence[tuple[int, int, int, int]] = (),
        header_rows: Sequence[Sequence[str]] = (),
    ) -> None:
        self._headers = tuple(headers)
        self._width = len(headers)
        self._repeats = {
            self._headers,
            *(tuple([*row, *[""] * len(headers)][: len(headers)]) for row in header_rows),
        }
        self._needed = max(required, default=-1) + 1
        self._cell_max = limits.cell_max
        self._typed = typed
        self._merged = [item for item in merged if item[2] < self._width]
        self._merged_next = 0
        self._merged_open: list[tuple[int, int, int, int]] = []

    def row(self, record: Record) -> Row:
        """Return the cleaned row with everything that is wrong with it."""
        number, cells, flags = record
        problems = [self._problem(number, index, code) for index, code in flags if index < self._width]
        if self._merged:
            problems += self._merged_problems(number)
        if len(cells) != self._width:
            cells = self._fit(number, cells, problems)
        clean = tuple([cell.strip() for cell in cells])
        if not is_plain(clean, self._cell_max, typed=self._typed):
            clean = tuple([self._cell(number, index, cell, problems) for index, cell in enumerate(clean)])
        if clean in self._repeats:
            problems.append(row_problem(number, "", RowCode.REPEATED_HEADER))
        return Row(number, clean, tuple(problems))

    def _fit(self, number: int, cells: list[str], problems: list[RowProblem]) -> list[str]:
        """Return one cell for each header; say so if values fall off or a required one is not there."""
        if len(cells) < self._width:
            if self._typed and len(cells) < self._needed:
                problems.append(row_problem(number, "", RowCode.TOO_FEW_CELLS))
            return cells + [""] * (self._width - len(cells))
        if any(cell.strip() for cell in cells[self._width :]):
            problems.append(row_problem(number, "", RowCode.TOO_MANY_CELLS))
        return cells[: self._width]

    def _cell(self, number: int, index: int, cell: str, problems: list[RowProblem]) -> str:
        """Return one suspicious cell as text that can be stored, noting what is wrong with it."""
        text = cell.strip(_INVISIBLE).strip()
        if len(text) > self._cell_max:
            text = text[: self._cell_max]
            problems.append(self._problem(number, index, RowCode.CELL_TOO_LONG))
        if _BAD_CHARACTER.search(text):
            text = _BAD_CHARACTER.sub("\ufffd", text)
            problems.append(self._problem(number, index, RowCode.BAD_CHARACTER))
        # ="0123" is how programs keep digits as text in a .csv.
        kept_digits = _TEXT_FORMULA.match(text)
        if kept_digits:
            return kept_digits[1]
        if is_formula(text):
            problems.append(self._problem(number, index, RowCode.FORMULA))
            return text
        meant = typed_number_text(text) if self._typed else None
        if meant is None:
            return text
        if meant[1]:
            problems.append(self._problem(number, index, RowCode.NUMBER_PRECISION))
        return meant[0]

    def _merged_problems(self, number: int) -> list[RowProblem]:
        """Return a problem for each cell that a range merged from above swallows in this row."""
        while self._merged_next < len(self._merged) and self._merged[self._merged_next][0] < number:
            self._merged_open.append(self._merged[self._merged_next])
            self._merged_next += 1
        self._merged_open = [item for item in self._merged_open if item[1] >= number]
        columns = {
            column
            for _top, _bottom, left, right in self._merged_open
            for column in range(left, min(right, self._width - 1) + 1)
        }
        return [self._problem(number, column, RowCode.MERGED_CELL) for column in sorted(columns)]

    def _problem(self, number: int, index: int, code: RowCode) -> RowProblem:
        return row_problem(number, self._headers[index] if index >= 0 else "", code)
