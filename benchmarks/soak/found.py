"""
Founds the soak's house in GRIDWARD_DATA from a simulated folder: `python -m benchmarks.soak.found FOLDER`.

Areas, doors, departments and channels, accounts, an order signed twice, the roster, the register: by the same imports
as in a real city.
"""

import importlib
import sys
from pathlib import Path

from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.ready import database_ready, tables_migrate


def main(folder: Path) -> None:
    """Bring the house to where a day can be played in it."""
    with database_ready(environment_read()):
        tables_migrate()
        # The rooms can be imported only once Django is set up.
        importlib.import_module("benchmarks.soak.settle").settle(folder, streets(folder))


def streets(folder: Path) -> list[str]:
    """Return the streets of the folder's grids."""
    lines = (folder / "grids.csv").read_text(encoding="utf-8").splitlines()[1:]
    return sorted({line[:9] for line in lines})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
