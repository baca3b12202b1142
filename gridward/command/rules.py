"""Owns what a centre counts. Pure."""

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
