"""
The quick way through separated text: a block of lines of which nothing needs a closer look is cleaned as a whole.

Owns telling that a block is plain. Refuses to read what is not: cells over several lines, white space at their ends,
characters that do not print, cells that look like formulas or exponents go the long way, row by row, and come out the
same.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Final

from gridward.kernel.tabular.cleaning import Cleaner, starts_oddly
from gridward.kernel.tabular.delimited import DelimitedSource
from gridward.kernel.tabular.model import Limits, Record, Row, is_blank

_QUOTE: Final = '"'
#: What a program may have written as a number: 1E+10, 12345678.0. Coordinates have fewer digits before the point.
_TYPED: Final = re.compile(r"\d[eE]\+?\d|\d{7}\.0")
_TYPED_SIGNS: Final = (".0", "E", "e")
_MARK: Final = "\ufffd"


def quick_rows(
    source: DelimitedSource, cleaner: Cleaner, headers: Sequence[str], header_row: int, size: int
) -> Iterator[list[Row]]:
    """Yield the cleaned rows below the header, at most `size` at a time, as reading them one by one would give them."""
    with source.path.open(encoding=source.codec, newline="") as file:
        above = list(islice(file, header_row))
        if _records(above, source.delimiter) is None:
            yield from _long_way(source, cleaner, chain(above, file), 0, header_row, size)
            return
        number = header_row
        while lines := list(islice(file, size)):
            records = _records(lines, source.delimiter)
            if records is None:
                yield from _long_way(source, cleaner, chain(lines, file), number, header_row, size)
                return
            if rows := _block(source, cleaner, headers, lines, records, number):
                yield rows
            number += len(lines)


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]] | None:
    """Return the cells of each line; None where one is no record of its own: a quoted cell goes on in the next."""
    try:
        records = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return records if len(records) == len(lines) else None


def _block(
    source: DelimitedSource,
    cleaner: Cleaner,
    headers: Sequence[str],
    lines: list[str],
    records: list[list[str]],
    number: int,
) -> list[Row]:
    body = "".join(lines)
    if not _is_plain(body, lines, source.delimiter, source.limits):
        numbered = enumerate(records, number + 1)
        return [cleaner.row(Record(at, cells)) for at, cells in numbered if not is_blank(cells)]
    width = len(headers)
    rows = list(
        map(Row._make, zip(range(number + 1, number + 1 + len(lines)), map(tuple, records), repeat(())))
    )
    odd = {at for at, cells in enumerate(records) if len(cells) != width or not any(cells)}
    if any(sign in body for sign in _TYPED_SIGNS) and _TYPED.search(body):
        odd.update(at for at, line in enumerate(lines) if _TYPED.search(line))
    if headers[0] in body:
        odd.update(at for at, line in enumerate(lines) if headers[0] in line)
    for at in odd:
        rows[at] = cleaner.row(Record(rows[at].number, records[at]))
    # A line is no row only when nothing at all stands in it, beyond the last header neither.
    blank = {at for at in odd if is_blank(records[at])}
    return [row for at, row in enumerate(rows) if at not in blank] if blank else rows


def _is_plain(body: str, lines: Sequence[str], delimiter: str, limits: Limits) -> bool:
    """Tell whether no cell of these lines needs a closer look but for its width and for exponents."""
    ends = body.replace("\r\n", "\n").replace("\r", "\n")
    text = ends.replace("\n", "").replace("\t", "") if delimiter == "\t" else ends.replace("\n", "")
    if not text.isprintable() or _MARK in text or max(map(len, lines)) > limits.cell_max:
        return False
    marks = (delimiter, "\n", _QUOTE) if _QUOTE in body else (delimiter, "\n")
    if any(f"{mark} " in ends or f" {mark}" in ends for mark in marks):
        return False
    return not (ends.startswith(" ") or ends.endswith(" ") or starts_oddly(ends, marks))


def _long_way(
    source: DelimitedSource, cleaner: Cleaner, lines: Iterator[str], before: int, header_row: int, size: int
) -> Iterator[list[Row]]:
    rows: list[Row] = []
    for record in source.records_of(lines):
        number = record.number + before
        if number <= header_row or is_blank(record.cells):
            continue
        rows.append(cleaner.row(Record(number, record.cells)))
        if len(rows) >= size:
            yield rows
            rows = []
    if rows:
        yield rows
