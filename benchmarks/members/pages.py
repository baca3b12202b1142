"""P8 and P12: every page of every role at three sizes of a city, and a thousand open boards at the largest."""

from typing import Any

from benchmarks.figures import Figure, Goal, quantile
from benchmarks.house.measured import seen, seen_in_turns

MOST_MS = 100
MOST_CORE = 0.10
#: A hundredth, a thirtieth and a tenth of a city: 1×, 3× and 10×.
PARTS = (100, 30, 10)
#: Whatever else a machine does makes a time longer and never shorter: the quicker quarter says what a page takes.
UNDISTURBED = 0.25
MOST_GROWTH = 1.2
STEADY = Goal("P12", "≤ 1.2× the time of a row", most=MOST_GROWTH)
#: The pages that count every row below them, whatever they answer with: what is late, closed or asked today. An area's
#: page shows the board's counts.
COUNTING = ("/board", "/areas", "/budgets")


def measure(quick: bool) -> list[Figure]:
    """Return the figures of every page at each size, of growth, and of the open boards."""
    found = [seen(0, boards=True)] if quick else seen_in_turns(PARTS, is_unclear)
    figures = [
        figure
        for one in found
        for figure in (*pages_told(one, decisive=False), *boards_told(one, decisive=False))
    ]
    return figures + [figure for name in found[0]["pages"] for figure in grown(name, found)]


def pages_told(found: dict[str, Any], *, decisive: bool) -> list[Figure]:
    """Return the two figures of each page, the floor beside them."""
    goal = Goal("P8", f"≤ {MOST_MS} ms", most=MOST_MS, decisive=decisive)
    return [
        Figure(
            f"{name} {label}",
            found["size"],
            "ms",
            [quantile(block, part) * 1000 for block in ours],
            f"/healthz {label}",
            [quantile(block, part) * 1000 for block in floor],
            goal=goal,
        )
        for name, (ours, floor, _bytes) in found["pages"].items()
        for label, part in (("p50", 0.5), ("p95", 0.95))
    ]


def boards_told(found: dict[str, Any], *, decisive: bool) -> list[Figure]:
    """Return what open boards take of a core, how often they were told, and how long an answer took then."""
    goal = Goal("P8", "≤ 10 % of a core", most=MOST_CORE, decisive=decisive)
    figures = []
    for about, one in found["boards"].items():
        size = f"{about}; {found['size']}"
        figures += [
            Figure("open boards: the site's share of a core", size, "cores", [one["site"]], goal=goal),
            Figure("open boards: the database's share of a core", size, "cores", [one["database"]]),
            Figure("open boards: refreshes", size, "1/s", [one["refreshes"]], more_is_better=True),
            Figure("open boards: a refresh p95", size, "ms", [one["p95"] * 1000]),
        ]
    return figures


def grown(name: str, found: list[dict[str, Any]]) -> list[Figure]:
    """
    Return how many times longer a page takes for three and for ten times the rows, for each row it is about.

    P12 is about the cost of a row. A page that answers with twice the bytes (a queue that did not fill its page in the
    small city, a file of all rows) may take twice the time, and one that answers with the same may take the same. A
    board answers with the same but counts what is late and what closed today row by row, an area's page shows the same
    counts, the budgets who was asked and who was given what: their time is told by the rows. The three cities stand
    side by side and take turns, seconds apart: what is compared is one and the same minute of a machine whose pace
    drifts, and of its times those that nothing else on the machine made longer.
    """
    figures = []
    for times, more, slower in _slower(name, [one["pages"] for one in found]):
        size = f"{times} times the rows"
        figures.append(Figure(f"{name}: growth", size, "×", slower, goal=STEADY))
        if more > 1.05:
            figures.append(Figure(f"{name}: bytes answered", size, "×", [more], more_is_better=True))
    return figures


def is_unclear(name: str, pages: list[dict[str, Any]]) -> bool:
    """Tell whether a page seems to grow: of two hundred figures some do by chance, so it is visited more often."""
    return any(quantile(slower, 0.5) > MOST_GROWTH for _times, _more, slower in _slower(name, pages))


def _slower(name: str, pages: list[dict[str, Any]]) -> list[tuple[int, float, list[float]]]:
    """Return for each larger city: how many times the rows, the bytes, and the time of a row, round by round."""
    paced = [[quantile(block, UNDISTURBED) for block in one[name][0]] for one in pages]
    lengths = [one[name][2] for one in pages]
    found = []
    for times, larger, length in zip((3, 10), paced[1:], lengths[1:], strict=False):
        more = length / lengths[0]
        rows = times if name.startswith(COUNTING) else max(1.0, more)
        found.append((times, more, [many / few / rows for few, many in zip(paced[0], larger, strict=True)]))
    return found
