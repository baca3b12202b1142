"""
Owns the checks of a set of grid shapes against the tree, and the shapes of all levels made of them.
Refuses to mend.

Every grid of the tree must have exactly one shape and no two may overlap; wider areas are dissolved from
their grids, so that the levels always fit together.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from django.utils.translation import gettext_lazy as _

from gridward.kernel.tabular import RowProblem
from gridward.territory.geometry import (
    Feature,
    Problem,
    coverage_problems,
    dissolve,
    representative_point,
    to_wkb,
)
from gridward.territory.rules.tree import LEVELS

#: Part of a version's name: raised when the same shapes give other tiles or another lattice.
FORMAT = b"2"

MESSAGES = {
    "file_too_large": _("The file is larger than allowed. Leave out what is no grid, or use fewer decimals."),
    "file_too_deep": _("The file is nested too deeply to be GeoJSON."),
    "not_json": _("The file is not JSON in UTF-8. Export it again as GeoJSON."),
    "not_a_collection": _("The file is not a GeoJSON FeatureCollection. Export it again as GeoJSON."),
    "too_many_features": _("The file has more shapes than allowed."),
    "foreign_coordinates": _("The coordinates are not WGS 84. Convert them and export again."),
    "not_a_feature": _("The entry is not a GeoJSON feature with properties."),
    "no_geometry": _("The feature has no shape."),
    "not_a_polygon": _("The shape of a grid must be a Polygon or MultiPolygon."),
    "malformed_coordinates": _("The coordinates are not rings of number pairs."),
    "too_many_corners": _("The shape has more corners or rings than allowed."),
    "too_few_corners": _("A ring has fewer than four corners."),
    "ring_open": _("A ring does not end where it began."),
    "not_finite": _("A coordinate is not a finite number."),
    "out_of_range": _("A longitude or latitude lies outside the earth."),
    "self_intersection": _("The border crosses or touches itself."),
    "no_area": _("The shape has no inside."),
    "code_missing": _("The feature has no property “code”."),
    "grid_unknown": _("The tree has no grid with this code. Import the grids first."),
    "code_duplicate": _("An earlier feature has the same code. Keep one of them."),
    "grid_missing": _(
        "Grids of the tree have no shape in this file; the first is %(first)s, %(count)s in all."
    ),
    "overlap": _("The shape overlaps another one."),
}


@dataclass(frozen=True)
class AreaOutline:
    """The shape of one area, with a point that surely lies inside."""

    code: str
    shape: shapely.Geometry
    wkb: bytes
    point: tuple[float, float]
    synthetic: bool


def shape_problem(row: int, code: str, **params: object) -> RowProblem:
    """Return a problem of a file of shapes; `row` is the feature's number, 0 for the whole file."""
    words = MESSAGES[code]
    return RowProblem(row, "geometry", code, str(words) % params if params else words)


def shape_problems(
    features: Sequence[Feature], faults: Sequence[Problem], grids: Mapping[str, int]
) -> list[RowProblem]:
    """Return everything that keeps these features from being the shapes of all `grids`."""
    found = [shape_problem(fault.feature, fault.code) for fault in faults]
    seen: set[str] = set()
    for feature in features:
        code = code_of(feature)
        if not code:
            found.append(shape_problem(feature.number, "code_missing"))
        elif code not in grids:
            found.append(shape_problem(feature.number, "grid_unknown"))
        elif code in seen:
            found.append(shape_problem(feature.number, "code_duplicate"))
        seen.add(code)
    missing = sorted(set(grids) - seen)
    if missing and not faults:
        found.append(shape_problem(0, "grid_missing", first=missing[0], count=len(missing)))
    return found or _misfits(features)


def _misfits(features: Sequence[Feature]) -> list[RowProblem]:
    troubles = coverage_problems([feature.shape for feature in features])
    # A hole between grids may be a lake; two grids on one spot are always a mistake.
    overlaps = [trouble for trouble in troubles if trouble.code == "overlap"]
    return [shape_problem(features[member].number, "overlap") for one in overlaps for member in one.members]


def code_of(feature: Feature) -> str:
    """Return the code a feature says it is the shape of."""
    return str(feature.properties.get("code") or "")


def outlines(
    features: Sequence[Feature], children: Mapping[str, Sequence[str]], levels: Mapping[str, str]
) -> dict[str, AreaOutline]:
    """Return the outline of every area, grids first; `children` and `levels` are the tree's, by code."""
    shapes = {code_of(feature): feature.shape for feature in features}
    invented = {code_of(feature): bool(feature.properties.get("synthetic")) for feature in features}
    for level in reversed(LEVELS[:-1]):
        for code in (code for code, its in levels.items() if its == level):
            parts = [child for child in children.get(code, ()) if child in shapes]
            if parts:
                shapes[code] = dissolve([shapes[child] for child in parts])
                invented[code] = any(invented[child] for child in parts)
    return {
        code: AreaOutline(code, shape, to_wkb(shape), representative_point(shape), invented[code])
        for code, shape in shapes.items()
    }


def version_of(found: Mapping[str, AreaOutline], names: Mapping[str, str]) -> str:
    """Return the name of this state of all shapes: the same shapes and names give the same one."""
    digest = hashlib.sha256(FORMAT)
    for code in sorted(found):
        digest.update(f"\n{code}\t{names[code]}\t".encode())
        digest.update(found[code].wkb)
    return digest.hexdigest()[:16]
