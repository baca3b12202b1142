"""
Owns joining rows about the same person within a list and across the lists of an order. Pure.

A registered person is known by the register; an unknown one by the blind keys of earlier rows. Keys only join rows
the register does not know: a registered person never merges with an unknown one by a shared telephone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Known:
    """A person an earlier clue of the order is about."""

    person_id: UUID
    household_id: UUID
    area_pos: int


@dataclass(frozen=True)
class Asked:
    """A decided row: the registered person it is about, or the blind keys of an unknown one."""

    row: int
    resident_id: UUID | None
    keys: tuple[bytes, ...]


@dataclass(frozen=True)
class Joined:
    """Which person a row is about, whether it is the first row about that person, and who is known already."""

    row: int
    group: int
    is_first: bool
    known: Known | None


def join(
    rows: Sequence[Asked], by_resident: Mapping[UUID, Known], by_key: Mapping[bytes, Known]
) -> list[Joined]:
    """Return, in order, the group of each row; a group is one person of this order."""
    parent = list(range(len(rows)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    seen: dict[object, int] = {}
    for i, row in enumerate(rows):
        for mark in _marks(row):
            if mark in seen:
                a, b = sorted((root(seen[mark]), root(i)))
                parent[b] = a
            else:
                seen[mark] = i
    known: dict[int, Known] = {}
    for i, row in enumerate(rows):
        found = _known(row, by_resident, by_key)
        if found and root(i) not in known:
            known[root(i)] = found
    return [
        Joined(row.row, root(i), root(i) == i and root(i) not in known, known.get(root(i)))
        for i, row in enumerate(rows)
    ]


def _marks(row: Asked) -> Iterable[object]:
    return (row.resident_id,) if row.resident_id else row.keys


def _known(row: Asked, by_resident: Mapping[UUID, Known], by_key: Mapping[bytes, Known]) -> Known | None:
    if row.resident_id:
        return by_resident.get(row.resident_id)
    return next((by_key[key] for key in row.keys if key in by_key), None)
