"""
Owns the lines of a long import: how many rows of how many, how fast, how long still, memory and disk.

    [ 62.0 s] registering: 810,000 of 4,500,000 rows, 15,100 rows/s, 4 min 4 s left; memory 0.4 GB, disk 61.2 GB free
"""

import resource
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

EVERY = 2.0


class Pace:
    """Hears `(step, done, total)` and says so now and then; the pace is that of this start and this step."""

    def __init__(
        self, say: Callable[[str], None], folder: Path, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._folder = folder
        self._clock = clock
        self._step = ""
        self._first = 0
        self._began = self._said = clock()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note of the rows done, and print a line when the last one is some seconds old."""
        now = self._clock()
        if step != self._step:
            self._step, self._first, self._began = step, done, now
        if now - self._said < EVERY:
            return
        self._said = now
        went = done - self._first
        pace = went / (now - self._began) if went and now > self._began else 0.0
        left = f", {pace:,.0f} rows/s, {_spell((total - done) / pace)} left" if pace else ""
        self._say(f"{step}: {done:,} of {total:,} rows{left}; {self._means()}")

    def _means(self) -> str:
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit / 1024
        return f"memory {memory:.1f} GB, disk {shutil.disk_usage(self._folder).free / 1e9:.1f} GB free"


def _spell(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
