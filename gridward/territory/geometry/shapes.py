"""
Small questions to one shape: size, middle, bounds, its bytes.

Owns: square metres from degrees, well-known binary. Refuses: many shapes at once.
"""

import math

import numpy as np
import shapely
from numpy.typing import NDArray

M_PER_DEGREE = 111_195.0
POLYGONAL = (3, 6)


def area_m2(shape: shapely.Geometry) -> float:
    """Measure a shape in square metres; exact to about a thousandth for a city."""
    if shape.is_empty:
        return 0.0
    _, south, _, north = shape.bounds
    return float(shape.area) * M_PER_DEGREE**2 * math.cos(math.radians((south + north) / 2))


def bounds_of(shapes: list[shapely.Geometry] | NDArray[np.object_]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of all shapes. Raises ValueError where there is none."""
    if not len(shapes) or shapely.is_empty(shapes).all():
        raise ValueError("nothing to bound")
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
    return west, south, east, north


def representative_point(shape: shapely.Geometry) -> tuple[float, float]:
    """Return a point (longitude, latitude) that surely lies inside the shape."""
    point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)


def to_wkb(shape: shapely.Geometry) -> bytes:
    """Write a shape as well-known binary, little-endian, two dimensions."""
    return bytes(shapely.to_wkb(shape, output_dimension=2, byte_order=1))


def from_wkb(content: bytes | memoryview) -> shapely.Geometry:
    """Read what `to_wkb` wrote. Raises ValueError for anything but a polygon or several."""
    try:
        shape = shapely.from_wkb(bytes(content))
    except shapely.errors.GEOSException as error:
        raise ValueError("not a shape in well-known binary") from error
    if shapely.get_type_id(shape) not in POLYGONAL:
        raise ValueError("an area's shape must be a polygon")
    return shape
