"""
From points to polygons that share every corner: Voronoi cells on a lattice of millionths of a degree.

Owns: corners, edges, who is whose neighbour, and the wiggle of the edges. An edge is bent once, for both its
sides, inside the two triangles it spans with its sites; so neither gaps nor overlaps can arise.
Refuses: which community a cell belongs to.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from simulator.cells.landscape import KM_PER_LAT, KM_PER_LON, Floats, to_degrees, to_km

Ints = NDArray[np.intp]
MICRO = 1_000_000
SHORT_KM = 0.022
BEND = 0.13


@dataclass(frozen=True)
class Topology:
    """
    Cells as rings of corners.

    `corners` are in kilometres; cell `i` owns `ring[start[i]:start[i+1]]`. Half-edge `h` runs from ring[h] to
    the next corner of its ring; `edge[h]` is its undirected edge, `forward[h]` its sense. `sides` names the
    two cells of an edge (-1 none).
    """

    corners: Floats
    ring: Ints
    start: Ints
    edge: Ints
    forward: NDArray[np.bool_]
    ends: Ints
    sides: Ints

    def neighbours(self, count: int) -> tuple[Ints, Ints, Floats]:
        """
        List neighbouring pairs among the first `count` cells (each pair once) and the length they share.
        """
        inner = (self.sides >= 0).all(axis=1) & (self.sides < count).all(axis=1)
        a, b = self.sides[inner].min(axis=1), self.sides[inner].max(axis=1)
        span = self.corners[self.ends[inner, 0]] - self.corners[self.ends[inner, 1]]
        return a, b, np.hypot(span[:, 0], span[:, 1])


def _merge_near(corners: Floats, a: Ints, b: Ints) -> Ints:
    """Give the corners joined by very short edges one common number."""
    target = np.arange(len(corners))
    span = corners[a] - corners[b]
    for i in np.flatnonzero(np.hypot(span[:, 0], span[:, 1]) < SHORT_KM):
        first, second = target[a[i]], target[b[i]]
        if first != second and target[first] == first and target[second] == second:
            target[max(first, second)] = min(first, second)
    return np.asarray(target[target], dtype=np.intp)


def _rings(points: Floats) -> tuple[Floats, Ints, Ints]:
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), ordered=True))
    xy, cell = shapely.get_coordinates(shapely.normalize(cells), return_index=True)
    closing = np.flatnonzero(np.append(cell[1:] != cell[:-1], True))
    keep = np.ones(len(cell), dtype=bool)
    keep[closing] = False
    micro = np.round(to_degrees(xy[keep]) * MICRO).astype(np.int64)
    unique, ring = np.unique(micro, axis=0, return_inverse=True)
    return to_km(unique / MICRO), ring.reshape(-1).astype(np.intp), cell[keep].astype(np.intp)


def _next_in_ring(cell: Ints) -> Ints:
    following = np.arange(1, len(cell) + 1)
    last = np.flatnonzero(np.append(cell[1:] != cell[:-1], True))
    first = np.append(0, last[:-1] + 1)
    following[last] = first
    return following


def make_topology(points: Floats) -> Topology:
    """Compute the Voronoi cells of the points, one ring of shared corners for each."""
    corners, ring, cell = _rings(points)
    following = _next_in_ring(cell)
    ring = _merge_near(corners, ring, ring[following])[ring]
    keep = ring != ring[following]
    ring, cell = ring[keep], cell[keep]
    following = _next_in_ring(cell)
    tail, head = ring, ring[following]
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    ends, edge = np.unique(np.stack([low, high], axis=1), axis=0, return_inverse=True)
    edge = edge.reshape(-1)
    forward = tail < head
    sides = np.full((len(ends), 2), -1, dtype=np.intp)
    sides[edge[forward], 0] = cell[forward]
    sides[edge[~forward], 1] = cell[~forward]
    start = np.searchsorted(cell, np.arange(len(points) + 1))
    return Topology(corners, ring, start, edge, forward, ends.astype(np.intp), sides)


def _room(at: Floats, height: Floats, foot: Floats) -> Floats:
    """
    How far a point at `at` (0..1 along an edge) may move towards an apex over `foot` and stay in its
    triangle.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rising = np.where(foot > 0, at / foot, np.inf)
        falling = np.where(foot < 1, (1 - at) / (1 - foot), np.inf)
    return np.asarray(height * np.minimum(np.minimum(rising, falling), 1.0), dtype=np.float64)


def bend_edges(
    shape: Topology, points: Floats, straight: NDArray[np.bool_], rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """
    Draw each edge as a line of corners in millionths of a degree, from its lower-numbered end to the other.

    Long edges get more bends. Edges marked `straight` keep none.
    """
    p, q = shape.corners[shape.ends[:, 0]], shape.corners[shape.ends[:, 1]]
    along = q - p
    length = np.hypot(along[:, 0], along[:, 1])
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / length[:, None]
    noise = rng.normal(0.0, 1.0, (len(length), 7))
    spread = np.empty((len(length), 7))
    spread[:, 3] = noise[:, 3]
    spread[:, 1] = 0.5 * spread[:, 3] + 0.6 * noise[:, 1]
    spread[:, 5] = 0.5 * spread[:, 3] + 0.6 * noise[:, 5]
    for inner, (near, far) in {0: (None, 1), 2: (1, 3), 4: (3, 5), 6: (5, None)}.items():
        ends = [spread[:, side] if side is not None else 0.0 for side in (near, far)]
        spread[:, inner] = (ends[0] + ends[1]) / 2 + 0.3 * noise[:, inner]
    steps = np.arange(1, 8) / 8
    wish = spread * (BEND * length[:, None])
    for side, sign in ((0, 1.0), (1, -1.0)):
        apex = points[np.maximum(shape.sides[:, side], 0)] - p
        foot = (apex * along).sum(axis=1) / length**2
        height = np.abs((apex * across).sum(axis=1)) * (shape.sides[:, side] >= 0)
        limit = 0.5 * _room(steps[None, :], height[:, None], foot[:, None])
        wish = np.where(wish * sign > 0, np.clip(wish, -limit, limit), wish)
    bent = p[:, None, :] + steps[None, :, None] * along[:, None, :] + wish[:, :, None] * across[:, None, :]
    micro = np.round(to_degrees(bent.reshape(-1, 2)) * MICRO).astype(np.int64).reshape(-1, 7, 2)
    tips = np.round(to_degrees(shape.corners) * MICRO).astype(np.int64)
    picks = {0: [], 1: [3], 2: [1, 3, 5], 3: list(range(7))}
    detail = np.where(straight | (length < 0.09), 0, np.where(length < 0.3, 1, np.where(length < 1.1, 2, 3)))
    lines = []
    for number, (a, b) in enumerate(shape.ends):
        middle = micro[number, picks[int(detail[number])]]
        lines.append(np.concatenate([tips[a : a + 1], middle, tips[b : b + 1]]))
    return lines


def draw_cells(shape: Topology, lines: list[NDArray[np.int64]], count: int) -> NDArray[np.object_]:
    """Join the lines around the first `count` cells into polygons in degrees."""
    rings = []
    for number in range(count):
        parts = []
        for half in range(shape.start[number], shape.start[number + 1]):
            line = lines[shape.edge[half]]
            parts.append(line[:-1] if shape.forward[half] else line[:0:-1])
        parts.append(parts[0][:1])
        rings.append(np.concatenate(parts))
    owner = np.repeat(np.arange(count), [len(ring) for ring in rings])
    return np.asarray(shapely.polygons(shapely.linearrings(np.concatenate(rings) / MICRO, indices=owner)))


def cell_areas_km2(polygons: NDArray[np.object_]) -> Floats:
    """Measure cells in square kilometres on the flat map."""
    return np.asarray(shapely.area(polygons) * KM_PER_LON * KM_PER_LAT, dtype=np.float64)
