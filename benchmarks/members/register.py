"""P7, its loading: the standing import, sealed and indexed, against a plain COPY of the same rows."""

import csv
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connections

from benchmarks.figures import Figure, Goal
from benchmarks.house.filled import found_city, load, signed_order
from benchmarks.house.town import PERSON_COLUMNS, Town
from benchmarks.turns import take_turns

#: 4.5 million people in six minutes.
LOADED_A_SECOND = 4_500_000 / 360
YARDSTICK = "plain COPY, unsealed, no indexes"


def measure(quick: bool) -> list[Figure]:
    """Return rows a second at two sizes, and what a row costs at the larger one against the smaller."""
    small, large, rounds, within = (200, 600, 1, "320102003") if quick else (10_000, 40_000, 3, "3201")
    sizes = [small, large] * rounds
    town = Town(sum(sizes) * 2 // 5 + 100, within=within)
    folder = settings.DATA
    found_city(town, folder)
    order = signed_order()
    prepare_plain()
    ours: dict[int, list[float]] = {small: [], large: []}
    plain: dict[int, list[float]] = {small: [], large: []}
    for number, (size, people) in enumerate(zip(sizes, town.slices(sizes), strict=True)):
        path = town.write_residents(folder / f"residents-{number}.csv", people)
        count = len(people)
        seconds = take_turns(
            {
                "ours": partial(load, path, order.id, count),
                "plain": partial(copy_plain, path),
            },
            1,
        )
        ours[size].append(count / seconds["ours"][0])
        plain[size].append(count / seconds["plain"][0])
    return told(ours, plain)


def told(ours: dict[int, list[float]], plain: dict[int, list[float]]) -> list[Figure]:
    """Return the rates as figures, and what a row costs in the larger files."""
    goal = Goal(
        "P7", f"≥ {LOADED_A_SECOND:,.0f}/s: 4.5 million in 6 min", least=LOADED_A_SECOND, decisive=False
    )
    figures = [
        Figure(
            "residents loaded", f"{size:,} rows a file", "rows/s", rates, YARDSTICK, plain[size], True, goal
        )
        for size, rates in ours.items()
    ]
    small, large = ours
    growth = [few / many for few, many in zip(ours[small], ours[large], strict=True)]
    steady = Goal("P12", "≤ 1.2× the cost of a row", most=1.2)
    return [*figures, Figure("cost of a row", f"{large:,} against {small:,}", "×", growth, goal=steady)]


def prepare_plain() -> None:
    """Make the table that keeps the same columns in plain text, in the same database, durable too."""
    columns = ", ".join(f"{column} text not null" for column in PERSON_COLUMNS.split(","))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"create table bench_plain ({columns})")


def copy_plain(path: Path) -> None:
    """Read the file and copy its rows, committed."""
    with connections["owner"].cursor() as cursor, path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        with cursor.copy("copy bench_plain from stdin") as copy:
            for row in rows:
                copy.write_row(row)
