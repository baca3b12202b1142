"""
The files the model city's grids leave as: a table, the shapes, the water.

Owns: their columns and properties.
Refuses: choosing what goes in.
"""

import csv
from pathlib import Path

import orjson
import shapely

from simulator.cells.make import Cells
from simulator.drafts import all_or_nothing

COLUMNS = ("code", "level", "parent", "name", "kind")
TABLE, SHAPES, WATER = "grids.csv", "grids.geojson", "water.geojson"


def write_cells(cells: Cells, path: Path) -> tuple[Path, ...]:
    """
    Write grids.csv, grids.geojson and water.geojson into the folder `path` and say where they are.

    Coordinates have six decimals; every feature says that its shape is synthetic.
    """
    features = [
        _feature(polygon, {"code": code, "kind": kind, "synthetic": True})
        for code, kind, polygon in zip(cells.codes, cells.kinds, cells.polygons, strict=True)
    ]
    bodies = [_feature(body, {"synthetic": True}) for body in cells.water.geoms]
    with all_or_nothing(path) as draft:
        with (draft / TABLE).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in zip(cells.codes, cells.parents, cells.names, cells.kinds, strict=True):
                writer.writerow((row[0], "grid", *row[1:]))
        _write_collection(features, draft / SHAPES)
        _write_collection(bodies, draft / WATER)
    return path / TABLE, path / SHAPES, path / WATER


def _feature(polygon: shapely.Polygon, properties: dict[str, object]) -> dict[str, object]:
    rings = [polygon.exterior, *polygon.interiors]
    coordinates = [shapely.get_coordinates(ring).round(6).tolist() for ring in rings]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": coordinates},
    }


def _write_collection(features: list[dict[str, object]], path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[\n')
        for number, feature in enumerate(features):
            file.write((b",\n" if number else b"") + orjson.dumps(feature))
        file.write(b"\n]}\n")
