"""
JSON: an array of flat objects, read entry by entry.

Owns the streaming and the bounds. Refuses to hold the whole document, and to choose between two equal keys.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO

from gridward.kernel.tabular.codes import RowCode, TableCode
from gridward.kernel.tabular.model import Limits, Record, refuse
from gridward.kernel.tabular.numbers import number_text

ROWS_KEY: Final = "rows"
_BLOCK: Final = 65_536
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_KEY_MAX: Final = 256


class _Number(str):
    """A number as it is written in the file."""

    __slots__ = ()


class _NoNumber:
    """NaN or an infinity."""


class _Pairs(list[tuple[str, Any]]):
    """An object with every key it has, equal ones too."""


#: Keeps numbers as they are written and both of two equal keys.
DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_Pairs,
    parse_int=_Number,
    parse_float=_Number,
    parse_constant=lambda _name: _NoNumber(),
    strict=False,
)


class _Cursor:
    """A position in a stream of characters of which only a window is held."""

    def __init__(self, file: TextIO, value_max: int) -> None:
        self._file = file
        self._value_max = value_max
        self._window = ""
        self._at = 0
        self._ended = False
        self.entry = 1

    def peek(self) -> str:
        """Return the next character that is no white space, "" at the end."""
        while True:
            match = _SPACE.match(self._window, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._window):
                return self._window[self._at]
            if self._ended:
                return ""
            self._fill()

    def take(self, character: str) -> None:
        """Step over the character expected here."""
        if self.peek() != character:
            self.broken()
        self._at += 1

    def value(self) -> Any:
        """Return the value that starts here, whole."""
        self.peek()
        while True:
            try:
                found, end = DECODER.raw_decode(self._window, self._at)
            except RecursionError:
                refuse(TableCode.JSON_TOO_DEEP, row=self.entry)
            except json.JSONDecodeError:
                if self._ended:
                    self.broken()
            else:
                # A number at the edge of the window may go on behind it.
                if end < len(self._window) or self._ended:
                    self._at = end
                    return found
            if len(self._window) - self._at > self._value_max:
                refuse(TableCode.RECORD_TOO_LONG, row=self.entry)
            self._fill()

    def broken(self) -> NoReturn:
        """Refuse the document at this entry."""
        refuse(TableCode.JSON_BROKEN, row=self.entry)

    def _fill(self) -> None:
        """Read on; what was passed is let go. Doubling keeps a long value from being tried too often."""
        held = self._window[self._at :]
        block = self._file.read(max(_BLOCK, len(held)))
        self._ended = not block
        self._window = held + block
        self._at = 0


class EntrySource:
    """The records of one JSON file; may be read any number of times. `keys` are known after `find_keys`."""

    def __init__(self, path: Path, codec: str, limits: Limits) -> None:
        self.path = path
        self.codec = codec
        self.limits = limits
        self.keys: dict[str, int] = {}

    def find_keys(self) -> None:
        """Collect the keys of all entries in the order they first appear."""
        for number, pairs in self._entries():
            for key, _value in pairs:
                if key not in self.keys:
                    if len(self.keys) >= self.limits.columns_max or len(key) > _KEY_MAX:
                        refuse(TableCode.TOO_MANY_COLUMNS, row=number, limit=self.limits.columns_max)
                    self.keys[key] = len(self.keys)

    def records(self) -> Iterator[Record]:
        """Yield each entry, numbered from 1, with one cell for each key."""
        for number, pairs in self._entries():
            yield self._record(number, pairs)

    def _record(self, number: int, pairs: _Pairs) -> Record:
        cells = [""] * len(self.keys)
        flags: list[tuple[int, RowCode]] = []
        seen: set[int] = set()
        for key, value in pairs:
            index = self.keys[key]
            if index in seen:
                flags.append((index, RowCode.DUPLICATE_KEY))
            seen.add(index)
            cells[index], code = cell_text(value)
            if code:
                flags.append((index, code))
        return Record(number, cells, tuple(flags))

    def _entries(self) -> Iterator[tuple[int, _Pairs]]:
        """Yield each object of the array with its number."""
        with self.path.open(encoding=self.codec, newline="") as file:
            cursor = _Cursor(file, self.limits.record_max)
            in_object = cursor.peek() == "{"
            if in_object:
                _enter_rows(cursor)
            yield from _array(cursor)
            if in_object:
                _leave_rows(cursor)
            if cursor.peek():
                cursor.broken()


def _array(cursor: _Cursor) -> Iterator[tuple[int, _Pairs]]:
    """Yield the objects of the array that starts here."""
    if cursor.peek() != "[":
        refuse(TableCode.JSON_SHAPE, row=cursor.entry)
    cursor.take("[")
    while cursor.peek() != "]":
        if cursor.peek() != "{":
            refuse(TableCode.JSON_SHAPE, row=cursor.entry)
        yield cursor.entry, cursor.value()
        if cursor.peek() == "]":
            break
        cursor.take(",")
        cursor.entry += 1
        if cursor.peek() == "]":
            cursor.broken()
    cursor.take("]")


def _enter_rows(cursor: _Cursor) -> None:
    """Step over the members before "rows"."""
    cursor.take("{")
    while True:
        if cursor.peek() != '"':
            refuse(TableCode.JSON_SHAPE, row=cursor.entry)
        key = cursor.value()
        cursor.take(":")
        if key == ROWS_KEY:
            return
        cursor.value()
        if cursor.peek() == "}":
            refuse(TableCode.JSON_SHAPE, row=cursor.entry)
        cursor.take(",")


def _leave_rows(cursor: _Cursor) -> None:
    """Step over the members behind "rows"."""
    while cursor.peek() == ",":
        cursor.take(",")
        if cursor.peek() != '"' or cursor.value() == ROWS_KEY:
            cursor.broken()
        cursor.take(":")
        cursor.value()
    cursor.take("}")


def cell_text(value: object) -> tuple[str, RowCode | None]:
    """Return a value as text, and what is wrong with it."""
    if value is None:
        return "", None
    if isinstance(value, _Number):
        text, lost = number_text(value)
        return str(text), RowCode.NUMBER_PRECISION if lost else None
    if isinstance(value, str):
        return value, None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE", None
    if isinstance(value, _NoNumber):
        return "", RowCode.NOT_A_NUMBER
    return "", RowCode.NESTED_VALUE
