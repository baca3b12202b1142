"""P1 at its own size: a million rows of seventeen departments against a whole city, through the real door."""

import csv
import os
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connections

from benchmarks.figures import Figure, Goal
from benchmarks.house.filled import actor_made, load, send
from benchmarks.house.simulated import simulated
from benchmarks.house.weighing import processor_seconds, weighed
from benchmarks.members.seventeen import founded, held_against_truth, lists, matching
from benchmarks.refusal import NotMeasured
from benchmarks.turns import timed
from gridward.kernel.actor import Actor
from simulator.lists import write_lists

ROWS = 1_000_000
DISK = 25 * 2**30
FAST = Goal("P1", "≥ 22,222/s: 1,000,000 in 45 s", least=ROWS / 45)
LIGHT = Goal("P1", "≤ 4 GB", most=4)
#: As many lists at a time as `gridward.wiring.worker` takes.
SIDE_BY_SIDE = 2
#: Another seed than the city's, so that these are not its first lists cut short.
SEED = 7


def measure(quick: bool) -> list[Figure]:
    """Return rows a second over all lists, processor time and memory, and what became of the rows against the truth."""
    if not quick and shutil.disk_usage(settings.DATA).free < DISK:
        raise NotMeasured(f"A whole city with a million rows needs {DISK / 2**30:.0f} GiB of disk.")
    city = simulated(settings.DATA / "simulated", "street" if quick else "city")
    asked = settings.DATA / "asked"
    asked.mkdir()
    write_lists(city / "residents.parquet", asked, seed=SEED, rows=2_000 if quick else ROWS)
    order_id = founded(city)
    people = _people(city / "residents.csv")
    load(city / "residents.csv", order_id, people)
    officer = actor_made("intake", "intake_officer", "3201")
    seconds: dict[Path, float] = {}
    before = _busy()
    with weighed(itself=True) as peak:
        whole = timed(lambda: seconds.update(sent_side_by_side(lists(asked), officer)))
    busy = [after - earlier for after, earlier in zip(_busy(), before, strict=True)]
    held = held_against_truth(asked, order_id)
    rows = held.rows
    size = f"{len(seconds)} lists, {rows:,} rows, register of {people:,}"
    return [
        Figure("rows", size, "rows/s", [rows / whole], more_is_better=True, goal=FAST),
        Figure("all lists", size, "s", [whole]),
        Figure("slowest list", size, "s", [max(seconds.values())]),
        Figure("processor time of a row, Python", size, "µs", [1e6 * busy[0] / rows]),
        Figure("processor time of a row, PostgreSQL", size, "µs", [1e6 * busy[1] / rows]),
        Figure("memory, most at one moment", size, "GB", [peak.together / 1e9], goal=LIGHT),
        Figure("memory of Python", size, "GB", [peak.python / 1e9]),
        Figure("memory of PostgreSQL", size, "GB", [peak.postgres / 1e9]),
        *matching(size, held),
    ]


def sent_side_by_side(asked: Iterable[tuple[Path, str]], officer: Actor) -> dict[Path, float]:
    """Send lists as many at a time as the worker of a house works on; return the seconds of each."""

    def sent(path: Path, channel: str) -> tuple[Path, float]:
        try:
            return path, timed(partial(send, path, channel, officer))
        finally:
            connections.close_all()  # this thread's own

    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        # The longest first, so that no long one is left over for one thread alone.
        longest_first = sorted(asked, key=lambda one: one[0].stat().st_size, reverse=True)
        return dict(threads.map(sent, *zip(*longest_first, strict=True)))


def _people(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _row in csv.reader(file)) - 1


def _busy() -> tuple[float, float]:
    """Return the processor time so far: of this process, and of the database's and whatever else it has started."""
    own = os.times()
    return own.user + own.system, processor_seconds()
