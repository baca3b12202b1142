"""
The two files the model city's grids leave as: a table and a GeoJSON.

Owns: their columns and properties, and that a half-written file never lies under the final name.
Refuses: choosing what goes in.
"""

import csv
from pathlib import Path

import orjson
import shapely

from simulator.cells.make import Cells

COLUMNS = ("code", "level", "parent", "name", "kind")


def write_cells(cells: Cells, path: Path) -> tuple[Path, ...]:
    """
    Write grids.csv, grids.geojson and water.geojson into the folder `path` and say where they are.

    Coordinates have six decimals; every feature says that its shape is synthetic.
    """
    path.mkdir(parents=True, exist_ok=True)
    table, shapes, water = path / "grids.csv", path / "grids.geojson", path / "water.geojson"
    draft = path / "grids.csv.part"
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in zip(cells.codes, cells.parents, cells.names, cells.kinds, strict=True):
            writer.writerow((row[0], "grid", *row[1:]))
    draft.replace(table)
    features = [
        _feature(polygon, {"code": code, "kind": kind, "synthetic": True})
        for code, kind, polygon in zip(cells.codes, cells.kinds, cells.polygons, strict=True)
    ]
    _write_collection(features, shapes)
    bodies = [_feature(body, {"synthetic": True}) for body in cells.water.geoms]
    _write_collection(bodies, water)
    return table, shapes, water


def _feature(polygon: shapely.Polygon, properties: dict[str, object]) -> dict[str, object]:
    rings = [polygon.exterior, *polygon.interiors]
    coordinates = [shapely.get_coordinates(ring).round(6).tolist() for ring in rings]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": coordinates},
    }


def _write_collection(features: list[dict[str, object]], path: Path) -> None:
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[\n')
        for number, feature in enumerate(features):
            file.write((b",\n" if number else b"") + orjson.dumps(feature))
        file.write(b"\n]}\n")
    draft.replace(path)
