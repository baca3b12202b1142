"""The synthetic cells of the model city: counts, kinds, numbering, fit and sameness."""

import csv
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely

import simulator
from simulator.cells import Cells, make_cells, read_table, short_name, write_cells

pytestmark = pytest.mark.slow

DATA = Path(simulator.__file__).parent / "data" / "nanjing"
DIVISIONS = read_table(DATA / "divisions.csv")
SEATS = read_table(DATA / "district_seats.csv")
XUANWU = [row for row in DIVISIONS if row["code"].startswith("320102")]


@pytest.fixture(scope="module")
def city() -> Cells:
    return make_cells(DIVISIONS, SEATS)


@pytest.fixture(scope="module")
def district() -> Cells:
    return make_cells(XUANWU, SEATS, grids=480, seed=7)


def melted(cells: Cells, digits: int) -> dict[str, shapely.Geometry]:
    prefixes = np.array([code[:digits] for code in cells.codes])
    return {
        str(one): shapely.coverage_union_all(cells.polygons[prefixes == one]) for one in np.unique(prefixes)
    }


def test_every_community_has_its_grids_and_the_city_twelve_thousand(city: Cells) -> None:
    counts = Counter(city.parents)

    assert len(city) == 12_000
    assert counts.keys() == {row["code"] for row in DIVISIONS if row["level"] == "community"}
    assert min(counts.values()) >= 3
    assert max(counts.values()) <= 899
    assert max(counts.values()) > 3 * np.median(list(counts.values()))


def test_communities_streets_districts_and_the_city_are_one_piece_each(city: Cells) -> None:
    for digits, expected in ((12, 1322), (9, 140), (6, 11), (4, 1)):
        parents = melted(city, digits)

        assert len(parents) == expected
        assert {shape.geom_type for shape in parents.values()} == {"Polygon"}
        assert not any(shape.interiors for shape in parents.values())


def test_cells_fit_together_without_gaps_or_overlaps(city: Cells) -> None:
    whole = melted(city, 4)["3201"]

    assert shapely.is_valid(city.polygons).all()
    assert shapely.coverage_is_valid(city.polygons)
    assert shapely.area(city.polygons).sum() == pytest.approx(whole.area, rel=1e-9)


def test_the_city_lies_where_nanjing_lies_and_its_districts_have_plausible_sizes(city: Cells) -> None:
    west, south, east, north = shapely.total_bounds(city.polygons)
    km2 = {code: shape.area * 94.4 * 110.95 for code, shape in melted(city, 6).items()}

    assert shapely.box(118.3, 31.2, 119.3, 32.65).contains(shapely.box(west, south, east, north))
    assert max(km2[code] for code in ("320102", "320104", "320105", "320106")) < 130
    assert min(km2[code] for code in ("320111", "320115", "320116", "320117", "320118")) > 700
    for seat in SEATS:
        point = shapely.Point(float(seat["longitude"]), float(seat["latitude"]))
        assert melted(city, 4)["3201"].contains(point)


def test_grids_are_small_in_the_centre_and_large_in_the_country(city: Cells) -> None:
    km2 = shapely.area(city.polygons) * 94.4 * 110.95
    district = np.array([code[:6] for code in city.codes])

    assert np.median(km2[district == "320104"]) * 5 < np.median(km2[district == "320116"])


def test_special_kinds_of_communities_get_special_grids_from_901(city: Cells) -> None:
    for code, parent, kind in zip(city.codes, city.parents, city.kinds, strict=True):
        quasi = parent[9] in "45"
        assert code.startswith(parent)
        assert kind == ("special" if quasi else "basic")
        assert (901 if quasi else 1) <= int(code[12:]) <= (999 if quasi else 899)


def test_numbers_run_without_holes_from_north_to_south_and_west_to_east(district: Cells) -> None:
    middles = shapely.get_coordinates(shapely.centroid(district.polygons))
    for parent in set(district.parents):
        mine = [i for i, one in enumerate(district.parents) if one == parent]
        numbers = [int(district.codes[i][12:]) for i in mine]
        half = len(mine) // 2

        assert [b - a for a, b in pairwise(numbers)] == [1] * (len(mine) - 1)
        assert middles[mine[:half], 1].mean() > middles[mine[-half:], 1].mean()


def test_streets_with_low_codes_lie_nearer_to_the_seat(city: Cells) -> None:
    nearer = []
    for seat in SEATS:
        at = shapely.Point(float(seat["longitude"]), float(seat["latitude"]))
        own = {code: shape for code, shape in melted(city, 9).items() if code.startswith(seat["code"])}
        away = [own[code].centroid.distance(at) for code in sorted(own)]
        half = len(away) // 2
        nearer.append(np.mean(away[:half]) < np.mean(away[half:]))

    assert sum(nearer) >= 9


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(
    tmp_path: Path, district: Cells
) -> None:
    for name, seed in (("again", 7), ("other", 8)):
        write_cells(make_cells(XUANWU, SEATS, grids=480, seed=seed), tmp_path / name)
    write_cells(district, tmp_path / "first")

    for file in ("grids.csv", "grids.geojson", "water.geojson"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()
    assert (tmp_path / "first" / "grids.geojson").read_bytes() != (
        tmp_path / "other" / "grids.geojson"
    ).read_bytes()


def test_the_files_say_what_each_grid_is_and_that_its_shape_is_synthetic(
    tmp_path: Path, district: Cells
) -> None:
    table, shapes, water = write_cells(district, tmp_path)

    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    features = json.loads(shapes.read_text(encoding="utf-8"))["features"]
    assert list(rows[0]) == ["code", "level", "parent", "name", "kind"]
    assert [row["code"] for row in rows] == [feature["properties"]["code"] for feature in features]
    assert {row["level"] for row in rows} == {"grid"}
    assert all(feature["properties"]["synthetic"] is True for feature in features)
    ring = features[0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert all(round(number, 6) == number for corner in ring for number in corner)
    assert json.loads(water.read_text(encoding="utf-8"))["features"]


@pytest.mark.parametrize(
    ("official", "said"),
    [
        ("成贤街社区居委会", "成贤街社区"),
        ("戴家城村村委会", "戴家城村"),
        ("周里村委会", "周里村"),
        ("青山村民委员会", "青山村"),
        ("能仁里居委会", "能仁里"),
        ("龙潭监狱虚拟社区", "龙潭监狱"),
        ("某某社区", "某某社区"),
    ],
)
def test_names_leave_the_committee_out(official: str, said: str) -> None:
    assert short_name(official) == said


def test_a_grid_is_called_after_its_community(city: Cells) -> None:
    names = dict(zip(city.codes, city.names, strict=True))

    assert names["320102003015001"] == "成贤街社区第1网格"
    assert names["320113400498901"] == "龙潭监狱第1专属网格"


def test_what_cannot_be_drawn_is_refused() -> None:
    elsewhere = [
        {"code": "110101001001", "level": "community", "parent": "110101001", "name": "多福巷社区居委会"}
    ]

    with pytest.raises(ValueError, match="no district"):
        make_cells(elsewhere, SEATS)
    with pytest.raises(ValueError, match="fewer"):
        make_cells(XUANWU, SEATS, grids=20)
    with pytest.raises(ValueError, match="no seat"):
        make_cells(XUANWU, SEATS[1:])
    with pytest.raises(ValueError, match="no community"):
        make_cells([], SEATS)
