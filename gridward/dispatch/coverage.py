"""
Owns the three coverage ratios (M-63) as named SQL steps: of what was asked in an area, how much people reached.

| ratio | of | counts |
|---|---|---|
| collect | questions that the clues received ask | those answered by a call or a visit with evidence |
| verify | clues received, in a task or not | those of which at least one question is answered so |
| visit | households due: once for each task | those where somebody was met at the door, with evidence |

Refuses a numerator that rests on anything but evidence. What ended without (left out, answered from what was known,
withdrawn, refused, nobody there) is counted beside and stays in what was asked: leaving out never raises a ratio. The
parts of an area add up to it, as everything counted lies at one place.
"""

from collections.abc import Sequence
from uuid import UUID

from gridward.dispatch.asking import ASKED_BY, FIELDS
from gridward.dispatch.rollups import Step
from gridward.intake import api as intake

HOUSEHOLDS = (
    "select area_pos, opened, closed, visited from dispatch_taskcount"
    " where order_id = any(%s) and area_pos >= %s and area_pos < %s"
)
#: For each ratio what was asked, what is reached, and what ended without.
COLUMNS = (
    "collect_due", "collect_done", "collect_ended", "verify_due", "verify_done", "verify_ended", "visit_due",
    "visit_done", "visit_ended",
)  # fmt: skip
NUMBERS = """
select area_pos, received * asks, proved, closed * asks - proved, received, verified, closed - verified, 0, 0, 0
  from questions
union all
select area_pos, 0, 0, 0, 0, 0, 0, opened, visited, closed - visited from households
"""


def coverage_by_part(
    *, order_ids: Sequence[UUID], whole: tuple[int, int], parts: Sequence[tuple[int, int]]
) -> list[Step]:
    """
    Return the steps that count COLUMNS of a range in disjoint parts of it, as `rollups.task_counts_by_part` does.

    `parts` are in the order of the line; the first is number 1. What lies in none of them is counted as part 0.
    """
    there = (list(order_ids), *whole)
    starts, ends = [pos for pos, _end in parts], [end for _pos, end in parts]
    kinds, asks = list(ASKED_BY), [len(fields) for fields in ASKED_BY.values()]
    return [
        Step("clues", intake.CLUES_COUNTED, there),
        Step(
            "questions",
            "select c.*, coalesce(k.asks, %s) as asks from clues c"
            " left join unnest(%s::text[], %s::int[]) as k (kind, asks) using (kind)",
            (len(FIELDS), kinds, asks),
        ),
        Step("households", HOUSEHOLDS, there),
        Step("numbers", f"select * from ({NUMBERS}) as n (area_pos, {', '.join(COLUMNS)})"),
        # An empty list of parts lies nowhere: `width_bucket` refuses it.
        Step(
            "placed",
            "select width_bucket(area_pos, %s::bigint[]) as place, * from numbers"
            if parts
            else "select 0 as place, * from numbers",
            (starts,) if parts else (),
        ),
        Step(
            "coverage",
            "select case when area_pos < (%s::bigint[])[place] then place else 0 end as part, "
            + ", ".join(f"sum({column})::bigint" for column in COLUMNS)
            + " from placed group by 1",
            (ends,),
        ),
    ]
