"""
From polygons to the tiles of all zooms.

Owns: projecting, simplifying so that neighbours still meet, clipping, and what is worth showing at which
zoom.
Refuses: files.
"""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridward.territory.tiles.encode import (
    EXTENT,
    POINT,
    POLYGON,
    LayerWriter,
    encode_points,
    encode_polygons,
)

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
LABEL = "label"
#: Tile units beyond the tile's edge, so that outlines do not show where tiles meet.
BUFFER = 48
#: How far simplifying may move a border, in tile units (1/8 pixel at 512 pixels a tile).
LEEWAY = 12.0
#: For each level: shown from, with texts from, named by points from. The widest tiles hold every grid of the
#: city; with texts they would be three times as heavy.
ZOOMS = {
    "grid": (7, 12, 12),
    "community": (9, 11, 12),
    "street": (7, 7, 7),
    "district": (7, 7, 7),
    "city": (7, 7, 7),
}
MOST_LATITUDE = 85.05112878


@dataclass(frozen=True)
class TileLayer:
    """
    One level of the tree, or one backdrop such as water.

    A feature's number is its code read as a number, at every zoom (15 digits fit a browser's numbers); the
    texts `code` and `name` come with it from `detail_zoom` on. Without `codes` the features are anonymous.
    Where `label_zoom` is set the names are also points in the layer `label` from that zoom on.
    """

    name: str
    polygons: Shapes
    codes: Sequence[str] = ()
    names: Sequence[str] = ()
    minzoom: int = 0
    detail_zoom: int = 0
    label_zoom: int | None = None


def area_layer(level: str, polygons: Shapes, codes: Sequence[str], names: Sequence[str]) -> TileLayer:
    """
    Make the layer of one level of the tree, with the zooms that keep tiles of 12,000 grids small.

    Draw grids first and districts last: `tile_pyramid` keeps the order of its layers.
    """
    least, detail, label = ZOOMS[level]
    return TileLayer(level, polygons, codes, names, least, detail, label)


@dataclass(frozen=True)
class _Ready:
    """A layer on the flat map of the deepest zoom, in tile units."""

    layer: TileLayer
    shapes: Shapes
    points: Floats


def tile_pyramid(
    layers: Sequence[TileLayer], *, minzoom: int = 7, maxzoom: int = 13, zipped: bool = False
) -> Iterator[tuple[int, int, int, bytes]]:
    """
    Yield (zoom, x, y, bytes) for every tile that has something in it, layers drawn in the order given.

    Each layer should be a coverage (neighbours share their corners): it is then simplified without gaps.
    Raises ValueError where codes or names do not match the polygons in number.
    """
    ready = [_prepare(layer, maxzoom) for layer in layers]
    slim = [_by_zoom(one, minzoom, maxzoom) for one in ready]
    for zoom in range(minzoom, maxzoom + 1):
        tiles: dict[tuple[int, int], list[bytes]] = {}
        for one, shapes in zip(ready, slim, strict=True):
            if zoom >= one.layer.minzoom:
                for place, content in _polygons_at(one.layer, shapes.pop(zoom), zoom):
                    tiles.setdefault(place, []).append(content)
        for place, content in _labels_at(ready, zoom, maxzoom):
            tiles.setdefault(place, []).append(content)
        for (x, y), parts in sorted(tiles.items()):
            content = b"".join(parts)
            yield zoom, x, y, gzip.compress(content, 9, mtime=0) if zipped else content


def project(lonlat: Floats) -> Floats:
    """Turn degrees into web Mercator, the world being the unit square with its origin in the north-west."""
    x = (lonlat[:, 0] + 180.0) / 360.0
    latitude = np.radians(np.clip(lonlat[:, 1], -MOST_LATITUDE, MOST_LATITUDE))
    y = 0.5 - np.arcsinh(np.tan(latitude)) / (2 * np.pi)
    return np.stack([x, y], axis=1)


def _prepare(layer: TileLayer, maxzoom: int) -> _Ready:
    shapes = np.asarray(layer.polygons, dtype=object)
    for column in (layer.codes, layer.names):
        if column and len(column) != len(shapes):
            raise ValueError(
                f"layer {layer.name} has {len(shapes)} polygons but {len(column)} codes or names"
            )
    size = float(EXTENT << maxzoom)
    flat = shapely.transform(shapes, lambda corners: project(corners) * size)
    labelled = layer.label_zoom is not None
    points = shapely.get_coordinates(shapely.point_on_surface(flat)) if labelled else np.zeros((0, 2))
    return _Ready(layer, flat, points)


def _by_zoom(one: _Ready, minzoom: int, maxzoom: int) -> dict[int, Shapes]:
    """
    Simplify for each zoom and round to its tile units; shared corners stay shared.

    Each from the next deeper one: corners go in the order of their worth, so nothing is lost by beginning there.
    """
    found: dict[int, Shapes] = {}
    slim = one.shapes
    for zoom in range(maxzoom, max(minzoom, one.layer.minzoom) - 1, -1):
        scale = 2.0 ** (zoom - maxzoom)
        if zoom < maxzoom:
            slim = shapely.coverage_simplify(slim, LEEWAY / scale)
        found[zoom] = _rounded(slim, scale)
    return found


def _rounded(shapes: Shapes, scale: float) -> Shapes:
    return np.asarray(shapely.transform(shapes, lambda corners: np.round(corners * scale)), dtype=object)


def _polygons_at(layer: TileLayer, shapes: Shapes, zoom: int) -> Iterator[tuple[tuple[int, int], bytes]]:
    box = shapely.bounds(shapes)
    low = np.floor((box[:, :2] - BUFFER) / EXTENT).astype(np.int64)
    high = np.floor((box[:, 2:] + BUFFER) / EXTENT).astype(np.int64)
    members: dict[tuple[int, int], list[int]] = {}
    for number, (west, north, east, south) in enumerate(np.concatenate([low, high], axis=1).tolist()):
        for x in range(west, east + 1):
            for y in range(north, south + 1):
                members.setdefault((x, y), []).append(number)
    for place, numbers in sorted(members.items()):
        content = _write_tile_layer(layer, shapes, box, np.array(numbers), place, zoom)
        if content:
            yield place, content


def _write_tile_layer(
    layer: TileLayer,
    shapes: Shapes,
    box: Floats,
    numbers: NDArray[np.int64],
    place: tuple[int, int],
    zoom: int,
) -> bytes:
    """Clip and encode those of a layer's features that may touch one tile."""
    west, north = (place[0] * EXTENT, place[1] * EXTENT)
    frame = (west - BUFFER, north - BUFFER, west + EXTENT + BUFFER, north + EXTENT + BUFFER)
    mine, bounds = shapes[numbers], box[numbers]
    sticks_out = (bounds[:, :2] < frame[:2]).any(axis=1) | (bounds[:, 2:] > frame[2:]).any(axis=1)
    mine[sticks_out] = shapely.clip_by_rect(mine[sticks_out], *frame)
    moved = shapely.transform(mine, lambda corners: corners - (west, north))
    writer = LayerWriter(layer.name)
    for number, geometry in zip(numbers.tolist(), encode_polygons(moved), strict=True):
        if geometry:
            code = layer.codes[number] if layer.codes else None
            properties = {}
            if code and zoom >= layer.detail_zoom:
                properties["code"] = code
            if layer.names and zoom >= layer.detail_zoom:
                properties["name"] = layer.names[number]
            writer.add(POLYGON, geometry, properties, int(code) if code else None)
    return writer.done()


def _labels_at(ready: Sequence[_Ready], zoom: int, maxzoom: int) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Place each name in the one tile that holds its point, wider areas first."""
    writers: dict[tuple[int, int], LayerWriter] = {}
    for one in ready:
        layer = one.layer
        if layer.label_zoom is None or zoom < layer.label_zoom or not layer.names:
            continue
        at = np.floor(one.points * 2.0 ** (zoom - maxzoom)).astype(np.int64)
        tile = at // EXTENT
        encoded = encode_points(at - tile * EXTENT)
        for number, (x, y) in enumerate(tile.tolist()):
            properties = {"level": layer.name, "name": layer.names[number]}
            code = layer.codes[number] if layer.codes else None
            writer = writers.setdefault((x, y), LayerWriter(LABEL))
            writer.add(POINT, encoded[number], properties, int(code) if code else None)
    for place, writer in writers.items():
        yield place, writer.done()
