"""
Many shapes that should fit together: dissolve them, or say where they do not.

Owns: overlaps and gaps over one square metre. Refuses: mending them; a city mends its own map.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridward.territory.geometry.shapes import POLYGONAL, area_m2, representative_point

Shapes = Sequence[shapely.Geometry] | NDArray[np.object_]
LEAST_M2 = 1.0
#: A tenth of a millimetre in degrees: what two copies of one border may differ by after a round trip through text.
SNAP = 1e-9


@dataclass(frozen=True)
class CoverageProblem:
    """
    Where a coverage fails: `code` is overlap, gap or outside; `members` are places in the list of polygons.

    `at` is a point (longitude, latitude) in the middle of the trouble.
    """

    code: str
    members: tuple[int, ...]
    area_m2: float
    at: tuple[float, float]


def dissolve(children: Shapes) -> shapely.Geometry:
    """
    Melt children into their parent: a polygon, or several where the children do not touch.

    Children that share their corners keep every corner of the outer border. Others are melted too, at the
    price of slivers narrower than a millimetre. Raises ValueError where there are no children.
    """
    shapes = np.asarray(children, dtype=object)
    if not len(shapes):
        raise ValueError("a parent needs at least one child to be dissolved from")
    if shapely.coverage_is_valid(shapes):
        melted = shapely.coverage_union_all(shapes)
    else:
        melted = shapely.union_all(shapes, grid_size=SNAP)
    return _only_polygons(melted)


def coverage_problems(polygons: Shapes, parent: shapely.Geometry | None = None) -> list[CoverageProblem]:
    """
    List overlaps and gaps of more than a square metre, the largest first.

    Without a parent a gap is a hole that the polygons enclose; with one it is any part of the parent that
    none of them covers, and what reaches beyond the parent is `outside`.
    """
    shapes = np.asarray(polygons, dtype=object)
    if not len(shapes):
        whole = [] if parent is None else [_problem("gap", (), parent)]
        return [one for one in whole if one.area_m2 > LEAST_M2]
    found = [] if shapely.coverage_is_valid(shapes) else _overlaps(shapes)
    union = dissolve(shapes)
    if parent is None:
        holes = [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
        found += [_problem("gap", (), hole) for hole in holes]
    else:
        found += [_problem("gap", (), part) for part in _pieces(parent.difference(union))]
        beyond = enumerate(shapely.difference(shapes, parent))
        found += [_problem("outside", (number,), part) for number, rest in beyond for part in _pieces(rest)]
    real = [one for one in found if one.area_m2 > LEAST_M2]
    return sorted(real, key=lambda one: (-one.area_m2, one.code, one.members))


def _overlaps(shapes: NDArray[np.object_]) -> list[CoverageProblem]:
    suspects = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    # Against all shapes: one that lies wholly inside another makes only itself a suspect.
    first, second = shapely.STRtree(shapes).query(shapes[suspects], predicate="intersects")
    pairs = np.sort(np.stack([suspects[first], second], axis=1), axis=1)
    first, second = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0).T
    common = shapely.intersection(shapes[first], shapes[second])
    return [
        _problem("overlap", (int(a), int(b)), part)
        for a, b, shared in zip(first, second, common, strict=True)
        for part in _pieces(shared)
    ]


def _problem(code: str, members: tuple[int, ...], shape: shapely.Geometry) -> CoverageProblem:
    return CoverageProblem(code, members, area_m2(shape), representative_point(shape))


def _pieces(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Take a shape apart into its polygons; lines, points and nothing at all fall through."""
    return [part for part in shapely.get_parts(shape) if part.area > 0]


def _only_polygons(shape: shapely.Geometry) -> shapely.Geometry:
    if shapely.get_type_id(shape) in POLYGONAL:
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_type_id(parts) == POLYGONAL[0]])
