"""The yardstick of the territory's benchmark answers by the same rule, and one difference ends the run."""

import numpy as np
import pytest
from shapely import STRtree, box, points

from benchmarks.members.territory import by_tree, same_answers, some_points
from gridward.territory.lattice import Lattice

CELLS = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)], dtype=object)


def test_a_point_on_a_common_border_belongs_to_the_lower_key_for_both_and_one_outside_to_nobody() -> None:
    asked = np.array([(0.5, 0.5), (1.0, 0.5), (1.5, 0.5), (3.0, 3.0)])

    theirs = by_tree(STRtree(CELLS), points(asked))

    assert theirs.tolist() == [1, 1, 2, 0]
    assert Lattice.build(CELLS, [1, 2]).locate(*asked.T).tolist() == theirs.tolist()


def test_a_single_other_answer_ends_the_run() -> None:
    same_answers(np.array([1, 2]), np.array([1, 2]))

    with pytest.raises(RuntimeError, match="1 of 2 points"):
        same_answers(np.array([1, 2]), np.array([1, 0]))


def test_the_points_asked_for_are_inside_on_corners_and_outside() -> None:
    asked = some_points(CELLS, 2_000)
    owners = by_tree(STRtree(CELLS), points(asked))
    corners = {(x, y) for x in (0.0, 1.0, 2.0) for y in (0.0, 1.0)}

    assert set(owners.tolist()) == {0, 1, 2}
    assert sum(tuple(point) in corners for point in asked.tolist()) == 20
