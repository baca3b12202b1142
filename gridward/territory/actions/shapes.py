"""
Owns importing shapes: GeoJSON of all grids becomes outlines of every level, vector tiles and the point
lattice.

Tiles and lattice are named after their content and written whole before the transaction commits: one that
is rolled back leaves files behind that nobody names, never a version without files; the next import that
commits removes them.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
from django.db import transaction

from gridward.kernel import outbox
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory.actions import files
from gridward.territory.actions.versions import lattice_file, past_versions_remove, tiles_folder
from gridward.territory.events import GeometryPublished
from gridward.territory.geometry import Limits, read_geojson
from gridward.territory.lattice import Lattice
from gridward.territory.models import Area, GeometryVersion, Shape
from gridward.territory.queries.held import HeldTree, read_tree
from gridward.territory.rules.report import ImportReport, Problems, failed
from gridward.territory.rules.shaping import AreaOutline, outlines, shape_problem, shape_problems, version_of
from gridward.territory.rules.tree import LEVELS
from gridward.territory.tiles import area_layer, write_pyramid

LIMITS = Limits()


@transaction.atomic
def shapes_import(
    *, path: Path, filename: str, by: Actor, now: datetime, progress: files.Progress = files.silent
) -> ImportReport | Refusal:
    """
    Import the shapes of all grids from GeoJSON (property `code`), publish tiles and lattice, return the report.

    Every grid needs exactly one shape and none may overlap; with any problem nothing changes. The same
    shapes again change nothing. `progress(step, done, total)` is called as the work goes on.
    """
    if refusal := files.may_import(by):
        return refusal
    files.lock_imports()
    tree = read_tree()
    grids = {area.code: area.pos for area in tree.areas if area.level == "grid"}
    if not grids:
        return refuse("territory_no_grids")
    progress("reading", 0, len(grids))
    if path.stat().st_size > LIMITS.bytes:
        return failed("shapes", 0, Problems([shape_problem(0, "file_too_large")], 1))
    features, faults = read_geojson(path.read_bytes(), limits=LIMITS)
    problems = Problems()
    problems.add(shape_problems(features, faults, grids))
    if problems.count:
        report = failed("shapes", len(features) + len({fault.feature for fault in faults} - {0}), problems)
    else:
        progress("dissolving", 0, len(grids))
        found = outlines(
            features,
            {code: [child.code for child in below] for code, below in tree.children.items()},
            {area.code: area.level for area in tree.areas},
        )
        report = _publish(found, tree, len(features), now, progress)
        transaction.on_commit(past_versions_remove, robust=True)
    files.record_import(report, path, by=by, now=now)
    return report


def _publish(
    found: Mapping[str, AreaOutline], tree: HeldTree, rows: int, now: datetime, progress: files.Progress
) -> ImportReport:
    version = version_of(found, {area.code: area.name for area in tree.areas})
    latest = GeometryVersion.objects.order_by("-published_at", "-id").values_list("id", flat=True).first()
    if version == latest and lattice_file(version).exists() and tiles_folder(version).is_dir():
        return ImportReport("shapes", rows, unchanged=len(found))
    progress("writing shapes", 0, len(found))
    _write_rows(found)
    _write_lattice(found, tree, version, progress)
    # A folder appears whole and is named by its content: going back to the version before needs no new one.
    if not tiles_folder(version).is_dir():
        _write_tiles(found, tree, version, progress)
    counts = {level: sum(tree.by_code[code].level == level for code in found) for level in LEVELS}
    GeometryVersion.objects.update_or_create(id=version, defaults={"published_at": now, "counts": counts})
    outbox.announce(GeometryPublished(version), now=now)
    progress("done", len(found), len(found))
    return ImportReport("shapes", rows, added=len(found))


def _write_rows(found: Mapping[str, AreaOutline]) -> None:
    ids = dict(Area.objects.values_list("code", "id"))
    Shape.objects.all().delete()
    Shape.objects.bulk_create(
        [
            Shape(
                area_id=ids[one.code],
                wkb=one.wkb,
                longitude=one.point[0],
                latitude=one.point[1],
                synthetic=one.synthetic,
            )
            for one in found.values()
        ],
        batch_size=2_000,
    )


def _write_lattice(
    found: Mapping[str, AreaOutline], tree: HeldTree, version: str, progress: files.Progress
) -> None:
    progress("building the lattice", 0, 1)
    grids = [area for area in tree.areas if area.level == "grid"]
    lattice = Lattice.build([found[area.code].shape for area in grids], [area.pos for area in grids])
    target = lattice_file(version)
    target.parent.mkdir(parents=True, exist_ok=True)
    lattice.save(target)


def _write_tiles(
    found: Mapping[str, AreaOutline], tree: HeldTree, version: str, progress: files.Progress
) -> None:
    progress("drawing tiles", 0, 1)
    by_level = defaultdict(list)
    for area in tree.areas:
        if area.code in found:
            by_level[area.level].append(area)
    layers = []
    for level in reversed(LEVELS):
        areas = by_level[level]
        shapes = np.empty(len(areas), dtype=object)
        shapes[:] = [found[area.code].shape for area in areas]
        layers.append(area_layer(level, shapes, [area.code for area in areas], [area.name for area in areas]))
    write_pyramid([layer for layer in layers if len(layer.polygons)], tiles_folder(version))
