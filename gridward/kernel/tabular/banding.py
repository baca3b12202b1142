"""
Where the headings of a sheet stand: in one row below its titles, or in two, where a group stands over several columns.

Owns putting two rows together: 联系方式 over 手机号 and 座机 is 联系方式 手机号 and 联系方式 座机. Refuses to touch
a row that could be about somebody: the lower row must hold nothing but words, and one that is wanted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from gridward.kernel.tabular.headers import is_header, may_be_header, normalise_header
from gridward.kernel.tabular.model import Column, Record, is_blank

Span = tuple[int, int]
#: A word in a heading; what is longer or holds a number is a title or a value.
_WORD_MAX: Final = 20
_NO_WORD: Final = re.compile(r"\d{3}|[:：]")
#: So much is kept of what stands above the headings, for rules that ask what a list is about.
_ABOVE_CELLS, _ABOVE_LENGTH = 200, 200


@dataclass(frozen=True)
class Head:
    """The headings: their last physical row, what stands in their rows, the groups over them, and what stands above."""

    row: int
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[str, ...]
    above: tuple[Record, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """What stands in the rows above."""
        cells = [" ".join(cell.split())[:_ABOVE_LENGTH] for record in self.above for cell in record.cells]
        return tuple(cell for cell in cells if cell)[:_ABOVE_CELLS]


def find_head(first: Sequence[Record], wanted: Sequence[Column], *, last: int, guess: bool) -> Head | None:
    """Return where the headings stand among the first records, at row `last` at most; None when nowhere."""
    filled = [record for record in first if not is_blank(record.cells)]
    guessed: Head | None = None
    for place, record in enumerate(filled):
        if record.number > last:
            break
        above = tuple(filled[:place])
        follows = filled[place + 1] if place + 1 < len(filled) else None
        if follows and follows.number == record.number + 1 and (two := _two(record, follows, wanted)):
            return Head(follows.number, *two, above)
        words = words_of(record)
        if is_header(record.cells, wanted):
            return Head(record.number, words, (words,), (), above)
        if guess and guessed is None and may_be_header(record.cells, wanted):
            guessed = Head(record.number, words, (words,), (), above)
    return guessed


def words_of(record: Record) -> tuple[str, ...]:
    """Return the headings of a row without blank ones at the end."""
    words = [" ".join(cell.split()).strip("\ufeff\u200b") for cell in record.cells]
    while words and not words[-1]:
        words.pop()
    return tuple(words)


def _two(
    top: Record, low: Record, wanted: Sequence[Column]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]] | None:
    """Return the headings of two rows put together, both rows, and the groups; None when they are no such rows."""
    upper, lower = words_of(top), words_of(low)
    width = max(len(upper), len(lower))
    upper, lower = _padded(upper, width), _padded(lower, width)
    if not upper[0] or not all(_is_word(word) for word in (*upper, *lower) if word):
        return None
    starts = [place for place, word in enumerate(upper) if word] + [width]
    groups = [(start, end) for start, end in pairwise(starts) if any(lower[start:end])]
    if not groups or not all(_is_group(lower[start:end]) for start, end in groups):
        return None
    headers = list(upper)
    for start, end in groups:
        headers[start:end] = [f"{upper[start]} {word}" if word else "" for word in lower[start:end]]
    if not _says_something(upper, lower, wanted):
        return None
    return tuple(headers), (upper, lower), tuple(upper[start] for start, _end in groups)


def _is_group(lower: Sequence[str]) -> bool:
    """Tell whether a group stands over several columns, each with a word of its own."""
    return len(lower) > 1 and sum(bool(word) for word in lower) > 1 and bool(lower[0])


def _says_something(upper: Sequence[str], lower: Sequence[str], wanted: Sequence[Column]) -> bool:
    """Tell whether both rows hold a word that is wanted, the upper one with nothing below it: no title does."""
    known = {normalise_header(word) for column in wanted for word in column.words}
    alone = [word for word, below in zip(upper, lower, strict=True) if word and not below]
    return all(any(normalise_header(word) in known for word in words if word) for words in (alone, lower))


def _is_word(word: str) -> bool:
    return len(word) <= _WORD_MAX and not _NO_WORD.search(word)


def _padded(words: Sequence[str], width: int) -> tuple[str, ...]:
    return (*words, *[""] * (width - len(words)))


def grouped(
    head: Head, spans: Sequence[tuple[int, Span]], merged: Sequence[tuple[int, int, int, int]]
) -> Head:
    """
    Return the headings with the groups of the row right above them, which that row's merged cells show.

    A title is merged as well: it stands over all columns, or holds a number or a colon.
    """
    if not head.above or head.above[-1].number != head.row - 1 or len(head.rows) > 1:
        return head
    row = head.above[-1]
    words = _padded(words_of(row), len(head.headers))
    across = dict(span for number, span in spans if number == row.number)
    down = {
        left: left
        for top, bottom, left, right in merged
        if (top, bottom) == (row.number, head.row) and left == right
    }
    over = down | across
    filled = [place for place, word in enumerate(words) if word]
    if not across or any(place not in over or not _is_word(words[place]) for place in filled):
        return head
    if any(over[place] - place + 1 >= len(head.headers) for place in filled):
        return head
    headers = list(head.headers)
    for place in filled:
        for under in range(place, min(over[place], len(headers) - 1) + 1):
            below = headers[under]
            headers[under] = words[place] if place in down else f"{words[place]} {below}" if below else ""
    groups = tuple(words[place] for place in filled if place in across)
    return Head(
        head.row, tuple(headers), (tuple(words[: len(headers)]), head.headers), groups, head.above[:-1]
    )
