"""
Where the grids' middles lie: how many grids each community gets, and a point for each of them.

Owns: the counts and the density of grids. Refuses: codes of grids and shapes of cells.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from simulator.cells.landscape import Floats, Landscape, to_km
from simulator.cells.tables import Community

Ints = NDArray[np.intp]
DENSE_DISTRICTS = frozenset({"320102", "320104", "320105", "320106"})
BASIC_MOST, SPECIAL_MOST = 899, 99
GHOST_BELT_KM = 9.0
FINE_KM, COARSE_KM, CENTRAL_KM = 0.11, 0.2, 11.0
#: How far a spot keeps off the points along the river.
CLEAR_KM = 0.42
TOWNS = 42


def apportion(weights: Floats, total: int, least: Ints, most: Ints) -> Ints:
    """
    Share `total` out by weight in whole numbers, never under `least` nor over `most`.

    Raises ValueError where the bounds leave no room.
    """
    if not least.sum() <= total <= most.sum():
        raise ValueError(
            f"{total} grids cannot be shared out between {int(least.sum())} and {int(most.sum())}"
        )
    low, high = 0.0, 2.0 * (total + 1) / float(weights.min())
    for _ in range(100):
        middle = (low + high) / 2
        if np.clip(weights * middle, least, most).sum() < total:
            low = middle
        else:
            high = middle
    share = np.clip(weights * high, least, most)
    whole: Ints = np.floor(share).astype(np.intp)
    rest = np.where(whole < most, share - whole, -1.0)
    by_rest = np.argsort(-rest, kind="stable")
    whole[by_rest[: total - int(whole.sum())]] += 1
    return whole


def grids_per_community(communities: Sequence[Community], grids: int, rng: np.random.Generator) -> Ints:
    """Draw how many grids each community has: heavy-tailed, more where people live close together."""
    weights = rng.lognormal(0.0, 0.45, len(communities))
    for number, community in enumerate(communities):
        if community.quasi:
            weights[number] *= 0.9
        elif community.village:
            weights[number] *= 0.75
        elif community.code[:6] in DENSE_DISTRICTS:
            weights[number] *= 1.25
    least = np.full(len(communities), min(3, grids // len(communities)), dtype=np.intp)
    most = np.array([SPECIAL_MOST if c.quasi else BASIC_MOST for c in communities], dtype=np.intp)
    return apportion(weights, grids, least, most)


@dataclass(frozen=True)
class Sites:
    """
    Points in kilometres; `district` is the place in the landscape's codes, -1 for ghosts outside the city.
    """

    points: Floats
    district: Ints
    codes: tuple[str, ...]


def _density(points: Floats, land: Landscape, seats: Floats, towns: Floats) -> Floats:
    value = np.full(len(points), 0.22)
    value += 5.0 * np.exp(-np.hypot(*(points - land.centre).T) / 5.0)
    for place in seats:
        value += 2.2 * np.exp(-((np.hypot(*(points - place).T) / 3.6) ** 1.5))
    for place in towns:
        value += 1.1 * np.exp(-((np.hypot(*(points - place).T) / 1.7) ** 1.5))
    return value


def _draw(count: int, spots: Floats, weights: Floats, steps: Floats, rng: np.random.Generator) -> Floats:
    """Pick `count` of the spots by weight, each at most once, and shake them off the lattice."""
    keys = rng.exponential(1.0, len(spots)) / weights
    chosen = np.sort(np.argsort(keys, kind="stable")[:count])
    shake = rng.uniform(-0.5, 0.5, (len(chosen), 2)) * steps[chosen, None]
    return np.asarray(spots[chosen] + shake, dtype=np.float64)


def _spots(land: Landscape, wanted: Collection[str]) -> tuple[Floats, Floats]:
    """
    Lay a lattice over the wanted districts and a belt around them, fine in the centre; give each spot its
    spacing.
    """
    drawn = [shape for code, shape in zip(land.codes, land.shapes, strict=True) if code in wanted]
    belt = shapely.union_all(drawn).intersection(land.outline).buffer(GHOST_BELT_KM)
    shapely.prepare(belt)
    west, south, east, north = belt.bounds
    spots, steps = [], []
    for step, inner in ((FINE_KM, True), (COARSE_KM, False)):
        xs, ys = np.arange(west, east, step), np.arange(south, north, step)
        field = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        central = np.abs(field - land.centre).max(axis=1) < CENTRAL_KM
        field = field[(central == inner) & shapely.contains_xy(belt, field[:, 0], field[:, 1])]
        spots.append(field)
        steps.append(np.full(len(field), step))
    return np.concatenate(spots), np.concatenate(steps)


def _banks(land: Landscape, centre: Floats) -> Floats:
    """Pairs of points mirrored in the river's middle line, so that the districts part exactly there."""
    at, pairs = 0.3, []
    while at < land.river.length - 1.5:
        here = np.array(land.river.interpolate(at).coords[0])
        along = np.array(land.river.interpolate(at + 0.05).coords[0]) - here
        across = np.array([-along[1], along[0]]) / np.hypot(*along)
        gap = 0.75 + 0.25 * min(1.0, float(np.hypot(*(here - centre))) / 20)
        pairs += [here + across * gap / 2, here - across * gap / 2]
        at += gap
    return np.array(pairs)


def _clear_of(banks: Floats, spots: Floats) -> NDArray[np.bool_]:
    """Say which spots keep off the paired points."""
    # Only spots in the same square as one of them, or the one beside it, can be near enough to be measured.
    reach = np.array([[x, y] for x in (-1, 0, 1) for y in (-1, 0, 1)])
    squares = (np.floor(banks / CLEAR_KM)[:, None, :] + reach).reshape(-1, 2)
    near = np.flatnonzero(np.isin(_square(np.floor(spots / CLEAR_KM)), _square(squares), kind="sort"))
    crowd = shapely.MultiPoint(banks)
    shapely.prepare(crowd)
    clear = np.ones(len(spots), dtype=bool)
    clear[near] = ~shapely.dwithin(crowd, shapely.points(spots[near]), CLEAR_KM)
    return clear


def _square(place: Floats) -> Floats:
    """Return one number for each square of a lattice."""
    return np.asarray(place[:, 0] * 1e6 + place[:, 1])


def _relax(points: Floats, fixed: NDArray[np.bool_], rounds: int) -> Floats:
    """Move every free point towards the middle of its own Voronoi cell."""
    for _ in range(rounds):
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), ordered=True))
        middles = shapely.get_coordinates(shapely.centroid(cells))
        points = np.where(fixed[:, None], points, points + 0.85 * (middles - points))
    return points


def place_sites(
    land: Landscape, wanted: dict[str, int], seats: dict[str, tuple[float, float]], rng: np.random.Generator
) -> Sites:
    """
    Put `wanted[district]` points into each district, thick near seats and towns, and ghosts all around the
    city.

    Ghosts keep the outermost cells finite; the city's edge is where cells of grids meet cells of ghosts.
    """
    places = to_km(np.array([seats[code] for code in sorted(wanted)]))
    spots, steps = _spots(land, wanted)
    owner = land.district_of(spots)
    towns = spots[rng.choice(np.flatnonzero(owner >= 0), TOWNS, replace=False)]
    banks = _banks(land, land.centre)
    clear = _clear_of(banks, spots)
    bank_owner = land.district_of(banks)
    weights = _density(spots, land, places, towns) * steps**2
    points, district = [], []
    for number, code in enumerate(land.codes):
        if code not in wanted:
            owner[owner == number], bank_owner[bank_owner == number] = -1, -1
            continue
        shore = banks[bank_owner == number][: wanted[code] // 3]
        mine = clear & (owner == number)
        inner = _draw(wanted[code] - len(shore), spots[mine], weights[mine], steps[mine], rng)
        points += [shore, inner]
        district += [np.full(wanted[code], number)]
    ghosts = clear & (owner < 0)
    few = int((steps[ghosts] ** 2).sum() * 0.55) + 40
    points += [banks[bank_owner < 0], _draw(few, spots[ghosts], steps[ghosts] ** 2, steps[ghosts], rng)]
    everything = np.concatenate(points)
    label = np.concatenate([*district, np.full(len(everything) - sum(wanted.values()), -1)]).astype(np.intp)
    fixed = np.asarray(np.isin(everything, banks).all(axis=1), dtype=bool)
    return Sites(_relax(everything, fixed, rounds=3), label, land.codes)
