"""
A published pyramid as a folder: <folder>/<zoom>/<x>/<y>.mvt and manifest.json.

Owns: that the folder appears whole or not at all. Refuses: what is in the tiles.
"""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import shapely

from gridward.territory.tiles.pyramid import TileLayer, tile_pyramid

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a folder of tiles holds; `bounds` is west, south, east, north; sizes are as stored."""

    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float]
    layers: dict[str, int]
    tiles: int
    bytes: int
    largest: int
    zipped: bool


def write_pyramid(
    layers: Sequence[TileLayer], folder: Path, *, minzoom: int = 7, maxzoom: int = 13, zipped: bool = True
) -> Manifest:
    """
    Write the pyramid of the layers to `folder` and return its manifest, which also lies there as JSON.

    The tiles are written beside the folder and moved in at the end; a folder already there is replaced.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        manifest = _write(layers, draft, minzoom, maxzoom, zipped)
        draft.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return manifest


def _write(layers: Sequence[TileLayer], draft: Path, minzoom: int, maxzoom: int, zipped: bool) -> Manifest:
    sizes = []
    for zoom, x, y, content in tile_pyramid(layers, minzoom=minzoom, maxzoom=maxzoom, zipped=zipped):
        column = draft / str(zoom) / str(x)
        column.mkdir(parents=True, exist_ok=True)
        (column / f"{y}.mvt").write_bytes(content)
        sizes.append(len(content))
    west, south, east, north = (
        float(edge) for edge in shapely.total_bounds([shape for layer in layers for shape in layer.polygons])
    )
    counts = {layer.name: len(layer.polygons) for layer in layers}
    largest = max(sizes, default=0)
    box = (west, south, east, north)
    manifest = Manifest(minzoom, maxzoom, box, counts, len(sizes), sum(sizes), largest, zipped)
    (draft / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    return manifest
