"""
Reading GeoJSON that somebody else made.

Owns: limits of size, depth and number, and a code with the feature's number for everything that is wrong.
Nothing half-sound gets through: a feature is either returned or reported. Refuses: mending shapes, knowing
areas.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import shapely

#: Everything that can be wrong with a file of shapes, in words for whoever writes the messages.
PROBLEM_CODES = {
    "file_too_large": "the file has more bytes than allowed",
    "file_too_deep": "brackets are nested too deeply",
    "not_json": "the file is not JSON in UTF-8",
    "not_a_collection": "the file is not a GeoJSON FeatureCollection",
    "too_many_features": "the collection has more features than allowed",
    "foreign_coordinates": "the file names a coordinate system other than WGS 84",
    "not_a_feature": "the entry is not a GeoJSON feature with properties",
    "no_geometry": "the feature has no shape",
    "not_a_polygon": "the shape is neither Polygon nor MultiPolygon",
    "malformed_coordinates": "the coordinates are not nested as rings of number pairs",
    "too_many_corners": "the shape has more corners or rings than allowed",
    "too_few_corners": "a ring has fewer than four corners",
    "ring_open": "a ring does not end where it began",
    "not_finite": "a coordinate is not a finite number",
    "out_of_range": "a longitude or latitude lies outside the earth",
    "self_intersection": "the border crosses or touches itself",
    "no_area": "the shape has no inside",
}
_WGS84 = ("CRS84", "EPSG:4326", "EPSG::4326", "EPSG:4490", "EPSG::4490")


@dataclass(frozen=True)
class Limits:
    """How much a file may hold before it is refused unread."""

    bytes: int = 256 * 1024 * 1024
    features: int = 200_000
    rings: int = 1_000
    corners: int = 200_000


@dataclass(frozen=True)
class Feature:
    """A sound shape: its number in the file (from 1), its properties, a polygon or several."""

    number: int
    properties: Mapping[str, Any]
    shape: shapely.Geometry


@dataclass(frozen=True)
class Problem:
    """Something wrong: the feature's number (0 for the file as a whole), a code, and where."""

    feature: int
    code: str
    detail: str = ""


class _Wrong(Exception):
    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def read_geojson(content: bytes, *, limits: Limits | None = None) -> tuple[list[Feature], list[Problem]]:
    """
    Read a FeatureCollection of polygons; return the sound features and the problems of all others.

    A problem with number 0 concerns the whole file; then there are no features. Never raises for bad content.
    """
    bounds = limits or Limits()
    try:
        entries = _entries(content, bounds)
    except _Wrong as wrong:
        return [], [Problem(0, wrong.code, wrong.detail)]
    features, problems = [], []
    for number, entry in enumerate(entries, 1):
        try:
            features.append(_feature(number, entry, bounds))
        except _Wrong as wrong:
            problems.append(Problem(number, wrong.code, wrong.detail))
    return features, problems


def _entries(content: bytes, limits: Limits) -> list[Any]:
    if len(content) > limits.bytes:
        raise _Wrong("file_too_large", f"{len(content)} > {limits.bytes}")
    document = _parse(content.removeprefix(b"\xef\xbb\xbf"))
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise _Wrong("not_a_collection")
    system = json.dumps(document.get("crs")) if document.get("crs") else ""
    if system and not any(name in system for name in _WGS84):
        raise _Wrong("foreign_coordinates", system[:80])
    entries = document.get("features")
    if not isinstance(entries, list):
        raise _Wrong("not_a_collection")
    if len(entries) > limits.features:
        raise _Wrong("too_many_features", f"{len(entries)} > {limits.features}")
    return entries


def _parse(content: bytes) -> Any:
    """
    Parse strictly first; one with numbers JSON does not know is read again, so that the feature can be
    named.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        reason = str(error)[:120]
        if "depth" in reason or "ecursion" in reason:
            raise _Wrong("file_too_deep") from None
        if b"NaN" not in content and b"Infinity" not in content and "infinity" not in reason:
            raise _Wrong("not_json", reason) from None
    try:
        return json.loads(content.decode("utf-8"))
    except RecursionError:
        raise _Wrong("file_too_deep") from None
    except (UnicodeDecodeError, ValueError) as error:
        raise _Wrong("not_json", str(error)[:120]) from None


def _feature(number: int, entry: Any, limits: Limits) -> Feature:
    if not isinstance(entry, dict) or entry.get("type") != "Feature":
        raise _Wrong("not_a_feature")
    properties, geometry = entry.get("properties"), entry.get("geometry")
    if properties is not None and not isinstance(properties, dict):
        raise _Wrong("not_a_feature")
    if not isinstance(geometry, dict):
        raise _Wrong("no_geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise _Wrong("not_a_polygon", str(kind)[:40])
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list):
        raise _Wrong("malformed_coordinates")
    _count(parts, limits)
    polygons = [shapely.Polygon(rings[0], rings[1:]) for rings in (_rings(part) for part in parts)]
    shape = polygons[0] if kind == "Polygon" else shapely.MultiPolygon(polygons)
    return Feature(number, properties or {}, _sound(shape))


def _count(parts: list[Any], limits: Limits) -> None:
    if not parts or not all(isinstance(part, list) and part for part in parts):
        raise _Wrong("no_area" if not parts or [] in parts else "malformed_coordinates")
    rings = [ring for part in parts for ring in part]
    if not all(isinstance(ring, list) for ring in rings):
        raise _Wrong("malformed_coordinates")
    if len(rings) > limits.rings or sum(len(ring) for ring in rings) > limits.corners:
        raise _Wrong("too_many_corners")


def _rings(part: list[Any]) -> list[list[tuple[float, float]]]:
    return [_ring(ring) for ring in part]


def _ring(ring: list[Any]) -> list[tuple[float, float]]:
    corners = [_corner(corner) for corner in ring]
    if len(corners) < 4:
        raise _Wrong("too_few_corners")
    if corners[0] != corners[-1]:
        raise _Wrong("ring_open", f"{corners[0]} … {corners[-1]}")
    return corners


def _corner(corner: Any) -> tuple[float, float]:
    if not isinstance(corner, list) or len(corner) < 2:
        raise _Wrong("malformed_coordinates")
    numbers = []
    for value in corner[:2]:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _Wrong("malformed_coordinates")
        if isinstance(value, float) and not math.isfinite(value):
            raise _Wrong("not_finite")
        numbers.append(value)
    if abs(numbers[0]) > 180 or abs(numbers[1]) > 90:
        raise _Wrong("out_of_range", f"{numbers[0]}, {numbers[1]}"[:60])
    return float(numbers[0]), float(numbers[1])


def _sound(shape: shapely.Geometry) -> shapely.Geometry:
    if shapely.convex_hull(shape).area == 0:
        raise _Wrong("no_area")
    if not shapely.is_valid(shape):
        raise _Wrong("self_intersection", str(shapely.is_valid_reason(shape))[:120])
    return shape
