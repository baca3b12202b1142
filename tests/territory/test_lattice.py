"""Points find the one area that owns them, on borders too, and always as exact geometry says."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

import simulator
from gridward.territory.lattice import Lattice
from gridward.territory.lattice.predicates import exact_side, side
from simulator.cells import make_cells, read_table
from tests.examples import examples

pytestmark = pytest.mark.slow

DATA = Path(simulator.__file__).parent / "data" / "nanjing"


@pytest.fixture(scope="module")
def cells() -> np.ndarray:
    rows = [row for row in read_table(DATA / "divisions.csv") if row["code"].startswith(("320102", "320106"))]
    return make_cells(rows, read_table(DATA / "district_seats.csv"), grids=1500).polygons


@pytest.fixture(scope="module")
def lattice(cells: np.ndarray) -> Lattice:
    return Lattice.build(cells, np.arange(1, len(cells) + 1), cells=120_000)


def by_tree(polygons: np.ndarray, keys: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The yardstick: every polygon that covers the point, lowest key."""
    point, polygon = shapely.STRtree(polygons).query(shapely.points(points), predicate="covered_by")
    owner = np.full(len(points), np.iinfo(np.int64).max)
    np.minimum.at(owner, point, np.asarray(keys)[polygon])
    owner[owner == np.iinfo(np.int64).max] = 0
    return owner


def test_random_points_find_the_same_owner_as_an_exact_tree(cells: np.ndarray, lattice: Lattice) -> None:
    west, south, east, north = shapely.total_bounds(cells)
    rng = np.random.default_rng(3)
    points = rng.uniform([west - 0.01, south - 0.01], [east + 0.01, north + 0.01], (60_000, 2))

    found = lattice.locate(points[:, 0], points[:, 1])

    assert (found == by_tree(cells, np.arange(1, len(cells) + 1), points)).all()
    assert 0.2 < (found > 0).mean() < 1


def test_every_corner_has_exactly_one_owner_the_lowest(cells: np.ndarray, lattice: Lattice) -> None:
    corners = np.unique(shapely.get_coordinates(cells), axis=0)

    found = lattice.locate(corners[:, 0], corners[:, 1])

    assert (found > 0).all()
    assert (found == by_tree(cells, np.arange(1, len(cells) + 1), corners)).all()


def test_points_beside_a_border_by_the_width_of_a_rounding_are_still_right(
    cells: np.ndarray, lattice: Lattice
) -> None:
    corners = shapely.get_coordinates(cells)
    middles = (corners[:-1] + corners[1:]) / 2
    for nudge in (0.0, np.inf, -np.inf):
        points = middles if nudge == 0 else np.nextafter(middles, nudge)

        found = lattice.locate(points[:, 0], points[:, 1])

        assert (found == by_tree(cells, np.arange(1, len(cells) + 1), points)).all()


SQUARES = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(0, 1, 2, 2)]


@pytest.mark.parametrize("cells", [1, 9, 4096, 50_000])
@pytest.mark.parametrize(
    ("point", "owner"),
    [
        ((0.5, 0.5), 30),
        ((1.0, 0.5), 20),
        ((1.0, 1.0), 10),
        ((0.0, 0.0), 30),
        ((1.5, 1.0), 10),
        ((2.0, 2.0), 10),
        ((2.0, 0.0), 20),
        ((1.0, 0.0), 20),
        ((-1e-12, 0.5), 0),
        ((2.0000001, 1.5), 0),
        ((5.0, 5.0), 0),
    ],
)
def test_a_t_junction_and_an_outer_border_have_one_owner(
    cells: int, point: tuple[float, float], owner: int
) -> None:
    lattice = Lattice.build(SQUARES, [30, 20, 10], cells=cells)

    assert lattice.locate(*point).tolist() == [owner]


def test_overlapping_areas_go_to_the_lowest_key_and_holes_to_nobody() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 10, 10).exterior, [shapely.box(4, 4, 6, 6).exterior])
    pair = shapely.MultiPolygon([shapely.box(8, 8, 12, 12), shapely.box(20, 20, 21, 21)])
    polygons, keys = np.array([ring, pair, shapely.box(1, 1, 3, 3)], dtype=object), np.array([5, 3, 9])
    rng = np.random.default_rng(1)
    points = np.concatenate([rng.uniform(-1, 22, (4000, 2)), rng.integers(0, 23, (1000, 2)).astype(float)])

    for cells in (1, 50, 4096):
        found = Lattice.build(polygons, keys, cells=cells).locate(points[:, 0], points[:, 1])
        assert (found == by_tree(polygons, keys, points)).all()


@settings(max_examples=examples(60), deadline=None)
@example([(1, 0), (1, 1), (8, 3)], 181)  # the middle of a lattice cell lies on a border but for a rounding
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=9, unique=True),
    st.integers(1, 400),
)
def test_any_polygon_on_a_small_board_agrees_with_the_tree(
    corners: list[tuple[int, int]], cells: int
) -> None:
    shape = shapely.Polygon(sorted(corners, key=lambda c: np.arctan2(c[1] - 6.1, c[0] - 6.2)))
    if not shape.is_valid or shape.area == 0:
        return
    board = np.stack(np.meshgrid(np.arange(-1, 14, 0.5), np.arange(-1, 14, 0.5)), axis=-1).reshape(-1, 2)

    found = Lattice.build([shape], [4], cells=cells).locate(board[:, 0], board[:, 1])

    assert (found == by_tree(np.array([shape], dtype=object), np.array([4]), board)).all()


def test_points_that_are_no_places_have_no_owner(lattice: Lattice) -> None:
    found = lattice.locate([np.nan, np.inf, -np.inf, 118.78], [32.05, 32.05, 32.05, np.nan])

    assert found.tolist() == [0, 0, 0, 0]
    assert lattice.locate([], []).tolist() == []


def test_a_saved_lattice_answers_as_before(tmp_path: Path, cells: np.ndarray, lattice: Lattice) -> None:
    points = shapely.get_coordinates(shapely.centroid(cells))

    lattice.save(tmp_path / "grids.npz")
    again = Lattice.load(tmp_path / "grids.npz")

    assert (again.locate(points[:, 0], points[:, 1]) == lattice.locate(points[:, 0], points[:, 1])).all()
    assert [file.name for file in tmp_path.iterdir()] == ["grids.npz"]
    assert len(again) == len(cells)


@pytest.mark.parametrize(
    ("polygons", "keys"),
    [
        ([shapely.box(0, 0, 1, 1)] * 2, [1, 1]),
        ([shapely.box(0, 0, 1, 1)], [0]),
        ([shapely.Polygon()], [1]),
        ([shapely.Point(0, 0)], [1]),
        ([], []),
    ],
)
def test_a_lattice_of_nonsense_is_refused(polygons: list[shapely.Geometry], keys: list[int]) -> None:
    with pytest.raises(ValueError, match=r"key|polygon"):
        Lattice.build(polygons, keys)


NUMBERS = st.floats(-200, 200, allow_nan=False)


@given(st.tuples(*[NUMBERS] * 6))
def test_the_quick_side_never_contradicts_the_exact_one(numbers: tuple[float, ...]) -> None:
    turn, doubt = side(*(np.array([number]) for number in numbers))
    if abs(turn[0]) > doubt[0] > 1e-290:
        assert np.sign(turn[0]) == exact_side(*numbers)


def test_the_exact_side_sees_what_rounding_hides() -> None:
    third = float(Fraction(1, 3))

    assert exact_side(0.0, 0.0, 3.0, 1.0, 1.0, third) == -1
    assert exact_side(0.0, 0.0, 2.0, 1.0, 1.0, 0.5) == 0
    assert exact_side(0.0, 0.0, 3.0, 1.0, 1.0, float(np.nextafter(third, 1))) == 1
