"""Turns: a few at once, then so many a second, and always whoever had none for longest."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from gridward.wiring.turns import Turns


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 30))


def test_after_a_quiet_while_a_few_go_at_once_and_the_next_waits() -> None:
    async def story() -> None:
        turns, loop = Turns(20.0, 3), asyncio.get_running_loop()
        began = loop.time()
        for _ in range(3):
            await turns.take(0.0)
        at_once = loop.time() - began
        await turns.take(0.0)

        assert at_once < 0.04 <= loop.time() - began + 0.01

    run(story)


def test_the_rate_is_kept_however_many_ask() -> None:
    async def story() -> None:
        turns, loop = Turns(50.0, 1), asyncio.get_running_loop()
        began = loop.time()

        await asyncio.gather(*(turns.take(float(number)) for number in range(16)))

        assert loop.time() - began >= 15 / 50 - 0.01

    run(story)


def test_whoever_waited_longest_goes_first_whenever_he_came() -> None:
    async def story() -> None:
        turns, order = Turns(100.0, 1), []

        async def come(name: str, last_at: float) -> None:
            await turns.take(last_at)
            order.append(name)

        await turns.take(0.0)
        await asyncio.gather(come("busy", 9.0), come("busier", 10.0), come("quiet", 1.0), come("never", 0.0))

        assert order == ["never", "quiet", "busy", "busier"]

    run(story)


def test_who_gives_up_takes_nobodys_turn() -> None:
    async def story() -> None:
        turns = Turns(20.0, 1)
        await turns.take(0.0)
        waiting = [asyncio.create_task(turns.take(0.0)) for _ in range(3)]
        await asyncio.sleep(0)
        for task in waiting[:2]:
            task.cancel()
        began = asyncio.get_running_loop().time()

        await waiting[2]

        assert asyncio.get_running_loop().time() - began < 2 / 20
        assert all(task.cancelled() for task in waiting[:2])

    run(story)


def test_a_dear_turn_counts_for_several_and_never_for_more_than_there_are() -> None:
    async def story() -> None:
        turns, loop = Turns(50.0, 2), asyncio.get_running_loop()
        await turns.take(0.0, 2.0)
        began = loop.time()
        await turns.take(0.0, 2.0)
        twice = loop.time() - began
        await turns.take(0.0, 99.0)

        assert twice >= 2 / 50 - 0.01
        assert loop.time() - began < 1.0

    run(story)


def test_a_dear_turn_is_not_overtaken_by_cheap_ones_that_had_theirs_later() -> None:
    async def story() -> None:
        turns, order = Turns(100.0, 4), []

        async def come(name: str, last_at: float, cost: float) -> None:
            await turns.take(last_at, cost)
            order.append(name)

        await turns.take(0.0, 4.0)
        await asyncio.gather(come("a grid", 5.0, 1.0), come("the city", 1.0, 4.0), come("a street", 4.0, 1.0))

        assert order == ["the city", "a street", "a grid"]

    run(story)


@pytest.mark.parametrize("waves", [2])
def test_turns_go_on_after_nobody_wanted_one(waves: int) -> None:
    async def story() -> None:
        turns = Turns(200.0, 1)
        for _ in range(waves):
            await asyncio.gather(*(turns.take(0.0) for _ in range(4)))
            await asyncio.sleep(0.02)

    run(story)
