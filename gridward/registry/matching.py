"""
Owns finding people by exact blind keys, set-based: keys go into a stage and are joined in PostgreSQL.

Refuses open values: what is joined are blind indexes of one key domain, which die with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from gridward.governance import api as governance
from gridward.kernel import bulk
from gridward.kernel.bulk import Rows
from gridward.kernel.ids import new_id
from gridward.kernel.sealing import Sealer
from gridward.registry import rules, stages

Thing = TypeVar("Thing")
KEY_KINDS = ("id", "id_surname", "phone_surname", "phone_name", "door_name")


class PersonInput(NamedTuple):
    """What is known of a person, normalised; '' or None is missing. Names come as their sounds."""

    id_number: str = ""
    phone: str = ""
    surname_sound: str = ""
    name_sound: str = ""
    address_id: int | None = None


class Keys(NamedTuple):
    """The blind keys of one person, each 16 bytes or None."""

    id: bytes | None = None
    id_surname: bytes | None = None
    phone_surname: bytes | None = None
    phone_name: bytes | None = None
    door_name: bytes | None = None


class MatchRow(NamedTuple):
    """One row to be matched: its number, its keys, and the door it names."""

    row_number: int
    keys: Keys
    address_id: int | None = None


class Match(NamedTuple):
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
    """
    Return who each row is about, in order. Runs inside a job's scope; leaves nothing behind.

    PostgreSQL decides where the strongest key of a row leads to one person and no full key into another household;
    `rules.decide` the rest, a tenth, where only a telephone of the family or a door is left to ask.
    """
    run = new_id()
    stages.match_stage(run, rows)
    matches: dict[int, Match] = {}
    hits: Hits = defaultdict(lambda: defaultdict(list))
    asked = {"run": run, "domain": domain}
    for number, is_sure, *found in bulk.answers(Rows(SURE, asked)):
        if is_sure:
            matches[number] = _single(number, *found)
    open_rows = [row.row_number for row in rows if row.row_number not in matches]
    if open_rows:
        _collect(hits, bulk.answers(Rows(HITS, {**asked, "numbers": open_rows})))
    stages.clear(run, "registry_stagematch")
    left = [row for row in rows if row.row_number not in matches and row.row_number not in hits]
    _doors_ask(domain, [(row.row_number, row.address_id) for row in left if row.address_id is not None], hits)
    return [
        matches.get(row.row_number) or _match(row.row_number, rules.decide(hits.get(row.row_number, {})))
        for row in rows
    ]


Hits = dict[int, dict[str, list[rules.Found]]]
#: Whom a row of keys `k` is about: the keys of a merged entry lead to who stayed.
PERSON = "coalesce(k.leads_to, k.resident_id)"
#: How many rows one statement is told by their numbers.
PIECE = 20_000


def _hits_of(rank: int, only: str = "") -> str:
    kind = rules.RULES[rank]
    surname = "k.id_surname_key = s.id_surname_key" if kind == "id" else "null::boolean"
    return f"""
select s.row_number, {rank} as rank, {PERSON} as resident_id, k.household_id, k.area_pos, {surname} as is_surname
  from registry_stagematch s join registry_personkey k on k.{kind}_key = s.{kind}_key and k.domain = %(domain)s
 where s.run = %(run)s{only}"""


#: Everybody a key leads to, each kind of key answered by its own index. Who agrees in id and surname agrees in the id.
HITS = " union all".join(
    [_hits_of(rank, " and s.row_number = any(%(numbers)s::int4[])") for rank in range(len(rules.RULES))]
)
#: The keys that name one person. A telephone and a surname are a family's: they decide only where these say nothing.
FULL = [rank for rank, rule in enumerate(rules.RULES) if rule != "phone_surname"]
#: The first whom a row's full keys lead to, the strongest key first. Not sure where this key leads to others too, or
#: any full key into another household.
SURE = f"""
select row_number, not is_open, rank, resident_id, household_id, area_pos, is_surname
  from (select f.*, bool_or(household_id <> first_household or (rank = first_rank and resident_id <> first_resident))
                      over (partition by row_number) as is_open
          from (select h.*, row_number() over keys as place, first_value(rank) over keys as first_rank,
                       first_value(resident_id) over keys as first_resident,
                       first_value(household_id) over keys as first_household
                  from ({" union all".join([_hits_of(rank) for rank in FULL])}) h
                window keys as (partition by row_number order by rank, resident_id, is_surname desc nulls last)) f) g
 where place = 1
"""
DOOR_HITS = """
select s.row_number, r.id, r.household_id, r.area_pos
  from unnest(%(numbers)s::int4[], %(doors)s::int8[]) as s(row_number, address_id)
 cross join lateral (select id from registry_household
                      where address_id = s.address_id and domain = %(domain)s offset 0) h
 cross join lateral (select id, household_id, area_pos from registry_resident
                      where household_id = h.id and ended_at is null offset 0) r
"""


def batched(rows: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    """Yield the rows in pieces of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _single(
    number: int, rank: int, resident: UUID, household: UUID, pos: int, is_surname: bool | None
) -> Match:
    """Return the match with the one person the strongest key leads to: `rules.decide` for a single candidate."""
    rule = rules.RULES[rank]
    if rule == "id" and not is_surname:
        return Match(number, reason="name_disagrees", candidates=(resident,))
    return Match(number, rule, "", resident, household, pos)


def _collect(hits: Hits, found: Iterable[tuple[int, int, UUID, UUID, int, bool | None]]) -> None:
    for number, rank, resident, household, pos, is_surname in found:
        one = rules.Found(resident, household, pos)
        hits[number][rules.RULES[rank]].append(one)
        if is_surname:
            hits[number]["id_surname"].append(one)


def _doors_ask(domain: str, doors: Sequence[tuple[int, int]], hits: Hits) -> None:
    """Add who is registered behind the doors of rows that no key led anywhere."""
    for some in batched(doors, PIECE):
        numbers, addresses = (list(column) for column in zip(*some, strict=True))
        asked = {"numbers": numbers, "doors": addresses, "domain": domain}
        for number, resident, household, pos in bulk.answers(Rows(DOOR_HITS, asked)):
            hits[number]["door"].append(rules.Found(resident, household, pos))


def _match(row_number: int, decision: rules.Decision) -> Match:
    found = decision.found
    if found is None:
        return Match(row_number, reason=decision.reason, candidates=decision.candidates)
    return Match(row_number, decision.rule, "", found.resident_id, found.household_id, found.area_pos)
