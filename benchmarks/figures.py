"""What samples come to: middle, spread, how ours stands to a yardstick, whether a goal is met. Pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Outcome = Literal["met", "missed", "open", ""]


@dataclass(frozen=True)
class Spread:
    """The middle of some samples and the quarter marks around it."""

    median: float
    q1: float
    q3: float
    rounds: int

    def row(self) -> dict[str, float | int]:
        """Return it as the history keeps it: four figures that matter, no more."""
        return {
            "median": significant(self.median),
            "q1": significant(self.q1),
            "q3": significant(self.q3),
            "rounds": self.rounds,
        }


@dataclass(frozen=True)
class Goal:
    """
    What a figure is to reach: its own middle, or its ratio to the yardstick.

    Not `decisive` where the run is smaller than the goal asks for: it may then be missed, but not met.
    """

    id: str
    text: str
    of: Literal["value", "ratio"] = "value"
    least: float | None = None
    most: float | None = None
    decisive: bool = True


@dataclass(frozen=True)
class Figure:
    """One measured thing: samples of ours and, taken in turn with them, of a yardstick."""

    name: str
    size: str
    unit: str
    ours: Sequence[float]
    yardstick: str = ""
    theirs: Sequence[float] = ()
    more_is_better: bool = False
    goal: Goal | None = None


def significant(number: float) -> float:
    """Return a number with four significant figures."""
    return float(f"{number:.4g}")


def spread(samples: Sequence[float]) -> Spread:
    """Return middle and quarter marks; ValueError where nothing was measured."""
    if not samples:
        raise ValueError("nothing was measured")
    if len(samples) == 1:
        return Spread(samples[0], samples[0], samples[0], 1)
    q1, _middle, q3 = statistics.quantiles(samples, n=4, method="inclusive")
    return Spread(statistics.median(samples), q1, q3, len(samples))


def quantile(samples: Sequence[float], part: float) -> float:
    """Return the sample below which `part` of all lie, by the nearest rank."""
    if not samples or not 0 < part <= 1:
        raise ValueError("a quantile needs samples and a part above 0, at most 1")
    ranked = sorted(samples)
    return ranked[max(0, -int(-part * len(ranked) // 1) - 1)]


def ratios(figure: Figure) -> list[float]:
    """Return, round by round, how many times better ours was than the yardstick: 2 is twice as fast."""
    if not figure.theirs:
        return []
    if len(figure.theirs) != len(figure.ours):
        raise ValueError("ours and the yardstick take turns: as many rounds of each")
    pairs = zip(figure.ours, figure.theirs, strict=True)
    return [ours / theirs if figure.more_is_better else theirs / ours for ours, theirs in pairs]


def judged(figure: Figure) -> Outcome:
    """Say what became of the figure's goal; nothing where it has none."""
    goal = figure.goal
    if goal is None:
        return ""
    reached = spread(ratios(figure) if goal.of == "ratio" else figure.ours).median
    missed = (goal.least is not None and reached < goal.least) or (
        goal.most is not None and reached > goal.most
    )
    if missed:
        return "missed"
    return "met" if goal.decisive else "open"


def row(figure: Figure) -> dict[str, Any]:
    """Return the figure as the history keeps it."""
    told: dict[str, Any] = {
        "name": figure.name,
        "size": figure.size,
        "unit": figure.unit,
        "more_is_better": figure.more_is_better,
        "ours": spread(figure.ours).row(),
    }
    if figure.theirs:
        told["yardstick"] = {"what": figure.yardstick, **spread(figure.theirs).row()}
        told["ratio"] = spread(ratios(figure)).row()
    if figure.goal:
        told["goal"] = {
            "id": figure.goal.id,
            "text": figure.goal.text,
            "of": figure.goal.of,
            "outcome": judged(figure),
        }
    return told
