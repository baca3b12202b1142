"""Writes where the open clues of people belong who moved. Refuses to touch what is answered: it was true then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from gridward.kernel import bulk, ledger
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows


class Moved(NamedTuple):
    """Where a resident lives now."""

    resident_id: UUID
    household_id: UUID
    area_pos: int


class Placed(NamedTuple):
    """In which task a clue is now, of which household, and where that is."""

    clue_id: UUID
    task_id: UUID
    household_id: UUID
    area_pos: int


FOLLOW = """
update intake_clue c set household_id = w.household_id, area_pos = w.area_pos
  from unnest(%(residents)s::uuid[], %(homes)s::uuid[], %(places)s::int8[]) as w(resident_id, household_id, area_pos)
 where c.order_id = %(order)s and c.resident_id = w.resident_id and c.outcome = '' and c.state <> 'closed'
   and (c.household_id, c.area_pos) is distinct from (w.household_id, w.area_pos)
returning c.id
"""
PLACED = """
update intake_clue c set task_id = w.task_id, household_id = w.household_id, area_pos = w.area_pos
  from unnest(%(clues)s::uuid[], %(tasks)s::uuid[], %(homes)s::uuid[], %(places)s::int8[])
       as w(clue_id, task_id, household_id, area_pos)
 where c.id = w.clue_id and c.state = 'dispatched'
   and (c.task_id, c.household_id, c.area_pos) is distinct from (w.task_id, w.household_id, w.area_pos)
returning c.id
"""


#: Who stayed while two entries were one may have been put to the person the other one had been asked about as.
PARTED = """
with shared as (
  select distinct c.person_id from intake_clue c
    join intake_clue o on o.order_id = c.order_id and o.person_id = c.person_id and o.resident_id = %(goes)s
   where c.order_id = %(order)s and c.resident_id = %(stays)s
), fresh as (select person_id, gen_random_uuid() as new_id from shared)
update intake_clue c set person_id = f.new_id from fresh f
 where c.order_id = %(order)s and c.resident_id = %(stays)s and c.person_id = f.person_id
"""


def clues_part(*, order_id: UUID, stays_id: UUID, goes_id: UUID) -> None:
    """Let no clue about who stayed be about the same person as one about the entry taken apart. In a job's scope."""
    bulk.run(PARTED, {"order": order_id, "stays": stays_id, "goes": goes_id})


def clues_follow(
    *, order_id: UUID, moved: Sequence[Moved], placed: Sequence[Placed], by: Actor, now: datetime
) -> int:
    """
    Let the unanswered clues about people who moved follow them, and those in tasks follow their tasks.

    Return how many clues followed. Runs in a job's scope.
    """
    residents, homes, places = _columns(moved, 3)
    asked: dict[str, Any] = {"order": order_id, "residents": residents, "homes": homes, "places": places}
    followed = {clue for (clue,) in bulk.answers(Rows(FOLLOW, asked))}
    clues, tasks, homes, places = _columns(placed, 4)
    asked = {"clues": clues, "tasks": tasks, "homes": homes, "places": places}
    followed |= {clue for (clue,) in bulk.answers(Rows(PLACED, asked))}
    if followed:
        ledger.record(
            "clue.follow",
            obj=ledger.page_hash("clue", sorted(followed)),
            by=by,
            now=now,
            basis=str(order_id),
            count=len(followed),
        )
    return len(followed)


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
