"""Writes what dispatch tells intake: which task a clue is in, and what was found. The sender reads it from here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from gridward.intake.models import Batch, Clue
from gridward.kernel import ledger
from gridward.kernel.actor import Actor


def clues_dispatched(
    *, task_by_clue: Mapping[UUID, UUID], asks_avoided: Mapping[UUID, int], by: Actor, now: datetime
) -> int:
    """Record which task each clue went into and, per batch, how many asks were avoided. Runs in a job's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update intake_clue c set state = 'dispatched', task_id = t.task"
            " from unnest(%s::uuid[], %s::uuid[]) as t(clue, task) where c.id = t.clue and c.state = 'ready'",
            [list(task_by_clue), list(task_by_clue.values())],
        )
        count: int = cursor.rowcount
    for batch_id, avoided in asks_avoided.items():
        Batch.objects.filter(id=batch_id).update(asks_avoided_count=F("asks_avoided_count") + avoided)
    ledger.record(
        "clue.dispatched", obj=ledger.page_hash("clue", list(task_by_clue)), by=by, now=now, count=count
    )
    return count


@dataclass(frozen=True)
class ClueOutcome:
    """What was found about one clue."""

    clue_id: UUID
    outcome: str
    at: datetime
    reason: str = ""


def clue_outcomes_record(*, outcomes: Sequence[ClueOutcome], by: Actor, now: datetime) -> int:
    """Record outcomes; from now on each sender sees those of its own rows. A recorded outcome is not overwritten."""
    count = 0
    for outcome in outcomes:
        count += Clue.objects.filter(id=outcome.clue_id, outcome="").update(
            state="closed", outcome=outcome.outcome, outcome_at=outcome.at, outcome_reason=outcome.reason
        )
    if outcomes:
        ledger.record(
            "clue.outcome",
            obj=ledger.page_hash("clue", [outcome.clue_id for outcome in outcomes]),
            by=by,
            now=now,
            count=count,
        )
    return count
