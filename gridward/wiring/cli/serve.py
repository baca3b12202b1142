"""`gridward serve`: run site and worker on data that is there, in the foreground."""

import argparse
from collections.abc import Callable
from typing import Any

from gridward.wiring.cli.environment import Environment, environment_read
from gridward.wiring.cli.foreground import house_run
from gridward.wiring.cli.progress import Progress
from gridward.wiring.cli.ready import tables_check

STEPS = 2


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("serve", help="run site and worker on the data that is there")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the house until it is stopped; refuses tables that are not up to date."""
    environment = environment_read()
    house_run(environment, Progress(STEPS), prepare=lambda: _prepare(environment))
    return 0


def _prepare(environment: Environment) -> Callable[[], None]:
    tables_check()
    return lambda: print(f"Gridward is ready: {environment.url}", flush=True)
