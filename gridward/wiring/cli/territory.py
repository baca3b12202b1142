"""`gridward territory`: areas, shapes and doors; counting them; locating a text or a point."""

import argparse
from pathlib import Path
from typing import Any

from django.db import transaction

from gridward.kernel import scope
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refused, refuse
from gridward.territory import api as territory
from gridward.wiring.cli.reports import problems_print
from gridward.wiring.cli.rights import actor_with
from gridward.wiring.cli.session import Session, arguments_common, command_session

IMPORTS = {
    "divisions": territory.areas_import,
    "grids": territory.areas_import,
    "shapes": territory.shapes_import,
    "addresses": territory.addresses_import,
}


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("territory", help="areas, shapes and addresses").add_subparsers(
        required=True
    )
    parser = room.add_parser("import", help="import divisions, grids, shapes (GeoJSON) or addresses")
    parser.add_argument("file", type=Path)
    parser.add_argument("--kind", choices=sorted(IMPORTS), help="what it is (default: told by its content)")
    arguments_common(parser)
    parser.set_defaults(run=run_import)
    parser = room.add_parser("count", help="count the areas of every level")
    arguments_common(parser)
    parser.set_defaults(run=run_count)
    parser = room.add_parser("locate", help="say in which area a text or a point lies")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("text", nargs="?", help="an address as people write it")
    what.add_argument("--point", type=_point, metavar="LON,LAT", help="a position, WGS 84")
    parser.add_argument("--within", metavar="CODE", help="the area it is known to be about")
    arguments_common(parser)
    parser.set_defaults(run=run_locate)


def run_import(arguments: argparse.Namespace) -> int:
    """Import a file; one with problems imports nothing and names every row."""
    path: Path = arguments.file
    with command_session(arguments) as session:
        by = _actor(session, arguments)
        kind = arguments.kind or territory.recognise(path, path.name)
        if kind is None:
            raise Refused(refuse("territory_unrecognised"))
        with session.progress.step(f"importing {kind}"), transaction.atomic(), scope.as_role("gridward_job"):
            report = session.settle(IMPORTS[kind](path=path, filename=path.name, by=by, now=session.now))
        session.drain()
        session.answer(_plain(report))
        return problems_print(report.problems)


def run_count(arguments: argparse.Namespace) -> int:
    """Print how many areas there are of each level."""
    with command_session(arguments) as session:
        session.answer(territory.count_areas())
    return 0


def run_locate(arguments: argparse.Namespace) -> int:
    """Print where a text or a point is: status, area, level and candidates."""
    with command_session(arguments) as session:
        if arguments.point:
            lon, lat = arguments.point
            (located,) = territory.locate_points([lon], [lat])
        else:
            if arguments.within and territory.get_area(arguments.within) is None:
                raise Refused(refuse("area_unknown", code=arguments.within))
            located = territory.locate_text(arguments.text, within=arguments.within)
        _show(session, located)
    return 0


def _actor(session: Session, arguments: argparse.Namespace) -> Actor:
    """
    Return who may import. Before the tree there can be no operator (an operator answers for a city): then
    SYSTEM.
    """
    try:
        return actor_with(session, "territory.import", command="territory.import")
    except Refused as refused:
        if arguments.acting_as or refused.refusal.code != "account_unknown":
            raise
        return SYSTEM


def _show(session: Session, located: territory.Located) -> None:
    session.answer(
        {
            "status": located.status,
            "area_code": located.area_code or None,
            "level": located.level or None,
            "candidates": list(located.candidates),
        }
    )


def _plain(report: territory.ImportReport) -> dict[str, object]:
    return {
        "kind": report.kind,
        "imported": report.imported,
        "rows": report.rows,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "problems_count": report.problems_count,
        "problems": [
            {"row": one.row, "column": one.column, "code": one.code, "message": str(one.message)}
            for one in report.problems
        ],
        "notes": list(report.notes),
        "vanished": list(report.vanished),
    }


def _point(text: str) -> tuple[float, float]:
    lon, lat = (float(part) for part in text.split(","))
    return lon, lat
