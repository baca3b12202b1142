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
from benchmarks.house.weighing import disk, processor_seconds, weighed

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
    """Seconds of each step, over all starts; of what was done again after the kill, apart. Processor time beside it."""

    seconds: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    again: float = 0.0
    _step: str = ""
    _since: tuple[float, float] = (0.0, 0.0)

    def begin(self, step: str, *, again: bool) -> None:
        """Count what the present step took, and begin another one; checking a file twice is what a kill costs."""
        now = (time.perf_counter(), processor_seconds())
        if again and self._step == "residents checked":
            self.again += now[0] - self._since[0]
        elif self._step:
            for kept, at in ((self.seconds, 0), (self.processor, 1)):
                kept[self._step] = kept.get(self._step, 0.0) + now[at] - self._since[at]
        self._step, self._since = step, now

    @property
    def step(self) -> str:
        """Return the present step."""
        return self._step


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
    size = f"{counts['residents']:,} people"
    simulated, busy = course.seconds.pop("simulated"), course.processor.pop("simulated")
    loaded = sum(course.seconds.values())
    return [
        Figure("loaded, sealed", size, "s", [loaded], goal=LOADED),
        Figure("loaded, killed at half and resumed", size, "s", [loaded + course.again]),
        Figure("processor time of the load", size, "s", [sum(course.processor.values())]),
        Figure("simulated", size, "s", [simulated], goal=SIMULATED),
        Figure("processor time of the simulation", size, "s", [busy]),
        *(Figure(step, size, "s", [seconds]) for step, seconds in course.seconds.items()),
        *(Figure(f"{step}, processor", size, "s", [busy]) for step, busy in course.processor.items()),
        Figure("memory, most at one moment", size, "GB", [peak.together / 1e9], goal=LIGHT),
        Figure("memory of Python's processes", size, "GB", [peak.python / 1e9]),
        Figure("memory of PostgreSQL", size, "GB", [peak.postgres / 1e9]),
        Figure("disk: database", size, "GB", [disk(settings.DATA / "postgres") / 1e9]),
        Figure("disk: files", size, "GB", [disk(out) / 1e9]),
    ]


def _is_half(line: str) -> bool:
    share = REGISTERED.match(line)
    return share is not None and int(share[1]) >= 50


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
    try:
        for line in process.stdout:
            print(line, end="", file=sys.stderr, flush=True)
            begun = next((name for mark, name in STEPS.items() if line.startswith(mark)), course.step)
            if begun != course.step:
                course.begin(begun, again=again)
            if kill_at(line):
                process.kill()
                break
    finally:
        if sys.exc_info()[0] is not None:
            process.kill()
        code = process.wait()
    course.begin("", again=again)
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
