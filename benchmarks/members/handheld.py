"""P5: what a phone's sync takes: the first of a day, one without news, and one household that changed."""

from benchmarks.figures import Figure, Goal, quantile
from benchmarks.house.measured import seen

#: A thirtieth of a city.
PART = 30
MS = 1_000


def measure(quick: bool) -> list[Figure]:
    """Return times and bytes of each kind of sync."""
    found = seen(0 if quick else PART, boards=False, phones=True)
    phones, size = found["phones"], f"{found['phones']['households']} households; {found['size']}"
    seconds = phones["seconds"]
    goals = {
        "first": Goal("P5", "≤ 1 s", most=1_000, decisive=not quick),
        "empty": Goal("P5", "≤ 20 ms", most=20, decisive=not quick),
    }
    figures = [
        Figure(
            f"{name} sync {label}",
            size,
            "ms",
            [quantile(block, part) * MS for block in seconds[name]],
            f"/healthz {label}" if name == "empty" else "",
            [quantile(block, part) * MS for block in seconds["floor"]] if name == "empty" else [],
            goal=goals.get(name),
        )
        for name in ("first", "empty", "change")
        for label, part in (("p50", 0.5), ("p95", 0.95))
    ]
    small = Goal("P5", "≤ 1.5 KB", most=1_500, decisive=not quick)
    return figures + [
        Figure(f"{name} sync, answer", size, "bytes", [count], goal=small if name == "change" else None)
        for name, count in phones["bytes"].items()
    ]
