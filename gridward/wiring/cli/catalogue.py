"""
The list of commands. A house command needs no Django to be known; a room's is loaded when it is called.

A room's module `gridward.wiring.cli.<room>` has `register(subparsers)`: it adds its subcommands and gives
each a handler with `set_defaults(run=handler)`. A handler takes the parsed arguments and returns an exit code
or None.
"""

import argparse
import importlib
import importlib.util
from typing import Any

import django

from gridward.wiring.cli import database, demo, doctor, serve, stop

HOUSE = (demo, serve, stop, database, doctor)

ROOMS = {
    "territory": "areas, shapes and addresses",
    "governance": "orders, legal bases and the ledger",
    "workforce": "accounts and rosters",
    "registry": "the resident register",
    "forms": "what is asked, as XLSForms",
    "intake": "lists from departments",
    "dispatch": "tasks",
    "outbox": "facts whose listeners failed",
    "simulate": "a synthetic city for demonstrations and drills",
}
"""Word on the command line -> what it is about. A room without a module has no commands."""


def parser_make(argv: list[str]) -> argparse.ArgumentParser:
    """Return the parser for these arguments; only the room that is called is loaded."""
    parser = argparse.ArgumentParser(
        prog="gridward",
        description="Runs a city's community grids through an emergency.",
        epilog="Environment: GRIDWARD_DATA, GRIDWARD_PORT, GRIDWARD_HOST, DATABASE_URL, GRIDWARD_DEBUG.",
    )
    subparsers = parser.add_subparsers(dest="command", metavar="command", required=True)
    for module in HOUSE:
        module.register(subparsers)
    called = next((word for word in argv if not word.startswith("-")), "")
    for name, about in ROOMS.items():
        if not importlib.util.find_spec(f"gridward.wiring.cli.{name}"):
            continue
        if name == called:
            _room(name).register(subparsers)
        else:
            subparsers.add_parser(name, help=about)
    return parser


def _room(name: str) -> Any:
    # A room's api may be imported only once Django knows the tables.
    django.setup()
    return importlib.import_module(f"gridward.wiring.cli.{name}")
