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
    """Return the steps that count tasks per grid in literal ranges: open, late, closed, closed today, and all."""
    return [
        *_numbers(order_ids, ranges, now, day_start),
        Step("counts", f"select area_pos, {SUMS} from numbers group by area_pos having sum(opened) > 0"),
    ]


def task_counts_by_part(
    *,
    order_ids: Sequence[UUID],
    whole: tuple[int, int],
    parts: Sequence[tuple[int, int]],
    now: datetime,
    day_start: datetime,
) -> list[Step]:
    """
    Return the steps that count the tasks of a range in disjoint parts of it.

    `parts` are in the order of the line; the first is number 1. What lies in none of them is counted as part 0.
    """
    starts, ends = [pos for pos, _end in parts], [end for _pos, end in parts]
    return [
        *_numbers(order_ids, [whole], now, day_start),
        Step(
            "placed",
            "select width_bucket(area_pos, %s::bigint[]) as place, area_pos, opened, closed, late, today from numbers"
            if parts
            else "select 0 as place, area_pos, opened, closed, late, today from numbers",
            (starts,) if parts else (),
        ),
        Step(
            "counts",
            f"select case when area_pos < (%s::bigint[])[place] then place else 0 end as part, {SUMS}"
            " from placed group by 1",
            (ends,),
        ),
    ]


SUMS = (
    "(sum(opened) - sum(closed))::bigint as open, sum(late)::bigint as late, sum(closed)::bigint as done,"
    " sum(today)::bigint as done_today, sum(opened)::bigint as due"
)


def _numbers(
    order_ids: Sequence[UUID], ranges: Sequence[tuple[int, int]], now: datetime, day_start: datetime
) -> list[Step]:
    """Return what is counted: the counts each place keeps, and, task by task, what is late and what closed today."""
    there = "order_id = any(%s) and area_pos >= %s and area_pos < %s"
    orders = list(order_ids)
    kept = [f"select area_pos, opened, closed from dispatch_taskcount where {there}" for _ in ranges]
    late = [
        f"select area_pos from dispatch_task where {there} and state = 'open' and due_at < %s" for _ in ranges
    ]
    today = [f"select area_pos from dispatch_task where {there} and closed_at >= %s" for _ in ranges]
    places = [(orders, pos, end) for pos, end in ranges]
    nowhere = "select area_pos from dispatch_task where false"
    return [
        Step(
            "kept",
            " union all ".join(kept) or "select area_pos, opened, closed from dispatch_taskcount where false",
            tuple(value for place in places for value in place),
        ),
        Step(
            "late", " union all ".join(late) or nowhere, tuple(v for place in places for v in (*place, now))
        ),
        Step(
            "closed_today",
            " union all ".join(today) or nowhere,
            tuple(value for place in places for value in (*place, day_start)),
        ),
        Step(
            "numbers",
            "select area_pos, opened, closed, 0 as late, 0 as today from kept"
            " union all select area_pos, 0, 0, 1, 0 from late"
            " union all select area_pos, 0, 0, 0, 1 from closed_today",
        ),
    ]


def escalation_counts(*, order_ids: Sequence[UUID], places: Sequence[int]) -> list[Step]:
    """
    Return the steps that count the tasks that lie with the centre of each of these places, by (place, count).

    A task lies with one centre at a time, so the counts of different places never hold the same task.
    """
    return [
        Step(
            "lying",
            "select area_pos from dispatch_escalation"
            " where state = 'open' and area_pos = any(%s::bigint[]) and order_id = any(%s)",
            (list(places), list(order_ids)),
        ),
        Step("escalated", "select area_pos, count(*)::bigint as escalated from lying group by area_pos"),
    ]


def hourly_progress(
    *, order_ids: Sequence[UUID], ranges: Sequence[tuple[int, int]], day_start: datetime
) -> list[Step]:
    """Return the steps that count what was opened and closed in each hour of the day."""
    found = [
        f"select {column} as at, '{what}' as what from dispatch_task"
        f" where order_id = any(%s) and area_pos >= %s and area_pos < %s and {column} >= %s"
        for column, what in (("opened_at", "opened"), ("closed_at", "closed"))
        for _ in ranges
    ]
    return [
        Step(
            "events",
            " union all ".join(found) or "select opened_at as at, '' as what from dispatch_task where false",
            tuple(
                value for pos, end in (*ranges, *ranges) for value in (list(order_ids), pos, end, day_start)
            ),
        ),
        Step(
            "hours",
            "select floor(date_part('epoch', at - %s) / 3600)::int as hour, count(*) filter (where what = 'opened')"
            " as opened, count(*) filter (where what = 'closed') as closed from events group by 1 order by 1",
            (day_start,),
        ),
    ]


#: What it asks of the tasks is asked once, for all: joined, a planner that expects few would look up each by itself.
CONCLUDED = (
    "select phone_pass, visit_pass from dispatch_tasksubject where area_pos >= %s and area_pos < %s and outcome <> ''"
    " and (task_id in ("
    "select id from dispatch_task where state = 'open' and order_id = any(%s) and area_pos >= %s and area_pos < %s"
    " union all select id from dispatch_task"
    " where closed_at is not null and order_id = any(%s) and area_pos >= %s and area_pos < %s)) is true"
)
AGAINST = (
    "select pass_kind, subject_id from dispatch_passdisagreement"
    " where order_id = any(%s) and area_pos >= %s and area_pos < %s"
)


def pass_quality(*, order_ids: Sequence[UUID], ranges: Sequence[tuple[int, int]]) -> list[Step]:
    """
    Return the steps that count, for the people who have an outcome, which passes were left out and which disagreed.

    The last gives (what, pass, reason, count): `concluded`, `skipped` by reason, `disagreed` by the earlier pass.
    """
    orders = list(order_ids)
    each = " union all ".join
    asked = [CONCLUDED for _ in ranges]
    against = [AGAINST for _ in ranges]
    return [
        Step(
            "concluded",
            each(asked) or "select phone_pass, visit_pass from dispatch_tasksubject where false",
            tuple(v for pos, end in ranges for v in (pos, end, *(orders, pos, end) * 2)),
        ),
        Step(
            "states",
            "select phone_pass, visit_pass, count(*)::bigint as n from concluded group by 1, 2",
        ),
        Step(
            "left_out",
            "select 'phone' as pass_kind, phone_pass as reason, n from states where phone_pass not in ('', 'done')"
            " union all select 'visit', visit_pass, n from states where visit_pass not in ('', 'done')",
        ),
        Step(
            "against",
            each(against) or "select pass_kind, subject_id from dispatch_passdisagreement where false",
            tuple(v for pos, end in ranges for v in (orders, pos, end)),
        ),
        Step(
            "quality",
            "select 'concluded' as what, '' as pass_kind, '' as reason, coalesce(sum(n), 0)::bigint as n from states"
            " union all select 'skipped', pass_kind, reason, sum(n)::bigint from left_out group by 2, 3"
            " union all select 'disagreed', pass_kind, '', count(distinct subject_id) from against group by 2",
        ),
    ]


def run(steps: Sequence[Step]) -> list[tuple[Any, ...]]:
    """Run the steps as one statement and return the rows of the last."""
    head = ", ".join(f"{step.name} as ({step.sql})" for step in steps)
    params = [value for step in steps for value in step.params]
    with connection.cursor() as cursor:
        cursor.execute(f"with {head} select * from {steps[-1].name}", params)
        return list(cursor.fetchall())


def counts_fold() -> int:
    """Put the counts that places keep together, row by row as they came; return how many rows there were."""
    with connection.cursor() as cursor:
        cursor.execute("select dispatch_fold_counts() + dispatch_fold_workloads()")
        (folded,) = cursor.fetchone()
    return int(folded)
