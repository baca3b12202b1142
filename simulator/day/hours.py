"""When things happen in a day: seconds since local midnight. Owns the shape of a day; refuses to know what happens."""

from collections.abc import Sequence

import numpy as np

from simulator.city.draw import Ints

MINUTE, HOUR, DAY = 60, 3_600, 86_400
#: Nobody is called or visited outside these hours.
CALLS_FROM, CALLS_UNTIL = 9 * HOUR, 20 * HOUR


def moments(shares: Sequence[float], count: int, rng: np.random.Generator) -> Ints:
    """Draw `count` seconds of a day whose hours, from midnight on, have these shares."""
    bounds = np.r_[0.0, np.cumsum(np.array(shares, dtype=np.float64))]
    drawn: Ints = np.interp(rng.random(count) * bounds[-1], bounds, np.arange(len(bounds)) * HOUR).astype(
        np.int64
    )
    return drawn


def between(least: Ints | int, most: Ints | int, count: int, rng: np.random.Generator) -> Ints:
    """Draw `count` whole numbers from `least` up to and with `most`."""
    return rng.integers(least, np.asarray(most) + 1, count)
