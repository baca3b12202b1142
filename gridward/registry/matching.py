"""
Owns finding people by exact blind keys, set-based: keys go in as arrays and are joined in PostgreSQL.

Refuses open values: what is joined are blind indexes of one key domain, which die with it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from gridward.governance import api as governance
from gridward.kernel.sealing import Sealer
from gridward.registry import rules

KEY_KINDS = ("id", "id_surname", "phone_surname", "phone_name", "door_name")


@dataclass(frozen=True)
class PersonInput:
    """What is known of a person, normalised; '' or None is missing. Names come as their sounds."""

    id_number: str = ""
    phone: str = ""
    surname_sound: str = ""
    name_sound: str = ""
    address_id: int | None = None


@dataclass(frozen=True)
class Keys:
    """The blind keys of one person, each 16 bytes or None."""

    id: bytes | None = None
    id_surname: bytes | None = None
    phone_surname: bytes | None = None
    phone_name: bytes | None = None
    door_name: bytes | None = None


@dataclass(frozen=True)
class MatchRow:
    """One row to be matched: its number, its keys, and the door it names."""

    row_number: int
    keys: Keys
    address_id: int | None = None


@dataclass(frozen=True)
class Match:
    """The decision on a row; see `rules.decide` for the words of `rule` and `reason`."""

    row_number: int
    rule: str = ""
    reason: str = ""
    resident_id: UUID | None = None
    household_id: UUID | None = None
    area_pos: int | None = None
    candidates: tuple[UUID, ...] = ()


def match_keys(*, domain: str, people: Sequence[PersonInput]) -> list[Keys]:
    """Return the blind keys of people in a key domain, column by column, in order."""
    columns = key_columns(
        governance.sealer(domain),
        [p.id_number for p in people],
        [p.phone for p in people],
        [p.surname_sound for p in people],
        [p.name_sound for p in people],
        [p.address_id for p in people],
    )
    return [Keys(*values) for values in zip(*columns, strict=True)]


def key_columns(
    sealer: Sealer,
    ids: Sequence[str],
    phones: Sequence[str],
    surnames: Sequence[str],
    names: Sequence[str],
    doors: Sequence[int | None],
) -> list[list[bytes | None]]:
    """Return the blind keys of people, a list for each of KEY_KINDS."""
    return [
        sealer.blind_index_many("id", ids),
        sealer.blind_index_many("id_surname", list(map(_pair, ids, surnames))),
        sealer.blind_index_many("phone_surname", list(map(_pair, phones, surnames))),
        sealer.blind_index_many("phone_name", list(map(_pair, phones, names))),
        sealer.blind_index_many("door_name", list(map(_pair, (str(door or "") for door in doors), names))),
    ]


def _pair(left: str, right: str) -> str | None:
    return f"{left}|{right}" if left and right else None


def match_people(*, domain: str, rows: Sequence[MatchRow]) -> list[Match]:
    """Return who each row is about, in order. Runs inside a job's scope; leaves nothing behind."""
    hits: dict[int, dict[str, list[rules.Found]]] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        for kind, sql in KEY_HITS.items():
            for piece in batched(list(_asked(rows, kind)), PIECE):
                cursor.execute(sql, [*map(list, zip(*piece, strict=True)), domain])
                _collect(cursor.fetchall(), hits)
        doors = [(row.row_number, row.address_id) for row in rows if row.address_id is not None]
        for piece in batched(doors, PIECE):
            cursor.execute(DOOR_HITS, [*map(list, zip(*piece, strict=True)), domain])
            _collect(cursor.fetchall(), hits)
    return [_match(row.row_number, rules.decide(hits.get(row.row_number, {}))) for row in rows]


#: How many keys one statement asks for. As arrays, not as a staged table: the planner sees how many they are, and a
#: table that was empty a moment ago once cost seven minutes on a plan for one row.
PIECE = 20_000


def _hits_of(kind: str) -> str:
    return f"""
select s.row_number, '{kind}', k.resident_id, k.household_id, k.area_pos
  from unnest(%s::int4[], %s::bytea[]) as s(row_number, value)
  join registry_personkey k on k.{kind}_key = s.value and k.domain = %s
"""


#: One question for each kind of key, each answered by its own index. Who agrees in id and surname agrees in the id.
KEY_HITS = {kind: _hits_of(kind) for kind in ("id", "phone_surname", "phone_name", "door_name")} | {
    "id_surname": """
select s.row_number, 'id_surname', k.resident_id, k.household_id, k.area_pos
  from unnest(%s::int4[], %s::bytea[], %s::bytea[]) as s(row_number, value, id_value)
  join registry_personkey k on k.id_key = s.id_value and k.id_surname_key = s.value and k.domain = %s
"""
}
DOOR_HITS = """
select s.row_number, 'door', r.id, r.household_id, r.area_pos
  from unnest(%s::int4[], %s::int8[]) as s(row_number, address_id)
  join registry_household h on h.address_id = s.address_id and h.domain = %s
  join registry_resident r on r.household_id = h.id
"""


def batched(rows: Sequence[tuple[object, ...]], size: int) -> Iterator[Sequence[tuple[object, ...]]]:
    """Yield the rows in pieces of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _asked(rows: Sequence[MatchRow], kind: str) -> Iterator[tuple[object, ...]]:
    for row in rows:
        value = getattr(row.keys, kind)
        if value is not None:
            yield (row.row_number, value, row.keys.id) if kind == "id_surname" else (row.row_number, value)


def _collect(
    found: Sequence[tuple[int, str, UUID, UUID, int]], hits: dict[int, dict[str, list[rules.Found]]]
) -> None:
    for row_number, kind, resident, household, area_pos in found:
        hits[row_number][kind].append(rules.Found(resident, household, area_pos))


def _match(row_number: int, decision: rules.Decision) -> Match:
    found = decision.found
    if found is None:
        return Match(row_number, reason=decision.reason, candidates=decision.candidates)
    return Match(row_number, decision.rule, "", found.resident_id, found.household_id, found.area_pos)
