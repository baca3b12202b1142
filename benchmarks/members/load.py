"""P7, whole: a city simulated and loaded, sealed, killed in the middle and resumed; nobody lost, nobody doubled."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connections

from benchmarks.figures import Figure, Goal
from benchmarks.house.weighing import disk, weighed

SIMULATED = Goal("P7", "≤ 5 min", most=300)
LOADED = Goal("P7", "≤ 6 min", most=360)
LIGHT = Goal("P7", "≤ 6 GB", most=6)
#: What a line begins with -> the step that is measured from then on.
STEPS = {
    "step 1": "simulated", "step 2": "areas, shapes, tiles", "step 3": "doors", "step 4": "workers",
    "step 5": "residents checked", "registering": "residents written", "indexing": "blind keys indexed",
}  # fmt: skip
REGISTERED = re.compile(r"registering: (\d+) %")


@dataclass
class Course:
    """Seconds of each step, over all starts; of what was done again after the kill, apart."""

    seconds: dict[str, float] = field(default_factory=dict)
    again: float = 0.0

    def add(self, step: str, seconds: float, *, again: bool) -> None:
        """Count some seconds of a step; checking a file a second time is what a kill costs."""
        if again and step == "residents checked":
            self.again += seconds
        else:
            self.seconds[step] = self.seconds.get(step, 0.0) + seconds


def measure(quick: bool) -> list[Figure]:
    """Return the time of each step, of all of them, memory and disk."""
    scale = "street" if quick else "city"
    out = settings.DATA / "model-city"
    course = Course()
    half = (lambda line: line.startswith("step 5")) if quick else _is_half
    with weighed() as peak:
        killed = _run(out, scale, course, kill_at=half)
        if not _run(out, scale, course, again=True) or not killed:
            raise RuntimeError("the load was not killed and resumed as it should be")
    counts = _all_are_there_once(out)
    loaded = sum(seconds for step, seconds in course.seconds.items() if step != "simulated")
    size = f"{counts['residents']:,} people"
    return [
        Figure("loaded, sealed", size, "s", [loaded], goal=LOADED),
        Figure("loaded, killed at half and resumed", size, "s", [loaded + course.again]),
        Figure("simulated", size, "s", [course.seconds.pop("simulated")], goal=SIMULATED),
        *(Figure(step, size, "s", [seconds]) for step, seconds in course.seconds.items()),
        Figure("memory, most at one moment", size, "GB", [peak.together / 1e9], goal=LIGHT),
        Figure("memory of Python's processes", size, "GB", [peak.python / 1e9]),
        Figure("memory of PostgreSQL", size, "GB", [peak.postgres / 1e9]),
        Figure("disk: database", size, "GB", [disk(settings.DATA / "postgres") / 1e9]),
        Figure("disk: files", size, "GB", [disk(out) / 1e9]),
    ]


def _is_half(line: str) -> bool:
    share = REGISTERED.match(line)
    return bool(share) and int(share[1]) >= 50  # type: ignore[index]


def _run(
    out: Path,
    scale: str,
    course: Course,
    *,
    kill_at: Callable[[str], bool] = lambda _line: False,
    again: bool = False,
) -> bool:
    """Load, or go on with it, in a process of its own; tell whether it was killed, or came to its end."""
    command = [sys.executable, "-m", "benchmarks.house.loading", str(out), scale]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    step, began = "", time.perf_counter()
    try:
        for line in process.stdout:
            print(line, end="", file=sys.stderr, flush=True)
            now = time.perf_counter()
            begun = next((name for mark, name in STEPS.items() if line.startswith(mark)), step)
            if begun != step:
                if step:
                    course.add(step, now - began, again=again)
                step, began = begun, now
            if kill_at(line):
                process.kill()
                break
    finally:
        if sys.exc_info()[0] is not None:
            process.kill()
        code = process.wait()
    course.add(step, time.perf_counter() - began, again=again)
    if code not in (0, -9):
        raise RuntimeError("the load failed, see above")
    return code == -9 or again


def _all_are_there_once(out: Path) -> dict[str, int]:
    """Compare the files with the tables; one person more or less, and nothing was measured."""
    files = {name: _rows(out / f"{name}.csv") for name in ("residents", "households", "addresses", "workers")}
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select (select count(*) from registry_resident), (select count(distinct resident_ref) from"
            " registry_resident), (select count(*) from registry_household), (select count(*) from"
            " territory_address), (select count(*) from workforce_workerprofile), (select count(*) from"
            " registry_resident where get_byte(name_sealed, 0) <> 1)"
        )
        people, distinct, households, doors, workers, unsealed = cursor.fetchone()
    found = {"residents": people, "households": households, "addresses": doors, "workers": workers}
    if found != files or distinct != people or unsealed:
        raise RuntimeError(
            f"the files have {files}, the house has {found}, {distinct} different, {unsealed} open"
        )
    return found


def _rows(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1
