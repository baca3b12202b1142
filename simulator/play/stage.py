"""
Brings everybody of a played day to their moments: a heap of who acts when, and a few hands that act.

Somebody's day is a generator that yields the second at which it wants to go on. Owns whose turn it is. Refuses to let
one person do two things at once; knows neither houses nor days.
"""

import heapq
import threading
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field

from simulator.play.clock import DayClock

Life = Generator[float, None, None]
LONGEST_NAP = 0.5


def _silent() -> None:
    """Say nothing."""


@dataclass(order=True)
class _Turn:
    second: float
    number: int
    life: Life = field(compare=False)


class Stage:
    """Runs lives to their ends on a clock, `hands` of them at once; calls `tell` now and then meanwhile."""

    def __init__(self, clock: DayClock, *, hands: int, tell: Callable[[], None] = _silent) -> None:
        self._clock = clock
        self._hands = hands
        self._tell = tell
        self._turns: list[_Turn] = []
        self._acting = 0
        self._count = 0
        self._changed = threading.Condition()
        self._errors: list[BaseException] = []
        self._is_over = False

    def run(self, lives: Iterable[Life]) -> None:
        """Return when every life is over; the first error of one ends all and is raised."""
        for life in lives:
            self._push(self._clock.start, life)
        hands = [threading.Thread(target=self._hand, daemon=True, name="hand") for _ in range(self._hands)]
        for hand in hands:
            hand.start()
        try:
            for hand in hands:
                while hand.is_alive():
                    hand.join(LONGEST_NAP)
                    self._tell()
        finally:
            self.end()
        if self._errors:
            raise self._errors[0]

    def end(self) -> None:
        """Let nobody begin anything more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _push(self, second: float, life: Life) -> None:
        self._count += 1
        heapq.heappush(self._turns, _Turn(second, self._count, life))

    def _next(self) -> _Turn | None:
        """Wait for somebody's moment and return the turn; None when all is over."""
        with self._changed:
            while not self._is_over and (self._turns or self._acting):
                nap = self._clock.wait_for(self._turns[0].second) if self._turns else LONGEST_NAP
                if self._turns and nap == 0:
                    self._acting += 1
                    return heapq.heappop(self._turns)
                self._changed.wait(min(nap, LONGEST_NAP))
            self._changed.notify_all()
            return None

    def _hand(self) -> None:
        while turn := self._next():
            second = None
            try:
                second = next(turn.life, None)
            except BaseException as error:
                self._errors.append(error)
                self._is_over = True
            with self._changed:
                self._acting -= 1
                if second is not None:
                    self._push(second, turn.life)
                self._changed.notify_all()
