"""Owns what a centre counts. Pure."""

from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True)
class _Sum:
    """Numbers that add up column by column."""

    def __add__(self, other: Self) -> Self:
        return type(self)(*[getattr(self, one.name) + getattr(other, one.name) for one in fields(self)])


@dataclass(frozen=True)
class Counts(_Sum):
    """What a board counts in one area."""

    open: int = 0
    late: int = 0
    done: int = 0
    done_today: int = 0
    due: int = 0


@dataclass(frozen=True)
class Ratio(_Sum):
    """Of what was asked (`due`), how much is reached with evidence (`done`), and how much ended without."""

    due: int = 0
    done: int = 0
    ended: int = 0

    @property
    def open(self) -> int:
        """Return how much nobody has dealt with yet."""
        return self.due - self.done - self.ended

    @property
    def percent(self) -> float | None:
        """Return the share in percent, to one place and downwards: only everything is 100. None of nothing."""
        return self.done * 1000 // self.due / 10 if self.due else None


@dataclass(frozen=True)
class Coverage(_Sum):
    """The three ratios of one area: questions collected, clues verified, households visited (M-63)."""

    collect: Ratio = Ratio()
    verify: Ratio = Ratio()
    visit: Ratio = Ratio()
