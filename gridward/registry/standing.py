"""
Owns reading registered people in the open, in bulk, for those who renew them. Only jobs under a live order do.

Refuses to be a way to a person: what a human sees comes from `access_household` alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gridward.governance import api as governance
from gridward.kernel import bulk
from gridward.kernel.bulk import Rows
from gridward.kernel.sealing import DataKey
from gridward.registry import queries
from gridward.registry.models import Resident

TABLE = "registry_resident"
#: What is kept of a person in the open sense, in the order of the columns that seal it.
FIELDS = ("name", "id_number", "phone")
SEALED = tuple(f"{field}_sealed" for field in FIELDS)


@dataclass(frozen=True, slots=True)
class Home:
    """A household, where it is, and the key of those who live there."""

    id: UUID
    area_pos: int
    key: DataKey
    door: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A person as registered: the household, the values in the open (FIELDS), and how they are sealed."""

    id: UUID
    resident_ref: str
    household_ref: str
    home: Home
    id_kind: str
    values: tuple[str, ...]
    blobs: tuple[bytes | None, ...]
    is_ended: bool = False


# One by one, by key, in whatever plan: see `stages`.
PEOPLE = """
select r.id, r.resident_ref, h.household_ref, h.id, h.area_pos, h.address_id, r.id_kind, r.ended_at is not null,
       r.name_sealed, r.id_number_sealed, r.phone_sealed
  from {wanted}
 cross join lateral (select * from registry_household where id = r.household_id offset 0) h
 order by r.id
"""
BY_REF = PEOPLE.format(
    wanted="unnest(%(wanted)s::text[]) as w(ref) cross join lateral (select * from registry_resident"
    " where domain = %(domain)s and resident_ref = w.ref and resident_ref <> '' offset 0) r"
)
BY_HOUSEHOLD = PEOPLE.format(
    wanted="unnest(%(wanted)s::uuid[]) as w(id) cross join lateral (select * from registry_resident"
    " where household_id = w.id and domain = %(domain)s and ended_at is null offset 0) r"
)

BY_ID = PEOPLE.format(
    wanted="unnest(%(wanted)s::uuid[]) as w(id) cross join lateral (select * from registry_resident"
    " where id = w.id and domain = %(domain)s offset 0) r"
)


def people_by_ref(domain: str, refs: Sequence[str]) -> dict[str, Standing]:
    """Return whom the domain's register has of these references."""
    return {person.resident_ref: person for person in _people(BY_REF, domain, list(refs))}


def people_of_households(domain: str, households: Iterable[UUID]) -> list[Standing]:
    """Return everybody who lives in these households."""
    return _people(BY_HOUSEHOLD, domain, list(households))


def residents_by_ref(domain: str, refs: Iterable[str]) -> dict[str, UUID]:
    """Return the ids of these references of a register file, in the present scope."""
    rows = Resident.objects.filter(domain=domain, resident_ref__in=set(refs) - {""})
    return dict(rows.values_list("resident_ref", "id"))


def people_by_id(domain: str, resident_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Return these people of the domain, those who have ended too."""
    return {person.id: person for person in _people(BY_ID, domain, list(resident_ids))}


def people_count(domain: str) -> int:
    """Return how many people of a register file the domain has."""
    counted = "select count(*) from registry_resident where domain = %(domain)s and resident_ref <> ''"
    return int(bulk.answers(Rows(counted, {"domain": domain}))[0][0])


def _people(sql: str, domain: str, wanted: list[Any]) -> list[Standing]:
    rows = bulk.answers(Rows(sql, {"wanted": wanted, "domain": domain})) if wanted else []
    if not rows:
        return []
    keys = queries.household_data_keys({row[3] for row in rows})
    opened = governance.sealer(domain).open_many(
        [(blob, TABLE, column, row[0]) for row in rows for column, blob in zip(SEALED, row[8:], strict=True)],
        {key.id: key for key in keys.values()},
    )
    homes = {row[3]: Home(row[3], row[4], keys[row[3]], row[5]) for row in rows}
    width = len(FIELDS)
    return [
        Standing(
            row[0],
            row[1],
            row[2],
            homes[row[3]],
            row[6],
            tuple(value or "" for value in opened[at * width : (at + 1) * width]),
            tuple(None if blob is None else bytes(blob) for blob in row[8:]),
            row[7],
        )
        for at, row in enumerate(rows)
    ]
