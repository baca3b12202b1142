"""
Owns handing many rows from room to room without making objects of them: as the question that yields them.

Refuses to go round a wall: the question is asked in the scope of whoever runs it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
