"""Writes what a person decided about a row so that it can answer the next one that says the same, and ends it."""

from datetime import datetime
from uuid import UUID

from gridward.intake import keeping, rules
from gridward.intake.models import Clue, Decision
from gridward.kernel import ledger
from gridward.kernel.actor import Actor


def decision_keep(*, decision: Decision, clue: Clue, by: Actor, now: datetime) -> None:
    """
    Keep a decision that was carried out on its row. One that speaks about a row in doubt replaces those before it.

    Runs inside a job's scope.
    """
    decision.resident_id, decision.person_id = clue.resident_id, clue.person_id
    decision.household_id = clue.household_id
    decision.passed_over = [one for one in decision.passed_over if one != str(clue.resident_id)]
    if clue.waiting_reason in rules.IN_DOUBT:
        _replace(clue, decision.mark, by, now)
    decision.save(force_insert=True)
    Clue.objects.filter(id=clue.id).update(decision_id=decision.id, decided_at=now)


def decision_end(*, decision: Decision, by: Actor, now: datetime) -> UUID | None:
    """
    End a decision that is taken back; those it had replaced hold again. Return the newest of them, or nothing.

    Runs inside a job's scope; whoever takes it back records it.
    """
    replaced = Decision.objects.filter(
        order_id=decision.order_id,
        ended_why="replaced",
        ended_by=decision.decided_by,
        ended_at=decision.decided_at,
    )
    held = list(replaced.order_by("-decided_at", "-id").values_list("id", flat=True))
    Decision.objects.filter(id__in=held).update(ended_at=None, ended_by="", ended_why="")
    Decision.objects.filter(id=decision.id).update(ended_at=now, ended_by=by.ledger_name, ended_why="undone")
    ledger.record(
        "decision.end", obj=("decision", decision.id), by=by, now=now, basis=str(decision.order_id),
        result="undone", count=len(held),
    )  # fmt: skip
    return held[0] if held else None


def _replace(clue: Clue, mark: bytes | memoryview | None, by: Actor, now: datetime) -> None:
    marks = keeping.marks_of(clue)
    asked = [one for one in (marks.id_surname, marks.phone_name, marks.door_name, mark) if one]
    earlier = Decision.objects.filter(order_id=clue.order_id, mark__in=asked, ended_at__isnull=True)
    ended = list(earlier.order_by("id").values_list("id", flat=True))
    Decision.objects.filter(id__in=ended).update(ended_at=now, ended_by=by.ledger_name, ended_why="replaced")
    if ended:
        ledger.record(
            "decision.replace",
            obj=ledger.page_hash("decision", ended),
            by=by,
            now=now,
            purpose=clue.purpose,
            basis=str(clue.order_id),
            count=len(ended),
        )
