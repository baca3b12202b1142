"""The short way: against every order there is where they can be counted, never longer than the nearest door next."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.dispatch.walking import distances, length, nearest_first, shortest

places = st.lists(
    st.tuples(st.floats(118.70, 118.72), st.floats(32.00, 32.02)), min_size=0, max_size=24, unique=True
)


def scattered(count: int, seed: int) -> list[tuple[float, float]]:
    drawn = np.random.default_rng(seed).random((count, 2)).tolist()
    return [(118.8 + east * 0.006, 32.0 + north * 0.006) for east, north in drawn]


def best_of_all(points: list[tuple[float, float]], start: int | None) -> float:
    metres = distances(points)
    orders = permutations(range(len(points)))
    return min(length(order, metres) for order in orders if start is None or order[0] == start)


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    metres = distances([(118.8, 32.0), (118.8, 33.0), (119.8, 32.0)])

    assert metres[0, 1] == pytest.approx(111_195, abs=1)
    assert metres[0, 2] == pytest.approx(111_195 * np.cos(np.radians(32)), rel=1e-3)
    assert np.allclose(metres, metres.T) and not metres.diagonal().any()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("start", [0, 3, None])
def test_a_few_buildings_are_walked_in_the_shortest_order_there_is(seed: int, start: int | None) -> None:
    points = scattered(7, seed)

    found = length(shortest(distances(points), start), distances(points))

    assert found == pytest.approx(best_of_all(points, start), rel=1e-6)


@given(points=places, with_start=st.booleans())
def test_every_place_is_visited_once_from_the_start_and_the_way_is_never_longer_than_nearest_first(
    points: list[tuple[float, float]], with_start: bool
) -> None:
    metres = distances(points)
    start = len(points) // 2 if with_start and points else None

    way = shortest(metres, start)

    assert sorted(way) == list(range(len(points)))
    if start is not None:
        assert way[0] == start
    if points:
        assert length(way, metres) <= length(nearest_first(metres, start), metres) + 1e-6


def test_the_same_places_give_the_same_way() -> None:
    metres = distances(scattered(40, 5))

    assert shortest(metres, 0) == shortest(metres, 0)


def test_forty_houses_in_a_row_are_walked_from_one_end_to_the_other() -> None:
    row = [(118.8 + 0.0001 * place, 32.0) for place in range(40)]
    mixed = np.random.default_rng(3).permutation(40).tolist()
    metres = distances([row[place] for place in mixed])

    way = [mixed[place] for place in shortest(metres)]

    assert way in (list(range(40)), list(range(39, -1, -1)))


def test_places_that_lie_on_one_point_cost_nothing() -> None:
    metres = distances([(118.8, 32.0)] * 5)

    assert sorted(shortest(metres, 2)) == [0, 1, 2, 3, 4]
    assert length(shortest(metres, 2), metres) == 0
