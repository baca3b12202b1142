"""P1: the lists of all seventeen departments about a district of the model city, each in its own format, one by one."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from benchmarks.figures import Figure, Goal
from benchmarks.house.filled import actor_made, load, send, settled, signed_order
from benchmarks.turns import timed
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import bulk, clock, scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.bulk import Rows
from gridward.territory import api as territory
from gridward.workforce import api as workforce
from simulator.lists import SHAPES

MILLION_A_SECOND = 1_000_000 / 45


def measure(quick: bool) -> list[Figure]:
    """Return rows a second over all lists, seconds of the longest, and what became of the rows against the truth."""
    files = simulated(settings.DATA / "simulated", "street" if quick else "district")
    order_id = founded(files)
    residents = files / "residents.csv"
    with residents.open(encoding="utf-8", newline="") as file:
        people = sum(1 for _row in csv.reader(file)) - 1
    load(residents, order_id, people)
    officer = actor_made("intake", "intake_officer", "3201")
    seconds = {path: timed(partial(send, path, channel, officer)) for path, channel in lists(files)}
    return _figures(files, order_id, seconds, people)


def _figures(files: Path, order_id: UUID, seconds: dict[Path, float], people: int) -> list[Figure]:
    decided, wrong, rows = held_against_truth(files, order_id)
    longest = max(seconds, key=lambda path: seconds[path])
    goal = Goal(
        "P1", f"≥ {MILLION_A_SECOND:,.0f}/s: 1,000,000 in 45 s", least=MILLION_A_SECOND, decisive=False
    )
    right = Goal("P2", "precision ≥ 0.999", least=99.9, decisive=False)
    size = f"{len(seconds)} lists, {rows:,} rows, register of {people:,}"
    rate = [rows / sum(seconds.values())]
    return [
        Figure("rows", size, "rows/s", rate, more_is_better=True, goal=goal),
        Figure("slowest list", longest.suffix.removeprefix("."), "s", [seconds[longest]]),
        Figure("decided by itself", size, "%", [100 * decided / rows], more_is_better=True),
        Figure("decided rightly", size, "%", [100 - 100 * wrong / decided], more_is_better=True, goal=right),
        Figure("decided wrongly", size, "rows", [wrong]),
    ]


def simulated(folder: Path, scale: str) -> Path:
    """Have the simulator write a part of the model city, as anybody would."""
    gridward = Path(sys.executable).with_name("gridward")
    command = [str(gridward), "simulate", "city", "--scale", scale, "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def lists(files: Path) -> Iterator[tuple[Path, str]]:
    """Yield each list with its channel, as the truth names them."""
    channels = {row["file"]: row["channel"] for row in _truth(files)}
    for name, channel in sorted(channels.items()):
        yield files / "lists" / name, channel


def _truth(files: Path) -> Iterator[dict[str, str]]:
    with (files / "truth.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


DECIDED = """
select b.filename, c.row_number, coalesce(r.resident_ref, '')
  from intake_clue c join intake_batch b on b.id = c.batch_id left join registry_resident r on r.id = c.resident_id
 where c.count_state <> 'waiting'
"""


def held_against_truth(files: Path, order_id: UUID) -> tuple[int, int, int]:
    """Return how many rows were decided, how many of them wrongly, and how many there were."""
    true = {(row["file"], int(row["row_number"])): row["resident_ref"] for row in _truth(files)}
    with governance.job_transaction(order_id=order_id, purpose="case_finding"):
        decided = bulk.answers(Rows(DECIDED))
    wrong = sum(found != _registered(true[name, number]) for name, number, found in decided)
    return len(decided), wrong, len(true)


def _registered(resident_ref: str) -> str:
    """Return whom the register knows a person as: an outsider as nobody."""
    return "" if resident_ref.startswith("outsider:") else resident_ref


def founded(files: Path) -> UUID:
    """Import areas and doors, make departments and channels, and have an order over all of them signed."""
    now = clock.now()
    agencies = sorted({shape.agency for shape in SHAPES})
    with transaction.atomic():
        governance.profiles_install(by=SYSTEM, now=now)
        with scope.as_role("gridward_job"):
            for name in ("areas.csv", "grids.csv"):
                settled(territory.areas_import(path=files / name, filename=name, by=SYSTEM, now=now))
            doors = files / "addresses.csv"
            settled(territory.addresses_import(path=doors, filename=doors.name, by=SYSTEM, now=now))
        for code in agencies:
            workforce.agency_create(code=code, name=code, by=SYSTEM, now=now)
        for shape in SHAPES:
            intake.channel_create(
                code=shape.channel, agency_code=shape.agency, name=shape.channel, purpose="case_finding",
                clue_kind="returnee", priority="P2", by=SYSTEM, now=now,
            )  # fmt: skip
    return signed_order(agencies).id
