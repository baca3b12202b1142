"""
Owns the copy of the tree a process holds: a few megabytes, read once for each version of the tree.

One small question to the database tells whether the copy is still the present one. Refuses people and doors.
"""

import gc
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gridward.kernel import once, prepared
from gridward.territory.models import Area


@dataclass(frozen=True, slots=True)
class AreaView:
    """An area as rooms above see it: its interval on the line, level, code, name, kind, the code above."""

    id: UUID
    pos: int
    end: int
    level: str
    code: str
    name: str
    kind: str
    parent_code: str


@dataclass(frozen=True)
class HeldTree:
    """The whole tree of one version."""

    stamp: str
    areas: Sequence[AreaView]
    by_code: Mapping[str, AreaView]
    by_pos: Mapping[int, AreaView]
    children: Mapping[str, Sequence[AreaView]]

    def path(self, code: str) -> tuple[AreaView, ...]:
        """Return the areas from the root down to this code, itself included."""
        found: list[AreaView] = []
        area = self.by_code.get(code)
        while area is not None:
            found.append(area)
            area = self.by_code.get(area.parent_code)
        return tuple(reversed(found))


_EMPTY = HeldTree("", (), {}, {}, {})
_held: dict[str, HeldTree] = {"tree": _EMPTY}


def held_tree() -> HeldTree:
    """Return the tree of the present version, read anew only when it changed; a request asks for the version once."""
    stamp = once.asked("territory.tree", _present_stamp)
    tree = _held["tree"]
    if tree.stamp != stamp:
        tree = read_tree(stamp) if stamp else _EMPTY
        _held["tree"] = tree
        # Held until the tree changes, and free of cycles: the collector need not look through it again and again.
        gc.freeze()
    return tree


def _present_stamp() -> str:
    # Written out: every request asks this, and putting the question together took longer than the answer.
    row = prepared.one("select stamp from territory_treeversion order by id limit 1")
    return str(row[0]) if row else ""


def read_tree(stamp: str = "") -> HeldTree:
    """Return the tree as it is in the database now, past what the process holds."""
    rows = Area.objects.order_by("pos").values_list(
        "id", "pos", "end_pos", "level", "code", "name", "kind", "parent__code"
    )
    areas = tuple(AreaView(*row[:7], row[7] or "") for row in rows.iterator(chunk_size=5_000))
    children: dict[str, list[AreaView]] = defaultdict(list)
    for area in areas:
        children[area.parent_code].append(area)
    return HeldTree(
        stamp,
        areas,
        {area.code: area for area in areas},
        {area.pos: area for area in areas},
        dict(children),
    )
