"""P4, P5, P11, R2, U2: what answers to forms take, a phone's sync, its start, a minute of long answers, enrolling."""

from typing import Any

from benchmarks.figures import Figure, Goal, quantile
from benchmarks.house.measured import seen

#: A thirtieth of a city.
PART = 30
MS = 1_000
CORES = 2


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
    return [
        *figures,
        *_answers(phones["answers"], found["size"], quick),
        *_lasting(phones["lasting"], found["size"], quick),
        *_starts(phones["starts"], size, quick),
        *_enrolled(phones["enrolled"], size, quick),
    ] + [
        Figure(f"{name} sync, answer", size, "bytes", [count], goal=small if name == "change" else None)
        for name, count in phones["bytes"].items()
    ]


def _starts(seen: dict[str, Any], size: str, quick: bool) -> list[Figure]:
    """Return how long the app takes to begin in a browser slowed sixfold, by its parts, and how large it is."""
    prompt, today = seen["seconds"]["prompt"], seen["seconds"]["today"]
    whole = [(one + other) * MS for one, other in zip(prompt, today, strict=True)]
    begun = Goal("P11", "≤ 0.8 s", most=800, decisive=not quick)
    small = Goal("P11", "≤ 400 KB", most=400, decisive=not quick)
    slowed = f"slowed 6 times; {size}"
    return [
        Figure("the app from its address to today, without typing", slowed, "ms", whole, goal=begun),
        Figure("the app from its address to the PIN", slowed, "ms", [one * MS for one in prompt]),
        Figure("the app from the PIN to today", slowed, "ms", [one * MS for one in today]),
        Figure("the app, packed", "all its files", "KB", [seen["bytes"] / 1024], goal=small),
    ]


def _lasting(seen: dict[str, Any], size: str, quick: bool) -> list[Figure]:
    """Return what became of a minute of answers to a form of 250 questions."""
    of = f"{seen['wanted']} of 250 questions each, ten at once; {size}"
    every = Goal("R2", "100 % stored", least=100, decisive=not quick)
    steady = Goal("R2", "≥ 250/s", least=249, decisive=not quick)
    worked = seen["site"] + seen["database"]
    return [
        Figure("long answers stored", of, "%", [100 * seen["stored"] / seen["wanted"]], goal=every),
        Figure("long answers: as they came", of, "1/s", [seen["stored"] / seen["lasted"]], goal=steady),
        Figure("long answers: processor", of, "ms", [worked / seen["stored"] * MS]),
        Figure("long answers: ten at once p95", of, "ms", [quantile(seen["asked"], 0.95) * MS]),
    ]


def _enrolled(seen: dict[str, Any], size: str, quick: bool) -> list[Figure]:
    """Return what it takes to enrol a city's workers one after another, and one phone in a slowed browser."""
    city = Goal("U2", "≤ 4 h for a city", most=4, decisive=not quick)
    one = Goal("U2", "≤ 60 s a device", most=60, decisive=not quick)
    count, each = seen["workers"], seen["phones"]
    hours = (seen["roster"] + count * seen["worked"] / CORES) / 3_600
    of = f"{len(each)} phones, one after another; {size}"
    return [
        Figure("a roster from csv", f"{count} workers", "s", [seen["roster"]]),
        Figure("a phone from its code to its first task", of, "ms", [second * MS for second in each]),
        Figure("a phone from its code to its first task: processor", of, "ms", [seen["worked"] * MS]),
        Figure(
            "a city's phones, all centres at once",
            f"{count} workers on {CORES} cores",
            "h",
            [hours],
            goal=city,
        ),
        Figure(
            "a phone in the browser, PIN typed at once",
            f"slowed 6 times; {size}",
            "s",
            seen["browser"],
            goal=one,
        ),
    ]


def _answers(seen: dict[str, Any], size: str, quick: bool) -> list[Figure]:
    """Return rate, time and processor time of answers, without and with a photo; a core's rate is by what it worked."""
    count = seen["count"]
    figures = []
    for kind, label, least, wanted in (
        ("plain", "answers for three people", 500, "≥ 500/s a core"),
        ("shift", "answers, twenty at once", 500, "≥ 500/s a core"),
        ("photo", "answers and a photo of 100 KB", 250, "≥ 250/s a core"),
    ):
        told, of = seen[kind], f"{count} a round over {seen['connections']} connections; {size}"
        worked = [site + database for site, database in zip(told["site"], told["database"], strict=True)]
        goals = {
            "rate": Goal("P4", wanted, least=least, decisive=not quick),
            "p95": Goal("P4", "≤ 40 ms", most=40, decisive=not quick) if kind == "plain" else None,
            "cost": Goal("P4", "≤ 2.2 ms", most=2.2, decisive=not quick) if kind == "plain" else None,
        }
        figures += [
            Figure(
                f"{label}: a core's",
                of,
                "1/s",
                [count / max(one, 0.01) for one in worked],
                goal=goals["rate"],
            ),
            Figure(f"{label}: as it came", of, "1/s", [count / one for one in told["round"]]),
            Figure(
                f"{label} p95",
                of,
                "ms",
                [quantile(one, 0.95) * MS for one in told["asked"]],
                goal=goals["p95"],
            ),
            Figure(f"{label}: processor", of, "ms", [one / count * MS for one in worked], goal=goals["cost"]),
            Figure(f"{label}: database's part", of, "ms", [one / count * MS for one in told["database"]]),
        ]
    return figures
