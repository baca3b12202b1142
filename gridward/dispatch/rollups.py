"""
Owns the numbers about tasks as named SQL steps. Something else runs them: whole for a board, step by step when
somebody asks why a number is what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Step:
    """One named step of a roll-up: a common table expression with its parameters."""

    name: str
    sql: str
    params: tuple[Any, ...] = ()


def task_counts_by_place(
    *, order_ids: Sequence[UUID], ranges: Sequence[tuple[int, int]], now: datetime, day_start: datetime
) -> list[Step]:
    """Return the steps that count tasks per grid in literal ranges: open, late, closed today, and all."""
    per_range = " union all ".join(
        "select area_pos, state, due_at, closed_at from dispatch_task"
        " where order_id = any(%s) and area_pos >= %s and area_pos < %s"
        for _ in ranges
    )
    params = tuple(value for pos, end in ranges for value in (list(order_ids), pos, end))
    nowhere = "select area_pos, state, due_at, closed_at from dispatch_task where false"
    return [
        Step("tasks_in_scope", per_range or nowhere, params),
        Step(
            "counts",
            "select area_pos, count(*) filter (where state = 'open') as open,"
            " count(*) filter (where state = 'open' and due_at < %s) as late,"
            " count(*) filter (where state = 'closed') as done,"
            " count(*) filter (where closed_at >= %s) as done_today, count(*) as due"
            " from tasks_in_scope group by area_pos",
            (now, day_start),
        ),
    ]


def hourly_progress(
    *, order_ids: Sequence[UUID], ranges: Sequence[tuple[int, int]], day_start: datetime
) -> list[Step]:
    """Return the steps that count what was opened and closed in each hour of the day."""
    conditions = " or ".join("(area_pos >= %s and area_pos < %s)" for _ in ranges) or "false"
    bounds = tuple(value for bound in ranges for value in bound)
    return [
        Step(
            "events",
            "select opened_at as at, 'opened' as what from dispatch_task where order_id = any(%s) and opened_at >= %s"
            f" and ({conditions}) union all select closed_at, 'closed' from dispatch_task where order_id = any(%s)"
            f" and closed_at >= %s and ({conditions})",
            (list(order_ids), day_start, *bounds, list(order_ids), day_start, *bounds),
        ),
        Step(
            "hours",
            "select floor(extract(epoch from at - %s) / 3600)::int as hour, count(*) filter (where what = 'opened')"
            " as opened, count(*) filter (where what = 'closed') as closed from events group by 1 order by 1",
            (day_start,),
        ),
    ]


def run(steps: Sequence[Step]) -> list[tuple[Any, ...]]:
    """Run the steps as one statement and return the rows of the last."""
    head = ", ".join(f"{step.name} as ({step.sql})" for step in steps)
    params = [value for step in steps for value in step.params]
    with connection.cursor() as cursor:
        cursor.execute(f"with {head} select * from {steps[-1].name}", params)
        return list(cursor.fetchall())
