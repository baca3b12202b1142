"""`gridward simulate`: a synthetic city at any scale, as files."""

import argparse
import csv
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gridward.wiring.cli import simulate_day
from gridward.wiring.cli.problems import ENVIRONMENT, REFUSED, USAGE, CommandError
from gridward.wiring.cli.progress import Progress
from simulator.cells import Cells, make_cells, read_table, write_cells
from simulator.city import HOUSEHOLDS_EACH, Grid, bytes_needed, make_city, make_ground, write_city
from simulator.day import day_bytes_needed, write_day
from simulator.drafts import all_or_nothing
from simulator.lists import write_lists

DATA = Path(sys.modules["simulator"].__file__ or "").parent / "data" / "nanjing"
#: What each scale is about when nothing else is said, and the levels it may be about.
SCALES = {
    "street": ("320102003", ("street", "community")),
    "district": ("320102", ("district",)),
    "city": ("3201", ("city",)),
}
CITY_GRIDS, GRIDS_A_COMMUNITY = 12_000, 9
#: Five million rows in the lists about a whole city.
ROWS_A_GRID = 5_000_000 / CITY_GRIDS
#: What a row of the lists takes with its truth, 250 measured, and with the table it is made in meanwhile.
BYTES_A_ROW = 500
#: The steps with the seconds they take for a whole city: what is left is told by them.
STEPS = {
    "drawing grids": 3.6, "households": 0.1, "doors": 0.5, "people": 5.0, "workers, premises, checkpoints": 1.5,
    "writing addresses": 1.0, "writing households": 1.1, "writing residents": 8.0,
    "writing lists": 60.0, "day: answers": 6.0, "day: gates": 1.5,
}  # fmt: skip
TELL_AFTER_SECONDS = 2.0
AREA_COLUMNS = ("code", "level", "parent", "name", "kind")


class Ahead:
    """Says which step a long command is in and about how long it will still take; a short one says nothing."""

    def __init__(self) -> None:
        self._progress = Progress()
        self._began = time.monotonic()
        self._done = 0.0
        self._now = 0.0

    def __call__(self, step: str) -> None:
        """Note that a step begins."""
        self._done += self._now
        self._now = STEPS.get(step, 0.0)
        gone = time.monotonic() - self._began
        if gone >= TELL_AFTER_SECONDS and self._now and self._done:
            left = gone * (sum(STEPS.values()) - self._done) / self._done
            self._progress(f"{step}, about {left:.0f} s left")


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("simulate", help="a synthetic city").add_subparsers(required=True)
    parser = room.add_parser(
        "city",
        help="write a synthetic street, district or city: areas, doors, people, workers, places, lists, truth, a day",
    )
    parser.add_argument("--scale", choices=tuple(SCALES), default="street", help="how much (default street)")
    parser.add_argument("--seed", type=_seed, default=1, metavar="NUMBER", help="same seed, same city")
    parser.add_argument("--street", metavar="CODE", help="which street or community (default 新街口街道)")
    parser.add_argument("--district", metavar="CODE", help="which district (default 玄武区)")
    parser.add_argument("--out", type=Path, required=True, help="a new or an empty folder")
    parser.set_defaults(run=run_city)
    simulate_day.register(room)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 up")
    return int(text)


def run_city(arguments: argparse.Namespace) -> int:
    """Write the files and say where they are."""
    out: Path = arguments.out
    divisions = _branch(read_table(DATA / "divisions.csv"), _subject(arguments), SCALES[arguments.scale][1])
    if out.is_dir() and any(out.iterdir()):
        raise CommandError(
            f"{out} is not empty. Give --out a new or an empty folder.", code="out.not_empty", exit_code=USAGE
        )
    _check_room(out, grids_of(divisions), aloud=arguments.scale == "city")
    with all_or_nothing(out) as draft:
        paths = [path.relative_to(draft) for path in _write(divisions, arguments.seed, draft)]
    for path in paths:
        print(out / path)
    return 0


def _subject(arguments: argparse.Namespace) -> str:
    """Return the code to make, and refuse one that says what another scale is about."""
    for option in ("street", "district"):
        code: str | None = getattr(arguments, option)
        if code is not None and option != arguments.scale:
            raise CommandError(
                f"--{option} says which {option}; with --scale {arguments.scale} leave it out.",
                code="scale.other", exit_code=USAGE,
            )  # fmt: skip
        if code is not None:
            return code
    return SCALES[arguments.scale][0]


def _branch(divisions: list[dict[str, str]], code: str, levels: Sequence[str]) -> list[dict[str, str]]:
    """Pick an area with what lies above and below it."""
    if not any(row["code"] == code and row["level"] in levels for row in divisions):
        raise CommandError(
            f"There is no {levels[0]} with the code {code}.", code="area_unknown", exit_code=REFUSED
        )
    return [row for row in divisions if code.startswith(row["code"]) or row["code"].startswith(code)]


def grids_of(divisions: list[dict[str, str]]) -> int:
    """Return how many grids these divisions have: twelve thousand in the city, nine a community in a part."""
    communities = sum(row["level"] == "community" for row in divisions)
    is_city = sum(row["level"] == "district" for row in divisions) > 1
    return CITY_GRIDS if is_city else GRIDS_A_COMMUNITY * communities


def _check_room(out: Path, grids: int, *, aloud: bool) -> None:
    place = next((folder for folder in (out, *out.parents) if folder.is_dir()), Path.cwd())
    households = HOUSEHOLDS_EACH * grids
    needed = (
        bytes_needed(households) + day_bytes_needed(households) + round(ROWS_A_GRID * grids) * BYTES_A_ROW
    )
    free = shutil.disk_usage(place).free
    words = f"The files take about {needed // 2**20:,} MB; {place} has {free // 2**20:,} MB free."
    if free < needed:
        raise CommandError(
            f"{words} Make room or give --out a folder on another disk.",
            code="disk.small",
            exit_code=ENVIRONMENT,
        )
    if aloud:
        print(words, file=sys.stderr)


def _write(divisions: list[dict[str, str]], seed: int, folder: Path) -> list[Path]:
    ahead = Ahead()
    ahead("drawing grids")
    cells = make_cells(
        divisions, read_table(DATA / "district_seats.csv"), grids=grids_of(divisions), seed=seed
    )
    shapes = [_write_areas(divisions, cells, folder / "areas.csv"), *write_cells(cells, folder)]
    grids, places = _ground(divisions, cells)
    city = make_city(make_ground(grids, places), seed=seed, tell=ahead)
    files = write_city(city, folder, tell=lambda name: ahead(f"writing {name}"))
    ahead("writing lists")
    written = write_lists(files["residents.parquet"], folder, seed=seed, rows=round(ROWS_A_GRID * len(grids)))
    lists = [path for paths in written.lists.values() for path in paths]
    day = write_day(city, folder, lists=written.lists, seed=seed, tell=ahead)
    truth = (written.truth, written.truth.with_suffix(".parquet"))
    return [*shapes, *files.values(), *lists, *truth, *day.values()]


def _ground(divisions: list[dict[str, str]], cells: Cells) -> tuple[list[Grid], dict[str, str]]:
    """Return the grids and, for each, the names an address in it begins with."""
    names = {row["code"]: row["name"] for row in divisions}
    places = {
        code: names[code[:6]] + names[code[:9]] + names[parent]
        for code, parent in zip(cells.codes, cells.parents, strict=True)
    }
    grids = [Grid(*grid) for grid in zip(cells.codes, cells.names, cells.polygons, strict=True)]
    return grids, places


def _write_areas(divisions: list[dict[str, str]], cells: Cells, path: Path) -> Path:
    """Write the whole tree, from the city down to the grids, as the import of areas reads it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(AREA_COLUMNS)
        writer.writerows((row["code"], row["level"], row["parent"], row["name"], "") for row in divisions)
        writer.writerows(
            (code, "grid", parent, name, kind)
            for code, parent, name, kind in zip(
                cells.codes, cells.parents, cells.names, cells.kinds, strict=True
            )
        )
    return path
