"""The tile pyramid, read back by an independent decoder."""

import gzip
import json
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

import simulator
from gridward.territory.geometry import dissolve
from gridward.territory.tiles import TileLayer, area_layer, tile_pyramid, write_pyramid
from gridward.territory.tiles.encode import encode_polygons, varint
from simulator.cells import Cells, make_cells, read_table

pytestmark = pytest.mark.slow

DATA = Path(simulator.__file__).parent / "data" / "nanjing"
Tiles = dict[tuple[int, int, int], dict[str, dict[str, object]]]


@pytest.fixture(scope="module")
def cells() -> Cells:
    rows = [row for row in read_table(DATA / "divisions.csv") if row["code"].startswith("320102")]
    return make_cells(rows, read_table(DATA / "district_seats.csv"), grids=400)


@pytest.fixture(scope="module")
def layers(cells: Cells) -> list[TileLayer]:
    communities = sorted(set(cells.parents))
    parents = np.array(cells.parents)
    shapes = np.array([dissolve(cells.polygons[parents == code]) for code in communities], dtype=object)
    return [
        area_layer("grid", cells.polygons, cells.codes, cells.names),
        TileLayer("water", np.array([cells.water], dtype=object)),
        area_layer("community", shapes, communities, [f"c{code}" for code in communities]),
        area_layer("district", np.array([dissolve(cells.polygons)], dtype=object), ["320102"], ["玄武区"]),
    ]


@pytest.fixture(scope="module")
def tiles(layers: list[TileLayer]) -> Tiles:
    return {
        (z, x, y): mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
        for z, x, y, content in tile_pyramid(layers)
    }


def test_every_grid_is_in_every_zoom_under_its_code(cells: Cells, tiles: Tiles) -> None:
    for zoom in range(7, 14):
        there = {
            one["id"] for (z, _, _), tile in tiles.items() if z == zoom for one in features(tile, "grid")
        }

        assert there == {int(code) for code in cells.codes}


def features(tile: dict[str, dict[str, object]], layer: str) -> list[dict[str, object]]:
    return tile.get(layer, {}).get("features", [])  # type: ignore[return-value]


def test_wide_tiles_keep_the_texts_of_grids_out_and_deep_ones_have_them(cells: Cells, tiles: Tiles) -> None:
    names = dict(zip(cells.codes, cells.names, strict=True))
    for (zoom, _, _), tile in tiles.items():
        for one in features(tile, "grid"):
            code = f"{one['id']:015d}"
            assert one["properties"] == ({"code": code, "name": names[code]} if zoom >= 12 else {})
        for one in features(tile, "district"):
            assert one["properties"] == {"code": "320102", "name": "玄武区"}


def test_the_deepest_tiles_show_the_shapes_within_a_unit(cells: Cells, tiles: Tiles) -> None:
    number = 17
    size = 2.0**13
    parts = []
    for (zoom, x, y), tile in tiles.items():
        for one in features(tile, "grid") if zoom == 13 else []:
            if one["id"] == int(cells.codes[number]):
                shape = shapely.geometry.shape(one["geometry"])
                parts.append(shapely.transform(shape, lambda c, x=x, y=y: (c / 4096 + (x, y)) / size))

    def degrees(corners: np.ndarray) -> np.ndarray:
        lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * corners[:, 1]))))
        return np.stack([corners[:, 0] * 360 - 180, lat], axis=1)

    drawn = shapely.transform(shapely.union_all(parts), degrees)
    assert shapely.hausdorff_distance(drawn, cells.polygons[number]) < 360 / (size * 4096) * 1.5


def test_simplified_neighbours_still_meet(cells: Cells, layers: list[TileLayer]) -> None:
    (content,) = [c for z, x, y, c in tile_pyramid(layers[:1], minzoom=7, maxzoom=13) if z == 7][:1]
    tile = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})

    shapes = [shapely.geometry.shape(one["geometry"]) for one in features(tile, "grid")]

    assert shapely.union_all(shapes).area == pytest.approx(sum(shape.area for shape in shapes), rel=0.01)
    assert shapely.union_all(shapes).geom_type == "Polygon"


def test_outer_rings_turn_as_the_format_demands() -> None:
    hole = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(3, 3), (6, 3), (6, 6), (3, 6)]])

    (content,) = encode_polygons([hole])

    outer_line = bytes([9, 0, 0, 26, 18, 0, 0, 18, 17, 0, 15])
    assert content[: len(outer_line)] == outer_line
    assert content[len(outer_line) :] == bytes([9, 6, 11, 26, 0, 6, 6, 0, 0, 5, 15])


def test_what_shrinks_to_nothing_is_left_out() -> None:
    line = shapely.Polygon([(0, 0), (5, 0), (9, 0), (0, 0)])
    dot = shapely.Polygon([(3, 3), (3, 3), (3, 3), (3, 3)])

    assert encode_polygons([line, shapely.box(0, 0, 2, 2), dot, shapely.Polygon()])[::2] == [b"", b""]
    assert encode_polygons([line, shapely.box(0, 0, 2, 2)])[1] != b""
    assert encode_polygons([]) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, b"\x00"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02"), (1 << 14, b"\x80\x80\x01")],
)
def test_numbers_are_written_as_the_format_demands(value: int, expected: bytes) -> None:
    assert varint(value) == expected


def test_each_name_is_one_point_inside_its_area(cells: Cells, tiles: Tiles) -> None:
    found = [
        (one["properties"]["name"], (np.array(one["geometry"]["coordinates"]) / 4096 + (x, y)) / 2**13)
        for (z, x, y), tile in tiles.items()
        if z == 13
        for one in features(tile, "label")
        if one["properties"]["level"] == "grid"
    ]

    assert sorted(name for name, _ in found) == sorted(cells.names)


def test_water_is_nobodys_and_carries_no_number(tiles: Tiles) -> None:
    water = [one for tile in tiles.values() for one in features(tile, "water")]

    assert water
    assert not any(one.get("id") or one["properties"] for one in water)


def test_the_folder_appears_whole_with_its_manifest(tmp_path: Path, layers: list[TileLayer]) -> None:
    folder = tmp_path / "tiles" / "v1"

    manifest = write_pyramid(layers, folder, maxzoom=10)
    again = write_pyramid(layers, folder, maxzoom=10)

    written = sorted(folder.glob("*/*/*.mvt"))
    assert again == manifest
    assert len(written) == manifest.tiles
    assert sum(path.stat().st_size for path in written) == manifest.bytes
    assert manifest.layers == {"grid": 400, "water": 1, "community": 61, "district": 1}
    assert json.loads((folder / "manifest.json").read_text())["maxzoom"] == 10
    assert mapbox_vector_tile.decode(gzip.decompress(written[0].read_bytes()))
    assert [path.name for path in folder.parent.iterdir()] == ["v1"]


def test_a_failed_pyramid_leaves_nothing_behind(tmp_path: Path, cells: Cells) -> None:
    folder = tmp_path / "v1"

    with pytest.raises(ValueError, match="400 polygons but 1 codes"):
        write_pyramid([area_layer("grid", cells.polygons, ["1"], ["x"])], folder)

    assert list(tmp_path.iterdir()) == []
