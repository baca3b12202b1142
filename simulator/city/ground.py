"""
The ground a city stands on: its grids with their shapes, and how addresses in them begin.

Owns: reading grids into columns. Refuses: inventing them; that is the cells' part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from simulator.city.draw import Flags, Ints


@dataclass(frozen=True)
class Grid:
    """A grid to be filled: its code, name, and shape if it is known."""

    code: str
    name: str
    polygon: shapely.Polygon | None = None


@dataclass(frozen=True)
class Ground:
    """
    Grids in the order of their codes, column by column.

    `community` and `street` are places in `communities` and `streets`; `beginnings` says for each community how
    addresses begin. `polygons` is None where no shapes are known.
    """

    codes: Ints
    community: Ints
    street: Ints
    communities: tuple[str, ...]
    streets: tuple[str, ...]
    beginnings: tuple[str, ...]
    rural: Flags
    polygons: NDArray[np.object_] | None

    def __len__(self) -> int:
        return len(self.codes)


def make_ground(grids: Sequence[Grid], places: Mapping[str, str]) -> Ground:
    """
    Read grids and, for each grid code, the names of district, street and community as an address begins with them.

    Raises ValueError where there is no grid to fill or a grid has no place.
    """
    nowhere = sorted({grid.code for grid in grids} - places.keys())
    if nowhere or not grids:
        raise ValueError(f"no place for grids {nowhere}" if nowhere else "no grid to fill")
    grids = sorted(grids, key=lambda grid: grid.code)
    communities, community = np.unique([grid.code[:12] for grid in grids], return_inverse=True)
    streets, street = np.unique([grid.code[:9] for grid in grids], return_inverse=True)
    begins = {grid.code[:12]: places[grid.code] for grid in grids}
    shapes = [grid.polygon for grid in grids]
    drawn = all(shape is not None for shape in shapes)
    return Ground(
        codes=np.array([int(grid.code) for grid in grids], dtype=np.int64),
        community=community.astype(np.int64),
        street=street.astype(np.int64),
        communities=tuple(map(str, communities)),
        streets=tuple(map(str, streets)),
        beginnings=tuple(begins[code] for code in communities),
        # The third digit group's first digit: 2 and 3 are villagers' committees.
        rural=np.array([grid.code[9] in "23" for grid in grids], dtype=bool),
        polygons=np.array(shapes, dtype=object) if drawn else None,
    )
