"""
Whether polygons cover points, borders included, without rounding errors.

Owns: the slow and certain answer. Refuses: being asked about many points at once for no reason.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridward.territory.lattice.predicates import Floats, Indices, exact_side, side

BATCH = 4096


@dataclass(frozen=True)
class Edges:
    """The border pieces (ax, ay, bx, by) of all polygons; polygon i has edge[start[i]:start[i+1]]."""

    edge: Floats
    start: Indices


def covered(edges: Edges, polygon: Indices, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Say for each pair whether the polygon contains the point or has it on its border."""
    answer = np.zeros(len(polygon), dtype=bool)
    for start in range(0, len(polygon), BATCH):
        part = slice(start, start + BATCH)
        answer[part] = _covered(edges, polygon[part], x[part], y[part])
    return answer


def _covered(edges: Edges, polygon: Indices, x: Floats, y: Floats) -> NDArray[np.bool_]:
    first, length = edges.start[polygon], edges.start[polygon + 1] - edges.start[polygon]
    asked = np.repeat(np.arange(len(polygon)), length)
    place = np.arange(len(asked)) - np.repeat(np.cumsum(length) - length, length) + first[asked]
    ax, ay, bx, by = edges.edge[place].T
    px, py = x[asked], y[asked]
    level = (np.minimum(ay, by) <= py) & (py <= np.maximum(ay, by))
    asked, ax, ay, bx, by, px, py = (column[level] for column in (asked, ax, ay, bx, by, px, py))
    turn, doubt = side(ax, ay, bx, by, px, py)
    sign = np.sign(turn).astype(np.int8)
    corner = ((ax == px) & (ay == py)) | ((bx == px) & (by == py))
    for i in np.flatnonzero((np.abs(turn) <= doubt) & ~corner):
        sign[i] = exact_side(
            float(ax[i]), float(ay[i]), float(bx[i]), float(by[i]), float(px[i]), float(py[i])
        )
    between = (np.minimum(ax, bx) <= px) & (px <= np.maximum(ax, bx))
    on_border = corner | ((sign == 0) & between)
    # Half-open in latitude: a border piece counts for its lower end only, so a corner is crossed once.
    crosses = ((ay > py) != (by > py)) & ((sign > 0) == (by > ay)) & (sign != 0)
    touched, passed = np.zeros(len(polygon), dtype=bool), np.bincount(asked[crosses], minlength=len(polygon))
    touched[asked[on_border]] = True
    return np.asarray(touched | (passed % 2 == 1), dtype=bool)
