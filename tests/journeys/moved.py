"""Moves the clock of a running house: what a task waits for is past, and the minute's work is done now."""

from typing import Any

import psycopg

from gridward.wiring.supervisor import Supervisor
from tests.journeys.conftest import House

#: What the worker does every minute, put into its queue at once.
MINUTE = """
select procrastinate_defer_jobs_v1(array[row('drain', 'gridward.rise', 0, null, null, '{"timestamp": 1}', null)
       ::procrastinate_job_to_defer_v1])
"""


def asked(house: House, sql: str, *params: object) -> list[tuple[Any, ...]]:
    """Return what the owner of the running house's database is told."""
    with psycopg.connect(Supervisor(house.data).dsn("owner"), autocommit=True) as made:
        made.execute("set role gridward_owner")
        found = made.execute(sql.encode(), params)
        return found.fetchall() if found.description else []


def minute_passes(house: House) -> None:
    """Let the worker do what it does every minute."""
    asked(house, MINUTE)
