"""
Owns the area line: which interval an area gets inside its parent's. Refuses to move an interval once given.

An area is `[pos, end)`. Its children lie strictly inside with gaps between them, so that a new child, or the
two halves of a split one, find room without renumbering. The parent's own `pos` belongs to no child: a row
that is known to be in the area but in none of its children stands there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

#: The line itself. The root stands well inside, so that 0 and the ends stay free for what is nowhere.
ROOT_POS, ROOT_END = 1 << 40, 1 << 60

#: The narrowest interval worth giving at a level: room for a thousand children of the next one, with gaps.
LEAST_WIDTH = {"city": 1 << 58, "district": 1 << 46, "street": 1 << 35, "community": 1 << 24, "grid": 1 << 12}


@dataclass(frozen=True, order=True)
class Interval:
    """A piece of the line, `[pos, end)`."""

    pos: int
    end: int

    @property
    def width(self) -> int:
        """Return how many positions it holds."""
        return self.end - self.pos

    def holds(self, other: "Interval") -> bool:
        """Tell whether another interval is nested in this one without touching its own position."""
        return self.pos < other.pos < other.end <= self.end


def root() -> Interval:
    """Return the interval of the tree's root."""
    return Interval(ROOT_POS, ROOT_END)


def allot(parent: Interval, count: int, *, least: int = 1) -> tuple[Interval, ...]:
    """
    Return intervals for the `count` children of a parent that has none yet, in order, with gaps as wide.

    Empty when they would be narrower than `least`: the parent has no room for so many.
    """
    return allot_between(parent.pos, parent.end, count, least=least)


def allot_between(low: int, high: int, count: int, *, least: int = 1) -> tuple[Interval, ...]:
    """Return `count` intervals inside `[low, high)`, touching neither end; empty if it is too narrow."""
    unit = (high - low) // (2 * count + 2)
    if count < 1 or unit < least:
        return ()
    return tuple(Interval(low + unit * (2 * k + 1), low + unit * (2 * k + 2)) for k in range(count))


def allot_new(
    parent: Interval, taken: Sequence[tuple[str, Interval]], fresh: Sequence[str], *, least: int = 1
) -> dict[str, Interval] | None:
    """
    Return intervals for `fresh` codes in a parent whose children `taken` stay where they are.

    A code goes into the gap between its neighbours in code order; when that is too narrow, into the widest
    gap the parent has. None when no gap is left.
    """
    settled = sorted(taken)
    given: dict[str, Interval] = {}
    for run in _runs(settled, sorted(fresh)):
        gap = _gap_before(parent, settled, run[0])
        found = allot_between(gap.pos, gap.end, len(run), least=least)
        if not found:
            gap = max(_gaps(parent, settled), key=lambda free: (free.width, -free.pos))
            found = allot_between(gap.pos, gap.end, len(run), least=least)
        if not found:
            return None
        placed = list(zip(run, found, strict=True))
        given.update(placed)
        settled = sorted([*settled, *placed])
    return given


def _runs(settled: Sequence[tuple[str, Interval]], fresh: Sequence[str]) -> list[list[str]]:
    """Group new codes that fall between the same two existing ones."""
    runs: dict[int, list[str]] = {}
    codes = [code for code, _ in settled]
    for code in fresh:
        runs.setdefault(sum(other < code for other in codes), []).append(code)
    return list(runs.values())


def _gap_before(parent: Interval, settled: Sequence[tuple[str, Interval]], code: str) -> Interval:
    """Return the free stretch around the place where a code belongs in order."""
    earlier = [interval for other, interval in settled if other < code]
    low = max((interval.end for interval in earlier), default=parent.pos)
    high = min((interval.pos for _, interval in settled if interval.pos >= low), default=parent.end)
    return Interval(low, high)


def _gaps(parent: Interval, settled: Sequence[tuple[str, Interval]]) -> list[Interval]:
    edges = sorted(interval for _, interval in settled)
    lows = [parent.pos, *(interval.end for interval in edges)]
    highs = [*(interval.pos for interval in edges), parent.end]
    return [Interval(low, high) for low, high in zip(lows, highs, strict=True)]
