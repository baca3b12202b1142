"""
Writes what a person decided about a row that waited: it is this person, it is somebody new there, or it goes back.

The count of the list stays as it was: a row that waited is counted as waiting for good.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from gridward.governance import api as governance
from gridward.intake import candidates, keeping, people
from gridward.intake.actions.keep import decision_keep
from gridward.intake.actions.learning import place_confirm
from gridward.intake.actions.outcomes import outcomes_announce
from gridward.intake.earlier import earlier_people
from gridward.intake.events import ClueResolved
from gridward.intake.models import Clue
from gridward.intake.queries import SEALED, ClueView, clue_view
from gridward.intake.reviewing import access_waiting
from gridward.kernel import ledger, live, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.models import DataKey as DataKeyRow
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.sealing import DataKey
from gridward.registry import api as registry
from gridward.territory import api as territory

DECISIONS = frozenset({"same_person", "new_person", "reject"})
REASON_LEAST = 4
REASON_MOST = 200
Chosen = registry.ResidentPlace | registry.Place | people.Known


@transaction.atomic
def review_decide(
    *,
    clue_id: UUID,
    decision: str,
    resident_id: UUID | None = None,
    person_id: UUID | None = None,
    place: str = "",
    reason: str = "",
    by: Actor,
    now: datetime,
) -> ClueView | Refusal:
    """
    Decide a waiting row. Runs in the actor's scope, which must show the row and the chosen person.

    `same_person` takes one of the row's candidates, a resident or a person other lists named; `new_person` a place
    (a grid's code or an address that leads to one grid); `reject` a reason, which the sender reads. A row is decided
    once: the second gets `clue_decided`. What is decided is kept, and answers later rows that say the same.
    """
    seen = access_waiting(clue_id, by=by, now=now)
    if isinstance(seen, Refusal):
        return seen
    if wrong := _wrong(seen, decision, reason):
        return wrong
    known = candidates.earlier_of(seen) if decision != "reject" else []
    chosen: Chosen | Refusal | None = None
    if decision == "same_person":
        chosen = _chosen(seen, known, resident_id, person_id, by)
    elif decision == "new_person":
        chosen = _place(place, seen, now)
    if isinstance(chosen, Refusal):
        return chosen
    return _carried_out(seen, decision, chosen, known, reason, by, now)


def _carried_out(
    seen: ClueView,
    decision: str,
    chosen: Chosen | None,
    known: Sequence[people.Known],
    reason: str,
    by: Actor,
    now: datetime,
) -> ClueView | Refusal:
    """Carry the decision out on its row, in the order's scope, and keep it."""
    with governance.job_scope(order_id=seen.order_id, purpose=seen.purpose):
        clue = locked(seen.order_id, seen.id)
        if clue.state != "waiting":
            return refuse("clue_decided")
        could_be = candidates.residents_of(seen, known)
        kept = keeping.draft(
            clue=clue, kind=decision, area_pos=seen.area_pos, could_be=could_be, by=by, now=now
        )
        _write(clue, chosen, reason, by, now)
        decision_keep(decision=kept, clue=clue, by=by, now=now)
        if isinstance(chosen, registry.Place) and clue.area_pos == chosen.area_pos:
            place_confirm(clue=clue, decision_id=kept.id, by=by, now=now)
        _tell(clue, seen, decision, reason, by, now)
        return clue_view(clue)


def _write(clue: Clue, chosen: Chosen | None, reason: str, by: Actor, now: datetime) -> None:
    if chosen is None:
        _reject(clue, reason, now)
    elif isinstance(chosen, registry.Place):
        _new_person(clue, chosen, by, now)
    elif isinstance(chosen, people.Known):
        _same_stranger(clue, chosen)
    else:
        _same_person(clue, chosen)


def _wrong(seen: ClueView, decision: str, reason: str) -> Refusal | None:
    if seen.state != "waiting":
        return refuse("clue_decided")
    if decision not in DECISIONS:
        return refuse("decision_unknown")
    if decision == "reject" and len(reason.strip()) < REASON_LEAST:
        return refuse("reason_needed", least=REASON_LEAST)
    return None


def _chosen(
    seen: ClueView,
    known: Sequence[people.Known],
    resident_id: UUID | None,
    person_id: UUID | None,
    by: Actor,
) -> registry.ResidentPlace | people.Known | Refusal:
    """Return the candidate that was chosen, if it is one and lives in the actor's area."""
    if resident_id and not person_id and resident_id in candidates.residents_of(seen, known):
        return registry.get_resident_places([resident_id]).get(resident_id) or refuse("decision_unknown")
    for one in known:
        if one.person_id == person_id and one.resident_id is None and by.covers(one.area_pos):
            return one
    return refuse("decision_unknown")


def _place(text: str, seen: ClueView, now: datetime) -> registry.Place | Refusal:
    """Return the place a grid's code or an address names, inside the order's area."""
    order = governance.get_order(seen.order_id, now=now)
    area = territory.get_area(text.strip())
    if area is not None and area.level == "grid":
        found = registry.Place(area.pos)
    else:
        located = territory.locate_text(text)
        if located.status != territory.FOUND or located.area_pos is None:
            return refuse("grid_needed")
        found = registry.Place(located.area_pos, located.address_id)
    return found if order and order.covers(found.area_pos) else refuse("grid_needed")


def locked(order_id: UUID, clue_id: UUID) -> Clue:
    """Return a row, locked, while no list of its order is resolved: both may name the same new person."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 11))", [str(order_id)])
    return Clue.objects.select_for_update(of=("self",)).get(id=clue_id)


def _same_person(clue: Clue, place: registry.ResidentPlace) -> None:
    entries = [place.resident_id, *registry.get_merged([place.resident_id])]
    earlier = _earlier(clue).filter(resident_id__in=entries).first()
    clue.resident_id = place.resident_id
    clue.household_id, clue.area_pos = place.household_id, place.area_pos
    clue.person_id = earlier.person_id if earlier else new_id()
    _ready(clue, registry.household_data_keys([place.household_id])[place.household_id])


def _same_stranger(clue: Clue, known: people.Known) -> None:
    """Put the row to a person whom another list named, into the household that person was given."""
    clue.household_id, clue.area_pos, clue.person_id = known.household_id, known.area_pos, known.person_id
    _ready(clue, registry.household_data_keys([known.household_id])[known.household_id])


def _new_person(clue: Clue, where: registry.Place, by: Actor, now: datetime) -> None:
    """Put the row into the household of the same unknown person when nothing speaks against it, or into a new one."""
    asked = people.Asked(None, keeping.marks_of(clue), is_placed=True)
    (joined,) = people.join(people.Listed([asked]), earlier_people(clue.order_id, [asked]))
    if joined.known:
        _same_stranger(clue, joined.known)
        return
    (home,) = registry.households_provide(order_id=clue.order_id, places=[where], by=by, now=now)
    clue.household_id, clue.area_pos, clue.person_id = home.household_id, home.area_pos, new_id()
    _ready(clue, home.data_key)


def _earlier(clue: Clue) -> QuerySet[Clue]:
    return Clue.objects.filter(order_id=clue.order_id, person_id__isnull=False).order_by("id")


def _ready(clue: Clue, key: DataKey) -> None:
    """Seal the row anew with its household's key: it then lives and dies with the household's data."""
    reseal(clue, key)
    clue.match_rule, clue.state = "review", "ready"
    clue.save()


def reseal(clue: Clue, key: DataKey) -> None:
    """Seal a row with another key of its order; the caller saves it."""
    sealer = governance.sealer(governance.order_domain(clue.order_id))
    old = sealer.unwrap(
        clue.data_key, DataKeyRow.objects.values_list("wrapped", flat=True).get(id=clue.data_key)
    )
    opened = sealer.open_many(
        [(getattr(clue, column), "intake_clue", column, clue.id) for column in SEALED], {old.id: old}
    )
    sealed = sealer.seal_many(
        (key, "intake_clue", column, clue.id, text) for column, text in zip(SEALED, opened, strict=True)
    )
    for column, blob in zip(SEALED, sealed, strict=True):
        setattr(clue, column, blob)
    clue.data_key = key.id


def _reject(clue: Clue, reason: str, now: datetime) -> None:
    clue.state, clue.outcome, clue.outcome_at = "closed", "out_of_scope", now
    clue.outcome_reason = reason.strip()[:REASON_MOST]
    clue.save()


def _tell(clue: Clue, seen: ClueView, decision: str, reason: str, by: Actor, now: datetime) -> None:
    ledger.record(
        "review.decide",
        obj=("clue", clue.id),
        by=by,
        now=now,
        purpose=clue.purpose,
        basis=str(clue.order_id),
        reason=reason.strip()[:REASON_MOST] or seen.waiting_reason,
        decision=decision,
    )
    if clue.state == "ready":
        outbox.announce(ClueResolved(clue.id, clue.order_id), now=now)
    else:
        outcomes_announce([(clue.order_id, clue.id)], now=now)
    for pos in {seen.area_pos, clue.area_pos}:
        live.ring("batch", pos=pos)
