"""Writes what dispatch tells intake: which task a clue is in, and what was found. The sender reads it from here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from gridward.intake.events import OutcomeReturned
from gridward.intake.models import Batch, Clue
from gridward.kernel import bulk, ledger, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows

#: Rows that one fact tells about, at most.
TOLD_TOGETHER = 5_000
# The state is compared in the join, not asked of the clues: what the planner knows of states is from before this list,
# and with row-level security it would expect one clue and look each of 300,000 up in all of them.
DISPATCHED = """
with p as materialized (select clue_id, task_id, 'ready'::text as was from ({rows}) q)
update intake_clue c set state = 'dispatched', task_id = p.task_id
  from p where c.id = p.clue_id and c.state = p.was
returning c.id
"""


def clues_dispatched(*, placed: Rows, asks_avoided: Mapping[UUID, int], by: Actor, now: datetime) -> int:
    """
    Record which task each clue went into (rows of clue_id, task_id) and, per batch, how many asks were avoided.

    Return how many clues. Runs in a job's scope.
    """
    told = bulk.answers(Rows(DISPATCHED.format(rows=placed.sql), placed.params))
    for batch_id, avoided in asks_avoided.items():
        Batch.objects.filter(id=batch_id).update(asks_avoided_count=F("asks_avoided_count") + avoided)
    ledger.record(
        "clue.dispatched",
        # In an order that anybody can find again: that of the plan is nobody's.
        obj=ledger.page_hash("clue", sorted(clue_id for (clue_id,) in told)),
        by=by,
        now=now,
        count=len(told),
    )
    return len(told)


def ask_taken_back(*, clue_id: UUID) -> None:
    """Count one avoided ask less in the list of this clue: what had avoided it is asked no more, or asked first now."""
    batches = Batch.objects.filter(id__in=Clue.objects.filter(id=clue_id).values("batch_id"))
    batches.update(asks_avoided_count=F("asks_avoided_count") - 1)


def clues_move(*, task_id: UUID, area_pos: int, by: Actor, now: datetime) -> int:
    """Let the clues of a task lie where the task lies now, so that its new worker reads them. Runs in a job's scope."""
    moved = list(Clue.objects.filter(task_id=task_id).order_by("id").values_list("id", flat=True))
    Clue.objects.filter(id__in=moved).update(area_pos=area_pos)
    ledger.record(
        "clue.move", obj=ledger.page_hash("clue", moved), by=by, now=now, task=str(task_id), count=len(moved)
    )
    return len(moved)


@dataclass(frozen=True)
class ClueOutcome:
    """What was found about one clue."""

    clue_id: UUID
    outcome: str
    at: datetime
    reason: str = ""
    #: How many of the clue's questions are answered by this with evidence.
    proved: int = 0


RECORD = """
update intake_clue c set state = 'closed', outcome = o.outcome, outcome_at = o.at, proved_count = o.proved{reason}
  from unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::text[], %s::int2[])
       as o(clue, outcome, at, reason, proved)
 where c.id = o.clue and c.outcome = ''
returning c.order_id, c.id
"""


def clue_outcomes_record(*, outcomes: Sequence[ClueOutcome], by: Actor, now: datetime) -> int:
    """Record outcomes; from now on each sender sees those of its own rows. A recorded outcome is not overwritten."""
    if not outcomes:
        return 0
    # Without a reason of its own an outcome leaves the mark that a row was corrected; a worker reads neither.
    recorded = _recorded([one for one in outcomes if not one.reason], "")
    recorded += _recorded([one for one in outcomes if one.reason], ", outcome_reason = o.reason")
    ledger.record(
        "clue.outcome",
        obj=ledger.page_hash("clue", [outcome.clue_id for outcome in outcomes]),
        by=by,
        now=now,
        count=len(recorded),
    )
    outcomes_announce(recorded, now=now)
    return len(recorded)


ANSWERED = """
with a as materialized (select q.*, 'dispatched'::text as was, ''::text as had from ({rows}) q)
update intake_clue c set state = 'closed', outcome = a.outcome, outcome_at = a.at, outcome_reason = a.reason
  from a where c.id = a.clue_id and c.state = a.was and c.outcome = a.had
returning c.order_id, c.id
"""


def clues_answered(*, answered: Rows, by: Actor, now: datetime) -> int:
    """
    Record for clues that nobody need be asked for what is known (rows of clue_id, outcome, at, reason): `at` is when it
    was found. Return how many clues. Runs in a job's scope.
    """
    recorded = bulk.answers(Rows(ANSWERED.format(rows=answered.sql), answered.params))
    ledger.record(
        "clue.outcome",
        obj=ledger.page_hash("clue", sorted(clue_id for _order_id, clue_id in recorded)),
        by=by,
        now=now,
        count=len(recorded),
    )
    for first in range(0, len(recorded), TOLD_TOGETHER):
        outcomes_announce(recorded[first : first + TOLD_TOGETHER], now=now)
    return len(recorded)


def _recorded(outcomes: Sequence[ClueOutcome], reason: str) -> list[tuple[UUID, UUID]]:
    if not outcomes:
        return []
    columns = zip(
        *[(one.clue_id, one.outcome, one.at, one.reason, one.proved) for one in outcomes], strict=True
    )
    with connection.cursor() as cursor:
        cursor.execute(RECORD.format(reason=reason), [list(column) for column in columns])
        return list(cursor.fetchall())


def outcomes_announce(answered: Iterable[tuple[UUID, UUID]], *, now: datetime) -> None:
    """Say which rows (order, clue) their senders can read the outcome of from now on: one fact an order."""
    by_order: dict[UUID, list[str]] = defaultdict(list)
    for order_id, clue_id in answered:
        by_order[order_id].append(str(clue_id))
    for order_id, clue_ids in by_order.items():
        outbox.announce(OutcomeReturned(order_id, clue_ids), now=now)
