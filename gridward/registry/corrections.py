"""
Owns correcting a person: entered under a live grant, acknowledged, then accepted or rejected by the right pair of eyes.

What is accepted is written with its history in the order's own scope. Refuses to keep a value that is decided: from
then on it stands in the register alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import actions, corrected, correcting, queries
from gridward.registry.changing import Cause, Wanted, changes_prepare, changes_write
from gridward.registry.corrected import PURPOSE, TABLE, CorrectionView
from gridward.registry.models import Correction, Household, PersonKey, Resident
from gridward.registry.queries import HouseholdView
from gridward.registry.standing import FIELDS, Home, Standing, people_of_households
from gridward.territory import api as territory


@dataclass(frozen=True)
class Corrected:
    """
    What an accepted correction changed: the values of the person before and after, and who lives elsewhere now.

    `before` and `after` are name, document number and telephone in the open, for whoever has to renew copies of them.
    A place is area position and door.
    """

    correction: CorrectionView
    field_told: str
    resident_ids: tuple[UUID, ...]
    is_gone: bool
    before: tuple[str, ...]
    after: tuple[str, ...]
    place_before: tuple[int, int | None]
    place_after: tuple[int, int | None]
    address_after: str


@transaction.atomic
def correction_enter(
    *,
    resident_id: UUID,
    kind: str,
    value: str,
    found_by: str,
    reason: str,
    task_id: UUID | None,
    by: Actor,
    now: datetime,
) -> CorrectionView | Refusal:
    """
    Say that something about a person is wrong, and what it shall be. The actor needs a live grant on the household.

    A place is told as an address, the others as their value; one waiting correction a kind and person.
    """
    if wrong := _wrong(kind, found_by, reason):
        return wrong
    resident = Resident.objects.filter(id=queries.stands_for(resident_id), ended_at__isnull=True).first()
    if resident is None or by.id is None:
        return refuse("no_grant")
    seen = queries.access_household(
        household_id=resident.household_id, purpose=PURPOSE, by=by, now=now, task_id=task_id
    )
    if isinstance(seen, Refusal):
        return seen
    order = governance.gate_ask(purpose=PURPOSE, area_pos=seen.area_pos, now=now, order_id=seen.order_id)
    if isinstance(order, Refusal):
        return order
    told = _told(kind, value.strip(), seen, resident, order)
    if isinstance(told, Refusal):
        return told
    if _waits(resident.id, kind):
        return refuse("correction_waits")
    row = _row(resident, kind, found_by, order, task_id, by.id, now)
    row.is_small = correcting.is_small(kind, _present(kind, seen, resident.id), told)
    _seal(row, resident, told, reason.strip())
    row.save(force_insert=True)
    _record("correction.enter", row, by, now, found_by=found_by)
    return corrected.correction_views([row], now)[0]


def _waits(resident_id: UUID, kind: str) -> bool:
    waiting = Correction.objects.filter(resident_id=resident_id, state__in=correcting.WAITING)
    return waiting.filter(kind=kind).exists()


def _seal(row: Correction, resident: Resident, told: str, reason: str) -> None:
    key = queries.household_data_keys([resident.household_id])[resident.household_id]
    row.value_sealed, row.reason_sealed = governance.sealer(resident.domain).seal_many(
        [(key, TABLE, "value_sealed", row.id, told or None), (key, TABLE, "reason_sealed", row.id, reason)]
    )


def _wrong(kind: str, found_by: str, reason: str) -> Refusal | None:
    if kind not in correcting.KINDS:
        return refuse("correction_kind")
    if found_by not in correcting.FOUND_BY:
        return refuse("correction_found_by")
    if not correcting.LEAST_REASON <= len(reason.strip()) <= correcting.MOST_REASON:
        return refuse("reason_needed", least=correcting.LEAST_REASON)
    return None


def _row(
    resident: Resident,
    kind: str,
    found_by: str,
    order: governance.OrderView,
    task_id: UUID | None,
    entered_by: UUID,
    now: datetime,
) -> Correction:
    due_at = correcting.due_at("received", now, governance.profile_of(order))
    return Correction(
        id=new_id(), resident=resident, domain=resident.domain, order_id=order.id, area_pos=resident.area_pos,
        task_id=task_id, kind=kind, state="received", found_by=found_by, entered_by=entered_by, entered_at=now,
        due_at=due_at,
    )  # fmt: skip


def _present(kind: str, seen: HouseholdView, resident_id: UUID) -> str:
    person = next(one for one in seen.residents if one.id == resident_id)
    return getattr(person, kind).reveal() if kind in correcting.VALUES else ""


def _told(
    kind: str, value: str, seen: HouseholdView, resident: Resident, order: governance.OrderView
) -> str | Refusal:
    """Return what the correction says it shall be; '' where nothing is to be said."""
    if kind in correcting.NEEDS_NOTHING:
        return ""
    if kind in correcting.PLACES:
        found = _located(value, order)
        if isinstance(found, Refusal):
            return found
        home = queries.get_household_places([resident.household_id])[resident.household_id]
        return refuse("correction_same") if found == home else value[: correcting.MOST_VALUE]
    told = correcting.value_read(kind, value[: correcting.MOST_VALUE])
    if isinstance(told, Refusal):
        return told
    return refuse("correction_same") if told == _present(kind, seen, resident.id) else told


def _located(text: str, order: governance.OrderView) -> tuple[int, int | None] | Refusal:
    """Return position and door an address (or a grid's code) leads to, if it is one grid of the order."""
    area = territory.get_area(text.strip())
    if area is not None and area.level == "grid" and order.covers(area.pos):
        return area.pos, None
    found = territory.locate_text(text)
    if found.status != territory.FOUND or found.area_pos is None or not order.covers(found.area_pos):
        return refuse("correction_place")
    return found.area_pos, found.address_id


@transaction.atomic
def correction_acknowledge(
    *, correction_id: UUID, reason: str, by: Actor, now: datetime
) -> CorrectionView | Refusal:
    """Take a correction into hand: its household opens, masked, for half an hour, and the clock of deciding runs."""
    view = corrected.get_correction(correction_id, by=by, now=now)
    if isinstance(view, Refusal):
        return view
    if view.state not in correcting.WAITING:
        return refuse("correction_decided")
    granted = governance.grant_brief(
        household_id=view.household_id, area_pos=view.area_pos, purpose=PURPOSE, basis_id=view.order_id,
        reason=reason, by=by, now=now,
    )  # fmt: skip
    if isinstance(granted, Refusal):
        return granted
    order = governance.gate_ask(purpose=PURPOSE, area_pos=view.area_pos, now=now, order_id=view.order_id)
    if isinstance(order, Refusal):
        return order
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        row = Correction.objects.select_for_update().get(id=correction_id)
        if row.state == "received":
            row.state, row.acknowledged_by, row.acknowledged_at = "acknowledged", by.id, now
            row.due_at = correcting.due_at("acknowledged", row.entered_at, governance.profile_of(order))
            row.save(update_fields=["state", "acknowledged_by", "acknowledged_at", "due_at"])
            _record("correction.acknowledge", row, by, now)
    return corrected.get_correction(correction_id, by=by, now=now)


@transaction.atomic
def correction_reject(
    *, correction_id: UUID, reason: str, by: Actor, now: datetime
) -> CorrectionView | Refusal:
    """Leave everything as it is, with a reason that whoever entered the correction reads."""
    if len(reason.strip()) < correcting.LEAST_REASON:
        return refuse("reason_needed", least=correcting.LEAST_REASON)
    case = corrected.access_correction(correction_id, by=by, now=now)
    if isinstance(case, Refusal):
        return case
    with governance.job_scope(order_id=case.correction.order_id, purpose=PURPOSE):
        row = Correction.objects.select_for_update().get(id=correction_id)
        if row.state not in correcting.WAITING:
            return refuse("correction_decided")
        _decided(row, "rejected", by, now, answer=reason.strip()[:100])
        _record("correction.reject", row, by, now)
    return corrected.get_correction(correction_id, by=by, now=now)


def correction_accept(
    *, correction_id: UUID, order: governance.OrderView, by: Actor, now: datetime
) -> Corrected | Refusal:
    """
    Write what a correction says, with its history, and renew the keys. Runs inside the job's scope of its order.

    The caller has shown that the actor may see the household, and renews what other rooms hold of it, in the same
    transaction.
    """
    row = Correction.objects.select_for_update().get(id=correction_id)
    if refusal := correcting.may_decide(row.state, small=row.is_small, entered_by=row.entered_by, by=by.id):
        return refusal
    household = Resident.objects.values_list("household_id", flat=True).get(id=row.resident_id)
    everybody = {one.id: one for one in people_of_households(row.domain, [household])}
    person = everybody.get(row.resident_id)
    if person is None:
        return refuse("conflict")
    value, _reason = corrected.opened(row)
    home = _home(row.kind, value, person, order, by, now)
    if isinstance(home, Refusal):
        return home
    meant = [person, *(one for one in everybody.values() if one is not person)]
    wanted = [_wanted(one, row.kind, value, home) for one in (meant if row.kind == "address" else meant[:1])]
    if refusal := _write(row, wanted, order, by, now):
        return refusal
    people = tuple(one.person.id for one in wanted)
    return Corrected(
        correction=corrected.correction_views([row], now)[0],
        field_told=correcting.FIELD_TOLD[row.kind],
        resident_ids=(*people, *queries.get_merged(people)),
        is_gone=row.kind in correcting.NEEDS_NOTHING,
        before=person.values,
        after=wanted[0].values,
        place_before=(person.home.area_pos, person.home.door),
        place_after=(home.area_pos, home.door),
        address_after=value if row.kind in correcting.PLACES else "",
    )


def _write(
    row: Correction, wanted: Sequence[Wanted], order: governance.OrderView, by: Actor, now: datetime
) -> Refusal | None:
    """Write the people of an accepted correction; refuse when somebody else has changed them meanwhile."""
    cause = Cause("correction", order, by.ledger_name, now)
    renewed, _moved = changes_write(changes_prepare(row.domain, wanted), cause)
    if len(renewed) != sum(one.is_changed for one in wanted):
        return refuse("conflict")
    if row.kind == "deceased":
        resident_end(row.resident_id, now=now)
    _decided(row, "accepted", by, now)
    _record("correction.accept", row, by, now, count=len(renewed))
    return None


def _wanted(person: Standing, kind: str, value: str, home: Home) -> Wanted:
    values = tuple(value if name == kind else old for name, old in zip(FIELDS, person.values, strict=True))
    return Wanted(person, home, person.id_kind, values)


def _home(
    kind: str, value: str, person: Standing, order: governance.OrderView, by: Actor, now: datetime
) -> Home | Refusal:
    """Return the household in which the person shall live, where it shall be."""
    if kind == "not_here":
        return _provided(_community(person.home.area_pos), None, order, by, now)
    if kind not in correcting.PLACES:
        return person.home
    found = _located(value, order)
    if isinstance(found, Refusal):
        return found
    if kind == "address":
        return replace(person.home, area_pos=found[0], door=found[1])
    return _joined(*found, person, order, by, now)


def _joined(
    area_pos: int, door: int | None, person: Standing, order: governance.OrderView, by: Actor, now: datetime
) -> Home | Refusal:
    """Return the one household behind the door, or a new one; several are never "the first"."""
    there: Sequence[Household] = []
    if door is not None:
        behind = Household.objects.filter(domain=order.domain, address_id=door).exclude(id=person.home.id)
        there = list(behind.order_by("id")[:2])
    if len(there) > 1:
        return refuse("correction_several_homes")
    if there:
        (one,) = there
        return Home(one.id, one.area_pos, queries.household_data_keys([one.id])[one.id], one.address_id)
    return _provided(area_pos, door, order, by, now)


def _provided(area_pos: int, door: int | None, order: governance.OrderView, by: Actor, now: datetime) -> Home:
    (home,) = actions.households_provide(
        order_id=order.id, places=[actions.Place(area_pos, door)], by=by, now=now
    )
    return Home(home.household_id, home.area_pos, home.data_key, door)


def _community(area_pos: int) -> int:
    """Return where somebody lies who does not live here and nobody knows where: the community's own position."""
    area = territory.get_area_at(area_pos)
    path = territory.get_path(area.code) if area else ()
    return next((one.pos for one in path if one.level == "community"), area_pos)


def resident_end(resident_id: UUID, *, now: datetime) -> None:
    """Let nobody be asked about this entry any more, and no key lead to it. Runs inside a job's scope."""
    Resident.objects.filter(id=resident_id).update(ended_at=now)
    # Nor do the keys of entries merged into this one; taken apart, they are worked out anew.
    PersonKey.objects.filter(Q(resident_id=resident_id) | Q(leads_to=resident_id)).update(
        id_key=None, id_surname_key=None, phone_surname_key=None, phone_name_key=None, door_name_key=None
    )


def _decided(row: Correction, state: str, by: Actor, now: datetime, answer: str = "") -> None:
    row.state, row.decided_by, row.decided_at, row.answer = state, by.id, now, answer
    row.value_sealed = row.reason_sealed = None
    if row.acknowledged_at is None:
        row.acknowledged_by, row.acknowledged_at = by.id, now
    row.save(
        update_fields=[
            "state", "decided_by", "decided_at", "answer", "value_sealed", "reason_sealed", "acknowledged_by",
            "acknowledged_at",
        ]
    )  # fmt: skip


def _record(
    action: str, row: Correction, by: Actor, now: datetime, *, found_by: str = "", count: int = 0
) -> None:
    ledger.record(
        action, obj=("correction", row.id), by=by, now=now, purpose=PURPOSE, basis=str(row.order_id),
        task=str(row.task_id or ""), field=row.kind, small=row.is_small, found_by=found_by, count=count,
    )  # fmt: skip
