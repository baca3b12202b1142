"""
Owns renewing registered people: sealed columns, blind keys, the household they live in, and what all of it was before.

Whoever renews (an import) says what a person shall be; here the difference is found, written set-based,
and kept as history. What somebody else has changed meanwhile is left as it is. Refuses to decide what is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import outbox
from gridward.kernel.ids import new_ids
from gridward.registry import matching
from gridward.registry.events import ResidentsMoved
from gridward.registry.standing import FIELDS, SEALED, TABLE, Home, Standing

PLACES, VALUES, CORRECTIONS = "registry_residence", "registry_residentvalue", "registry_correction"
MERGES = "registry_merge"
#: How many people one fact names: what a listener does for them is one transaction.
FACT_SIZE = 2_000


@dataclass(frozen=True)
class Wanted:
    """What a registered person shall be from now on."""

    person: Standing
    home: Home
    id_kind: str
    values: tuple[str, ...]

    @property
    def is_moved(self) -> bool:
        """Tell whether the person lives elsewhere than registered: household, door or area."""
        old = self.person.home
        return (old.id, old.area_pos, old.door) != (self.home.id, self.home.area_pos, self.home.door)

    @property
    def fields(self) -> list[str]:
        """Return which values are others than registered."""
        pairs = zip(FIELDS, self.person.values, self.values, strict=True)
        return [name for name, old, new in pairs if old != new]

    @property
    def is_changed(self) -> bool:
        """Tell whether anything is to be written at all."""
        return self.is_moved or bool(self.fields) or self.id_kind != self.person.id_kind


@dataclass(frozen=True)
class Cause:
    """Why people are renewed: by what (`import`), under which order, by whom, when."""

    source: str
    order: governance.OrderView
    by: str
    now: datetime


@dataclass(frozen=True)
class Changes:
    """Renewals made ready to be written: rows for the statements below."""

    homes: list[tuple[Any, ...]] = field(default_factory=list)
    residents: list[tuple[Any, ...]] = field(default_factory=list)
    values: list[tuple[Any, ...]] = field(default_factory=list)
    places: list[tuple[Any, ...]] = field(default_factory=list)


def changes_prepare(domain: str, wanted: Sequence[Wanted]) -> Changes:
    """Return what has to be written so that these people are as wanted; who is so already costs nothing."""
    changed = [one for one in wanted if one.is_changed]
    if not changed:
        return Changes()
    sealer = governance.sealer(domain)
    blobs = sealer.seal_rows(TABLE, SEALED, ((one.home.key, one.person.id, one.values) for one in changed))
    sounds = [name.sound for name in pack(settings.COUNTRY).read_names([one.values[0] for one in changed])]
    keys = matching.key_columns(
        sealer,
        [one.values[1] for one in changed],
        [one.values[2] for one in changed],
        [sound.partition(" ")[0] for sound in sounds],
        sounds,
        [one.home.door for one in changed],
    )
    return Changes(
        [
            (home.id, home.area_pos, home.door)
            for home in {
                one.home.id: one.home
                for one in changed
                if one.is_moved and one.home.id == one.person.home.id
            }.values()
        ],
        [
            (one.person.id, one.person.home.id, *one.person.blobs, one.home.id, one.home.area_pos, one.id_kind,
             *sealed, *blind, one.is_moved)
            for one, sealed, blind in zip(changed, blobs, zip(*keys, strict=True), strict=True)
        ],
        _values(domain, changed),
        _places(domain, [one for one in changed if one.is_moved]),
    )  # fmt: skip


def _values(domain: str, changed: Sequence[Wanted]) -> list[tuple[Any, ...]]:
    """Return the rows of the values that are no longer, sealed for their new place; '' had no value."""
    old = [
        (one, name, value)
        for one in changed
        for name, value in zip(FIELDS, one.person.values, strict=True)
        if name in one.fields
    ]
    ids = new_ids(len(old))
    blobs = governance.sealer(domain).seal_many(
        (one.home.key, VALUES, "value_sealed", row_id, value or None)
        for row_id, (one, _name, value) in zip(ids, old, strict=True)
    )
    return [
        (row_id, one.person.id, name, blob)
        for row_id, (one, name, _value), blob in zip(ids, old, blobs, strict=True)
    ]


def _places(domain: str, moved: Sequence[Wanted]) -> list[tuple[Any, ...]]:
    """Return the rows of the places where people lived until now: household, area position, door."""
    ids = new_ids(len(moved))
    blobs = governance.sealer(domain).seal_many(
        (one.home.key, PLACES, "place_sealed", row_id, place_text(one.person.home))
        for row_id, one in zip(ids, moved, strict=True)
    )
    return [(row_id, one.person.id, blob) for row_id, one, blob in zip(ids, moved, blobs, strict=True)]


def place_text(home: Home) -> str:
    """Return how a place is written into the history: ids, no words about it."""
    return f"{home.id} {home.area_pos} {home.door or ''}"


def place_read(text: str) -> tuple[UUID, int, int | None]:
    """Read what `place_text` wrote: household, area position, door."""
    household, area_pos, door = text.split(" ")
    return UUID(household), int(area_pos), int(door) if door else None


HOMES = """
update registry_household h set area_pos = w.area_pos, address_id = w.address_id
  from unnest(%s::uuid[], %s::int8[], %s::int8[]) as w(id, area_pos, address_id) where h.id = w.id
"""
#: Only who still is what was read: of two who change the same person the first is right, and the second reads again.
RESIDENTS = f"""
with given as (
  select * from unnest(%s::uuid[], %s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[], %s::uuid[], %s::int8[],
                       %s::text[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[],
                       %s::bytea[], %s::bytea[], %s::bool[])
    as w(id, was_household, {", ".join(f"was_{column}" for column in SEALED)}, household_id, area_pos, id_kind,
         {", ".join(SEALED)}, id_key, id_surname_key, phone_surname_key, phone_name_key, door_name_key, is_moved)
), renewed as (
  update registry_resident r
     set household_id = w.household_id, area_pos = w.area_pos, id_kind = w.id_kind,
         {", ".join(f"{column} = w.{column}" for column in SEALED)}
    from given w
   where r.id = w.id and r.household_id = w.was_household
     and {" and ".join(f"r.{column} is not distinct from w.was_{column}" for column in SEALED)}
  returning r.id, r.domain
), keyed as (
  insert into registry_personkey (resident_id, domain, household_id, area_pos, id_key, id_surname_key,
                                  phone_surname_key, phone_name_key, door_name_key)
  select w.id, n.domain, w.household_id, w.area_pos, w.id_key, w.id_surname_key, w.phone_surname_key,
         w.phone_name_key, w.door_name_key
    from given w join renewed n using (id)
  on conflict (resident_id) do update
     set household_id = excluded.household_id, area_pos = excluded.area_pos, id_key = excluded.id_key,
         id_surname_key = excluded.id_surname_key, phone_surname_key = excluded.phone_surname_key,
         phone_name_key = excluded.phone_name_key, door_name_key = excluded.door_name_key
)
select w.id, w.is_moved from given w join renewed n using (id) order by w.id
"""
VALUES_ADD = """
insert into registry_residentvalue (id, resident_id, domain, area_pos, field, value_sealed, valid_from, valid_to,
                                    source, order_id, changed_by)
select w.id, r.id, r.domain, r.area_pos, w.field, w.value_sealed,
       coalesce((select max(v.valid_to) from registry_residentvalue v
                  where v.resident_id = r.id and v.field = w.field), r.created_at),
       %s, %s, %s, %s
  from unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bytea[]) as w(id, resident_id, field, value_sealed)
  join registry_resident r on r.id = w.resident_id
 where r.id = any(%s)
"""
PLACES_ADD = """
insert into registry_residence (id, resident_id, domain, area_pos, place_sealed, from_at, to_at, source, order_id,
                                changed_by)
select w.id, r.id, r.domain, r.area_pos, w.place_sealed,
       coalesce((select max(p.to_at) from registry_residence p where p.resident_id = r.id), r.created_at),
       %s, %s, %s, %s
  from unnest(%s::uuid[], %s::uuid[], %s::bytea[]) as w(id, resident_id, place_sealed)
  join registry_resident r on r.id = w.resident_id
 where r.id = any(%s)
"""
#: The history goes where the person goes: whoever answers for the person now may be let see it, nobody else.
FOLLOW = """
update {table} t set area_pos = r.area_pos
  from registry_resident r where r.id = t.resident_id and r.id = any(%s) and t.area_pos <> r.area_pos
"""
#: And so does what is kept of the entries that are merged into the person; where those stand themselves stays.
FOLLOW_MERGED = """
update {table} t set area_pos = r.area_pos
  from registry_merge m join registry_resident r on r.id = m.resident_id
 where m.state = 'merged' and m.resident_id = any(%s) and t.resident_id = m.merged_id and t.area_pos <> r.area_pos
"""
KEYS_FOLLOW = """
update registry_personkey k set household_id = r.household_id, area_pos = r.area_pos
  from registry_resident r
 where k.leads_to = r.id and r.id = any(%s)
   and (k.household_id, k.area_pos) is distinct from (r.household_id, r.area_pos)
"""


def changes_write(changes: Changes, cause: Cause) -> tuple[list[UUID], list[UUID]]:
    """Write renewals with their history; return who was renewed and who of them moved. Runs inside a job's scope."""
    if not changes.residents:
        return [], []
    with connection.cursor() as cursor:
        if changes.homes:
            cursor.execute(HOMES, _columns(changes.homes))
        cursor.execute(RESIDENTS, _columns(changes.residents))
        found = list(cursor.fetchall())
        renewed = [resident for resident, _is_moved in found]
        moved = [resident for resident, is_moved in found if is_moved]
        told: list[Any] = [cause.now, cause.source, cause.order.id, cause.by]
        if changes.values:
            cursor.execute(VALUES_ADD, [*told, *_columns(changes.values), renewed])
        if changes.places:
            cursor.execute(PLACES_ADD, [*told, *_columns(changes.places), renewed])
    if moved:
        followers_move(moved)
    for start in range(0, len(moved), FACT_SIZE):
        some = [str(resident) for resident in moved[start : start + FACT_SIZE]]
        outbox.announce(ResidentsMoved(cause.order.id, some), now=cause.now)
    return renewed, moved


def followers_move(resident_ids: Sequence[UUID]) -> None:
    """Let what is kept about people, and the keys that lead to them, lie where they live now. In a job's scope."""
    people = list(resident_ids)
    with connection.cursor() as cursor:
        for table in (VALUES, PLACES, CORRECTIONS, MERGES):
            cursor.execute(FOLLOW.format(table=table), [people])
        for table in (VALUES, PLACES, CORRECTIONS):
            cursor.execute(FOLLOW_MERGED.format(table=table), [people])
        cursor.execute(KEYS_FOLLOW, [people])


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
