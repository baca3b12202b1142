"""`gridward demo`: from nothing to a running model city of any scale, in the foreground, until Ctrl-C."""

import argparse
import importlib
import os
from collections.abc import Callable, Sequence
from typing import Any

from gridward.wiring.cli.demo_scale import SCALES, Scale, scale_choose, scale_write
from gridward.wiring.cli.environment import Environment, environment_read
from gridward.wiring.cli.foreground import house_run
from gridward.wiring.cli.progress import Progress
from gridward.wiring.cli.ready import tables_migrate

STEPS = 4
PREPARATION = "gridward.wiring.demo"


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="run the model city on this machine")
    parser.add_argument(
        "--scale",
        choices=SCALES,
        help="how many people: a street (20,000), a district (200,000) or the city (4.5 million); default street",
    )
    parser.add_argument("--seed", type=int, metavar="NUMBER", help="same seed, same city (default 1)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prepare and run the model city; returns when it was stopped."""
    os.environ["GRIDWARD_DEMO"] = "1"
    environment = environment_read()
    chosen = scale_choose(environment, arguments.scale, arguments.seed)
    progress = Progress(STEPS)
    house_run(environment, progress, prepare=lambda: _prepare(environment, chosen, progress))
    return 0


def _prepare(environment: Environment, chosen: Scale, progress: Progress) -> Callable[[], None]:
    with progress.step("bringing the tables up to date"):
        tables_migrate()
    scale_write(environment.data, chosen)
    with progress.step("preparing the model city"):
        # Loaded by name: it uses the rooms, which can be imported only now that Django is set up.
        preparation = importlib.import_module(PREPARATION)
        accounts = preparation.prepare(progress, scale=chosen.scale, seed=chosen.seed)
    return lambda: _welcome(environment.url, accounts)


def _welcome(url: str, accounts: Sequence[Sequence[str]] | None) -> None:
    rows = [[str(cell) for cell in row] for row in accounts or ()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=False)]
    print(f"\nGridward is ready: {url}\n")
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip())
    print("\nCtrl-C stops everything.", flush=True)
