"""
`python -m benchmarks <name>`: measure one goal and print it. `all`: all but those that stand alone,
kept in the history and on the page.

`--quick` runs tiny sizes and says only whether the benchmarks still work. `page` writes the page anew.
"""

import argparse
import gc
import json
import signal
import sys
from pathlib import Path

from benchmarks import history
from benchmarks.catalogue import BY_NAME, MEMBERS
from benchmarks.page import write_page
from benchmarks.run import ROOT, run_apart, run_here, told

DOCS = ROOT / "docs" / "benchmarks"
HISTORY = DOCS / "history.jsonl"


def main(words: list[str] | None = None) -> int:
    """Read the command line and do it; 1 when a benchmark broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "name", choices=("all", "page", *BY_NAME), metavar="NAME", help=f"{', '.join(BY_NAME)}, all, page"
    )
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes, for breakage only; no figure is kept"
    )
    parser.add_argument("--keep", action="store_true", help="add one benchmark's figures to history and page")
    parser.add_argument("--record", type=Path, help="also write the record to this file, as JSON")
    chosen = parser.parse_args(words)
    if chosen.name == "page":
        write_page(DOCS, history.read(HISTORY))
        return 0
    if chosen.name == "all":
        return _all(quick=chosen.quick)
    record = run_here(BY_NAME[chosen.name], quick=chosen.quick)
    print(told(record), flush=True)
    if chosen.record:
        chosen.record.write_text(json.dumps(record), encoding="utf-8")
    if chosen.keep and not chosen.quick:
        _keep([record])
    return 0


def _all(*, quick: bool) -> int:
    broken = []
    for member, record in run_apart((one for one in MEMBERS if not one.alone), quick=quick):
        if record is None:
            broken.append(member.name)
        elif not quick:
            _keep([record])  # at once: a run that is broken off keeps what it had
    if broken:
        print(f"broken: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


def _keep(records: list[dict[str, object]]) -> None:
    history.append(HISTORY, records)
    write_page(DOCS, history.read(HISTORY))


if __name__ == "__main__":
    # Stopped, a benchmark still removes its house: an exit unwinds, the signal by itself does not.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    ended = main()
    gc.unfreeze()  # what rooms froze would outlive the interpreter, and DuckDB complains of what it finds left
    sys.exit(ended)
