"""
`python -m benchmarks.soak`: ten minutes of a day at 60x in a house that is killed, cut off and starved meanwhile.

Prints each fault with how long the house needed, and in the end what differs from outside and what `gridward-verify`
says of the ledger. Exit code 1 when anything was lost, doubled or unsound.
"""

import argparse
import json
import signal
import sys
from pathlib import Path

from benchmarks.soak.faults import FAULTS
from benchmarks.soak.run import Soak, soak


def main(words: list[str] | None = None) -> int:
    """Read the command line, soak, print; 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long the day is played (default 10)")
    parser.add_argument(
        "--rate", type=float, default=60.0, help="played seconds in one real second (default 60)"
    )
    parser.add_argument("--start", type=float, default=7.0, help="the hour the day begins at (default 7)")
    parser.add_argument(
        "--street", default="320102003015", help="which street or community (default 成贤街社区)"
    )
    parser.add_argument("--seed", type=int, default=1, help="same seed, same faults in the same order")
    parser.add_argument(
        "--every", type=float, default=12.0, help="mean seconds from one recovery to the next fault"
    )
    parser.add_argument("--faults", nargs="*", choices=tuple(FAULTS), default=list(FAULTS), help="which ones")
    parser.add_argument("--record", type=Path, help="also write everything to this file, as JSON")
    parser.add_argument("--log", type=Path, help="keep what the house said in this file")
    chosen = parser.parse_args(words)
    report = soak(
        Soak(
            minutes=chosen.minutes, rate=chosen.rate, start=int(chosen.start * 3600), street=chosen.street,
            seed=chosen.seed, every=chosen.every, faults=tuple(chosen.faults), log=chosen.log,
        ),
        say=lambda line: print(line, flush=True),
    )  # fmt: skip
    if chosen.record:
        chosen.record.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if report["is_sound"] else 1


if __name__ == "__main__":
    # Stopped, it still stops its house and removes it: an exit unwinds, the signal by itself does not.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    sys.exit(main())
