"""The steps from divisions to cells, one by one: sharing out, cutting, mending, drawing, numbering."""

from collections import Counter

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.cells.files import write_cells
from simulator.cells.landscape import (
    CENTRE,
    LEFT_BANK,
    ORIGIN,
    RIGHT_BANK,
    make_landscape,
    make_water,
    meander,
    smooth_line,
    to_degrees,
    to_km,
)
from simulator.cells.make import Cells, _reading_order
from simulator.cells.sites import apportion, grids_per_community
from simulator.cells.split import Neighbourhood, cut, mend
from simulator.cells.tables import Community, communities_of
from simulator.cells.topology import bend_edges, draw_cells, make_topology
from tests.examples import examples


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.intp)


# --- sharing out ----------------------------------------------------------------------------------------------------

shares = st.integers(1, 12).flatmap(
    lambda count: st.tuples(
        st.lists(st.floats(0.01, 50), min_size=count, max_size=count),
        st.lists(st.integers(0, 5), min_size=count, max_size=count),
        st.lists(st.integers(5, 40), min_size=count, max_size=count),
        st.floats(0, 1),
    )
)


@given(shares)
def test_grids_are_shared_out_to_the_last_one_within_the_bounds(case) -> None:
    weights, least, most, where = np.array(case[0]), ints(*case[1]), ints(*case[2]), case[3]
    total = int(least.sum() + where * (most.sum() - least.sum()))

    shared = apportion(weights, total, least, most)

    assert shared.sum() == total
    assert (least <= shared).all() and (shared <= most).all()
    # Who weighs more and is bounded no tighter gets no less.
    for one in range(len(weights)):
        for other in range(len(weights)):
            if weights[one] > weights[other] and least[one] >= least[other] and most[one] >= most[other]:
                assert shared[one] >= shared[other]


@pytest.mark.parametrize("total", [5, 31])
def test_what_cannot_be_shared_out_is_refused(total: int) -> None:
    with pytest.raises(ValueError, match=f"{total} grids cannot be shared out between 6 and 30"):
        apportion(np.ones(3), total, ints(2, 2, 2), ints(10, 10, 10))


def test_equal_weights_share_equally() -> None:
    assert sorted(apportion(np.ones(4), 10, ints(0, 0, 0, 0), ints(9, 9, 9, 9))) == [2, 2, 3, 3]


def test_where_people_live_close_together_a_community_has_more_grids() -> None:
    towns = [Community(f"320102001{n:03d}", "x") for n in range(1, 150)]
    villages = [Community(f"320118001{n:03d}", "x") for n in range(200, 350)]

    counts = grids_per_community([*towns, *villages], 2_400, np.random.default_rng(4))

    assert counts.sum() == 2_400
    assert counts[: len(towns)].mean() > 1.3 * counts[len(towns) :].mean()
    assert counts.min() >= 3


def test_communities_are_picked_in_the_order_of_their_codes_and_know_their_kind() -> None:
    divisions = [
        {"code": "320102400498", "level": "community", "parent": "320102400", "name": "b"},
        {"code": "320102003", "level": "street", "parent": "320102", "name": "s"},
        {"code": "320102003207", "level": "community", "parent": "320102003", "name": "a"},
        {"code": "320102003015", "level": "community", "parent": "320102003", "name": "c"},
    ]

    found = communities_of(divisions)

    assert [community.name for community in found] == ["c", "a", "b"]
    assert [(community.quasi, community.village) for community in found] == [
        (False, False), (False, True), (True, False),
    ]  # fmt: skip


# --- cutting and mending --------------------------------------------------------------------------------------------


def lattice(width: int, height: int) -> tuple[np.ndarray, Neighbourhood]:
    """A field of unit squares, each touching those beside, above and below it."""
    points = np.array([(x, y) for y in range(height) for x in range(width)], dtype=float)
    pairs = [(i, i + 1) for i in range(width * height) if (i + 1) % width]
    pairs += [(i, i + width) for i in range(width * (height - 1))]
    first, second = (ints(*column) for column in zip(*pairs, strict=True))
    return points, Neighbourhood(width * height, first, second, np.ones(len(pairs)))


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(0, 99), st.booleans())
def test_points_are_cut_into_parts_of_exactly_these_sizes(counts, seed: int, towards: bool) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 10, (sum(counts), 2))

    part = cut(points, counts, np.array([5.0, 5.0]) if towards else None, rng)

    assert np.bincount(part, minlength=len(counts)).tolist() == counts


def test_earlier_parts_lie_nearer_to_the_seat() -> None:
    points, _around = lattice(20, 20)
    seat = np.array([-5.0, 10.0])

    part = cut(points, [100] * 4, seat, np.random.default_rng(1))

    away = [np.hypot(*(points[part == number] - seat).T).mean() for number in range(4)]
    assert away[0] + away[1] < away[2] + away[3]


def test_members_are_split_into_connected_pieces_the_largest_first() -> None:
    _points, around = lattice(4, 3)

    assert around.pieces([0, 1, 3, 7, 11, 8]) == [[3, 7, 11], [0, 1], [8]]
    assert around.pieces([]) == []


def test_touching_labels_are_ranked_by_the_border_they_share_inside_the_same_parent() -> None:
    _points, around = lattice(3, 3)
    label = ints(0, 0, 1, 2, 5, 1, 2, 2, 3)
    parent = ints(0, 0, 0, 0, 0, 0, 0, 0, 0)

    # The middle cell touches one cell of 0, one of 1 and two of 2, one of which soon belongs to somebody else.
    assert around.touching([4], label, parent) == [(2.0, 2), (1.0, 0), (1.0, 1)]
    parent[7] = 1
    assert around.touching([4], label, parent) == [(1.0, 0), (1.0, 1), (1.0, 2)]


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(2, 6), st.integers(0, 10_000))
def test_mending_leaves_every_label_in_one_piece_and_fed(count: int, seed: int) -> None:
    points, around = lattice(9, 9)
    rng = np.random.default_rng(seed)
    centres = rng.choice(81, count, replace=False)
    label = np.argmin(np.hypot(*(points[:, None] - points[centres]).T), axis=0).astype(np.intp)
    torn = label.copy()
    torn[rng.choice(81, 6, replace=False)] = rng.integers(0, count, 6)
    assume(set(torn.tolist()) == set(range(count)))
    least = dict.fromkeys(range(count), 3)

    mended = mend(torn, np.zeros(81, dtype=np.intp), around, least)

    sizes = Counter(mended.tolist())
    assert set(sizes) == set(range(count))
    assert min(sizes.values()) >= 3
    assert all(len(around.pieces(np.flatnonzero(mended == name).tolist())) == 1 for name in sizes)


def test_mending_never_takes_a_cell_across_the_border_of_its_parent() -> None:
    _points, around = lattice(4, 1)
    parent = ints(0, 0, 1, 1)
    label = ints(0, 1, 2, 3)

    mended = mend(label, parent, around, {0: 1, 1: 1, 2: 2, 3: 1})

    # 2 is hungry, but only a cell of its own parent's may feed it, and that one's owner would be left with nothing.
    assert mended[:2].tolist() == [0, 1]


# --- drawing --------------------------------------------------------------------------------------------------------


@settings(max_examples=examples(12), deadline=None)
@given(st.integers(0, 10_000))
def test_bent_cells_fit_together_and_each_keeps_its_site(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # In kilometres, kept apart so that every cell has an area; the outer ring is a belt of ghosts.
    grid = np.stack(np.meshgrid(np.arange(8.0), np.arange(8.0)), axis=-1).reshape(-1, 2)
    points = grid + rng.uniform(-0.3, 0.3, grid.shape)
    inside = ((grid > 0) & (grid < 7)).all(axis=1)
    points = np.concatenate([points[inside], points[~inside]])
    count = int(inside.sum())

    shape = make_topology(points)
    cells = draw_cells(shape, bend_edges(shape, points, np.zeros(len(shape.ends), dtype=bool), rng), count)
    cells = cells[shapely.is_valid(cells)]

    assert len(cells) >= count - 1
    assert shapely.coverage_is_valid(cells)
    assert shapely.get_num_coordinates(cells).max() > 8


def test_edges_that_must_be_straight_are() -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform(0, 6, (40, 2))
    shape = make_topology(points)

    lines = bend_edges(shape, points, np.ones(len(shape.ends), dtype=bool), rng)

    assert {len(line) for line in lines} == {2}


def test_neighbours_are_told_once_with_the_length_they_share() -> None:
    points = np.array([(x, y) for y in range(5) for x in range(5)], dtype=float) + 0.5
    shape = make_topology(points)

    first, second, length = shape.neighbours(25)

    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert all(one < other for one, other in pairs)
    # Cells at the edge reach far out; those in the middle are squares of one kilometre.
    middle = {6, 7, 8, 11, 12, 13, 16, 17, 18}
    square = {pair: shared for pair, shared in zip(pairs, length, strict=True) if middle.issuperset(pair)}
    beside = [pair for pair in square if pair[1] - pair[0] in (1, 5)]
    assert len(beside) == 12
    assert [square[pair] for pair in beside] == pytest.approx([1.0] * 12, abs=0.01)


def test_grids_are_read_in_rows_from_north_to_south_and_west_to_east() -> None:
    points = np.array([(2, 0), (0, 2), (1, 1), (0, 0), (2, 2), (1, 2), (0, 1), (2, 1), (1, 0)], dtype=float)

    assert [tuple(points[i]) for i in _reading_order(points)] == [
        (0, 2), (1, 2), (2, 2), (0, 1), (1, 1), (2, 1), (0, 0), (1, 0), (2, 0),
    ]  # fmt: skip


# --- the lie of the land --------------------------------------------------------------------------------------------


@given(st.floats(118.2, 119.4), st.floats(31.1, 32.7))
def test_degrees_and_kilometres_lead_back_to_each_other(longitude: float, latitude: float) -> None:
    place = np.array([(longitude, latitude)])

    assert to_degrees(to_km(place)) == pytest.approx(place, abs=1e-9)
    assert to_km(np.array([ORIGIN])) == pytest.approx(np.zeros((1, 2)), abs=1e-9)


def test_a_smoothed_line_keeps_its_ends_and_turns_gently() -> None:
    corner = ((118.7, 32.0), (118.8, 32.0), (118.8, 32.1))
    line = smooth_line(corner)

    assert line[[0, -1]] == pytest.approx(to_km(np.array(corner))[[0, -1]])
    steps = np.diff(line, axis=0)
    turns = np.abs(np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))))
    assert turns.max() < np.pi / 4
    assert turns.sum() == pytest.approx(np.pi / 2)


def test_lanes_meander_no_further_than_their_reach() -> None:
    points = np.random.default_rng(2).uniform(-40, 40, (500, 2))

    moved = np.hypot(*(meander(points, 0.5, 4.0) - points).T)

    assert 0 < moved.max() <= 0.5 * np.hypot(2, 2)
    assert meander(points, 0.0, 4.0) == pytest.approx(points)


def test_the_river_parts_the_districts_and_nobody_owns_the_sea() -> None:
    land = make_landscape()
    west, south, east, north = land.outline.bounds
    rng = np.random.default_rng(5)
    points = rng.uniform((west - 5, south - 5), (east + 5, north + 5), (3_000, 2))

    owner = land.district_of(points)

    left = shapely.contains_xy(land.left, points[:, 0], points[:, 1])
    for point_is_left, number in zip(left[owner >= 0], owner[owner >= 0], strict=True):
        assert land.codes[number] in (LEFT_BANK if point_is_left else RIGHT_BANK)
    far = ~shapely.dwithin(land.outline, shapely.points(points), 4.0)
    assert far.any() and (owner[far] == -1).all()
    assert set(owner.tolist()) == set(range(-1, 11))
    assert land.district_of(to_km(np.array([CENTRE]))).item() >= 0


def test_water_stays_inside_the_city() -> None:
    city = shapely.box(118.6, 31.9, 119.0, 32.2)

    water = make_water(city)

    assert 0 < water.area < city.area / 2
    assert city.buffer(1e-9).contains(water)
    assert make_water(shapely.box(0, 0, 1, 1)).is_empty


def test_a_lake_s_island_stays_a_hole_in_the_file(tmp_path) -> None:
    pond = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    cells = Cells(
        ("1",), ("0",), ("第1网格",), ("basic",), np.array([pond], dtype=object), shapely.MultiPolygon([pond])
    )

    _table, shapes, water = write_cells(cells, tmp_path)

    for file in (shapes, water):
        (drawn,) = shapely.get_parts(shapely.from_geojson(file.read_text()))
        assert drawn.equals(pond)
