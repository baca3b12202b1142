"""Synthetic cells on the way a city's shapes go: dissolved upward, drawn, asked for points; every level fits."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

import simulator
from gridward.country.api import pack
from gridward.territory.geometry import Feature, area_m2, coverage_problems
from gridward.territory.lattice import Lattice
from gridward.territory.rules.shaping import AreaOutline, outlines, shape_problems
from gridward.territory.tiles import area_layer, tile_pyramid
from simulator.cells import Cells, make_cells, read_table

DATA = Path(simulator.__file__).parent / "data" / "nanjing"
ROWS = [row for row in read_table(DATA / "divisions.csv") if row["code"].startswith("320104")]
CN = pack("cn")
LEVELS = {"district": 6, "street": 9, "community": 12}


@pytest.fixture(scope="module")
def cells() -> Cells:
    return make_cells(ROWS, read_table(DATA / "district_seats.csv"), grids=420, seed=5)


@pytest.fixture(scope="module")
def features(cells: Cells) -> list[Feature]:
    return [
        Feature(number, {"code": code, "synthetic": True}, shape)
        for number, (code, shape) in enumerate(zip(cells.codes, cells.polygons, strict=True), 1)
    ]


@pytest.fixture(scope="module")
def every(cells: Cells, features: list[Feature]) -> dict[str, AreaOutline]:
    levels = {row["code"]: row["level"] for row in ROWS} | dict.fromkeys(cells.codes, "grid")
    children: dict[str, list[str]] = {}
    for code in levels:
        children.setdefault(CN.code_parent(code) or "", []).append(code)
    return outlines(features, children, levels)


def test_cells_are_a_set_of_shapes_that_may_be_imported(cells, features):
    assert shape_problems(features, (), dict.fromkeys(cells.codes, 1)) == []
    assert coverage_problems(cells.polygons) == []  # neither overlaps nor gaps


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_made_of_the_one_below_without_gaps_or_overlaps(every, level):
    digits = LEVELS[level]
    for code in (code for code in every if len(code) == digits):
        below = [every[child] for child in every if CN.code_parent(child) == code]

        assert coverage_problems([child.shape for child in below], every[code].shape) == []
        assert all(every[code].shape.contains(shapely.Point(child.point)) for child in below)
        assert every[code].synthetic


def test_siblings_of_every_level_touch_at_most(every):
    for digits in LEVELS.values():
        shapes = [one.shape for code, one in every.items() if len(code) == digits]
        crossing = [pair for pair in combinations(shapes, 2) if area_m2(shapely.intersection(*pair)) > 1]
        assert crossing == []


def test_special_units_have_special_grids_and_the_others_basic_ones(cells):
    kinds = Counter(CN.unit_kind(code) for code in cells.codes)
    special = {code[:12] for code in cells.codes if CN.unit_kind(code) == "special"}

    assert set(kinds) == {"basic", "special"}
    assert special == {
        row["code"] for row in ROWS if CN.unit_kind(row["code"]) == "quasi" and len(row["code"]) == 12
    }


def test_each_point_has_one_owner_who_covers_it_and_every_wider_area_agrees(cells, every):
    rng = np.random.default_rng(11)
    west, south, east, north = shapely.total_bounds(cells.polygons)
    corners = shapely.get_coordinates(cells.polygons)
    points = np.concatenate(
        [
            rng.uniform((west, south), (east, north), (4_000, 2)),
            corners[::7],
            (corners[:-1] + corners[1:])[::7] / 2,
        ]
    )
    keys = np.arange(1, len(cells.codes) + 1)

    owners = Lattice.build(cells.polygons, keys).locate(points[:, 0], points[:, 1])

    tree = shapely.STRtree(cells.polygons)
    asked, covering = tree.query(shapely.points(points), predicate="covered_by")
    lowest = np.full(len(points), len(keys) + 1)
    np.minimum.at(lowest, asked, keys[covering])
    assert (owners == np.where(lowest > len(keys), 0, lowest)).all()
    shared = np.bincount(asked, minlength=len(points)) > 1
    assert shared.sum() > 500  # points on borders are really among them
    for point, owner in zip(points[::23], owners[::23], strict=True):
        if owner:
            code = cells.codes[owner - 1]
            assert all(
                every[code[:digits]].shape.buffer(1e-9).covers(shapely.Point(point))
                for digits in LEVELS.values()
            )


def test_a_pyramid_has_every_area_at_the_zooms_of_its_level_and_no_empty_tile(every):
    layers = []
    for level, digits in (("grid", 15), ("community", 12), ("street", 9)):
        codes = sorted(code for code in every if len(code) == digits)
        shapes = np.array([every[code].shape for code in codes], dtype=object)
        layers.append(area_layer(level, shapes, codes, [f"n{code}" for code in codes]))
    seen: dict[tuple[str, int], set[int]] = {}
    for zoom, x, y, content in tile_pyramid(layers, minzoom=7, maxzoom=12):
        tile = mapbox_vector_tile.decode(content)
        assert tile, (zoom, x, y)
        for name, layer in tile.items():
            assert layer["extent"] == 4096
            assert layer["features"]
            if name != "label":
                seen.setdefault((name, zoom), set()).update(one["id"] for one in layer["features"])

    for level, digits, first in (("grid", 15, 7), ("community", 12, 9), ("street", 9, 7)):
        codes = {int(code) for code in every if len(code) == digits}
        assert [zoom for zoom in range(7, 13) if seen.get((level, zoom)) == codes] == list(range(first, 13))
        assert all((level, zoom) not in seen for zoom in range(7, first))
