"""
The hand-drawn lie of the land: a rough outline, eleven rough districts, a river, islands and lakes.

Owns: the synthetic skeleton and the flat map (kilometres around one origin) everything is drawn on.
Refuses: real boundaries. The corners below were put down by hand from general knowledge to give plausible
sizes and neighbours; they are no survey and must never be shown as one.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ORIGIN = (118.80, 32.00)
KM_PER_LON = 111.32 * float(np.cos(np.radians(ORIGIN[1])))
KM_PER_LAT = 110.95
CENTRE = (118.780, 32.042)

Corners = tuple[tuple[float, float], ...]

OUTLINE: Corners = (
    (118.57, 32.46), (118.61, 32.56), (118.69, 32.595), (118.75, 32.57), (118.80, 32.61), (118.86, 32.575),
    (118.92, 32.56), (119.00, 32.51), (119.05, 32.46), (119.07, 32.40), (119.03, 32.35), (119.06, 32.28),
    (119.11, 32.24), (119.17, 32.245), (119.235, 32.225), (119.215, 32.17), (119.13, 32.15), (119.085, 32.11),
    (119.10, 32.06), (119.09, 31.99), (119.045, 31.95), (119.02, 31.88), (119.07, 31.83), (119.12, 31.79),
    (119.17, 31.785), (119.20, 31.72), (119.235, 31.66), (119.20, 31.60), (119.215, 31.53), (119.17, 31.49),
    (119.165, 31.44), (119.21, 31.41), (119.22, 31.34), (119.18, 31.285), (119.10, 31.245), (119.00, 31.25),
    (118.92, 31.235), (118.86, 31.25), (118.77, 31.29), (118.71, 31.32), (118.74, 31.37), (118.80, 31.41),
    (118.87, 31.445), (118.875, 31.51), (118.84, 31.57), (118.80, 31.61), (118.73, 31.645), (118.66, 31.645),
    (118.63, 31.69), (118.65, 31.75), (118.57, 31.745), (118.49, 31.775), (118.475, 31.83), (118.44, 31.89),
    (118.385, 31.93), (118.365, 32.02), (118.40, 32.08), (118.46, 32.10), (118.52, 32.15), (118.57, 32.19),
    (118.62, 32.21), (118.66, 32.25), (118.68, 32.30), (118.63, 32.34), (118.59, 32.38),
)  # fmt: skip

# Upstream to downstream, with a run-out beyond the outline at both ends.
RIVER: Corners = (
    (118.40, 31.70), (118.46, 31.775), (118.505, 31.835), (118.555, 31.885), (118.605, 31.925),
    (118.645, 31.965),
    (118.675, 32.01), (118.700, 32.055), (118.722, 32.092), (118.750, 32.128), (118.775, 32.163),
    (118.795, 32.200),
    (118.835, 32.222), (118.880, 32.212), (118.915, 32.180), (118.965, 32.168), (119.02, 32.185),
    (119.07, 32.218),
    (119.13, 32.222), (119.18, 32.236), (119.26, 32.25), (119.36, 32.25),
)  # fmt: skip

# The arms that make two islands: the second bank of each.
RIVER_ARMS: tuple[Corners, ...] = (
    ((118.755, 32.130), (118.785, 32.145), (118.825, 32.152), (118.870, 32.158), (118.918, 32.178)),
    ((118.655, 31.978), (118.690, 32.000), (118.712, 32.030), (118.724, 32.062), (118.728, 32.094)),
)

# Small districts first: the first that contains a point has it. Left bank and right bank never mix.
LEFT_BANK: dict[str, Corners] = {
    "320111": ((118.30, 31.80), (118.30, 32.30), (118.66, 32.30), (118.668, 32.25), (118.715, 32.238),
               (118.745, 32.205), (118.80, 32.17), (118.80, 31.80)),
    "320116": ((118.50, 32.70), (119.20, 32.70), (119.20, 32.10), (118.80, 32.17), (118.745, 32.205),
               (118.715, 32.238), (118.668, 32.25), (118.50, 32.30)),
}  # fmt: skip
RIGHT_BANK: dict[str, Corners] = {
    "320106": ((118.690, 32.045), (118.740, 32.047), (118.783, 32.044), (118.785, 32.066), (118.800, 32.100),
               (118.775, 32.118), (118.758, 32.137), (118.70, 32.12)),
    "320102": ((118.783, 32.044), (118.785, 32.066), (118.800, 32.100), (118.845, 32.100), (118.885, 32.083),
               (118.898, 32.045), (118.850, 32.030), (118.803, 32.037)),
    "320104": ((118.748, 32.047), (118.783, 32.044), (118.803, 32.037), (118.850, 32.030), (118.868, 32.000),
               (118.832, 31.983), (118.795, 31.993), (118.765, 32.008), (118.753, 32.025)),
    "320105": ((118.68, 32.045), (118.740, 32.047), (118.748, 32.047), (118.753, 32.025), (118.765, 32.008),
               (118.745, 31.983), (118.715, 31.960), (118.670, 31.925), (118.62, 31.93), (118.60, 31.99)),
    "320114": ((118.765, 32.008), (118.795, 31.993), (118.832, 31.983), (118.812, 31.953), (118.772, 31.943),
               (118.735, 31.928), (118.705, 31.885), (118.640, 31.858), (118.58, 31.87), (118.54, 31.89),
               (118.62, 31.96), (118.670, 31.925), (118.715, 31.960), (118.745, 31.983)),
    "320113": ((118.70, 32.13), (118.758, 32.137), (118.775, 32.118), (118.800, 32.100), (118.845, 32.100),
               (118.885, 32.083), (118.898, 32.045), (118.955, 32.047), (118.985, 32.085), (119.04, 32.105),
               (119.085, 32.110), (119.30, 32.12), (119.30, 32.30), (118.70, 32.30)),
    "320118": ((118.60, 31.445), (118.87, 31.445), (118.94, 31.425), (119.01, 31.415), (119.08, 31.44),
               (119.165, 31.44), (119.40, 31.44), (119.40, 31.10), (118.60, 31.10)),
    "320117": ((118.70, 31.445), (118.87, 31.445), (118.94, 31.425), (119.01, 31.415), (119.08, 31.44),
               (119.40, 31.44), (119.40, 31.85), (119.06, 31.835), (118.99, 31.775), (118.925, 31.735),
               (118.875, 31.675), (118.80, 31.61), (118.70, 31.60)),
    "320115": ((118.40, 31.60), (118.80, 31.60), (118.875, 31.675), (118.925, 31.735), (118.99, 31.775),
               (119.06, 31.835), (119.40, 31.85), (119.40, 32.11), (118.90, 32.06), (118.70, 32.00),
               (118.40, 31.90)),
}  # fmt: skip

# Lakes: middle and half axes in kilometres.
LAKES: tuple[tuple[float, float, float, float], ...] = (
    (118.797, 32.074, 0.95, 1.25), (118.875, 31.468, 4.6, 5.6), (118.925, 31.292, 4.4, 2.2),
    (118.988, 32.452, 1.4, 2.6),
    (119.085, 31.590, 0.8, 2.0),
)  # fmt: skip


def to_km(lonlat: Floats) -> Floats:
    """Flatten degrees to kilometres east and north of the origin."""
    return np.asarray((lonlat - np.array(ORIGIN)) * np.array([KM_PER_LON, KM_PER_LAT]), dtype=np.float64)


def to_degrees(km: Floats) -> Floats:
    """Turn kilometres back into longitude and latitude."""
    return np.asarray(km / np.array([KM_PER_LON, KM_PER_LAT]) + np.array(ORIGIN), dtype=np.float64)


def smooth_line(corners: Corners, rounds: int = 3) -> Floats:
    """Round the corners of a drawn line (Chaikin) and flatten it to kilometres."""
    line = to_km(np.array(corners))
    for _ in range(rounds):
        near, far = 0.75 * line[:-1] + 0.25 * line[1:], 0.25 * line[:-1] + 0.75 * line[1:]
        line = np.concatenate([line[:1], np.stack([near, far], axis=1).reshape(-1, 2), line[-1:]])
    return line


def meander(points: Floats, reach: Floats | float, scale: float) -> Floats:
    """Shift points by a smooth wave field, so that drawn straight lines come out as country lanes do."""
    x, y = points[:, 0] / scale, points[:, 1] / scale
    dx = (
        np.sin(0.9 * x + 1.7 * y + 0.3)
        + 0.6 * np.sin(2.3 * y - 1.1 * x + 2.1)
        + 0.4 * np.sin(4.1 * x + 3.3 * y)
    )
    dy = (
        np.sin(1.3 * x - 0.8 * y + 1.9)
        + 0.6 * np.sin(2.1 * x + 1.6 * y + 0.7)
        + 0.4 * np.sin(3.7 * x - 4.3 * y)
    )
    return np.asarray(points + np.stack([dx, dy], axis=1) * np.reshape(reach, (-1, 1)), dtype=np.float64)


def _polygon(corners: Corners) -> shapely.Polygon:
    return shapely.Polygon(to_km(np.array(corners)))


@dataclass(frozen=True)
class Landscape:
    """The skeleton, flattened to kilometres and ready to be asked."""

    outline: shapely.Polygon
    river: shapely.LineString
    left: shapely.Polygon
    codes: tuple[str, ...]
    shapes: tuple[shapely.Polygon, ...]
    centre: Floats

    def district_of(self, points: Floats) -> NDArray[np.intp]:
        """Say which district (its place in `codes`) each point lies in; -1 outside the city."""
        nearby = shapely.points(points)
        to_river = np.full(len(points), 9.0)
        close = shapely.dwithin(self.river, nearby, 3.8)
        to_river[close] = shapely.distance(self.river, nearby[close])
        to_centre = np.hypot(*(points - self.centre).T)
        reach = np.clip(to_centre / 30, 0.08, 0.75) * np.clip((to_river - 0.8) / 3, 0, 1)
        bent = meander(points, reach, 6.0)
        x, y = bent[:, 0], bent[:, 1]
        on_left = shapely.contains_xy(self.left, points[:, 0], points[:, 1])
        owner = np.full(len(points), -1, dtype=np.intp)
        inside = shapely.contains_xy(self.outline, x, y)
        for bank, table in ((on_left & inside, LEFT_BANK), (~on_left & inside, RIGHT_BANK)):
            self._claim(owner, bank, list(table), bent)
        return owner

    def _claim(
        self, owner: NDArray[np.intp], bank: NDArray[np.bool_], codes: list[str], bent: Floats
    ) -> None:
        """Give one bank's points to the first district that contains them, else to the nearest."""
        numbers = [self.codes.index(code) for code in codes]
        for number in numbers:
            free = np.flatnonzero(bank & (owner < 0))
            owner[free[shapely.contains_xy(self.shapes[number], bent[free, 0], bent[free, 1])]] = number
        free = np.flatnonzero(bank & (owner < 0))
        away = [shapely.distance(self.shapes[number], shapely.points(bent[free])) for number in numbers]
        owner[free] = np.array(numbers)[np.argmin(np.array(away).reshape(len(numbers), -1), axis=0)]


def make_landscape() -> Landscape:
    """Build the skeleton from the drawn corners."""
    river = smooth_line(RIVER)
    river_line = shapely.LineString(river)
    shapely.prepare(river_line)
    beyond = to_km(np.array([(119.8, 32.25), (119.8, 33.2), (117.8, 33.2), (117.8, 31.7)]))
    table = {**LEFT_BANK, **RIGHT_BANK}
    shapes = tuple(_polygon(corners) for corners in table.values())
    for shape in shapes:
        shapely.prepare(shape)
    outline, left = _polygon(OUTLINE), shapely.Polygon(np.concatenate([river, beyond]))
    shapely.prepare(outline)
    shapely.prepare(left)
    centre = to_km(np.array([CENTRE]))[0]
    return Landscape(outline, river_line, left, tuple(table), shapes, centre)


def make_water(city: shapely.Geometry) -> shapely.MultiPolygon:
    """
    Draw the synthetic river with its arms, and the lakes, within the city's shape, in degrees.

    Water lies over the grids, not between them: a grid on the bank reaches to the middle of the river.
    """
    river = smooth_line(RIVER)
    steps = np.linspace(0, 1, len(river))
    widths = 0.62 + 0.16 * np.sin(steps * 23) + 0.12 * np.sin(steps * 41 + 1)
    parts = [
        shapely.LineString(river[i : i + 2]).buffer(float(widths[i]), quad_segs=6)
        for i in range(len(river) - 1)
    ]
    parts += [
        shapely.LineString(smooth_line(arm)).buffer(width)
        for arm, width in zip(RIVER_ARMS, (0.42, 0.17), strict=True)
    ]
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    for lon, lat, east, north in LAKES:
        shore = 1 + 0.16 * np.sin(3 * turn + lon * 90) + 0.08 * np.sin(7 * turn + lat * 50)
        ring = to_km(np.array([(lon, lat)])) + np.stack(
            [east * shore * np.cos(turn), north * shore * np.sin(turn)], 1
        )
        parts.append(shapely.Polygon(ring))
    inside = shapely.union_all(parts).buffer(0.12).buffer(-0.12).simplify(0.03)
    degrees = shapely.transform(inside, to_degrees).intersection(city)
    return shapely.MultiPolygon([part for part in shapely.get_parts(degrees) if part.geom_type == "Polygon"])
