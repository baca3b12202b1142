"""
`python -m benchmarks.house.measured`: one city in a house of its own, filled, visited, removed; what was seen, as JSON.

A process for each size: Django is pointed at one house in its life.
"""

import argparse
import importlib
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.house import rows
from benchmarks.house.own import own_house
from benchmarks.refusal import NotMeasured

ROOT = Path(__file__).parents[2]
REFUSED = 3


def seen(part: int, *, boards: bool) -> dict[str, Any]:
    """Have a city of `1/part` the size (0: a tiny one) measured in a process of its own; return what it saw."""
    with tempfile.TemporaryDirectory(prefix="bench-seen-") as folder:
        out = Path(folder) / "seen.json"
        command = [sys.executable, "-m", "benchmarks.house.measured", str(part), str(out)]
        process = subprocess.Popen([*command, *(["--boards"] if boards else [])], cwd=ROOT)
        try:
            code = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    if code == REFUSED:
        raise NotMeasured(found["refused"])
    if code:
        raise RuntimeError(f"the city of 1/{part} could not be measured")
    return found


def look(size: rows.Size, *, quick: bool, boards: bool, pages: bool = True) -> dict[str, Any]:
    """Fill the present house, serve it, visit every page and open a thousand boards, whichever is asked for."""
    # Loaded by name: the rooms can be imported only once Django is set up.
    city, visits, watch, visitor = (
        importlib.import_module(f"benchmarks.house.{name}")
        for name in ("city", "visits", "boards", "visitor")
    )
    from django.conf import settings
    from django.db import connections

    filled = city.make_city(size, settings.DATA, grids=1_400 if quick else 12_000)
    connections.close_all()
    with visitor.site() as (port, pid):
        return {
            "size": size.words(),
            "pages": visits.pages_visited(
                filled, port, **({"rounds": 1, "most": 2} if quick else {"rounds": 3})
            )
            if pages
            else {},
            "boards": watch.boards_open(port, pid, quick=quick) if boards else {},
        }


def main(words: list[str] | None = None) -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house.measured", description=__doc__)
    parser.add_argument("part", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--boards", action="store_true")
    parser.add_argument("--no-pages", action="store_true", help="the boards alone")
    chosen = parser.parse_args(words)
    quick = chosen.part == 0
    size = rows.tiny() if quick else rows.Size().part(chosen.part)
    try:
        with own_house():
            found = look(size, quick=quick, boards=chosen.boards, pages=not chosen.no_pages)
    except NotMeasured as missing:
        chosen.out.write_text(json.dumps({"refused": str(missing)}), encoding="utf-8")
        return REFUSED
    chosen.out.write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    sys.exit(main())
