"""
Workers and the teams they are in.

Owns how many each grid has and that one of them answers for it. Refuses accounts and passwords.
"""

from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Ints, by_weight, places_within, stream
from simulator.city.ground import Ground
from simulator.city.numbers import phones
from simulator.city.words import given, surnames


@dataclass(frozen=True)
class Workers:
    """Workers in the order of the grids; the first of each grid (`place` 1) answers for it."""

    grid: Ints
    place: Ints
    surname: Ints
    given: Ints
    second: Ints
    phone: Ints

    def __len__(self) -> int:
        return len(self.grid)


def make_workers(ground: Ground, seed: int) -> Workers:
    """Return two or three workers a grid, five for every two grids."""
    rng = stream(seed, "workers")
    grids = len(ground)
    counts = np.full(grids, 2)
    counts[rng.permutation(grids)[: grids // 2]] = 3
    grid = np.repeat(np.arange(grids), counts)
    second = by_weight(given()[1], len(grid), rng)
    second[rng.random(len(grid)) < 0.25] = 0
    return Workers(
        grid=grid,
        place=places_within(grid) + 1,
        surname=by_weight(surnames()[1], len(grid), rng),
        given=by_weight(given()[1], len(grid), rng),
        second=second,
        phone=phones("workers", np.arange(len(grid))),
    )


def leaders(ground: Ground, workers: Workers) -> Ints:
    """Return for each community the worker who leads its team: who answers for its first grid."""
    community = ground.community[workers.grid]
    return np.searchsorted(community, np.arange(len(ground.communities)))
