"""
Doors: each grid is filled with compounds, blocks and rows of houses until it has the doors it was promised.

Owns sites (what stands behind one road number) and the doors in them. Refuses people. A road runs through one street
of the tree and crosses its grids; a number on it stands in one grid.
"""

from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Flags, Floats, Ints, stream, unrolled
from simulator.city.ground import Ground
from simulator.city.points import points_within
from simulator.city.words import KNOWN_DOOR, KNOWN_ROADS, KNOWN_STREET, compounds, roads

COMPOUND, BLOCK, HOUSES = 0, 1, 2
#: How often a site is a compound, a block or a row of houses, in town and in villages.
KINDS_IN_TOWN, KINDS_IN_VILLAGES = (0.76, 0.2, 0.04), (0.16, 0.12, 0.72)
FLOORS = np.array([5, 6, 6, 6, 7, 11, 18, 33])
KNOWN_BLOCK_DOORS = 16
_FIELDS = ("grid", "kind", "compound", "units", "floors", "sides", "doors", "known")


@dataclass(frozen=True)
class Sites:
    """What stands behind road numbers, in the order of the grids; a row of houses takes a number for each house."""

    grid: Ints
    kind: Ints
    compound: Ints
    units: Ints
    floors: Ints
    sides: Ints
    doors: Ints
    road: Ints
    number: Ints

    @property
    def rooms(self) -> Ints:
        """How many doors one building has."""
        return self.units * self.floors * self.sides


@dataclass(frozen=True)
class Doors:
    """Doors in the order of the grids; 0 stands for a level that a door has not."""

    grid: Ints
    site: Ints
    road: Ints
    number: Ints
    compound: Ints
    building: Ints
    unit: Ints
    room: Ints
    longitude: Floats
    latitude: Floats

    def __len__(self) -> int:
        return len(self.grid)


def make_sites(ground: Ground, wanted: Ints, seed: int) -> Sites:
    """Fill every grid with sites until it has `wanted[grid]` doors, the known house first."""
    rng = stream(seed, "sites")
    rounds = [_known_block(ground)]
    left = wanted.copy()
    left[rounds[0]["grid"]] -= rounds[0]["doors"]
    while len(open_grids := np.flatnonzero(left > 0)):
        rounds.append(_one_each(open_grids, left[open_grids], ground.rural[open_grids], rng))
        left[open_grids] -= rounds[-1]["doors"]
    columns = {name: np.concatenate([one[name] for one in rounds]) for name in _FIELDS}
    order = np.argsort(columns["grid"], kind="stable")
    columns = {name: column[order] for name, column in columns.items()}
    known = columns.pop("known").astype(bool)
    road, number = _numbered(ground, columns["grid"], columns["kind"], columns["doors"], known, seed)
    return Sites(**columns, road=road, number=number)


def _known_block(ground: Ground) -> dict[str, Ints]:
    """珠江路273号: one block without a compound in the first grid of its community, if that is there."""
    homes = [place for place, code in enumerate(ground.codes.tolist()) if str(code)[:12] == KNOWN_DOOR[0]][:1]
    values = (0, BLOCK, 0, 2, 6, 2, KNOWN_BLOCK_DOORS, 1)
    block = {name: np.full(len(homes), value) for name, value in zip(_FIELDS, values, strict=True)}
    return block | {"grid": np.array(homes, dtype=np.int64)}


def _one_each(grids: Ints, left: Ints, rural: Flags, rng: np.random.Generator) -> dict[str, Ints]:
    """Put one more site into each of these grids."""
    count = len(grids)
    draw = rng.random(count)
    town, villages = np.cumsum(KINDS_IN_TOWN), np.cumsum(KINDS_IN_VILLAGES)
    first, second = (np.where(rural, villages[i], town[i]) for i in (0, 1))
    kind = np.where(draw < first, COMPOUND, np.where(draw < second, BLOCK, HOUSES))
    buildings = np.where(
        kind == COMPOUND, 1 + np.minimum(rng.lognormal(0.7, 0.9, count), 59).astype(np.int64), 1
    )
    floors = rng.choice(FLOORS, count)
    units = rng.integers(1, 4, count)
    sides = np.where(floors > 7, rng.integers(2, 5, count), 2)
    houses = kind == HOUSES
    capacity = np.where(houses, rng.integers(3, 40, count), buildings * units * floors * sides)
    return {
        "grid": grids,
        "kind": kind,
        "compound": np.where(kind == COMPOUND, rng.integers(1, len(compounds()), count), 0),
        "units": np.where(houses, 1, units),
        "floors": np.where(houses, 1, floors),
        "sides": np.where(houses, 1, sides),
        "doors": np.minimum(capacity, left),
        "known": np.zeros(count, dtype=np.int64),
    }


def _numbered(
    ground: Ground, grid: Ints, kind: Ints, doors: Ints, known: Flags, seed: int
) -> tuple[Ints, Ints]:
    """Give each site a road of its street and the next free number on it."""
    road = road_of(ground, grid, stream(seed, "site roads"), seed)
    road[known] = KNOWN_ROADS.index(KNOWN_DOOR[1])
    takes = np.where(kind == HOUSES, doors, 1)
    takes[known] = 0
    number = next_numbers(ground.street[grid], road, takes)
    in_known_street = np.array([code == KNOWN_STREET for code in ground.streets])[ground.street[grid]]
    number = leave_out_known(in_known_street, road, number, takes)
    number[known] = int(KNOWN_DOOR[2])
    return road, number


def road_of(ground: Ground, grid: Ints, rng: np.random.Generator, seed: int) -> Ints:
    """Choose for each of these places one of the three roads near its grid."""
    table, sizes = _roads_of_streets(ground, seed)
    street = ground.street[grid]
    within = (
        np.arange(len(ground)) - np.searchsorted(ground.street, np.arange(len(ground.streets)))[ground.street]
    )
    near = within[grid] // 6
    which = rng.choice(3, len(grid), p=(0.45, 0.35, 0.2))
    place = np.where(which == 2, 0, (near + which) % sizes[street])
    return table[street, place]


def _roads_of_streets(ground: Ground, seed: int) -> tuple[Ints, Ints]:
    """Return the roads of each street of the tree, the main road first, and how many it has."""
    rng = stream(seed, "roads")
    sizes = np.clip(np.bincount(ground.street) // 7, 8, 60)
    table = np.empty((len(sizes), 60), dtype=np.int64)
    for place, code in enumerate(ground.streets):
        made = len(KNOWN_ROADS) + rng.permutation(len(roads()) - len(KNOWN_ROADS))[:60]
        mine = np.concatenate([np.arange(len(KNOWN_ROADS)), made])[:60] if code == KNOWN_STREET else made
        table[place] = mine
    return table, sizes.astype(np.int64)


def next_numbers(street: Ints, road: Ints, takes: Ints) -> Ints:
    """Return each place's first number when every place of a road takes so many, one after the other from 1."""
    key = street * len(roads()) + road
    order = np.argsort(key, kind="stable")
    before = np.cumsum(takes[order]) - takes[order]
    is_first = np.r_[True, np.diff(key[order]) != 0]
    start = np.maximum.accumulate(np.where(is_first, before, 0))
    number = np.empty(len(key), dtype=np.int64)
    number[order] = 1 + before - start
    return number


def leave_out_known(in_known_street: Flags, road: Ints, number: Ints, takes: Ints) -> Ints:
    """Shift what would come to stand at the known house number or behind it on its road."""
    mine = in_known_street & (road == KNOWN_ROADS.index(KNOWN_DOOR[1]))
    return number + np.where(mine & (number + takes > int(KNOWN_DOOR[2])), takes.max(initial=1), 0)


def make_doors(ground: Ground, sites: Sites, seed: int) -> Doors:
    """Return every door of the sites with a point inside its grid: one for each building, one for each house."""
    site, place = unrolled(sites.doors)
    houses = sites.kind[site] == HOUSES
    rooms = sites.rooms[site]
    in_building = place % rooms
    on_floor = in_building % (sites.floors * sites.sides)[site]
    floor, side = on_floor // sites.sides[site] + 1, on_floor % sites.sides[site] + 1
    grid = sites.grid[site]
    opens = houses | (in_building == 0)
    points = points_within(ground.polygons, grid[opens], stream(seed, "points"))
    point = np.cumsum(opens) - 1
    return Doors(
        grid=grid,
        site=site,
        road=sites.road[site],
        number=sites.number[site] + np.where(houses, place, 0),
        compound=sites.compound[site],
        building=np.where(houses, 0, place // rooms + 1),
        unit=np.where(houses, 0, in_building // (sites.floors * sites.sides)[site] + 1),
        room=np.where(houses, 0, floor * 100 + side),
        longitude=points[point, 0],
        latitude=points[point, 1],
    )
