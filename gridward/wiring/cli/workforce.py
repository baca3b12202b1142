"""`gridward workforce`: rosters and accounts."""

import argparse
from pathlib import Path
from typing import Any

from gridward.wiring.cli.reports import problems_print
from gridward.wiring.cli.rights import actor_with
from gridward.wiring.cli.session import arguments_common, command_session
from gridward.workforce import api as workforce


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("workforce", help="accounts and rosters").add_subparsers(required=True)
    parser = room.add_parser("import", help="import a worker roster")
    parser.add_argument("file", type=Path)
    arguments_common(parser)
    parser.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Import a roster file; a file with problems imports nothing and names every row."""
    with command_session(arguments) as session:
        actor = actor_with(session, "roster.import", command="workforce.import")
        report = session.settle(
            workforce.roster_import(
                path=arguments.file, filename=arguments.file.name, by=actor, now=session.now
            )
        )
        session.answer(report)
        return problems_print(report.problems)
