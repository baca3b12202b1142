"""
The steps from divisions to cells, in the order they run.

Owns: the order, the numbering of grids. Refuses: how each step works.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon, coverage_union_all, is_valid

from simulator.cells.landscape import LEFT_BANK, RIGHT_BANK, Floats, make_landscape, make_water, to_km
from simulator.cells.sites import (
    BASIC_MOST,
    SPECIAL_MOST,
    Ints,
    Sites,
    apportion,
    grids_per_community,
    place_sites,
)
from simulator.cells.split import Neighbourhood, cut, mend
from simulator.cells.tables import Community, Row, communities_of, short_name
from simulator.cells.topology import Topology, bend_edges, draw_cells, make_topology


@dataclass(frozen=True)
class Cells:
    """Grids in the order of their codes, column by column; `water` lies over them."""

    codes: tuple[str, ...]
    parents: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    polygons: NDArray[np.object_]
    water: MultiPolygon

    def __len__(self) -> int:
        return len(self.codes)


def make_cells(
    divisions: Sequence[Row], seats: Sequence[Row], *, grids: int = 12_000, seed: int = 1
) -> Cells:
    """
    Make one synthetic polygon per grid for the communities among `divisions`, the same bytes for the same
    seed.

    `divisions` has rows code, level, parent, name (a part of the city will do); `seats` has rows code,
    longitude, latitude. Raises ValueError for a district the drawn landscape does not know, one without a
    seat, or a number of grids that cannot be shared out.
    """
    communities = communities_of(divisions)
    seat_of = {row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in seats}
    _check(communities, seat_of, grids)
    rng = np.random.default_rng(seed)
    land = make_landscape()
    counts = grids_per_community(communities, grids, rng)
    wanted: dict[str, int] = {}
    for community, count in zip(communities, counts.tolist(), strict=True):
        wanted[community.code[:6]] = wanted.get(community.code[:6], 0) + count
    sites = place_sites(land, wanted, seat_of, rng)
    shape = make_topology(sites.points)
    owner = _share_out(
        communities, counts, sites, seat_of, Neighbourhood(grids, *shape.neighbours(grids)), rng
    )
    return _number(communities, owner, sites.points[:grids], _draw(shape, sites.points, grids, rng))


def _check(communities: Sequence[Community], seat_of: Mapping[str, object], grids: int) -> None:
    districts = {community.code[:6] for community in communities}
    unknown = sorted(districts - (LEFT_BANK.keys() | RIGHT_BANK.keys()))
    if unknown or not communities:
        raise ValueError(
            f"the drawn landscape has no district {unknown}" if unknown else "no community to draw"
        )
    if districts - seat_of.keys():
        raise ValueError(f"no seat for districts {sorted(districts - seat_of.keys())}")
    if grids < len(communities):
        raise ValueError(f"{grids} grids are fewer than {len(communities)} communities")


class _Sharing:
    """The state of handing sites down the tree, one level at a time."""

    def __init__(self, codes: Sequence[str], counts: Ints, points: Floats, around: Neighbourhood) -> None:
        self.codes, self.counts, self.points, self.around = codes, counts, points, around
        self.floor = min(3, len(points) // len(codes))
        self.under: dict[str, list[int]] = {}
        for i, code in enumerate(codes):
            for digits in (6, 9, 12):
                self.under.setdefault(code[:digits], []).append(i)

    def below(self, prefixes: Sequence[str]) -> list[list[int]]:
        """List the communities under each prefix."""
        return [self.under.get(prefix, []) for prefix in prefixes]

    def mend(self, label: Ints, parent: Ints, prefixes: Sequence[str]) -> Ints:
        """Bring each label of one level into one piece of a sufficient size."""
        least = {i: self.floor * len(below) for i, below in enumerate(self.below(prefixes)) if below}
        return mend(label, parent, self.around, least)

    def divide(
        self, mine: Ints, prefixes: Sequence[str], near: Floats | None, rng: np.random.Generator
    ) -> Ints:
        """Cut the sites of one parent into its children; the result names children by place in `prefixes`."""
        below = self.below(prefixes)
        weights = np.array([float(self.counts[members].sum()) for members in below])
        least = np.array([self.floor * len(members) for members in below], dtype=np.intp)
        sizes = apportion(weights, len(mine), least, np.full(len(below), len(mine), dtype=np.intp))
        return cut(self.points[mine], sizes.tolist(), near, rng)


def _share_out(
    communities: Sequence[Community],
    counts: Ints,
    sites: Sites,
    seat_of: Mapping[str, tuple[float, float]],
    around: Neighbourhood,
    rng: np.random.Generator,
) -> Ints:
    """Give every site its community: districts mended first, then cut into streets, then into communities."""
    codes = [community.code for community in communities]
    total = int(counts.sum())
    sharing = _Sharing(codes, counts, sites.points[:total], around)
    label = np.zeros(total, dtype=np.intp)
    prefixes = sites.codes
    parent, label = label, sharing.mend(sites.district[:total], label, prefixes)
    for digits in (9, 12):
        parent, above = label, prefixes
        prefixes = tuple(sorted({code[:digits] for code in codes}))
        label = np.empty(total, dtype=np.intp)
        for number, code in enumerate(above):
            own = [i for i, prefix in enumerate(prefixes) if prefix.startswith(code)]
            mine = np.flatnonzero(parent == number)
            if own:
                near = to_km(np.array([seat_of[code]]))[0] if digits == 9 else None
                label[mine] = np.array(own)[sharing.divide(mine, [prefixes[i] for i in own], near, rng)]
        label = sharing.mend(label, parent, prefixes)
    return label


def _draw(shape: Topology, points: Floats, grids: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Draw the cells with bent edges; an edge of a cell that came out crossed is drawn straight."""
    straight = np.zeros(len(shape.ends), dtype=bool)
    state = rng.bit_generator.state
    for _ in range(6):
        rng.bit_generator.state = state
        polygons = draw_cells(shape, bend_edges(shape, points, straight, rng), grids)
        crossed = np.flatnonzero(~is_valid(polygons))
        if not len(crossed):
            break
        for cell in crossed:
            straight[shape.edge[shape.start[cell] : shape.start[cell + 1]]] = True
    return polygons


def _reading_order(points: Floats) -> list[int]:
    """Order points in rows from north to south, each row from west to east."""
    rows = max(1, round(len(points) ** 0.5))
    by_north = np.argsort(-points[:, 1], kind="stable")
    bands = [band[np.argsort(points[band, 0], kind="stable")] for band in np.array_split(by_north, rows)]
    return [int(i) for i in np.concatenate(bands)]


def _number(
    communities: Sequence[Community], owner: Ints, points: Floats, polygons: NDArray[np.object_]
) -> Cells:
    """Number the grids of each community, special ones from 901, and put them in the order of their codes."""
    codes, parents, names, kinds, order = [], [], [], [], []
    for number, community in enumerate(communities):
        mine = np.flatnonzero(owner == number)
        if len(mine) > (SPECIAL_MOST if community.quasi else BASIC_MOST):
            raise ValueError(f"community {community.code} has no numbers left for {len(mine)} grids")
        first, word = (901, "专属网格") if community.quasi else (1, "网格")
        for place, cell in enumerate(_reading_order(points[mine])):
            codes.append(f"{community.code}{first + place:03d}")
            names.append(f"{short_name(community.name)}第{place + 1}{word}")
            order.append(int(mine[cell]))
        parents += [community.code] * len(mine)
        kinds += ["special" if community.quasi else "basic"] * len(mine)
    return Cells(
        tuple(codes),
        tuple(parents),
        tuple(names),
        tuple(kinds),
        polygons[order],
        make_water(coverage_union_all(polygons)),
    )
