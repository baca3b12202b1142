"""
Drawing with numpy: streams of random numbers by name, shares by weight, counting inside groups.

Owns: that each part of the city draws from a stream of its own, so that a change in one leaves the others as they
were. Refuses to know what is drawn.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the random numbers of one part of the city."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(part.encode())])))


def by_weight(weights: Ints, count: int, rng: np.random.Generator) -> Ints:
    """Draw `count` places of `weights`, each as often as it weighs."""
    bounds = np.cumsum(weights)
    return np.searchsorted(bounds, rng.integers(0, bounds[-1], count), side="right").astype(np.int64)


def unrolled(counts: Ints) -> tuple[Ints, Ints]:
    """Return, for groups of these sizes laid out one after the other, each member's group and place in it."""
    group = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return group, np.arange(len(group)) - starts[group]


def places_within(keys: Ints) -> Ints:
    """Return for each element how many earlier ones have the same key."""
    order = np.argsort(keys, kind="stable")
    _, sizes = np.unique(keys, return_counts=True)
    places = np.empty(len(keys), dtype=np.int64)
    places[order] = unrolled(sizes.astype(np.int64))[1]
    return places


def distinct(candidates: Ints, count: int, rng: np.random.Generator) -> Ints:
    """Draw up to `count` different candidates, in the order of the draw."""
    return rng.permutation(candidates)[:count]
