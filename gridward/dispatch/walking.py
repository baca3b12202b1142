"""
Owns the shortest way through a handful of places: an open path from a start, its end free. Pure.

Up to seven places every order is tried. More of them: nearest neighbour, then 2-opt and Or-opt on whole matrices, each
time the best step there is, and a fixed number of kicks out of the valley it ends in. The same places give the same
way. A worker's day has at most some forty buildings: what a routing library would add stands in docs/benchmarks.
"""

from collections.abc import Sequence
from functools import cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

Metres = NDArray[np.float64]
Order = NDArray[np.int64]
Point = tuple[float, float]

EARTH = 6_371_008.8
LONGEST_SEGMENT = 3
KICKS = 12
COUNTED = 7
LEAST_GAIN = 1e-6


def distances(points: Sequence[Point]) -> Metres:
    """Return the straight lines between points (longitude, latitude) in metres, by the haversine."""
    east, north = np.radians(np.array(points, dtype=np.float64).reshape(-1, 2)).T
    half = np.sin((north[:, None] - north) / 2) ** 2
    half += np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def length(order: Sequence[int], metres: Metres) -> float:
    """Return how long the way through these places is, in this order."""
    places = np.asarray(order, dtype=np.int64)
    return float(metres[places[:-1], places[1:]].sum())


def nearest_first(metres: Metres, start: int | None) -> list[int]:
    """Return the order in which one always goes to the nearest place not seen yet; without a start from place 0."""
    left = set(range(len(metres)))
    path = [0 if start is None else start]
    left.discard(path[0])
    while left:
        path.append(min(left, key=lambda place: (metres[path[-1], place], place)))
        left.discard(path[-1])
    return path


def shortest(metres: Metres, start: int | None = None) -> list[int]:
    """
    Return every place in the order of a short way. It begins at `start`, where there is one, or where it likes.

    Two places at the ends that are no place cost nothing to reach: so an open path is a path with both ends fixed.
    """
    count = len(metres)
    if count <= COUNTED:
        return _best_of_all(metres, start)
    closed = np.zeros((count + 2, count + 2))
    closed[:count, :count] = metres
    if start is not None:  # leaving the first of the two ends for another place is out of the question
        closed[count, :count] = closed[:count, count] = np.where(np.arange(count) == start, 0, 1e7)
    path = _settled(closed, np.array([count, *nearest_first(metres, start), count + 1]))
    best = _path_length(closed, path)
    chance = np.random.default_rng(count)  # the same for the same number of places
    for _kick in range(KICKS):
        tried = _settled(closed, _kicked(path, chance))
        if (tried_length := _path_length(closed, tried)) < best - LEAST_GAIN:
            path, best = tried, tried_length
    return [int(place) for place in path[1:-1]]


def _path_length(closed: Metres, path: Order) -> float:
    return float(closed[path[:-1], path[1:]].sum())


@cache
def _orders(count: int) -> Order:
    return np.array(list(permutations(range(count))), dtype=np.int64)


def _best_of_all(metres: Metres, start: int | None) -> list[int]:
    if not len(metres):
        return []
    orders = _orders(len(metres))
    if start is not None:
        orders = orders[orders[:, 0] == start]
    walked = metres[orders[:, :-1], orders[:, 1:]].sum(axis=1)
    return [int(place) for place in orders[walked.argmin()]]


def _kicked(path: Order, chance: np.random.Generator) -> Order:
    """Exchange two neighbouring stretches of the path: what neither of the two steps below can do or undo at once."""
    first, second, third = np.sort(1 + chance.choice(len(path) - 1, 3, replace=False))
    return np.concatenate([path[:first], path[second:third], path[first:second], path[third:]])


def _settled(closed: Metres, path: Order) -> Order:
    """Take the best step of either kind until there is none."""
    while True:
        laid = closed[np.ix_(path, path)]
        gain, turned = _reversal(laid, path)
        other_gain, moved = _move(laid, path)
        if max(gain, other_gain) <= LEAST_GAIN:
            return path
        path = turned if gain >= other_gain else moved


def _reversal(laid: Metres, path: Order) -> tuple[float, Order]:
    """Return what the best reversal of a stretch saves, and the path after it (2-opt)."""
    steps = np.diagonal(laid, 1)
    # Of a stretch i … j (both inside): the steps into it and out of it are replaced by two others.
    saved = steps[:-1, None] + steps[None, 1:] - laid[:-2, 1:-1] - laid[1:-1, 2:]
    saved = np.triu(saved, 1)
    i, j = divmod(int(saved.argmax()), saved.shape[1])
    first, last = i + 1, j + 1
    turned = path.copy()
    turned[first : last + 1] = path[first : last + 1][::-1]
    return float(saved[i, j]), turned


def _move(laid: Metres, path: Order) -> tuple[float, Order]:
    """Return what the best move of a stretch of one to three places saves, and the path after it (Or-opt)."""
    best, found = 0.0, path
    steps = np.diagonal(laid, 1)
    inside = len(path) - 2
    for size in range(1, min(LONGEST_SEGMENT, inside - 1) + 1):
        first = np.arange(1, inside - size + 2)
        last = first + size - 1
        out = steps[first - 1] + steps[last] - laid[first - 1, last + 1]
        gaps = np.arange(len(steps))
        straight = laid[gaps[None, :], first[:, None]] + laid[last[:, None], gaps[None, :] + 1]
        turned = laid[gaps[None, :], last[:, None]] + laid[first[:, None], gaps[None, :] + 1]
        saved = out[:, None] - (np.minimum(straight, turned) - steps[None, :])
        saved[(gaps[None, :] >= first[:, None] - 1) & (gaps[None, :] <= last[:, None])] = 0
        row, gap = divmod(int(saved.argmax()), saved.shape[1])
        if saved[row, gap] > best:
            best = float(saved[row, gap])
            stretch = path[first[row] : last[row] + 1]
            if turned[row, gap] < straight[row, gap]:
                stretch = stretch[::-1]
            rest = np.delete(path, np.s_[first[row] : last[row] + 1])
            at = gap + 1 if gap < first[row] else gap + 1 - size
            found = np.concatenate([rest[:at], stretch, rest[at:]])
    return best, found
