"""
Owns what officers decided in review, as it answers later rows that say the same: by which key a decision is kept, which
decision speaks about a row, and what speaks against it by now.

A decision is kept under the strongest blind key of its row, of the order's domain: it ends when the order's keys do.
Refuses to answer where a key finds somebody exactly, and where anything has changed since: then a person looks again.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import people, queries
from gridward.intake.models import Clue, Decision
from gridward.kernel import bulk
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.ids import new_id
from gridward.registry import api as registry

#: The rule of a row that an earlier decision decided.
RULE = "kept"
#: What a visit found that a decision cannot stand against.
NOT_SO = frozenset({"wrong_person", "moved"})


class Said(NamedTuple):
    """What a row says that no key decides: its blind keys, and whom it might be about by the register."""

    row_number: int
    marks: people.Marks
    written: bytes | None = None
    candidates: tuple[UUID, ...] = ()
    reason: str = ""


class Kept(NamedTuple):
    """A decision in force that speaks about a row, beside what has become of the row it was made about."""

    id: UUID
    kind: str
    resident_id: UUID | None
    person_id: UUID
    household_id: UUID
    passed_over: Collection[UUID]
    decided_at: datetime
    household_now: UUID
    area_now: int
    number: bytes | None
    outcome: str


class Recalled(NamedTuple):
    """The answer to a row: whom it is about, as decided before; or, with a `reason`, why a person looks again."""

    kept: Kept
    area_pos: int = 0
    reason: str = ""

    @property
    def candidates(self) -> tuple[UUID, ...]:
        """Return the resident the decision named, if it was one."""
        return (self.kept.resident_id,) if self.kept.resident_id else ()


def mark_of(marks: people.Marks, written: bytes | None = None) -> bytes | None:
    """Return the strongest key of a row: number and surname, telephone and name, door and name, or as it is written."""
    return marks.id_surname or marks.phone_name or marks.door_name or written


def is_bare(marks: people.Marks) -> bool:
    """Tell whether a row has no key but the way it is written."""
    return mark_of(marks) is None


def written_keys(domain: str, rows: Iterable[tuple[str, str]]) -> list[bytes | None]:
    """Return the blind keys of rows (the name's sound, the address as written) that say nothing a key fits."""
    texts = [f"{sound}|{_plain(address)}" if sound and address else None for sound, address in rows]
    return governance.sealer(domain).blind_index_many("written", texts)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def against(said: Said, kept: Kept, place: registry.ResidentPlace | None, number: bytes | None) -> str:
    """
    Return what speaks by now against a decision about a row, or nothing.

    `place` is where the resident of the decision lives now; `number` the blind key of their document number.
    """
    if kept.resident_id and place is None:
        return "kept_gone"
    if (place.household_id if place else kept.household_now) != kept.household_id:
        return "kept_moved"
    if kept.outcome in NOT_SO:
        return "kept_answered"
    # A number the decided row had as well was looked at then.
    if said.marks.id and said.marks.id not in (kept.number, number) and (kept.number or number):
        return "kept_number"
    # Who lives behind a door nobody of the name lives behind says nothing about whom it is.
    if kept.resident_id and said.reason == "name_not_at_door":
        return ""
    fresh = set(said.candidates) - set(kept.passed_over) - {kept.resident_id}
    return "kept_newcomer" if fresh else ""


ANY = """
select exists(select from intake_decision where order_id = %(order)s and ended_at is null and mark is not null)
"""
# Asked row by row by the index of marks: of what row-level security leaves the planner expects next to nothing.
# `offset` keeps it from taking the questions apart and holding every decision against every row, which took minutes.
RECALL = """
select s.row_number, d.id, d.kind, d.resident_id, d.person_id, d.household_id,
       array(select jsonb_array_elements_text(d.passed_over)::uuid), d.decided_at,
       c.household_id, c.area_pos, c.id_key, c.outcome
  from unnest(%(numbers)s::int4[], %(ids)s::bytea[], %(phones)s::bytea[], %(doors)s::bytea[], %(written)s::bytea[])
       as s(row_number, id_mark, phone_mark, door_mark, written_mark)
 cross join lateral (select * from intake_decision
                      where order_id = %(order)s and ended_at is null and mark is not null
                        and mark = any(array[s.id_mark, s.phone_mark, s.door_mark, s.written_mark]) offset 0) d
 cross join lateral (select household_id, area_pos, id_key, outcome from intake_clue where id = d.clue_id offset 0) c
 order by d.decided_at desc, d.id desc
"""


def recall(order: governance.OrderView, rows: Sequence[Said]) -> dict[int, Recalled]:
    """Return, by row number, what was decided before about rows that say the same. Runs inside a job's scope."""
    if not rows or not bulk.answers(Rows(ANY, {"order": order.id}))[0][0]:
        return {}
    asked: dict[str, Any] = {
        "order": order.id,
        "numbers": [row.row_number for row in rows],
        "ids": [row.marks.id_surname for row in rows],
        "phones": [row.marks.phone_name for row in rows],
        "doors": [row.marks.door_name for row in rows],
        "written": [row.written for row in rows],
    }
    found: dict[int, list[Kept]] = defaultdict(list)
    for number, *columns in bulk.answers(Rows(RECALL, asked)):
        found[number].append(_kept(columns))
    residents = {kept.resident_id for many in found.values() for kept in many if kept.resident_id}
    places = registry.get_resident_places(residents)
    numbers = registry.get_number_keys(residents)
    return {
        row.row_number: _recalled(row, found[row.row_number], places, numbers)
        for row in rows
        if row.row_number in found
    }


def _kept(columns: Sequence[Any]) -> Kept:
    kept = Kept(*columns)
    number = bytes(kept.number) if kept.number is not None else None
    return kept._replace(passed_over=frozenset(kept.passed_over), number=number)


def _recalled(
    row: Said,
    found: Sequence[Kept],
    places: Mapping[UUID, registry.ResidentPlace],
    numbers: Mapping[UUID, bytes],
) -> Recalled:
    """Return what the newest decision says, unless another one, or anything since, says otherwise."""
    kept = found[0]
    if len({one.resident_id or one.person_id for one in found}) > 1:
        return Recalled(kept, reason="kept_split")
    place = places.get(kept.resident_id) if kept.resident_id else None
    number = numbers.get(kept.resident_id) if kept.resident_id else None
    reason = against(row, kept, place, number)
    return Recalled(kept, place.area_pos if place else kept.area_now, reason)


#: What answers the next row. A row given back says something about its list, and nothing about anybody.
ANSWERING = frozenset({"same_person", "new_person"})


def draft(
    *, clue: Clue, kind: str, area_pos: int, could_be: Iterable[UUID], by: Actor, now: datetime
) -> Decision:
    """
    Return the decision about a row that still waits, not written yet: what the row said and who it could have been.

    Runs inside a job's scope.
    """
    return Decision(
        id=new_id(),
        order_id=clue.order_id,
        clue_id=clue.id,
        area_pos=area_pos,
        kind=kind,
        mark=_mark(clue) if kind in ANSWERING else None,
        passed_over=sorted(str(one) for one in could_be),
        data_key=clue.data_key,
        decided_by=by.ledger_name,
        decided_at=now,
    )


def _mark(clue: Clue) -> bytes | None:
    marks = marks_of(clue)
    if not is_bare(marks):
        return mark_of(marks)
    person = queries.open_clue_people(clue_ids=[clue.id])[clue.id]
    (name,) = pack(settings.COUNTRY).read_names([person.name.reveal()])
    domain = governance.order_domain(clue.order_id)
    (written,) = written_keys(domain, [(name.sound, person.address_text.reveal())])
    return written


def marks_of(clue: Clue) -> people.Marks:
    """Return the blind keys of a clue."""
    return people.marks_of(clue.id_key, clue.id_surname_key, clue.phone_key, clue.door_key)
