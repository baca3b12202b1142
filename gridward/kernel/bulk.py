"""
Owns handing many rows from room to room without making objects of them: as the question that yields them. And the
pause of the collector while there must be objects all the same.

Refuses to go round a wall: the question is asked in the scope of whoever runs it.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connection

Params = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """
    Rows, as the question that PostgreSQL answers with them; the giver says which columns they have.

    Parameters are named, so that a question can stand inside another one.
    """

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)


def run(sql: str, params: Params = ()) -> int:
    """Run a statement and return how many rows it wrote or found."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def answers(rows: Rows) -> list[tuple[Any, ...]]:
    """Ask the question and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(rows.sql, rows.params)
        return list(cursor.fetchall())


# The driver brings a list into words one value at a time, asking of each what it is: 4 µs for an id, 40 for bytes. What
# a list's rows ask for is all of one kind, and goes as one text.
def ids_asked(ids: Iterable[UUID]) -> str:
    """Return ids as the parameter of `%s::uuid[]`, for as many as a list has."""
    return f"{{{','.join([one.hex for one in ids])}}}"


def keys_asked(keys: Iterable[bytes | None]) -> str:
    """Return blind keys as the parameter of `%s::bytea[]`, for as many as a list has."""
    return f"{{{','.join(['NULL' if key is None else _BYTES % key.hex() for key in keys])}}}"


def texts_asked(texts: Iterable[str]) -> str:
    """Return texts as the parameter of `%s::text[]`, for as many as a list has."""
    quoted = [_QUOTED % text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return f"{{{','.join(quoted)}}}"


_BYTES, _QUOTED = '"\\\\x%s"', '"%s"'

#: The signature, no flags, no extension; and the end (see COPY, binary format, in PostgreSQL's manual).
HEAD, TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
LENGTHS = tuple(length.to_bytes(4, "big") for length in range(1024))
NULL = b"\xff\xff\xff\xff"


def binary_rows(rows: Iterable[Sequence[bytes | None]]) -> bytes:
    """Return rows of values, each as PostgreSQL sends it, in COPY's binary format: prepared ahead, written at once."""
    lengths = LENGTHS
    parts = [HEAD]
    for row in rows:
        width = len(row).to_bytes(2, "big")
        try:
            parts.append(
                width + b"".join([NULL if value is None else lengths[len(value)] + value for value in row])
            )
        except IndexError:  # a value longer than those whose length is at hand
            parts.append(
                width
                + b"".join(
                    [NULL if value is None else len(value).to_bytes(4, "big") + value for value in row]
                )
            )
    parts.append(TAIL)
    return b"".join(parts)


_pausing = Lock()
_pauses = 0


@contextmanager
def collector_paused() -> Iterator[None]:
    """
    Keep Python's collector of cycles from looking through a list's rows again and again while they grow.

    A quarter of a list's time went there, and rows make no cycles: what is not needed any more is freed as ever. Blocks
    may overlap; the last one out starts the collector again, if it ran before.
    """
    global _pauses, _was_running
    with _pausing:
        if _pauses == 0:
            _was_running = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _pausing:
            _pauses -= 1
            if _pauses == 0 and _was_running:
                gc.enable()


_was_running = False
