"""`gridward demo`: from nothing to a running model city, in the foreground, until Ctrl-C."""

import argparse
import importlib
import os
from collections.abc import Callable, Sequence
from typing import Any

from gridward.wiring.cli.environment import Environment, environment_read
from gridward.wiring.cli.foreground import house_run
from gridward.wiring.cli.progress import Progress
from gridward.wiring.cli.ready import tables_migrate

STEPS = 4
PREPARATION = "gridward.wiring.demo"


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="run the model city on this machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prepare and run the model city; returns when it was stopped."""
    os.environ["GRIDWARD_DEMO"] = "1"
    environment = environment_read()
    progress = Progress(STEPS)
    house_run(environment, progress, prepare=lambda: _prepare(environment, progress))
    return 0


def _prepare(environment: Environment, progress: Progress) -> Callable[[], None]:
    with progress.step("bringing the tables up to date"):
        tables_migrate()
    with progress.step("preparing the model city"):
        # Loaded by name: it uses the rooms, which can be imported only now that Django is set up.
        accounts = importlib.import_module(PREPARATION).prepare(progress)
    return lambda: _welcome(environment.url, accounts)


def _welcome(url: str, accounts: Sequence[Sequence[str]] | None) -> None:
    rows = [[str(cell) for cell in row] for row in accounts or ()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=False)]
    print(f"\nGridward is ready: {url}\n")
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip())
    print("\nCtrl-C stops everything.", flush=True)
