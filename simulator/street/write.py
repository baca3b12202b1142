"""The files a street leaves as: doors, people, workers, the departments' lists with their truth, and a day."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from pathlib import Path

from simulator.city.text import sheets
from simulator.city.write import engine, write_sheet
from simulator.day import write_day
from simulator.drafts import all_or_nothing
from simulator.lists import SHAPES, write_lists
from simulator.lists.departments import ListShape
from simulator.street.make import Street

#: A morning's work for a street: the largest lists have a few hundred rows, the smallest twenty.
LIST_ROWS = 2_600
ADDRESS_COLUMNS = (
    "area_code",
    "road",
    "number",
    "compound",
    "building",
    "unit",
    "room",
    "longitude",
    "latitude",
)
#: Tables that the day points to, as they are in any city.
PLACES = ("premises", "checkpoints")
RESIDENT_COLUMNS = (
    "resident_ref", "name", "id_kind", "id_number", "phone", "address", "area_code", "household_ref",
)  # fmt: skip


def write_street(
    street: Street, out: Path, *, places: dict[str, str], shapes: Sequence[ListShape] = SHAPES,
    rows: int = LIST_ROWS,
) -> dict[str, Path]:  # fmt: skip
    """
    Write every file of the street into `out` and say where each is, by name; lists by their channel, the day's files
    by "day/" and their name.

    All of them come to stand there together; truth.csv arrives last.
    """
    with all_or_nothing(out, last="truth.csv") as draft:
        written = _files(street, draft, places) | _places(street, draft)
        lists = write_lists(written["residents"], draft, seed=street.seed, rows=rows, shapes=shapes)
        written |= {channel: path for channel, (path,) in lists.lists.items()}
        day = write_day(street.city, draft, lists=lists.lists, seed=street.seed)
        written |= {f"day/{name}": path for name, path in day.items()}
        written |= {"truth": lists.truth, "truth.parquet": lists.truth.with_suffix(".parquet")}
    return {name: out / path.relative_to(draft) for name, path in written.items()}


def _files(street: Street, out: Path, places: dict[str, str]) -> dict[str, Path]:
    return {
        "addresses": _csv(out / "addresses.csv", ADDRESS_COLUMNS, (astuple(door) for door in street.doors)),
        "residents": _csv(
            out / "residents.csv",
            RESIDENT_COLUMNS,
            (
                (p.resident_ref, p.name, "01" if p.id_number else "", p.id_number, p.phone,
                 places[p.area_code] + p.door.short, p.area_code, p.household_ref)
                for p in street.people
            ),
        ),
        "workers": _csv(out / "workers.csv", _names(street.workers), (astuple(row) for row in street.workers)),
    }  # fmt: skip


def _places(street: Street, out: Path) -> dict[str, Path]:
    with engine() as db:
        wanted = [sheet for sheet in sheets(street.city) if sheet.name in PLACES]
        return {sheet.name: path for sheet in wanted for path in write_sheet(db, sheet, out)}


def _names(rows: Sequence[object]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(rows[0]))  # type: ignore[arg-type]  # rows of one dataclass


def _csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path
