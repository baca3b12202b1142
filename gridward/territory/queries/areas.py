"""
Owns reading the tree: one area, several, children, the path from the city, labels for positions.

All of it is answered from the copy of the tree this process holds (see `held`); counts are counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from django.db import models

from gridward.territory.models import Area, GeometryVersion, Shape
from gridward.territory.queries.held import AreaView, held_tree

__all__ = [
    "AreaLabel",
    "AreaView",
    "count_areas",
    "geometry_version",
    "get_area",
    "get_area_at",
    "get_areas",
    "get_bounds",
    "get_centres",
    "get_children",
    "get_codes",
    "get_labels",
    "get_path",
]  # fmt: skip


@dataclass(frozen=True)
class AreaLabel:
    """What a screen says about a position: the area's code, level, name, and the path of names to it."""

    code: str
    level: str
    name: str
    path: str

    @property
    def in_full(self) -> str:
        """Return the way down to the area, itself included, for a screen that shows nothing else of it."""
        return f"{self.path} · {self.name}" if self.level == "grid" else self.path


def get_area(code: str) -> AreaView | None:
    """Return the area with this code, if there is one."""
    return held_tree().by_code.get(code)


def get_areas(codes: Iterable[str]) -> dict[str, AreaView]:
    """Return the areas with these codes, by code; codes that do not exist are left out."""
    by_code = held_tree().by_code
    return {code: by_code[code] for code in codes if code in by_code}


def get_area_at(pos: int) -> AreaView | None:
    """Return the area whose own position this is."""
    return held_tree().by_pos.get(pos)


def get_children(code: str) -> list[AreaView]:
    """Return the areas right below this one, in the order of the line."""
    return list(held_tree().children.get(code, ()))


def get_path(code: str) -> tuple[AreaView, ...]:
    """Return the areas from the city down to this one, itself included; empty for an unknown code."""
    return held_tree().path(code)


def get_labels(positions: Iterable[int]) -> dict[int, AreaLabel]:
    """Return what a screen says about each position that is some area's own; a path leaves the city out."""
    tree = held_tree()
    labels: dict[int, AreaLabel] = {}
    for pos in set(positions):
        area = tree.by_pos.get(pos)
        if area is not None:
            above = tree.path(area.code)
            names = [other.name for other in above if other.level not in ("city", "grid")] or [area.name]
            labels[pos] = AreaLabel(area.code, area.level, area.name, " · ".join(names))
    return labels


def get_codes(positions: Iterable[int]) -> dict[int, str]:
    """Return the code of each position that is some area's own."""
    by_pos = held_tree().by_pos
    return {pos: by_pos[pos].code for pos in positions if pos in by_pos}


def count_areas() -> dict[str, int]:
    """Return how many areas there are of each level, from the city down."""
    rows = Area.objects.values_list("level").annotate(count=models.Count("pk"))
    found: dict[str, int] = dict(rows)
    return {level: found.get(level, 0) for level in ("city", "district", "street", "community", "grid")}


def geometry_version() -> str | None:
    """Return the name of the shapes published last: the directory of their tiles; None before the first."""
    return GeometryVersion.objects.order_by("-published_at", "-id").values_list("id", flat=True).first()


def get_bounds(code: str) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of an area's shape, None when it has none."""
    wkb = Shape.objects.filter(area__code=code).values_list("wkb", flat=True).first()
    if wkb is None:
        return None
    west, south, east, north = shapely.from_wkb(bytes(wkb)).bounds
    return (west, south, east, north)


def get_centres(positions: Iterable[int]) -> dict[int, tuple[float, float]]:
    """Return a point (longitude, latitude) inside each area that has a shape, by the area's own position."""
    rows = Shape.objects.filter(area__pos__in=set(positions))
    return {pos: (east, north) for pos, east, north in rows.values_list("area__pos", "longitude", "latitude")}
