"""P13, its check: what the ledger costs to write, to chain, to export and to check from outside."""

import json
import subprocess
import sys
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from benchmarks.figures import Figure, Goal
from benchmarks.house.filled import acting, actor_made
from benchmarks.turns import timed
from gridward.kernel import clock, ledger
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.ledger import heads, sealer
from gridward.kernel.ledger.export import export_ledger

#: 10 million entries in two minutes.
CHECKED_A_SECOND = 10_000_000 / 120
PIECE = 5_000
FLOOR = "one SHA-256 per entry and link, from memory"


def measure(quick: bool) -> list[Figure]:
    """Return entries a second of each step; the ledger grows from round to round, and the check sees all of it."""
    count, rounds = (2_000, 1) if quick else (100_000, 3)
    steps: dict[str, list[float]] = {"write": [], "seal": [], "export": [], "check": []}
    sizes: list[int] = []
    floor: list[float] = []
    auditor = actor_made("auditor", "auditor")
    export = settings.DATA / "export.jsonl"
    for number in range(rounds):
        entries = [_entry(number * count + place) for place in range(count)]
        steps["write"].append(timed(partial(_write, entries)))
        steps["seal"].append(timed(sealer.seal_waiting))
        heads.sign_and_export_default()
        steps["export"].append(timed(partial(_export, export, auditor)))
        sizes.append(_sealed(export))
        steps["check"].append(timed(partial(_check, export)))
        lines = _lines(export)
        floor.append(timed(partial(_chained, lines)))
    goal = Goal(
        "P13", f"≥ {CHECKED_A_SECOND:,.0f}/s: 10 million in 2 min", least=CHECKED_A_SECOND, decisive=False
    )
    last = f"ledger of {sizes[0]:,} to {sizes[-1]:,}"
    chained = [sizes[place] / one for place, one in enumerate(floor)]
    return [
        _rate("write", f"{count:,} a round", count, steps["write"]),
        _rate("seal", f"{count:,} a round", count, steps["seal"], chained),
        Figure("export", last, "entries/s", _each(sizes, steps["export"]), more_is_better=True),
        Figure(
            "check by gridward-verify",
            last,
            "entries/s",
            _each(sizes, steps["check"]),
            FLOOR,
            chained,
            True,
            goal,
        ),
    ]


def _entry(number: int) -> ledger.Entry:
    return ledger.entry(
        "task.close", by=SYSTEM, now=clock.now(), obj=("task", UUID(int=number)), purpose="case_finding",
        basis=UUID(int=1), task=UUID(int=number), rows=number % 1_000,
    )  # fmt: skip


def _write(entries: list[ledger.Entry]) -> None:
    for start in range(0, len(entries), PIECE):
        with transaction.atomic():
            ledger.record_many(entries[start : start + PIECE])


def _export(path: Path, auditor: Actor) -> None:
    with acting(auditor):
        export_ledger(path)


def _sealed(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        head = json.loads(file.readline())
    if head["waiting"]:
        raise RuntimeError(f"{head['waiting']} entries were not sealed")
    return int(head["sealed"])


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return file.readlines()[1:]


def _chained(lines: list[bytes]) -> None:
    previous = bytes(32)
    for number, line in enumerate(lines, start=1):
        previous = sha256(previous + number.to_bytes(8, "big") + sha256(line).digest()).digest()


def _check(export: Path) -> None:
    command = [
        *(sys.executable, "-m", "gridward_verify", "--ledger", str(export)),
        *("--heads", str(settings.DATA / "heads" / heads.HEADS)),
        *("--public-key", str(settings.DATA / "keystore" / heads.PUBLIC_KEY)),
    ]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise RuntimeError(
            f"the verifier found the benchmark's own ledger wrong: {answer.stdout}{answer.stderr}"
        )


def _each(sizes: list[int], seconds: list[float]) -> list[float]:
    return [size / one for size, one in zip(sizes, seconds, strict=True)]


def _rate(name: str, size: str, count: int, seconds: list[float], floor: list[float] | None = None) -> Figure:
    rates = [count / one for one in seconds]
    return Figure(name, size, "entries/s", rates, FLOOR if floor else "", floor or (), more_is_better=True)
