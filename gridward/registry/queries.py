"""Answers about households and residents. `access_household` is the only handle on a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import bulk, ledger
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.masking import Masked
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.sealing import DataKey
from gridward.registry.models import Household, Merge, PersonKey, Resident
from gridward.territory import api as territory


@dataclass(frozen=True)
class ResidentView:
    """A person of a household, masked."""

    id: UUID
    name: Masked
    phone: Masked
    id_number: Masked


@dataclass(frozen=True)
class HouseholdView:
    """A household as somebody with a live grant sees it."""

    id: UUID
    kind: str
    area_pos: int
    address_text: str
    order_id: UUID | None
    residents: tuple[ResidentView, ...]


@dataclass(frozen=True)
class ResidentPlace:
    """Where a resident lives, without who it is."""

    resident_id: UUID
    household_id: UUID
    area_pos: int
    address_id: int | None


def get_resident_places(resident_ids: Iterable[UUID]) -> dict[UUID, ResidentPlace]:
    """
    Return where residents live, by the id that was asked for. Inside the present scope only.

    Whose entry is merged into another one lives where that one does.
    """
    asked = set(resident_ids)
    survivors = get_survivors(asked)
    rows = Resident.objects.filter(id__in={survivors.get(one, one) for one in asked})
    found = {row.id: row for row in rows.select_related("household")}
    places = {one: found.get(survivors.get(one, one)) for one in asked}
    return {
        one: ResidentPlace(one, row.household_id, row.area_pos, row.household.address_id)
        for one, row in places.items()
        if row is not None
    }


def get_survivors(resident_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return who stayed for those of these residents whose entry is merged into another one."""
    merged = Merge.objects.filter(merged_id__in=set(resident_ids), state="merged")
    return dict(merged.values_list("merged_id", "resident_id"))


def stands_for(resident_id: UUID) -> UUID:
    """Return whom an entry is about: itself, or who stayed when it was merged into another one."""
    return get_survivors([resident_id]).get(resident_id, resident_id)


MERGED = """
select merged_id, resident_id from registry_merge
 where state = 'merged' and resident_id = any(%(residents)s::uuid[]) order by id
"""


def get_merged(resident_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the entries that are merged into these residents, each with who stayed."""
    asked = bulk.ids_asked(set(resident_ids))
    return dict(bulk.answers(Rows(MERGED, {"residents": asked})))


def get_number_keys(resident_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """Return the blind key of residents' document numbers, of those who have one. Runs inside a job's scope."""
    rows = PersonKey.objects.filter(resident_id__in=set(resident_ids))
    return {resident: bytes(key) for resident, key in rows.values_list("resident_id", "id_key") if key}


DATA_KEYS = """
select h.id, h.domain, k.id, k.wrapped
  from unnest(%(households)s::uuid[]) as w(id)
 cross join lateral (select id, domain, data_key from registry_household where id = w.id offset 0) h
 cross join lateral (select id, wrapped from kernel_datakey where id = h.data_key offset 0) k
"""


def household_data_keys(household_ids: Iterable[UUID]) -> dict[UUID, DataKey]:
    """Return the open data key of each household, for sealing what belongs to it."""
    rows = bulk.answers(Rows(DATA_KEYS, {"households": bulk.ids_asked(set(household_ids))}))
    sealers = {domain: governance.sealer(domain) for domain in {row[1] for row in rows}}
    return {household: sealers[domain].unwrap(key, wrapped) for household, domain, key, wrapped in rows}


def get_household_places(household_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int | None]]:
    """Return (area position, address id) of households in the present scope."""
    rows = Household.objects.filter(id__in=set(household_ids)).values_list("id", "area_pos", "address_id")
    return {household: (area_pos, address) for household, area_pos, address in rows}


#: A resident who is entered, corrected, merged or gone is another row, or another state of one.
HOUSEHOLD_MARKS = """
select r.household_id, string_agg(r.xmin::text, '.' order by r.id)
  from registry_resident r where r.household_id = any(%s::uuid[]) group by r.household_id
"""


def get_household_marks(household_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return a mark for each household in the present scope that becomes another one when its residents change."""
    with connection.cursor() as cursor:
        cursor.execute(HOUSEHOLD_MARKS, [bulk.ids_asked(household_ids)])
        return dict(cursor.fetchall())


def get_households_at(address_id: int) -> list[UUID]:
    """Return the households behind a door, in the present scope; ids only."""
    return list(Household.objects.filter(address_id=address_id).order_by("id").values_list("id", flat=True))


def access_household(
    *, household_id: UUID, purpose: str, by: Actor, now: datetime, task_id: UUID | None = None
) -> HouseholdView | Refusal:
    """
    Return a household with its residents, masked — if a live grant covers it for this purpose.

    Without one it does not exist for the caller (`no_grant`, 404). Every look is in the ledger.
    """
    if not governance.grant_covers(household_id=household_id, purpose=purpose, by=by, now=now):
        return refuse("no_grant")
    household = Household.objects.filter(id=household_id).first()
    if household is None:
        return refuse("no_grant")
    residents = _opened(household)
    ledger.record(
        "household.access",
        obj=("household", household_id),
        by=by,
        now=now,
        purpose=purpose,
        basis=str(household.order_id or ""),
        task=str(task_id or ""),
        count=len(residents),
    )
    return HouseholdView(
        household.id,
        household.kind,
        household.area_pos,
        _address_text(household.address_id),
        household.order_id,
        residents,
    )


def _address_text(address_id: int | None) -> str:
    if address_id is None:
        return ""
    return territory.get_addresses([address_id])[address_id].text


def _opened(household: Household) -> tuple[ResidentView, ...]:
    key = household_data_keys([household.id]).get(household.id)
    residents = list(Resident.objects.filter(household=household, ended_at__isnull=True).order_by("id"))
    if key is None or not residents:
        return ()
    opened = governance.sealer(household.domain).open_many(
        [
            (blob, "registry_resident", column, row.id)
            for row in residents
            for column, blob in (
                ("name_sealed", row.name_sealed),
                ("phone_sealed", row.phone_sealed),
                ("id_number_sealed", row.id_number_sealed),
            )
        ],
        {key.id: key},
    )
    masks = pack(settings.COUNTRY)
    views = []
    for index, row in enumerate(residents):
        name, phone, number = (value or "" for value in opened[3 * index : 3 * index + 3])
        views.append(
            ResidentView(
                row.id,
                Masked(name, masks.mask_name(name)),
                Masked(phone, masks.mask_phone(phone)),
                Masked(number, masks.mask_id(number)),
            )
        )
    return tuple(views)
