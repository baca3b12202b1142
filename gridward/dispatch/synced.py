"""
Owns what a phone needs to keep a worker's day: how each household in the hand stands, as a mark that changes with it,
and the closed lists it chooses from. Refuses people: whoever reads a household goes through `access_task`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from gridward.dispatch import asking, escalating, rules, whistling
from gridward.dispatch.days import most_held, newest_plan
from gridward.kernel import prepared
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Text
from gridward.registry import api as registry

#: What of a task may change while it is in a hand: its own row, what is asked, the passes (which change both), and what
#: the levels above say about it.
MARKS = """
select t.id, t.household_id, t.order_id, concat_ws('.', t.xmin, (
         select string_agg(s.xmin::text, '.' order by s.id) from dispatch_tasksubject s where s.task_id = t.id), (
         select string_agg(e.xmin::text, '.' order by e.id) from dispatch_escalation e where e.task_id = t.id))
  from dispatch_task t where t.assignee_id = %s and t.state = 'open' and t.released_at is not null
 order by t.priority, t.due_at, t.id limit 200
"""
HELD = """
select id, order_id, area_pos from dispatch_task
 where id = %s and assignee_id = %s and state = 'open' and released_at is not null
"""


@dataclass(frozen=True)
class Marks:
    """
    How a worker's day stands: a mark for each household, and one for the walk. Marks are compared and never read.

    A household's becomes another one once anything about it changes; the walk's when a household comes or goes, or
    another plan.
    """

    walk: str
    tasks: Mapping[UUID, str]
    order_ids: frozenset[UUID]


def get_marks(*, by: Actor, now: datetime) -> Marks:
    """Return how a worker's day stands: one statement for its tasks and one for the register, however long it is."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS, [by.id])
        rows = cursor.fetchall()
    rows = rows[: most_held(rows[0][2], now)] if rows else []
    homes = registry.get_household_marks([household for _task, household, _order, _mark in rows])
    marks = {task: f"{mark}.{homes.get(household, '')}" for task, household, _order, mark in rows}
    walk = f"{newest_plan(by)} {sorted(marks)}"
    return Marks(walk, marks, frozenset(order_id for _task, _household, order_id, _mark in rows))


@dataclass(frozen=True)
class HeldPlace:
    """A household in a worker's hand, unopened: where it is, and under which order."""

    task_id: UUID
    order_id: UUID
    area_pos: int


def get_held(task_id: UUID, *, by: Actor) -> HeldPlace | None:
    """Return a household that is in the worker's hand, without opening it; None where it is not."""
    row = prepared.one(HELD, [task_id, by.id])
    return HeldPlace(*row) if row else None


def closed_lists() -> Mapping[str, Sequence[tuple[str, Text]]]:
    """Return the lists a worker chooses from, each as (code, words)."""
    return {
        "said": list(rules.SAID.items()),
        "found_by": list(rules.FOUND_BY.items()),
        "phone_skips": [(code, rules.SKIPS["phone"][code]) for code in ("no_number", "cannot_use_phone")],
        "phone_results": [pair for pair in rules.RESULTS["phone"].items() if pair[0] != "skipped"],
        "phone_outcomes": [(code, label) for code, label in rules.OUTCOMES.items() if code in rules.BY_PHONE],
        "visit_results": [pair for pair in rules.RESULTS["visit"].items() if pair[0] != "skipped"],
        "outcomes": list(rules.OUTCOMES.items()),
        "excesses": list(rules.EXCESSES.items()),
        "asks": list(asking.FIELDS.items()),
        "raise_kinds": list(escalating.KINDS.items()),
        "raise_reasons": list(escalating.WHY.items()),
        "whistle_questions": list(whistling.QUESTIONS.items()),
        "whistle_states": list(whistling.STATES.items()),
    }
