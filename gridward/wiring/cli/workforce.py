"""`gridward workforce`: rosters and accounts."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.timezone import make_aware

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
    parser = room.add_parser("absences", help="enter who is away from a file, all rows or none")
    parser.add_argument("file", type=Path)
    arguments_common(parser)
    parser.set_defaults(run=run_absences)
    parser = room.add_parser("absence", help="enter that one worker is away")
    parser.add_argument("worker", help="the account's name")
    parser.add_argument("--from", dest="starts_at", type=moment, metavar="MOMENT", help="default: now")
    parser.add_argument("--until", dest="ends_at", type=moment, metavar="MOMENT", required=True)
    parser.add_argument("--kind", choices=tuple(workforce.ABSENCES), default="other")
    parser.add_argument(
        "--substitute", default="", metavar="ACCOUNT", help="who stands in, if you name somebody"
    )
    arguments_common(parser)
    parser.set_defaults(run=run_absence)


def moment(text: str) -> datetime:
    """Return a moment of the command line, which is in local time unless it says another."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else make_aware(read)


def run_absences(arguments: argparse.Namespace) -> int:
    """Enter the absences of a file; tasks follow at once."""
    with command_session(arguments) as session:
        actor_with(session, "duty.keep", command="workforce.absences")
        with session.scoped() as actor:
            report = session.settle(
                workforce.absences_import(
                    path=arguments.file, filename=arguments.file.name, by=actor, now=session.now
                )
            )
        session.drain()
        session.answer(report)
        return problems_print(report.problems)


def run_absence(arguments: argparse.Namespace) -> None:
    """Enter one absence; tasks follow at once."""
    with command_session(arguments) as session:
        actor_with(session, "duty.keep", command="workforce.absence")
        with session.scoped() as actor:
            absence = session.settle(
                workforce.absence_enter(
                    worker=arguments.worker, kind=arguments.kind,
                    starts_at=arguments.starts_at or session.now, ends_at=arguments.ends_at,
                    substitute=arguments.substitute, by=actor, now=session.now,
                )
            )  # fmt: skip
        session.drain()
        session.answer({"absence": absence.id})


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
