"""P9: points to grids, against shapely's STRtree, every answer compared."""

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, get_coordinates, points, total_bounds

from benchmarks.figures import Figure, Goal
from benchmarks.house.town import DIVISIONS
from benchmarks.turns import take_turns
from gridward.territory.lattice import Lattice
from simulator.cells import make_cells, read_table

SEATS = DIVISIONS.with_name("district_seats.csv")
YARDSTICK = "shapely STRtree, predicate intersects"
Points = NDArray[np.float64]
Owners = NDArray[np.int64]


def measure(quick: bool) -> list[Figure]:
    """Return points a second of both."""
    grids, count, rounds = (1_500, 20_000, 1) if quick else (12_000, 1_000_000, 5)
    polygons = make_cells(read_table(DIVISIONS), read_table(SEATS), grids=grids).polygons
    keys = np.arange(1, len(polygons) + 1)
    lattice, tree = Lattice.build(polygons, keys), STRtree(polygons)
    asked = some_points(polygons, count)
    made = points(asked)  # before the clock starts: the yardstick gets its points for nothing
    same_answers(lattice.locate(*asked.T), by_tree(tree, made))
    seconds = take_turns(
        {"ours": lambda: lattice.locate(*asked.T), "tree": lambda: by_tree(tree, made)}, rounds
    )
    goal = Goal("P9", "≥ 10× STRtree on a core, 100 % equal", "ratio", least=10)
    return [
        Figure(
            "points to grids",
            f"{count:,} points, {grids:,} cells",
            "points/s",
            [count / one for one in seconds["ours"]],
            YARDSTICK,
            [count / one for one in seconds["tree"]],
            more_is_better=True,
            goal=goal,
        )
    ]


def some_points(polygons: NDArray[np.object_], count: int) -> Points:
    """Return points all over the city and a little beyond; one in a hundred is a corner of some cells."""
    rng = np.random.default_rng(9)
    west, south, east, north = total_bounds(polygons)
    spread = rng.uniform((west - 0.01, south - 0.01), (east + 0.01, north + 0.01), (count, 2))
    corners = rng.choice(get_coordinates(polygons), count // 100)
    spread[: len(corners)] = corners
    return rng.permutation(spread)


def by_tree(tree: STRtree, asked: NDArray[np.object_]) -> Owners:
    """Return each point's cell by the tree, the lowest key where several touch."""
    point, cell = tree.query(asked, predicate="intersects")
    owner = np.full(len(asked), np.iinfo(np.int64).max)
    np.minimum.at(owner, point, cell + 1)
    return np.where(owner == np.iinfo(np.int64).max, 0, owner)


def same_answers(ours: Owners, theirs: Owners) -> None:
    """End the run when a single answer differs."""
    differ = np.count_nonzero(ours != theirs)
    if differ:
        raise RuntimeError(f"{differ} of {len(ours)} points have another owner than the tree says")
