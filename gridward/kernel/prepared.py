"""
Owns statements that every request of a phone asks: PostgreSQL works each out once for a connection, not once a request.

They are written out, take their values apart from their words, and read like any other under the walls of the present
scope: PostgreSQL works one out anew when it is asked as another role.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection

#: In the order of their places, or by name.
Values = Sequence[object] | Mapping[str, object]


def ask(sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with _asked(sql, values) as cursor:
        return cursor.fetchall()


def one(sql: str, values: Values = ()) -> tuple[Any, ...] | None:
    """Return the first row of a statement, or None."""
    with _asked(sql, values) as cursor:
        return cursor.fetchone()


def carry_out(sql: str, values: Values = ()) -> int:
    """Carry out a statement that answers nothing, and return how many rows it wrote."""
    with _asked(sql, values) as cursor:
        return cursor.rowcount


def _asked(sql: str, values: Values) -> psycopg.Cursor[tuple[Any, ...]]:
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": ""})
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        return cursor.execute(sql, values or None, prepare=True)
