"""
The clock of a played day: seconds since its midnight, running at a rate. The house's own clock is left alone.

Owns turning played seconds into waiting. Refuses to run backwards.
"""

import re
import time
from collections.abc import Callable

DAY = 24 * 3600
RATE = re.compile(r"([1-9][0-9]{0,3})x?")
TIME = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")


class DayClock:
    """Starts at a second of the day when it is made; `rate` played seconds go by in a real one."""

    def __init__(self, start: int, rate: float, tick: Callable[[], float] = time.monotonic) -> None:
        self.start, self.rate = start, rate
        self._tick = tick
        self._began = tick()

    def now(self) -> int:
        """Return the present second of the day."""
        return self.start + int((self._tick() - self._began) * self.rate)

    def wait_for(self, second: float) -> float:
        """Return how many real seconds are left until a second of the day; 0 when it is past."""
        return max(0.0, (second - self.start) / self.rate - (self._tick() - self._began))


def read_rate(text: str) -> float:
    """Return how many played seconds a real one holds: `60x` or `60`. Raises ValueError."""
    found = RATE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no rate; give one like 60x")
    return float(found.group(1))


def read_time(text: str) -> int:
    """Return the second of the day of `HH:MM`, 24:00 included. Raises ValueError."""
    found = TIME.fullmatch(text)
    second = int(found.group(1)) * 3600 + int(found.group(2)) * 60 if found else DAY + 1
    if second > DAY:
        raise ValueError(f"{text!r} is no time of the day; give one like 08:30")
    return second


def say_time(second: float) -> str:
    """Return a second of the day as people say it."""
    hours, rest = divmod(int(second), 3600)
    return f"{hours:02d}:{rest // 60:02d}"
