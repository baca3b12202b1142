"""Points inside grids. Owns the draw; refuses to know what stands there."""

import numpy as np
import shapely
from numpy.typing import NDArray

from simulator.city.draw import Floats, Ints


def points_within(polygons: NDArray[np.object_] | None, grid: Ints, rng: np.random.Generator) -> Floats:
    """
    Return for each entry of `grid` a longitude and latitude inside that grid, to the sixth decimal.

    Without shapes every point is (0, 0), which says so: it is not a place in the city.
    """
    points = np.zeros((len(grid), 2))
    if polygons is None:
        return points
    shapely.prepare(polygons)
    bounds = shapely.bounds(polygons)
    missing = np.arange(len(grid))
    while len(missing):
        frame = bounds[grid[missing]]
        draw = frame[:, :2] + rng.random((len(missing), 2)) * (frame[:, 2:] - frame[:, :2])
        draw = draw.round(6)
        inside = shapely.contains_xy(polygons[grid[missing]], draw[:, 0], draw[:, 1])
        points[missing[inside]] = draw[inside]
        missing = missing[~inside]
    return points
