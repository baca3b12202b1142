"""Writes of the register one task at a time: provisional households, a reveal. `importing` owns the import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.sealing import DataKey
from gridward.registry import queries, stages
from gridward.registry.changing import followers_move
from gridward.registry.models import Household, Merge, PersonKey, Resident

PURPOSE = "case_finding"


@dataclass(frozen=True)
class Place:
    """Where a provisional household is: its area position, and its door if the address book knows it."""

    area_pos: int
    address_id: int | None = None


@dataclass(frozen=True)
class HouseholdKey:
    """A household that was provided, with the data key to seal what belongs to it."""

    household_id: UUID
    area_pos: int
    data_key: DataKey


def households_provide(
    *, order_id: UUID, places: Sequence[Place], by: Actor, now: datetime
) -> list[HouseholdKey]:
    """
    Make provisional households for people the register does not know, in order of `places`.

    Runs inside a job's scope. A door that already has a provisional household under this order gets that one again.
    """
    domain = governance.order_domain(order_id)
    by_door = _provisional_doors(domain, places)
    new_keys = iter(governance.sealer(domain).new_data_keys(len(places)))
    provided: list[HouseholdKey] = []
    made: list[tuple[HouseholdKey, int | None]] = []
    for place in places:
        household = by_door.get(place.address_id) if place.address_id is not None else None
        if household is None:
            household = HouseholdKey(new_id(), place.area_pos, next(new_keys))
            made.append((household, place.address_id))
            if place.address_id is not None:
                by_door[place.address_id] = household
        provided.append(household)
    _provisional_write(made, domain, order_id, now)
    if made:
        ledger.record(
            "household.provide",
            obj=ledger.page_hash("household", [household.household_id for household, _door in made]),
            by=by,
            now=now,
            purpose=PURPOSE,
            basis=str(order_id),
            count=len(made),
        )
    return provided


def _provisional_doors(domain: str, places: Sequence[Place]) -> dict[int, HouseholdKey]:
    """Return the provisional households that are behind these doors already."""
    doors = [place.address_id for place in places if place.address_id is not None]
    rows = list(Household.objects.filter(domain=domain, kind="provisional", address_id__in=doors))
    keys = queries.household_data_keys([row.id for row in rows])
    return {
        row.address_id: HouseholdKey(row.id, row.area_pos, keys[row.id]) for row in rows if row.address_id
    }


def _provisional_write(
    made: Sequence[tuple[HouseholdKey, int | None]], domain: str, order_id: UUID, now: datetime
) -> None:
    run = new_id()
    stages.copy(
        "registry_stagehousehold",
        (
            (run, one.household_id, domain, order_id, one.data_key.id, one.data_key.wrapped, one.area_pos, door,
             "provisional", "")
            for one, door in made
        ),
    )  # fmt: skip
    stages.households_write(run, now)
    stages.clear(run, "registry_stagehousehold")


@transaction.atomic
def household_move(*, household_id: UUID, area_pos: int, keeps_door: bool, by: Actor, now: datetime) -> int:
    """
    Let a household with its people lie elsewhere from now on; nobody is registered anew. Returns how many moved.

    Runs inside a job's scope. Without `keeps_door` the old door is forgotten, and the key that found people by it.
    """
    Household.objects.filter(id=household_id).update(
        area_pos=area_pos, **({} if keeps_door else {"address": None})
    )
    members = Resident.objects.filter(household_id=household_id)
    moved = members.update(area_pos=area_pos)
    keys = PersonKey.objects.filter(household_id=household_id)
    keys.update(area_pos=area_pos)
    if not keeps_door:
        # The keys of entries merged into these people are about other doors.
        keys.filter(leads_to__isnull=True).update(door_name_key=None)
    gone = Merge.objects.filter(state="merged", merged__household_id=household_id)
    followers_move(list(members.exclude(id__in=gone.values("merged")).values_list("id", flat=True)))
    ledger.record(
        "household.move", obj=("household", household_id), by=by, now=now, count=moved, door_kept=keeps_door
    )
    return moved


@dataclass(frozen=True)
class RevealedResident:
    """One person's name and telephone in the open, until when the screen may show them."""

    name: str
    phone: str
    until: datetime


def resident_reveal(
    *, resident_id: UUID, purpose: str, task_id: UUID | None, reason: str, by: Actor, now: datetime
) -> RevealedResident | Refusal:
    """Open one person's name and telephone for five minutes, with a reason; it is in the ledger (H-08)."""
    if len(reason.strip()) < 4:
        return refuse("reason_needed", least=4)
    resident_id = queries.stands_for(resident_id)
    resident = Resident.objects.filter(id=resident_id).select_related("household").first()
    if resident is None:
        return refuse("no_grant")
    seen = queries.access_household(
        household_id=resident.household_id, purpose=purpose, by=by, now=now, task_id=task_id
    )
    if isinstance(seen, Refusal):
        return seen
    order = (
        governance.get_order(resident.household.order_id, now=now) if resident.household.order_id else None
    )
    minutes = governance.profile_of(order).number("reveal_minutes") if order else 5
    ledger.record(
        "resident.reveal",
        obj=("resident", resident_id),
        by=by,
        now=now,
        purpose=purpose,
        basis=str(resident.household.order_id or ""),
        task=str(task_id or ""),
        reason=reason.strip()[:200],
    )
    view = next(person for person in seen.residents if person.id == resident_id)
    return RevealedResident(view.name.reveal(), view.phone.reveal(), now + timedelta(minutes=minutes))
