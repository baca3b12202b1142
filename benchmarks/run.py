"""Runs one benchmark in this process, or several, each in a process and a house of its own, one after the other."""

import dataclasses
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import figures, machine
from benchmarks.catalogue import Member
from benchmarks.house.own import own_house
from benchmarks.refusal import NotMeasured

ROOT = Path(__file__).parents[1]


def run_here(member: Member, *, quick: bool) -> dict[str, Any]:
    """Measure one benchmark and return its record; what is missing stands in `refused` instead of figures."""
    record: dict[str, Any] = {
        "benchmark": member.name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "quick": quick,
        "machine": machine.machine(),
        "versions": machine.versions(),
    }
    begun = time.perf_counter()
    try:
        with own_house() if member.house else nullcontext():
            measured = importlib.import_module(member.module).measure(quick)
    except NotMeasured as missing:
        return {**record, "refused": str(missing)}
    record["seconds"] = round(time.perf_counter() - begun, 1)
    record["load_at_end"] = machine.machine()["load"]
    if quick:  # too small to be judged
        measured = [dataclasses.replace(figure, goal=None) for figure in measured]
    return {**record, "figures": [figures.row(figure) for figure in measured]}


def run_apart(members: Iterable[Member], *, quick: bool) -> Iterator[tuple[Member, dict[str, Any] | None]]:
    """Measure each in a process of its own; yield its record as soon as there is one, None where it broke."""
    with tempfile.TemporaryDirectory(prefix="bench-records-") as folder:
        for member in members:
            begun = time.perf_counter()
            out = Path(folder) / f"{member.name}.json"
            command = [sys.executable, "-m", "benchmarks", member.name, "--record", str(out)]
            code = _ended([*command, *(["--quick"] if quick else [])])
            seconds = time.perf_counter() - begun
            print(f"{member.name}: {'BROKEN' if code else 'done'} in {seconds:.0f} s", flush=True)
            yield member, None if code else json.loads(out.read_text(encoding="utf-8"))


def _ended(command: list[str]) -> int:
    """Run a command to its end; when we are stopped, ask it to stop and let it clear away its house."""
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def told(record: dict[str, Any]) -> str:
    """Return a record as lines for people."""
    if "refused" in record:
        return f"{record['benchmark']}: not measured. {record['refused']}"
    lines = [f"{record['benchmark']} at {record['commit']}, load {record['machine']['load']}:"]
    for row in record["figures"]:
        ours = row["ours"]
        line = f"  {row['name']} ({row['size']}): {ours['median']:,} {row['unit']} [{ours['q1']:,} … {ours['q3']:,}]"
        if "ratio" in row:
            line += f", {row['ratio']['median']}× {row['yardstick']['what']}"
        if "goal" in row:
            line += f"; {row['goal']['id']} {row['goal']['text']}: {row['goal']['outcome']}"
        lines.append(line)
    return "\n".join(lines)
