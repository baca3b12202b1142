"""
Owns turns: so many a second, and a few more at once after a quiet while. Who had the last one longest ago comes first.
A turn that costs more than others counts for several.

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
        self._waiting: list[tuple[float, int, float, asyncio.Future[None]]] = []
        self._number = count()
        self._giver: asyncio.Task[None] | None = None

    async def take(self, last_at: float, cost: float = 1.0) -> None:
        """
        Wait for a turn; `last_at` is when the caller had its last one, by the loop's clock.

        `cost` is for how many turns it counts, at most as many as there are at once.
        """
        cost = min(cost, self._at_once)
        self._count()
        if not self._waiting and self._ready >= cost:
            self._ready -= cost
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (last_at, next(self._number), cost, turn))
        if self._giver is None or self._giver.done():
            self._giver = asyncio.create_task(self._give())
        await turn

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self._ready = min(self._at_once, self._ready + (now - self._counted_at) * self._a_second)
        self._counted_at = now

    async def _give(self) -> None:
        while self._waiting:
            _last_at, _number, cost, turn = self._waiting[0]
            if turn.done():  # who gave up takes no turn
                heapq.heappop(self._waiting)
                continue
            self._count()
            if self._ready < cost:
                await asyncio.sleep((cost - self._ready) / self._a_second)
                continue
            heapq.heappop(self._waiting)
            self._ready -= cost
            turn.set_result(None)
