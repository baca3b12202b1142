"""Makes the folder the benchmark serves: tiles and GeoJSON of the model city, the page, the map library."""

import shutil
import time
from pathlib import Path

import numpy as np

from gridward.territory.geometry import dissolve
from gridward.territory.tiles import TileLayer, area_layer, write_pyramid
from simulator.cells import make_cells, read_table, write_cells

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DATA = ROOT / "simulator" / "data" / "nanjing"
LIBRARY = ROOT / "gridward" / "wiring" / "static" / "vendor" / "maplibre-gl"
LEVELS = ((12, "community"), (9, "street"), (6, "district"))


def make_site(folder: Path, *, grids: int = 12_000) -> dict[str, object]:
    """Fill the folder and say what it took."""
    if not LIBRARY.is_dir():
        raise SystemExit("The map library is missing: run `make assets` first.")
    started = time.perf_counter()
    divisions = read_table(DATA / "divisions.csv")
    cells = make_cells(divisions, read_table(DATA / "district_seats.csv"), grids=grids)
    write_cells(cells, folder)
    cells_s = time.perf_counter() - started
    names = {row["code"]: row["name"] for row in divisions}
    layers = [area_layer("grid", cells.polygons, cells.codes, cells.names)]
    layers.append(TileLayer("water", np.array([cells.water], dtype=object)))
    for digits, level in LEVELS:
        prefixes = np.array([code[:digits] for code in cells.codes])
        codes = [str(code) for code in np.unique(prefixes)]
        shapes = np.array([dissolve(cells.polygons[prefixes == code]) for code in codes], dtype=object)
        layers.append(area_layer(level, shapes, codes, [names[code] for code in codes]))
    started = time.perf_counter()
    manifest = write_pyramid(layers, folder / "tiles")
    tiles_s = time.perf_counter() - started
    for name in ("page.html", "page.js"):
        shutil.copy(HERE / name, folder / name)
    shutil.copytree(LIBRARY, folder / "vendor")
    return {
        "grids": len(cells),
        "cells_s": round(cells_s, 1),
        "tiles_s": round(tiles_s, 1),
        "tiles": manifest.tiles,
        "tiles_bytes": manifest.bytes,
        "largest_tile_bytes": manifest.largest,
        "geojson_bytes": (folder / "grids.geojson").stat().st_size,
    }
