"""`python -m benchmarks.house DIRECTORY`: fill a new data directory with a city and leave it there, stopped."""

import argparse
import importlib
import sys
from pathlib import Path

from benchmarks.house import rows
from benchmarks.house.own import house_at


def main(words: list[str] | None = None) -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house", description=__doc__)
    parser.add_argument("directory", type=Path, help="must not exist yet")
    parser.add_argument("--tiny", action="store_true", help="a city of thousands, to see whether it works")
    chosen = parser.parse_args(words)
    chosen.directory.mkdir(mode=0o755, parents=True)
    with house_at(chosen.directory.resolve()):
        # Loaded by name: the rooms can be imported only once Django is set up.
        city = importlib.import_module("benchmarks.house.city")
        city.make_city(rows.tiny() if chosen.tiny else rows.Size(), chosen.directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
