"""
Owns the bell that says "something changed" to open screens. Refuses content: a topic and a range, nothing else.

The bell rings when the transaction commits. The stream server (wiring) hears it and passes it on to the screens
whose scope meets the range; a screen then asks again through the ordinary doors.
"""

import orjson
from django.db import connection


def ring(topic: str, *, pos: int, end: int | None = None) -> None:
    """Tell open screens that `topic` changed in `[pos, end)`; without `end`, at one position."""
    payload = orjson.dumps({"topic": topic, "pos": pos, "end": end or pos + 1}).decode()
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify('gridward_live', %s)", [payload])
