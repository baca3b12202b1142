"""
Owns finding people by exact blind keys, set-based: keys are staged by COPY and joined in PostgreSQL.

Refuses open values: what is staged and joined are blind indexes of one key domain, which die with it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from gridward.governance import api as governance
from gridward.kernel.ids import new_id
from gridward.registry import rules, stages

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
    sealer = governance.sealer(domain)
    columns = [
        sealer.blind_index_many("id", [p.id_number for p in people]),
        sealer.blind_index_many("id_surname", [_pair(p.id_number, p.surname_sound) for p in people]),
        sealer.blind_index_many("phone_surname", [_pair(p.phone, p.surname_sound) for p in people]),
        sealer.blind_index_many("phone_name", [_pair(p.phone, p.name_sound) for p in people]),
        sealer.blind_index_many("door_name", [_pair(str(p.address_id or ""), p.name_sound) for p in people]),
    ]
    return [Keys(*values) for values in zip(*columns, strict=True)]


def _pair(left: str, right: str) -> str | None:
    return f"{left}|{right}" if left and right else None


def match_people(*, domain: str, rows: Sequence[MatchRow]) -> list[Match]:
    """Return who each row is about, in order. Runs inside a job's scope; leaves nothing behind."""
    run = new_id()
    stages.copy("registry_stagematch", _staged(run, rows))
    with connection.cursor() as cursor:
        cursor.execute(HITS, [domain, run, domain, run])
        hits: dict[int, dict[str, list[rules.Found]]] = defaultdict(lambda: defaultdict(list))
        for row_number, kind, resident, household, area_pos in cursor.fetchall():
            hits[row_number][kind].append(rules.Found(resident, household, area_pos))
    stages.clear(run, "registry_stagematch")
    return [_match(row.row_number, rules.decide(hits.get(row.row_number, {}))) for row in rows]


HITS = """
select s.row_number, s.kind, k.resident_id, k.household_id, k.area_pos
  from registry_stagematch s
  join registry_personkey k on k.domain = %s and k.kind = s.kind and k.value = s.value
 where s.run = %s and s.kind <> 'door'
union all
select s.row_number, 'door', r.id, r.household_id, r.area_pos
  from registry_stagematch s
  join registry_household h on h.address_id = s.address_id and h.domain = %s
  join registry_resident r on r.household_id = h.id
 where s.run = %s and s.kind = 'door'
"""


def _staged(run: UUID, rows: Sequence[MatchRow]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        for kind in KEY_KINDS:
            value = getattr(row.keys, kind)
            if value is not None:
                yield (run, row.row_number, kind, value, None)
        if row.address_id is not None:
            yield (run, row.row_number, "door", None, row.address_id)


def _match(row_number: int, decision: rules.Decision) -> Match:
    found = decision.found
    if found is None:
        return Match(row_number, reason=decision.reason, candidates=decision.candidates)
    return Match(row_number, decision.rule, "", found.resident_id, found.household_id, found.area_pos)
