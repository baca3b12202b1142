"""`gridward simulate`: a synthetic city, as files."""

import argparse
import sys
from pathlib import Path
from typing import Any

from simulator.cells import make_cells, read_table, write_cells
from simulator.street import make_street, write_street
from simulator.street.doors import Grid

DATA = Path(sys.modules["simulator"].__file__ or "").parent / "data" / "nanjing"
STREET = "320102003"


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("simulate", help="a synthetic city").add_subparsers(required=True)
    parser = room.add_parser(
        "city", help="write a synthetic street: people, addresses, workers, lists, the truth"
    )
    parser.add_argument("--scale", choices=("street",), default="street")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--street", default=STREET, metavar="CODE", help="which street (default 新街口街道)")
    parser.add_argument("--out", type=Path, required=True)
    parser.set_defaults(run=run_city)


def run_city(arguments: argparse.Namespace) -> int:
    """Write the files and say where they are."""
    divisions = [
        row
        for row in read_table(DATA / "divisions.csv")
        if arguments.street.startswith(row["code"]) or row["code"].startswith(arguments.street)
    ]
    names = {row["code"]: row["name"] for row in divisions}
    communities = [row for row in divisions if row["level"] == "community"]
    if not communities:
        print(
            f"gridward: there is no street with the code {arguments.street}. [area_unknown]", file=sys.stderr
        )
        return 3
    cells = make_cells(
        divisions, read_table(DATA / "district_seats.csv"), grids=9 * len(communities), seed=arguments.seed
    )
    paths = list(write_cells(cells, arguments.out))
    places = {
        code: names[code[:6]] + names[code[:9]] + names[parent]
        for code, parent in zip(cells.codes, cells.parents, strict=True)
    }
    grids = [
        Grid(code, name, polygon)
        for code, name, polygon in zip(cells.codes, cells.names, cells.polygons, strict=True)
    ]
    written = write_street(make_street(grids, places, seed=arguments.seed), arguments.out, places=places)
    for path in [*paths, *written.values()]:
        print(path)
    return 0
