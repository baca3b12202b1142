"""
Owns turns: so many a second, and a few more at once after a quiet while. Who had the last one longest ago comes first.

One event loop only. Refuses nobody: who comes while there is no turn waits for one.
"""

import asyncio
import heapq
from itertools import count


class Turns:
    """Gives turns in a fair order at a bounded rate."""

    def __init__(self, a_second: float, at_once: int) -> None:
        self._a_second = a_second
        self._at_once = float(at_once)
        self._ready = float(at_once)
        self._counted_at = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = count()
        self._giver: asyncio.Task[None] | None = None

    async def take(self, last_at: float) -> None:
        """Wait for a turn; `last_at` is when the caller had its last one, by the loop's clock."""
        self._count()
        if not self._waiting and self._ready >= 1:
            self._ready -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (last_at, next(self._number), turn))
        if self._giver is None or self._giver.done():
            self._giver = asyncio.create_task(self._give())
        await turn

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self._ready = min(self._at_once, self._ready + (now - self._counted_at) * self._a_second)
        self._counted_at = now

    async def _give(self) -> None:
        while self._waiting:
            self._count()
            if self._ready < 1:
                await asyncio.sleep((1 - self._ready) / self._a_second)
                continue
            _last_at, _number, turn = heapq.heappop(self._waiting)
            if not turn.done():  # who gave up takes no turn
                self._ready -= 1
                turn.set_result(None)
