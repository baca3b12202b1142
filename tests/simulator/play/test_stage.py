"""Everybody comes to their moments in order, nobody does two things at once, and an error ends all."""

import threading
import time

import pytest

from simulator.play.clock import DayClock
from simulator.play.stage import Life, Stage


def test_moments_come_in_their_order_whoever_waits_for_them() -> None:
    seen: list[tuple[str, int]] = []

    def life(name: str, *seconds: int) -> Life:
        for second in seconds:
            yield second
            seen.append((name, second))

    Stage(DayClock(0, 1_000), hands=1).run([life("late", 30, 90), life("early", 10, 60)])

    assert seen == [("early", 10), ("late", 30), ("early", 60), ("late", 90)]


def test_nobody_acts_before_the_moment() -> None:
    clock = DayClock(0, 100)
    acted: list[int] = []

    def life() -> Life:
        yield 20
        acted.append(clock.now())

    Stage(clock, hands=4).run([life() for _ in range(8)])

    assert len(acted) == 8 and min(acted) >= 20


def test_several_act_at_once_and_no_one_twice() -> None:
    at_once, most = [0], [0]
    lock = threading.Lock()

    def life() -> Life:
        mine = threading.Lock()
        for second in range(3):
            assert mine.acquire(blocking=False), "one person does two things at once"
            with lock:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
            time.sleep(0.01)
            with lock:
                at_once[0] -= 1
            mine.release()
            yield second

    Stage(DayClock(0, 1_000), hands=4).run([life() for _ in range(12)])

    assert 1 < most[0] <= 4


def test_an_error_of_one_ends_all_and_is_told() -> None:
    def fails() -> Life:
        yield 1
        raise ZeroDivisionError

    def goes_on() -> Life:
        while True:
            yield 10**9

    with pytest.raises(ZeroDivisionError):
        Stage(DayClock(0, 100), hands=2).run([fails(), goes_on()])


@pytest.mark.slow
def test_whoever_asks_hears_how_far_it_is() -> None:
    told: list[int] = []

    def life() -> Life:
        yield 60

    Stage(DayClock(0, 60), hands=1, tell=lambda: told.append(1)).run([life()])

    assert told


def test_a_stage_without_anybody_is_over_at_once() -> None:
    Stage(DayClock(0, 1), hands=3).run([])
