"""`gridward dispatch`: tasks."""

import argparse
from typing import Any

from gridward.dispatch import api as dispatch
from gridward.wiring.cli.rights import actor_with
from gridward.wiring.cli.session import arguments_common, command_session


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("dispatch", help="tasks").add_subparsers(required=True)
    parser = room.add_parser("release-due", help="release every task whose time has come; the worker does it")
    arguments_common(parser)
    parser.set_defaults(run=run_release_due)


def run_release_due(arguments: argparse.Namespace) -> None:
    """Release what is due, as the schedule does every minute, and print how many tasks that were."""
    with command_session(arguments) as session:
        actor_with(session, "task.release", command="dispatch.release_due")
        session.answer({"released": dispatch.tasks_release_due(now=session.now)})
