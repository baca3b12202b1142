"""Shapes of all levels from those of the grids: dissolved upward, named by their content, or every misfit named."""

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.territory.geometry import PROBLEM_CODES, Feature, Problem
from gridward.territory.rules.shaping import (
    MESSAGES,
    outlines,
    shape_problem,
    shape_problems,
    version_of,
)
from gridward.territory.rules.tree import LEVELS
from tests.examples import examples

#: A city as a board of 4 by 4 grids: two districts, each of one street with two communities of four grids.
BOARD = {
    f"32010{1 + x // 2}00100{1 + y // 2}00{1 + x % 2 + 2 * (y % 2)}": (x, y)
    for x in range(4)
    for y in range(4)
}
LENGTHS = dict(zip((4, 6, 9, 12, 15), LEVELS, strict=True))
CODES = sorted({code[:length] for code in BOARD for length in LENGTHS})
LEVEL_OF = {code: LENGTHS[len(code)] for code in CODES}
CHILDREN = {
    code: [one for one in CODES if one.startswith(code) and len(one) in (len(code) + 2, len(code) + 3)]
    for code in CODES
}
GRIDS = {code: number for number, code in enumerate(BOARD, 1)}


def feature(number: int, code: str, **more: object) -> Feature:
    x, y = BOARD[code]
    west, south, east, north = (
        round(edge, 6) for edge in (118 + x / 100, 32 + y / 100, 118.01 + x / 100, 32.01 + y / 100)
    )
    return Feature(number, {"code": code, **more}, shapely.box(west, south, east, north))


def features(codes: object = BOARD, **more: object) -> list[Feature]:
    return [feature(number, code, **more) for number, code in enumerate(codes, 1)]


def found(some: list[Feature], faults: tuple[Problem, ...] = ()) -> list[tuple[int, str]]:
    return [(one.row, one.code) for one in shape_problems(some, faults, GRIDS)]


def test_a_board_of_grids_has_no_problems_and_dissolves_into_every_level():
    assert found(features()) == []

    every = outlines(features(), CHILDREN, LEVEL_OF)

    assert set(every) == set(CODES)
    for code, one in every.items():
        mine = [other.shape for grid, other in every.items() if grid in BOARD and grid.startswith(code)]
        assert one.shape.equals(shapely.union_all(mine))
        assert one.shape.contains(shapely.Point(one.point))
        assert shapely.from_wkb(one.wkb).equals(one.shape)
        below = [every[child].shape for child in CHILDREN[code]]
        assert not below or sum(shape.area for shape in below) == pytest.approx(one.shape.area)


def test_siblings_share_borders_and_never_ground():
    every = outlines(features(), CHILDREN, LEVEL_OF)

    for code in CODES:
        shapes = [every[child].shape for child in CHILDREN[code]]
        for n, one in enumerate(shapes):
            assert all(one.intersection(other).area < 1e-14 for other in shapes[n + 1 :])


def test_what_is_made_of_one_invented_grid_is_invented_itself():
    some = features()
    some[0] = feature(1, next(iter(BOARD)), synthetic=True)

    every = outlines(some, CHILDREN, LEVEL_OF)

    invented = {code for code, one in every.items() if one.synthetic}
    assert invented == {next(iter(BOARD))[:length] for length in LENGTHS}


def test_an_area_without_any_grid_has_no_shape():
    every = outlines(
        features(), CHILDREN | {"3201": [*CHILDREN["3201"], "320199"]}, LEVEL_OF | {"320199": "district"}
    )

    assert "320199" not in every
    assert "3201" in every


FIRST, SECOND, *_ = BOARD


@pytest.mark.parametrize(
    ("some", "faults", "problems"),
    [
        (features(list(BOARD)[1:]), (), [(0, "grid_missing")]),
        ([], (), [(0, "grid_missing")]),
        ([*features(), feature(17, FIRST)], (), [(17, "code_duplicate")]),
        ([*features(), Feature(17, {}, shapely.box(0, 0, 1, 1))], (), [(17, "code_missing")]),
        ([*features(), Feature(17, {"code": None}, shapely.box(0, 0, 1, 1))], (), [(17, "code_missing")]),
        ([*features(), Feature(17, {"code": "320101"}, shapely.box(0, 0, 1, 1))], (), [(17, "grid_unknown")]),
        ([*features(), Feature(17, {"code": 5}, shapely.box(0, 0, 1, 1))], (), [(17, "grid_unknown")]),
        # A grid whose feature could not be read is not missing as well.
        (features(list(BOARD)[1:]), (Problem(1, "ring_open"),), [(1, "ring_open")]),
        # Where codes are wrong nobody asks how the shapes fit.
        ([*features(), feature(17, FIRST), feature(18, SECOND)], (), [(17, "code_duplicate"), (18, "code_duplicate")]),
    ],
)  # fmt: skip
def test_every_misfit_is_named_by_its_features_number(some, faults, problems):
    assert found(some, faults) == problems


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(118.002, 32.002, 118.008, 32.008),  # wholly inside, touching nothing
        shapely.box(118.002, 32, 118.008, 32.008),  # inside, on the border
        shapely.box(118, 32, 118.01, 32.01),  # the very same
        shapely.box(117.995, 32.002, 118.005, 32.008),  # across the border
        shapely.box(117.9, 31.9, 118.01, 32.01),  # all around
    ],
)
def test_both_of_two_shapes_on_one_spot_are_named(shape):
    some = features()
    some[3] = Feature(4, some[3].properties, shape)

    assert sorted(found(some)) == [(1, "overlap"), (4, "overlap")]


def test_a_hole_between_the_grids_may_be_a_lake():
    inner = next(code for code, place in BOARD.items() if place == (1, 1))
    shrunk = [
        Feature(one.number, one.properties, one.shape.buffer(-0.003))
        if one.properties["code"] == inner
        else one
        for one in features()
    ]

    assert found(shrunk) == []


def test_everything_that_can_be_wrong_has_words():
    assert set(PROBLEM_CODES) <= set(MESSAGES)
    for code in MESSAGES:
        words = str(shape_problem(3, code, first="x", count=7).message)
        assert words
        assert "%" not in words
    assert "7" in str(shape_problem(0, "grid_missing", first="x", count=7).message)


NAMES = {code: f"area {code}" for code in CODES}


@settings(max_examples=examples(20), deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_same_shapes_and_names_are_one_version_in_any_order(rng):
    some = features()
    rng.shuffle(some)

    assert version_of(outlines(some, CHILDREN, LEVEL_OF), NAMES) == version_of(
        outlines(features(), CHILDREN, LEVEL_OF), NAMES
    )


@pytest.mark.parametrize("change", ["a corner", "a name", "a code"])
def test_whatever_changes_on_the_map_gives_another_version(change):
    before = version_of(outlines(features(), CHILDREN, LEVEL_OF), NAMES)
    some, names, codes = features(), dict(NAMES), list(BOARD)
    if change == "a corner":
        some[0] = Feature(1, some[0].properties, shapely.box(117.9, 32, 118, 32.01))
    elif change == "a name":
        names[FIRST] = "another"
    else:
        codes[0], codes[1] = codes[1], codes[0]
        some = [
            Feature(n, {"code": code}, one.shape)
            for n, (code, one) in enumerate(zip(codes, some, strict=True), 1)
        ]

    after = version_of(outlines(some, CHILDREN, LEVEL_OF), names)

    assert after != before
    assert len(after) == len(before) == 16
    assert set(after) <= set("0123456789abcdef")
