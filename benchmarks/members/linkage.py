"""P2: rows that exact keys leave open, decided by likeness and by Splink: the same rows, people and pairs, in turn."""

import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import duckdb

from benchmarks.figures import Figure, Goal
from benchmarks.house.simulated import simulated
from benchmarks.linkage import lists
from benchmarks.linkage.dirt import HARD
from benchmarks.refusal import NotMeasured
from benchmarks.run import ROOT

SIDES = ("ours_kept", "ours_learned", "splink_em", "splink_learned")
OURS, THEIRS = SIDES[:2], SIDES[2:]
NAMES = {
    "ours_kept": "likeness, the table that is kept",
    "ours_learned": "likeness, learned in this run",
    "splink_em": "Splink, expectation maximisation",
    "splink_learned": "Splink, m from exact links",
}
Runs = dict[str, list[dict[str, float]]]


def measure(quick: bool) -> list[Figure]:
    """Return what each side finds, in how many seconds and how much memory, in processes of their own."""
    if find_spec("splink") is None:
        raise NotMeasured("Splink is not installed; `make bench-environment` does it.")
    with tempfile.TemporaryDirectory(prefix="bench-linkage-") as name:
        folder = Path(name)
        files = simulated(folder / "city", "street" if quick else "district")
        place = folder / "pairs.duckdb"
        lists.prepared(files, lists.Drawn(6_000 if quick else 100_000, HARD, seed=77), place)
        size = _size(place)
        runs: Runs = {side: [] for side in SIDES}
        for number in range(1 if quick else 3):
            for side in SIDES if number % 2 == 0 else SIDES[::-1]:
                runs[side].append(_once(side, place))
    return _figures(size, runs)


def _size(place: Path) -> str:
    counts = "(select count(*) from left_over), (select count(*) from pair), (select count(*) from person)"
    with duckdb.connect(str(place), read_only=True) as db:
        ((rows, pairs, people),) = db.execute(f"select {counts}").fetchall()
    return f"{rows:,} rows left open, {pairs:,} pairs, {people:,} people"


def _once(side: str, place: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.linkage.once", side, str(place)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def _figures(size: str, runs: Runs) -> list[Figure]:
    figures = []
    for side, ran in runs.items():
        for what in ("precision", "recall", "f1"):
            found = [100 * one[what] for one in ran]
            figures.append(Figure(f"{what}: {NAMES[side]}", size, "%", found, more_is_better=True))
        figures.append(Figure(f"memory: {NAMES[side]}", size, "MiB", [one["peak_mib"] for one in ran]))
    ahead = Goal("P2", "F1 ≥ Splink's + 0.02", least=0.02)
    faster = Goal("P2", "≥ 4 times as fast as Splink, learning included", of="ratio", least=4)
    for side in OURS:
        # The better of the two Splinks, at the bound at which it is best.
        best = [
            max(one["f1"] for one in each) for each in zip(*(runs[other] for other in THEIRS), strict=True)
        ]
        more = [one["f1"] - other for one, other in zip(runs[side], best, strict=True)]
        figures.append(
            Figure(f"F1 beyond Splink's: {NAMES[side]}", size, "", more, more_is_better=True, goal=ahead)
        )
    seconds = {side: [one["seconds"] for one in ran] for side, ran in runs.items()}
    for other in THEIRS:
        ours = seconds["ours_learned"]
        figures.append(
            Figure("learned and decided", size, "s", ours, NAMES[other], seconds[other], goal=faster)
        )
    figures.append(Figure("decided by the table that is kept", size, "s", seconds["ours_kept"]))
    return figures
