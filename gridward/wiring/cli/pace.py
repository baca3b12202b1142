"""
Owns the lines of a long import: how much of it is done, how fast, how long still, memory and disk.

    [ 62.0 s] registering: 18 %, 810,000 of 4,500,000, 15,100/s, 4 min 4 s left; memory 0.4 GB at most, disk 1.3 GB
    taken, 61.2 GB free
"""

import os
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
        self._free = shutil.disk_usage(folder).free
        self._most_memory = 0

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
        left = f", {pace:,.0f}/s, {_spell((total - done) / pace)} left" if pace else ""
        share = f"{done * 100 // total} %, " if total else ""
        self._say(f"{step}: {share}{done:,} of {total:,}{left}; {self._means()}")

    def _means(self) -> str:
        free = shutil.disk_usage(self._folder).free
        self._most_memory = max(self._most_memory, memory_used())
        return (
            f"memory {self._most_memory / 1e9:.1f} GB at most, disk {max(0, self._free - free) / 1e9:.1f} GB taken,"
            f" {free / 1e9:.1f} GB free"
        )


def memory_used() -> int:
    """Return the bytes of memory of this process and of those it has started, what they share counted once."""
    try:
        return sum(_proportional(pid) for pid in (os.getpid(), *_children()))
    except OSError:
        # Only Linux tells; elsewhere there is this process alone, and its peak.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _children() -> list[int]:
    return [
        int(pid)
        for thread in Path("/proc/self/task").iterdir()
        for pid in (thread / "children").read_text().split()
    ]


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        # Ended meanwhile, or another user's, as the database's server.
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _spell(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
