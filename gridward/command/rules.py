"""Owns how counts of places become counts of areas. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """What a board counts in one area."""

    open: int = 0
    late: int = 0
    done: int = 0
    done_today: int = 0
    due: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.open + other.open,
            self.late + other.late,
            self.done + other.done,
            self.done_today + other.done_today,
            self.due + other.due,
        )


@dataclass(frozen=True)
class Placed:
    """The counts at one position of the area line."""

    pos: int
    counts: Counts


def total(rows: Iterable[Placed]) -> Counts:
    """Return the sum over all places."""
    return sum((row.counts for row in rows), Counts())


def by_interval(rows: Iterable[Placed], intervals: Sequence[tuple[int, int]]) -> list[Counts]:
    """Return the sums in disjoint intervals `[pos, end)`, in their order; places in none of them are left out."""
    order = sorted(range(len(intervals)), key=lambda i: intervals[i][0])
    starts = [intervals[i][0] for i in order]
    sums = [Counts()] * len(intervals)
    for row in rows:
        at = bisect_right(starts, row.pos) - 1
        if at >= 0 and row.pos < intervals[order[at]][1]:
            sums[order[at]] += row.counts
    return sums
