"""A small synthetic city for looking at the map: wiggly cells in a tree of areas, and their vector tiles."""

import math
import random
from dataclasses import dataclass
from functools import cache

import mapbox_vector_tile
import numpy as np
from shapely import MultiPoint, Point, Polygon, unary_union, voronoi_polygons
from shapely.affinity import affine_transform
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry
from shapely.strtree import STRtree

BOUNDS = (118.35, 31.25, 119.2, 32.6)
DISTRICTS = {
    "320116": "六合区",
    "320111": "浦口区",
    "320113": "栖霞区",
    "320106": "鼓楼区",
    "320102": "玄武区",
    "320105": "建邺区",
    "320104": "秦淮区",
    "320114": "雨花台区",
    "320115": "江宁区",
    "320117": "溧水区",
    "320118": "高淳区",
}
CENTRES = [
    (118.85, 32.40),
    (118.55, 32.08),
    (118.95, 32.15),
    (118.76, 32.08),
    (118.83, 32.07),
    (118.70, 32.02),
    (118.80, 32.01),
    (118.74, 31.95),
    (118.88, 31.88),
    (119.02, 31.63),
    (118.90, 31.36),
]


@dataclass(frozen=True)
class Area:
    code: str
    name: str
    level: str
    shape: BaseGeometry


@cache
def areas(cells: int = 1600) -> tuple[Area, ...]:
    """Return districts, streets and grids; the same every time."""
    dice = random.Random(20200214)
    land = _land(dice)
    points = []
    while len(points) < cells:
        lon, lat = CENTRES[dice.randrange(len(CENTRES))]
        point = Point(dice.gauss(lon, 0.10), dice.gauss(lat, 0.09))
        if land.contains(point):
            points.append(point)
    shapes = [cell.intersection(land) for cell in voronoi_polygons(MultiPoint(points), extend_to=land).geoms]
    nearest = STRtree([Point(centre) for centre in CENTRES])
    by_district: dict[int, list[BaseGeometry]] = {}
    for shape in shapes:
        by_district.setdefault(int(nearest.nearest(shape.centroid)), []).append(shape)
    found = []
    for at, (code, name) in enumerate(DISTRICTS.items()):
        found += _district(code, name, by_district.get(at, []))
    return tuple(found)


def _land(dice: random.Random) -> Polygon:
    edge = []
    for step in range(180):
        turn = step / 180 * 2 * math.pi
        wave = 1 + 0.10 * math.sin(3 * turn) + 0.05 * math.sin(7 * turn + 1) + dice.uniform(-0.01, 0.01)
        edge.append((118.80 + 0.36 * wave * math.cos(turn), 31.93 + 0.60 * wave * math.sin(turn)))
    return Polygon(edge)


def _district(code: str, name: str, cells: list[BaseGeometry]) -> list[Area]:
    found = [Area(code, name, "district", unary_union(cells))]
    ordered = sorted(cells, key=lambda cell: (round(cell.centroid.y, 1), cell.centroid.x))
    streets = np.array_split(np.arange(len(ordered)), max(1, len(ordered) // 20))
    for number, members in enumerate(streets, 1):
        street = f"{code}{number:03}"
        inside = [ordered[int(at)] for at in members]
        found.append(Area(street, f"{name[:-1]}街道{number}", "street", unary_union(inside)))
        for at, cell in enumerate(inside, 1):
            found.append(Area(f"{street}001{at:03}", f"网格{at:03}", "grid", cell))
    return found


def tile(z: int, x: int, y: int) -> bytes:
    """Return one tile with the layers the console's map expects."""
    west, north = _corner(z, x, y)
    east, south = _corner(z, x + 1, y + 1)
    frame = box(west, south, east, north)
    room = (east - west) / 32  # neighbours overlap, or their edges would be drawn as outlines
    seen = frame.buffer(room, join_style="mitre")
    scale = (4096 / (east - west), 0, 0, 4096 / (north - south))
    shift = (-west * scale[0], -south * scale[3])
    layers: dict[str, list[dict[str, object]]] = {}
    for area in areas():
        piece = area.shape.intersection(seen)
        if piece.is_empty:
            continue
        drawn = affine_transform(piece, [*scale, *shift])
        # As in the real pyramid: where a tile shows a whole city, its grids carry nothing but their number.
        plain = area.level == "grid" and z < 10
        texts = {} if plain else {"code": area.code, "name": area.name}
        row = {"geometry": drawn, "id": int(area.code), "properties": texts}
        layers.setdefault(area.level, []).append(row)
        middle = area.shape.representative_point()
        if area.level != "grid" and frame.contains(middle):
            spot = affine_transform(middle, [*scale, *shift])
            words = {"name": area.name, "level": area.level}
            layers.setdefault("label", []).append({"geometry": spot, "properties": words})
    content = [{"name": name, "features": rows} for name, rows in layers.items()]
    return bytes(mapbox_vector_tile.encode(content, default_options={"extents": 4096}))


def _corner(z: int, x: int, y: int) -> tuple[float, float]:
    side = 2**z
    return x / side * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / side))))


def status(measured_at: str, seed: int = 7) -> dict[str, object]:
    """Return the status of every grid and district in the form the map asks for."""
    dice = random.Random(seed)
    figures: dict[str, list[int]] = {}
    for area in areas():
        if area.level == "grid":
            due = dice.randrange(4, 60)
            left = min(due, int(dice.expovariate(0.4)))
            late = max(0, left - 5) if dice.random() < 0.5 else 0
            figures[area.code] = [left, late, due - left, due]
    for code in DISTRICTS:
        below = [row for grid, row in figures.items() if grid.startswith(code) and len(grid) == 15]
        figures[code] = [sum(row[at] for row in below) for at in range(4)]
    return {"as_of": measured_at, "measure": {}, "areas": figures}
