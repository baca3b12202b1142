"""
From a point to the one area that owns it, for millions of points at a time.

Owns: a fine lattice over the polygons. A lattice cell that no border touches knows its owner; the others keep
the few border pieces inside them. Where rounding could matter the answer comes from exact arithmetic, so a
point on a border has exactly one owner: of all polygons that cover it (borders included) the one with the
lowest key.
Refuses: files, codes and the database.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridward.territory.lattice.build import Built, build
from gridward.territory.lattice.exact import Edges, covered
from gridward.territory.lattice.predicates import DOUBT, Floats, Indices, Keys, side

CHUNK = 1 << 16
NO_OWNER = 0


class Lattice:
    """A lattice over polygons with positive keys; build it once, ask it often, keep it in a file."""

    def __init__(self, built: Built) -> None:
        """Take what `build` or `load` prepared."""
        self._built = built
        self._frame = built.where()
        self._edges = Edges(built.edges, built.edge_start)
        self._owner = np.concatenate([[NO_OWNER], built.keys]).astype(np.int64)

    @classmethod
    def build(
        cls, polygons: Sequence[object] | NDArray[np.object_], keys: ArrayLike, *, cells: int | None = None
    ) -> Self:
        """
        Build from shapely polygons and their keys (whole numbers above 0, no two alike).

        `cells` is the wished number of lattice cells; the default suits the number of polygons. Raises
        ValueError for keys that are doubled or not positive, and for polygons that are empty or not finite.
        """
        return cls(build(polygons, np.asarray(keys, dtype=np.int64), cells=cells))

    def __len__(self) -> int:
        return len(self._built.keys)

    @property
    def nbytes(self) -> int:
        """Say how much memory the lattice takes."""
        return sum(array.nbytes for array in self._built.arrays().values())

    def save(self, path: Path) -> None:
        """Write the lattice to an .npz file; the file appears whole or not at all."""
        draft = path.with_name(path.name + ".part")
        with draft.open("wb") as file:
            np.savez(file, allow_pickle=False, **self._built.arrays())
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a lattice that `save` wrote. Raises ValueError or KeyError for anything else."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(Built.of(arrays))

    def locate(self, lons: ArrayLike, lats: ArrayLike) -> Keys:
        """Return the owner's key for each point, 0 where there is none (or the point is not finite)."""
        x, y = (
            np.atleast_1d(np.asarray(lons, dtype=np.float64)),
            np.atleast_1d(np.asarray(lats, dtype=np.float64)),
        )
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError("longitudes and latitudes must be two equally long rows of numbers")
        found = np.zeros(len(x), dtype=np.int64)
        with np.errstate(invalid="ignore"):
            for start in range(0, len(x), CHUNK):
                part = slice(start, start + CHUNK)
                found[part] = self._owner[self._find(x[part], y[part])]
        return found

    def _find(self, x: Floats, y: Floats) -> Indices:
        """Answer in polygon numbers from 1, 0 for none."""
        lattice, frame = self._built, self._frame
        column, row = frame.place(x, y)
        inside = (column >= 0) & (column < frame.columns) & (row >= 0) & (row < frame.rows)
        if not inside.all():
            column, row = np.where(inside, column, 0.0), np.where(inside, row, 0.0)
        entry = lattice.table[row.astype(np.int64) * frame.columns + column.astype(np.int64)].astype(np.int64)
        if not inside.all():
            entry[~inside] = 0
        touched = np.flatnonzero(entry < 0)
        if not len(touched):
            return entry
        slot = -entry[touched] - 1
        plain = slot < len(lattice.line)
        doubtful = [self._beside_line(x, y, entry, touched[plain], slot[plain])]
        doubtful.append(self._among_edges(x, y, entry, touched[~plain], slot[~plain]))
        unsure, slots = (np.concatenate(column) for column in zip(*doubtful, strict=True))
        if len(unsure):
            entry[unsure] = self._exactly(x[unsure], y[unsure], slots)
        return entry

    def _beside_line(
        self, x: Floats, y: Floats, entry: Indices, at: Indices, slot: Indices
    ) -> tuple[Indices, Indices]:
        """Cells crossed by a single straight border: the side of the line decides."""
        line = self._built.line[slot]
        turn, doubt = side(line[:, 0], line[:, 1], line[:, 2], line[:, 3], x[at], y[at])
        entry[at] = self._built.line_owner[slot, (turn > 0).astype(np.int64)]
        unsure = np.abs(turn) <= doubt
        return at[unsure], slot[unsure]

    def _among_edges(
        self, x: Floats, y: Floats, entry: Indices, at: Indices, slot: Indices
    ) -> tuple[Indices, Indices]:
        """Walk from the cell's middle to the point; each border crossed turns its polygon's answer round."""
        lattice = self._built
        low = slot - len(lattice.line)
        first, last = lattice.pair_start[low], lattice.pair_start[low + 1]
        pair, point = _spread(first, last)
        edge_first, edge_last = lattice.piece_start[pair], lattice.piece_start[pair + 1]
        piece, of_pair = _spread(edge_first, edge_last)
        who = at[point[of_pair]]
        line, before = lattice.edges[lattice.piece_edge[piece]], lattice.piece_side[piece]
        turn, doubt = side(line[:, 0], line[:, 1], line[:, 2], line[:, 3], x[who], y[who])
        shaky = np.abs(turn) <= doubt
        crossed = (before > 0) != (turn > 0)
        maybe = np.flatnonzero(crossed & ~shaky)
        line, who_near = line[maybe], who[maybe]
        column, row = self._frame.place(x[who_near], y[who_near])
        middle_x, middle_y = self._frame.middle(np.floor(column), np.floor(row))
        left, left_doubt = side(middle_x, middle_y, x[who_near], y[who_near], line[:, 0], line[:, 1])
        right, right_doubt = side(middle_x, middle_y, x[who_near], y[who_near], line[:, 2], line[:, 3])
        crossed[maybe] = (left > 0) != (right > 0)
        shaky[maybe] |= (np.abs(left) <= left_doubt) | (np.abs(right) <= right_doubt)
        shaky |= before == DOUBT
        total = np.concatenate([[0], np.cumsum(crossed)])
        ends = np.cumsum(edge_last - edge_first)
        turns = total[ends] - total[ends - (edge_last - edge_first)]
        within = lattice.pair_inside[pair] ^ ((turns & 1) == 1)
        none = len(lattice.keys)
        candidate = np.where(within, lattice.pair_polygon[pair], none)
        best = (
            np.minimum.reduceat(candidate, np.cumsum(last - first) - (last - first)) if len(at) else candidate
        )
        entry[at] = np.where(best == none, 0, best + 1)
        unsure = np.zeros(len(at), dtype=bool)
        unsure[point[of_pair[shaky]]] = True
        return at[unsure], slot[unsure]

    def _exactly(self, x: Floats, y: Floats, slot: Indices) -> Indices:
        """Ask every polygon that has to do with the cell, in exact arithmetic, lowest key first."""
        lattice = self._built
        lines = len(lattice.line)
        owner = np.zeros(len(x), dtype=np.int64)
        straight = np.flatnonzero(slot < lines)
        asked = [
            (straight, lattice.line_owner[slot[straight], place].astype(np.int64) - 1) for place in (0, 1)
        ]
        other = np.flatnonzero(slot >= lines)
        pair, point = _spread(
            lattice.pair_start[slot[other] - lines], lattice.pair_start[slot[other] - lines + 1]
        )
        asked.append((other[point], lattice.pair_polygon[pair].astype(np.int64)))
        who, polygon = (np.concatenate(column) for column in zip(*asked, strict=True))
        real = polygon >= 0
        who, polygon = who[real], polygon[real]
        yes = covered(self._edges, polygon, x[who], y[who])
        who, polygon = who[yes], polygon[yes]
        order = np.argsort(-polygon, kind="stable")
        owner[who[order]] = polygon[order] + 1
        return owner


def _spread(first: Indices, last: Indices) -> tuple[Indices, Indices]:
    """List the numbers of all ranges [first, last) in turn, and beside each the range it comes from."""
    length = last - first
    source = np.repeat(np.arange(len(first)), length)
    offset = np.arange(len(source)) - np.repeat(np.cumsum(length) - length, length)
    return first[source] + offset, source
