"""`gridward simulate`: a synthetic city, as files."""

import argparse
import sys
from pathlib import Path
from typing import Any

from gridward.wiring.cli.problems import REFUSED, USAGE, CommandError
from simulator.cells import make_cells, read_table, write_cells
from simulator.drafts import all_or_nothing
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
    parser.add_argument("--seed", type=_seed, default=1, metavar="NUMBER", help="same seed, same city")
    parser.add_argument("--street", default=STREET, metavar="CODE", help="which street (default 新街口街道)")
    parser.add_argument("--out", type=Path, required=True, help="a new or an empty folder")
    parser.set_defaults(run=run_city)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 up")
    return int(text)


def run_city(arguments: argparse.Namespace) -> int:
    """Write the files and say where they are."""
    out: Path = arguments.out
    divisions = _branch(read_table(DATA / "divisions.csv"), arguments.street)
    if out.is_dir() and any(out.iterdir()):
        raise CommandError(
            f"{out} is not empty. Give --out a new or an empty folder.", code="out.not_empty", exit_code=USAGE
        )
    with all_or_nothing(out) as draft:
        paths = [path.relative_to(draft) for path in _write(divisions, arguments.seed, draft)]
    for path in paths:
        print(out / path)
    return 0


def _branch(divisions: list[dict[str, str]], code: str) -> list[dict[str, str]]:
    """Pick a street or a community with what lies above and below it."""
    if not any(row["code"] == code and row["level"] in ("street", "community") for row in divisions):
        raise CommandError(
            f"There is no street with the code {code}.", code="area_unknown", exit_code=REFUSED
        )
    return [row for row in divisions if code.startswith(row["code"]) or row["code"].startswith(code)]


def _write(divisions: list[dict[str, str]], seed: int, folder: Path) -> list[Path]:
    names = {row["code"]: row["name"] for row in divisions}
    communities = [row for row in divisions if row["level"] == "community"]
    cells = make_cells(
        divisions, read_table(DATA / "district_seats.csv"), grids=9 * len(communities), seed=seed
    )
    places = {
        code: names[code[:6]] + names[code[:9]] + names[parent]
        for code, parent in zip(cells.codes, cells.parents, strict=True)
    }
    grids = [
        Grid(code, name, polygon)
        for code, name, polygon in zip(cells.codes, cells.names, cells.polygons, strict=True)
    ]
    street = write_street(make_street(grids, places, seed=seed), folder, places=places)
    return [*write_cells(cells, folder), *street.values()]
