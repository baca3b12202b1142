"""
Owns joining rows about the same person within a list and across the lists of an order. Pure.

A registered person is known by the register. Unknown people are joined by the blind keys of their rows, and only
when nothing speaks against it: whatever could be two people, or somebody registered, waits for a person to decide.
The order of the rows makes no difference to who is joined with whom.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID


class Marks(NamedTuple):
    """The blind keys by which a row can be about the same person as another."""

    id: bytes | None = None
    id_surname: bytes | None = None
    phone_name: bytes | None = None
    door_name: bytes | None = None

    def all(self) -> Sequence[tuple[str, bytes]]:
        """Return the keys that join, with their kinds. `id_surname` only speaks against."""
        kinds = (("id", self.id), ("phone", self.phone_name), ("door", self.door_name))
        return [(kind, value) for kind, value in kinds if value is not None]


class Known(NamedTuple):
    """An earlier clue of the order: the person it is about, and where that person is."""

    person_id: UUID
    household_id: UUID
    area_pos: int
    resident_id: UUID | None = None
    marks: Marks = Marks()
    #: Of registered people: whether an earlier list of the channel asked about the person.
    is_repeat: bool = False


class Asked(NamedTuple):
    """A row of the list: the registered person it is about, or the keys of an unknown one."""

    resident_id: UUID | None
    marks: Marks
    is_placed: bool


class Joined(NamedTuple):
    """
    What joining made of a row.

    `group` is the same for rows about one person; `known` is that person's earlier clue. With a `reason` the row
    waits, and `candidates` are the residents it might be about; strangers of earlier clues cannot be
    chosen. `is_placed` tells whether anybody knows where the person is.
    """

    group: int
    is_first: bool = False
    known: Known | None = None
    is_placed: bool = True
    reason: str = ""
    candidates: tuple[UUID, ...] = ()


#: Whom no earlier list was about.
NOBODY: Mapping[UUID, Known] = MappingProxyType({})


def marks_of(*stored: bytes | memoryview | None) -> Marks:
    """Return the keys as a clue's columns hold them: id, id_surname, phone_name, door_name."""
    return Marks(*(None if key is None else bytes(key) for key in stored))


class Listed:
    """The rows of a list, and which registered people's rows have a key: looked through once, however often asked."""

    def __init__(self, rows: Sequence[Asked]) -> None:
        self.rows = rows
        self.unknown = [number for number, row in enumerate(rows) if row.resident_id is None]

    @cached_property
    def holders(self) -> tuple[Mapping[bytes | None, Sequence[int]], ...]:
        """Return, by id, by telephone and by door, the numbers of the registered people's rows that have a key."""
        found: tuple[dict[bytes | None, list[int]], ...] = ({}, {}, {})
        ids, phones, doors = found
        for number, (resident, marks, _placed) in enumerate(self.rows):
            if resident is not None:
                if marks[0] is not None:
                    ids.setdefault(marks[0], []).append(number)
                if marks[2] is not None:
                    phones.setdefault(marks[2], []).append(number)
                if marks[3] is not None:
                    doors.setdefault(marks[3], []).append(number)
        return found

    def holding(self, wanted: Sequence[set[bytes | None]]) -> set[int]:
        """Return the registered people's rows that have one of these keys (by id, by telephone, by door)."""
        return {
            number
            for keys, holders in zip(wanted, self.holders, strict=True)
            for key in keys
            for number in holders.get(key, ())
        }


def join(listed: Listed, earlier: Sequence[Known], known: Mapping[UUID, Known] = NOBODY) -> list[Joined]:
    """
    Return, in order, what becomes of each row.

    `earlier` are the clues that may hang together with unknown rows; of registered people, by resident, the first
    earlier clue in `known` is enough.
    """
    rows = listed.rows
    answers: dict[int, Joined] = _registered(rows, earlier, known)
    for members in _components(listed, earlier):
        unknown = [node for node in members if node < len(rows) and rows[node].resident_id is None]
        if unknown:
            before = [earlier[node - len(rows)] for node in members if node >= len(rows)]
            residents = {rows[node].resident_id for node in members if node < len(rows)}
            answers |= _decided(rows, unknown, before, residents - {None})
    return [answers[row] for row in range(len(rows))]


def _registered(
    rows: Sequence[Asked], earlier: Sequence[Known], known: Mapping[UUID, Known]
) -> dict[int, Joined]:
    known = {one.resident_id: one for one in reversed(earlier) if one.resident_id} | dict(known)
    first: dict[UUID, int] = {}
    answers = {}
    for number, row in enumerate(rows):
        if row.resident_id is not None:
            before = known.get(row.resident_id)
            group = first.setdefault(row.resident_id, number)
            answers[number] = Joined(group, is_first=group == number and before is None, known=before)
    return answers


def tied(listed: Listed, earlier: Sequence[Known] = ()) -> list[int]:
    """
    Return, in order, which nodes (rows, then earlier clues) hang together with an unknown row by any keys.

    Registered people who hang together with nobody unknown, in a city nearly all, are looked at once and left out.
    """
    many = len(listed.rows)
    found = set(listed.unknown)
    keys: list[set[bytes | None]] = [set(), set(), set()]
    persons: set[UUID] = set()
    left = [(many + number, _joining(one.marks), one.person_id) for number, one in enumerate(earlier)]
    fresh = [_joining(listed.rows[number].marks) for number in listed.unknown]
    while fresh:
        said = [{marks[kind] for marks in fresh} - keys[kind] - {None} for kind in range(3)]
        for some, new in zip(keys, said, strict=True):
            some |= new
        taken = listed.holding(said) - found
        before = [
            node
            for node in left
            if node[2] in persons or any(key in some for key, some in zip(node[1], keys, strict=True))
        ]
        persons.update(person for _node, _marks, person in before)
        found |= taken | {node for node, _marks, _person in before}
        left = [node for node in left if node[0] not in found]
        fresh = [_joining(listed.rows[number].marks) for number in taken]
        fresh += [marks for _node, marks, _person in before]
    return sorted(found)


def _joining(marks: Marks) -> tuple[bytes | None, ...]:
    """Return the keys of Marks.all, in its order, also those that are missing."""
    return marks.id, marks.phone_name, marks.door_name


def _components(listed: Listed, earlier: Sequence[Known]) -> Iterable[list[int]]:
    """Yield the nodes (rows, then earlier clues) that hang together with an unknown row, each time in order."""
    rows = listed.rows
    marks: dict[int, Sequence[object]] = {}
    holders: dict[object, list[int]] = defaultdict(list)
    for node in tied(listed, earlier):
        one = earlier[node - len(rows)] if node >= len(rows) else None
        marks[node] = [*one.marks.all(), one.person_id] if one else rows[node].marks.all()
        for mark in marks[node]:
            holders[mark].append(node)
    met: set[int] = set()
    for start in marks:
        if start < len(rows) and rows[start].resident_id is None and start not in met:
            members = _hanging_together(start, marks, holders)
            met |= members
            yield sorted(members)


def _hanging_together(
    start: int, marks: Mapping[int, Sequence[object]], holders: Mapping[object, Sequence[int]]
) -> set[int]:
    members, to_ask = {start}, [start]
    asked: set[object] = set()
    while to_ask:
        for mark in marks[to_ask.pop()]:
            if mark not in asked:
                asked.add(mark)
                found = [node for node in holders[mark] if node not in members]
                members.update(found)
                to_ask += found
    return members


def _decided(
    rows: Sequence[Asked], unknown: Sequence[int], before: Sequence[Known], residents: set[UUID | None]
) -> dict[int, Joined]:
    """Return what becomes of the unknown rows of one component: one person, or somebody has to look."""
    strangers = [one for one in before if one.resident_id is None]
    residents = residents | {one.resident_id for one in before if one.resident_id}
    marks = [rows[node].marks for node in unknown] + [one.marks for one in strangers]
    persons = {one.person_id for one in strangers}
    reason = _against({id_ for id_ in residents if id_}, persons, marks)
    group = unknown[0]
    if reason:
        candidates = tuple(sorted(id_ for id_ in residents if id_))
        return {node: Joined(group, reason=reason, candidates=candidates) for node in unknown}
    known = strangers[0] if strangers else None
    is_placed = known is not None or any(rows[node].is_placed for node in unknown)
    return {
        node: Joined(group, is_first=node == group and known is None, known=known, is_placed=is_placed)
        for node in unknown
    }


def _against(residents: set[UUID], persons: set[UUID], marks: Sequence[Marks]) -> str:
    """Return what speaks against these rows being about one unknown person, or nothing."""
    if residents:
        return "ambiguous"
    if len({mark.id_surname for mark in marks if mark.id is not None}) > len(
        {mark.id for mark in marks if mark.id is not None}
    ):
        return "name_disagrees"
    if len({mark.id for mark in marks if mark.id is not None}) > 1 or len(persons) > 1:
        return "keys_disagree"
    return ""
