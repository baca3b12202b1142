"""
Takes a person's own last decision of the review back: the row waits again, as if nobody had decided it.

Refused where somebody else has gone on from it: a worker who called or visited, another list that was decided by it, a
department that has the answer.
"""

from datetime import datetime

from django.db import transaction

from gridward.governance import api as governance
from gridward.intake import withdrawing
from gridward.intake.actions.keep import decision_end
from gridward.intake.actions.learning import place_take_back
from gridward.intake.actions.review import locked, reseal
from gridward.intake.models import Clue, Decision, Delivery
from gridward.intake.queries import ClueView, clue_view
from gridward.intake.reviewing import own_last
from gridward.kernel import ledger, live
from gridward.kernel.actor import Actor
from gridward.kernel.models import DataKey as DataKeyRow
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.sealing import DataKey


@transaction.atomic
def review_undo(*, by: Actor, now: datetime) -> ClueView | Refusal:
    """
    Take the actor's own last decision back and return its row, which waits again. Runs in the actor's scope.

    The task it led to loses the row, and is closed when nothing else is asked in it. `nothing_to_undo` when the actor
    has decided nothing that stands; `task_begun`, `decision_used` or `decision_told` when somebody has gone on from it.
    """
    last = own_last(by=by, now=now)
    order = governance.get_order(last.order_id, now=now) if last else None
    if last is None or order is None:
        return refuse("nothing_to_undo")
    with governance.job_scope(order_id=order.id, purpose=order.purposes[0]):
        clue = locked(order.id, last.clue_id)
        # Meanwhile another page of the same person may have taken it back, or somebody else's decision replaced it.
        if not Decision.objects.select_for_update().filter(id=last.id, ended_at__isnull=True).exists():
            return refuse("nothing_to_undo")
        if refusal := _gone_on(last, clue) or withdrawing.withdraw(
            clue_id=clue.id, order=order, by=by, now=now
        ):
            return refusal
        _wait_again(clue, last, by, now)
        return clue_view(clue)


def _gone_on(last: Decision, clue: Clue) -> Refusal | None:
    """Refuse what other rows rest on, or what its sender was told."""
    if Clue.objects.filter(decision_id=last.id).exclude(id=clue.id).exclude(state="waiting").exists():
        return refuse("decision_used")
    pushed = Delivery.objects.filter(
        agency_code=clue.agency_code, created_at__gte=last.decided_at, clue_ids__contains=[str(clue.id)]
    )
    if clue.state == "closed" and pushed.exclude(state="waiting", attempts=0).exists():
        return refuse("decision_told")
    return None


def _wait_again(clue: Clue, last: Decision, by: Actor, now: datetime) -> None:
    was_at = clue.area_pos
    if clue.data_key != last.data_key:
        reseal(clue, _key(last))
    clue.person_id = clue.resident_id = clue.household_id = clue.task_id = None
    clue.area_pos, clue.state, clue.match_rule = last.area_pos, "waiting", ""
    clue.outcome, clue.outcome_at, clue.outcome_reason = "", None, ""
    clue.decided_at, clue.decision_id = None, decision_end(decision=last, by=by, now=now)
    clue.save()
    place_take_back(order_id=last.order_id, decision_id=last.id, by=by, now=now)
    ledger.record(
        "review.undo", obj=("clue", clue.id), by=by, now=now, purpose=clue.purpose, basis=str(clue.order_id),
        decision=last.kind,
    )  # fmt: skip
    for pos in {was_at, clue.area_pos}:
        live.ring("batch", pos=pos)


def _key(last: Decision) -> DataKey:
    """Return the key that the row was sealed with while it waited: its list's own."""
    wrapped = DataKeyRow.objects.values_list("wrapped", flat=True).get(id=last.data_key)
    return governance.sealer(governance.order_domain(last.order_id)).unwrap(last.data_key, wrapped)
