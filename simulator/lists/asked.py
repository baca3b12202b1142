"""
Who stands in which list, and what is tried on each row: numbers only, drawn from the seed.

Owns the draw. Refuses texts: a person is a number here, residents first, strangers behind them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.lists.dirt import KINDS

Numbers = NDArray[np.int64]

#: In how many lists somebody stands who is asked after, on average.
LISTS_EACH = 2.3
#: Part of the families that are asked after with every member; of the others it is one.
WHOLE_FAMILIES = 0.35
OUTSIDERS = 1 / 13
REPEATS = 1 / 40


@dataclass(frozen=True)
class Drawn:
    """The rows of one list in the order of the list: who each is about, the kinds of dirt tried, a random number."""

    person: Numbers
    tried: Numbers
    draw: Numbers


def count_rows(rows: int, shares: Sequence[float]) -> list[int]:
    """Share rows out; the largest remainders get what is left, so that none is lost."""
    exact = np.array(shares) * (rows / sum(shares))
    counts = np.floor(exact).astype(np.int64)
    for place in np.argsort(counts - exact, kind="stable")[: rows - int(counts.sum())]:
        counts[place] += 1
    return [int(count) for count in counts]


def count_outsiders(rows: int) -> int:
    """Return how many strangers all lists together know."""
    return max(2, round(rows * OUTSIDERS / LISTS_EACH))


def choose_pool(homes: Numbers, wanted: int, rng: np.random.Generator) -> Numbers:
    """
    Return the residents who are asked after, about `wanted`; whole families or one member.

    `homes` says for each resident which household, counted from 0.
    """
    sizes = np.bincount(homes)
    whole = rng.random(len(sizes)) < WHOLE_FAMILIES
    order = rng.permutation(len(sizes))
    reached = np.searchsorted(np.cumsum(np.where(whole, sizes, 1)[order]), wanted) + 1
    chosen = np.zeros(len(sizes), dtype=bool)
    chosen[order[:reached]] = True
    is_first = np.zeros(len(homes), dtype=bool)
    is_first[np.unique(homes, return_index=True)[1]] = True
    return np.flatnonzero(chosen[homes] & (whole[homes] | is_first))


def draw_list(pool: Numbers, strangers: Numbers, count: int, rng: np.random.Generator) -> Drawn:
    """
    Return `count` rows: residents of the pool, some strangers, and some of both a second time.

    Raises ValueError where the pool is too small.
    """
    repeated = max(1, round(count * REPEATS)) if count > 1 else 0
    strange = min(len(strangers), round(count * OUTSIDERS))
    residents = count - repeated - strange
    if residents > len(pool):
        raise ValueError(f"{len(pool)} people are too few for a list of {count} rows; ask for fewer rows")
    once = np.concatenate(
        [rng.choice(pool, residents, replace=False), rng.choice(strangers, strange, replace=False)]
    )
    rows = np.concatenate([once, rng.choice(once, repeated)])
    rng.shuffle(rows)
    tried = np.zeros(count, dtype=np.int64)
    for place, (_soil, share) in enumerate(KINDS.values()):
        tried |= (rng.random(count) < share).astype(np.int64) << place
    return Drawn(rows, tried, rng.integers(0, 2**40, count))
