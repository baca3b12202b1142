"""Lets several ways of doing one thing take turns, so that a busy moment of the machine hits all of them."""

import time
from collections.abc import Callable, Mapping

Way = Callable[[], object]


def take_turns(ways: Mapping[str, Way], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every round of every way; who begins changes from round to round."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways.items())
    for number in range(rounds):
        for name, way in order if number % 2 == 0 else order[::-1]:
            seconds[name].append(timed(way))
    return seconds


def timed(way: Way) -> float:
    """Return how many seconds one call takes."""
    begun = time.perf_counter()
    way()
    return time.perf_counter() - begun
