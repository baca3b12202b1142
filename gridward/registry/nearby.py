"""
Owns finding and opening the people a row may be about where no exact key decides: first blind, then a block at a time.

`people_near` opens nobody: doors and blind keys tell who could be meant, and whose document number is another one is
left out. `blocks_opened` is the only way to open several households at once; it opens whom it is asked for and nobody
else, one community at a time, and leaves an entry for each.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from gridward.governance import api as governance
from gridward.kernel import bulk, ledger
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.registry.matching import PIECE, batched
from gridward.territory import api as territory


class NearRow(NamedTuple):
    """
    A row no key decided: the door it names, and the numbers that may have been meant by a document number that is none.

    `is_id_sure` says that the row gives a document number that holds: whoever has another one is somebody else.
    """

    row_number: int
    address_id: int | None = None
    is_id_sure: bool = False
    surname_sound: str = ""
    ids_meant: tuple[str, ...] = ()


class Near(NamedTuple):
    """Somebody a row may be about: `is_meant` where surname and one of the numbers that may be meant are theirs."""

    row_number: int
    resident_id: UUID
    is_meant: bool


class OpenedPerson(NamedTuple):
    """One resident in the open, for as long as a block is looked at."""

    resident_id: UUID
    household_id: UUID
    area_pos: int
    address_id: int | None
    name: str
    id_number: str
    phone: str


@dataclass(frozen=True)
class Block:
    """The people of one community who are opened together."""

    area_pos: int
    people: tuple[OpenedPerson, ...]


#: Everybody registered behind a door, but those whose document number is certainly another one.
BEHIND = """
select s.row_number, r.id
  from unnest(%(numbers)s::int4[], %(doors)s::int8[], %(sure)s::bool[]) as s(row_number, address_id, is_id_sure)
 cross join lateral (select id from registry_household
                      where address_id = s.address_id and domain = %(domain)s offset 0) h
 cross join lateral (select id from registry_resident where household_id = h.id and ended_at is null offset 0) r
  left join lateral (select id_key from registry_personkey where resident_id = r.id offset 0) k on true
 where not (s.is_id_sure and k.id_key is not null)
"""
MEANT = """
select distinct s.row_number, coalesce(k.leads_to, k.resident_id)
  from unnest(%(numbers)s::int4[], %(ids)s::bytea[], %(surnames)s::bytea[]) as s(row_number, id_key, id_surname_key)
 cross join lateral (select leads_to, resident_id from registry_personkey
                      where id_key = s.id_key and id_surname_key = s.id_surname_key and domain = %(domain)s
                     offset 0) k
"""


def people_near(*, domain: str, rows: Sequence[NearRow]) -> list[Near]:
    """Return who each row may be about, opening nobody. Runs inside a job's scope."""
    found: list[Near] = []
    for some in batched([row for row in rows if row.address_id is not None], PIECE):
        asked = {
            "numbers": [row.row_number for row in some],
            "doors": [row.address_id for row in some],
            "sure": [row.is_id_sure for row in some],
            "domain": domain,
        }
        found += [Near(number, resident, False) for number, resident in bulk.answers(Rows(BEHIND, asked))]
    sealer = governance.sealer(domain)
    meant = [(row, number) for row in rows if row.surname_sound for number in row.ids_meant]
    for pairs in batched(meant, PIECE):
        asked = {
            "numbers": [row.row_number for row, _number in pairs],
            "ids": bulk.keys_asked(sealer.blind_index_many("id", [number for _row, number in pairs])),
            "surnames": bulk.keys_asked(
                sealer.blind_index_many(
                    "id_surname", [f"{number}|{row.surname_sound}" for row, number in pairs]
                )
            ),
            "domain": domain,
        }
        found += [Near(number, resident, True) for number, resident in bulk.answers(Rows(MEANT, asked))]
    return found


SEALED = """
select r.id, r.household_id, r.area_pos, h.address_id, h.data_key, k.wrapped,
       r.name_sealed, r.id_number_sealed, r.phone_sealed
  from unnest(%(ids)s::uuid[]) as w(id)
 cross join lateral (select * from registry_resident where id = w.id and domain = %(domain)s offset 0) r
 cross join lateral (select address_id, data_key from registry_household where id = r.household_id offset 0) h
 cross join lateral (select wrapped from kernel_datakey where id = h.data_key offset 0) k
 order by r.id
"""
COLUMNS = ("name_sealed", "id_number_sealed", "phone_sealed")


def blocks_opened(
    *, order: governance.OrderView, purpose: str, resident_ids: Collection[UUID], by: Actor, now: datetime
) -> Iterator[Block]:
    """
    Open residents of an order's register, one community after the other, each with an entry of its own.

    Runs inside a job's scope. The entries are written before anybody is opened, in the same transaction.
    """
    blocks: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for some in batched(sorted(resident_ids), PIECE):
        rows = bulk.answers(Rows(SEALED, {"ids": bulk.ids_asked(some), "domain": order.domain}))
        communities = _communities({row[2] for row in rows})
        for row in rows:
            blocks[communities[row[2]]].append(row)
    ledger.record_many(
        ledger.entry(
            "people.open",
            obj=ledger.page_hash("resident", [row[0] for row in rows]),
            by=by,
            now=now,
            purpose=purpose,
            basis=str(order.id),
            area_pos=pos,
            people_count=len(rows),
        )
        for pos, rows in sorted(blocks.items())
    )
    for pos in sorted(blocks):
        yield Block(pos, tuple(_opened(blocks.pop(pos), order.domain)))


def _communities(positions: Collection[int]) -> dict[int, int]:
    """Return for each position that of its community, or its own where it is in none."""
    codes = territory.get_codes(positions)
    found = {}
    for pos in positions:
        path = territory.get_path(codes[pos]) if pos in codes else ()
        found[pos] = next((area.pos for area in path if area.level == "community"), pos)
    return found


def _opened(rows: Sequence[tuple[Any, ...]], domain: str) -> Iterator[OpenedPerson]:
    sealer = governance.sealer(domain)
    keys = sealer.unwrap_many({row[4]: row[5] for row in rows}.items())
    texts = sealer.open_many(
        [
            (blob, "registry_resident", column, row[0])
            for row in rows
            for column, blob in zip(COLUMNS, row[6:], strict=True)
        ],
        keys,
    )
    for place, (resident, household, pos, door, *_rest) in enumerate(rows):
        name, number, phone = (text or "" for text in texts[3 * place : 3 * place + 3])
        yield OpenedPerson(resident, household, pos, door, name, number, phone)
