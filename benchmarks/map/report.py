"""What the measured figures come to: medians, how much faster than the yardstick, which goals are met. Pure."""

import statistics
from collections.abc import Mapping, Sequence

#: The stricter reading: until the software renderer has drawn, not only until the library is idle.
GOALS = {"first_idle_ms": 1500, "recolour_300_drawn_ms": 50}

Figures = Mapping[str, float]


def medians(figures: Sequence[Figures]) -> dict[str, float]:
    """Return the middle of every figure; ValueError where the rounds measured nothing or different things."""
    if not figures or any(one.keys() != figures[0].keys() for one in figures):
        raise ValueError("every round has to measure the same figures, and at least one round")
    return {name: round(statistics.median(one[name] for one in figures), 1) for name in figures[0]}


def ratios(ours: Figures, yardstick: Figures) -> dict[str, float | None]:
    """Return how many times longer the yardstick takes, for every time both measured; None beside a zero."""
    shared = [name for name in ours if name.endswith("_ms") and name in yardstick]
    return {name: round(yardstick[name] / ours[name], 2) if ours[name] else None for name in shared}


def report(
    seen: Mapping[str, Sequence[Figures]], site: Mapping[str, object], load: float
) -> dict[str, object]:
    """Return what the benchmark prints, every single round included."""
    middle = {kind: medians(figures) for kind, figures in seen.items()}
    return {
        "rounds": len(seen["tiles"]),
        "load": round(load, 1),
        "site": dict(site),
        **middle,
        "ratio": ratios(middle["tiles"], middle["geojson"]),
        "goals": GOALS,
        "met": {name: middle["tiles"][name] <= goal for name, goal in GOALS.items()},
        "all": seen,
    }
