"""
Writing one tile in the Mapbox vector tile format, version 2.

Owns: bytes. Refuses: choosing, simplifying and clipping.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

EXTENT = 4096
POINT, POLYGON = 1, 3
_MOVE_ONE, _CLOSE = 1 << 3 | 1, 1 << 3 | 7


_SHORT = tuple(bytes((n,)) if n < 0x80 else bytes((n & 0x7F | 0x80, n >> 7)) for n in range(1 << 14))


def varint(value: int) -> bytes:
    """Write a whole number of at most 64 bits, seven bits a byte."""
    if value < 1 << 14:
        return _SHORT[value]
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _varints(values: NDArray[np.int64]) -> tuple[bytes, NDArray[np.int64]]:
    """Write many numbers below 2**35 and say where each one ends."""
    length = np.ones(len(values), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        length += values >= 1 << bits
    ends = np.cumsum(length)
    out = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for place in range(5):
        has = length > place
        byte = values[has] >> (7 * place) & 0x7F
        out[ends[has] - length[has] + place] = byte | np.where(length[has] > place + 1, 0x80, 0)
    return out.tobytes(), ends


def _block(tag: int, content: bytes) -> bytes:
    return varint(tag << 3 | 2) + varint(len(content)) + content


@dataclass
class LayerWriter:
    """Collects the features of one layer of one tile."""

    name: str
    _features: list[bytes] = field(default_factory=list)
    _keys: dict[str, int] = field(default_factory=dict)
    _values: dict[str, int] = field(default_factory=dict)

    def add(self, kind: int, geometry: bytes, properties: dict[str, str], number: int | None) -> None:
        """Take one feature: encoded geometry, text properties and a number a browser can address it by."""
        tags = bytearray()
        for key, value in properties.items():
            tags += varint(self._keys.setdefault(key, len(self._keys)))
            tags += varint(self._values.setdefault(value, len(self._values)))
        head = b"" if number is None else b"\x08" + varint(number)
        labels = _block(2, bytes(tags)) if tags else b""
        self._features.append(_block(2, head + labels + bytes((0x18, kind)) + _block(4, geometry)))

    def done(self) -> bytes:
        """Return the layer's bytes, or nothing where it has no feature."""
        if not self._features:
            return b""
        keys = [_block(3, key.encode()) for key in self._keys]
        values = [_block(4, _block(1, value.encode())) for value in self._values]
        head = b"\x78\x02" + _block(1, self.name.encode())
        return _block(3, b"".join([head, *self._features, *keys, *values, b"\x28" + varint(EXTENT)]))


def encode_points(corners: NDArray[np.int64]) -> list[bytes]:
    """Encode one point each."""
    return [bytes((_MOVE_ONE,)) + varint(_fold(int(x))) + varint(_fold(int(y))) for x, y in corners]


def _fold(value: int) -> int:
    return value << 1 if value >= 0 else -value * 2 - 1


def encode_polygons(polygons: Sequence[object] | NDArray[np.object_]) -> list[bytes]:
    """
    Encode polygons whose corners are whole numbers in tile units, y downwards; a part without area is left
    out.

    A polygon that vanishes altogether comes back as no bytes.
    """
    shapes = np.asarray(polygons, dtype=object)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    flat = shapely.get_type_id(parts) == POLYGON
    parts, owner = shapely.orient_polygons(parts[flat], exterior_cw=False), owner[flat]
    rings, part = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    corners = np.round(corners).astype(np.int64)
    corners, ring = _slim(corners, ring, len(rings))
    sound = _has_area(corners, ring, len(rings))
    outer = np.concatenate([[True], part[1:] != part[:-1]]) if len(part) else np.zeros(0, dtype=bool)
    sound &= sound[np.flatnonzero(outer)][part] if len(part) else sound
    keep = sound[ring]
    return _commands(corners[keep], ring[keep], owner[part], len(shapes))


def _slim(
    corners: NDArray[np.int64], ring: NDArray[np.int64], rings: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Drop the closing corner of each ring and corners that repeat the one before."""
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.zeros(0, dtype=bool)
    again = np.zeros(len(ring), dtype=bool)
    again[1:] = (ring[1:] == ring[:-1]) & (corners[1:] == corners[:-1]).all(axis=1)
    keep = ~(last | again)
    # A ring whose last corner but one already equals the first has one corner too many.
    corners, ring = corners[keep], ring[keep]
    first = np.searchsorted(ring, np.arange(rings))
    stop = np.searchsorted(ring, np.arange(rings), side="right") - 1
    some = stop > first
    closing = stop[some][(corners[stop[some]] == corners[first[some]]).all(axis=1)]
    return np.delete(corners, closing, axis=0), np.delete(ring, closing)


def _has_area(corners: NDArray[np.int64], ring: NDArray[np.int64], rings: int) -> NDArray[np.bool_]:
    following = np.arange(1, len(ring) + 1)
    edges = (
        np.flatnonzero(np.append(ring[1:] != ring[:-1], True)) if len(ring) else np.zeros(0, dtype=np.int64)
    )
    following[edges] = np.append(0, edges[:-1] + 1) if len(edges) else edges
    turn = corners[:, 0] * corners[following, 1] - corners[following, 0] * corners[:, 1]
    area = np.zeros(rings, dtype=np.int64)
    np.add.at(area, ring, turn)
    return np.asarray(area != 0, dtype=bool)


def _commands(
    corners: NDArray[np.int64], ring: NDArray[np.int64], owner_of_ring: NDArray[np.int64], count: int
) -> list[bytes]:
    """Lay commands and folded steps of all rings in one row, encode it at once, and cut it by polygon."""
    if not len(ring):
        return [b""] * count
    starts = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    sizes = np.diff(np.append(starts, len(ring)))
    owner = owner_of_ring[ring]
    before = np.zeros_like(corners)
    before[1:] = corners[:-1]
    before[np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))] = 0
    steps = corners - before
    folded = np.where(steps >= 0, steps << 1, (-steps << 1) - 1)
    # Each ring becomes: move, its first corner, line, the other corners, close.
    at = np.arange(len(ring)) * 2 + 3 * (np.cumsum(np.append(True, ring[1:] != ring[:-1])) - 1) + 1
    is_first = np.zeros(len(ring), dtype=bool)
    is_first[starts] = True
    at += ~is_first
    row = np.empty(2 * len(ring) + 3 * len(starts), dtype=np.int64)
    row[at], row[at + 1] = folded[:, 0], folded[:, 1]
    row[at[starts] - 1] = _MOVE_ONE
    row[at[starts] + 2] = (sizes - 1) << 3 | 2
    row[np.append(at[starts][1:] - 2, len(row) - 1)] = _CLOSE
    content, ends = _varints(row)
    ring_end = np.append(at[starts][1:] - 1, len(row))
    stop = np.zeros(count, dtype=np.int64)
    np.maximum.at(stop, owner[starts], ends[ring_end - 1])
    stop = np.maximum.accumulate(stop)
    return [content[a:b] for a, b in zip([0, *stop[:-1].tolist()], stop.tolist(), strict=True)]
