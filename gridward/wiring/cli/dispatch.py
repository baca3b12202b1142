"""`gridward dispatch`: tasks."""

import argparse
from datetime import date
from typing import Any

from django.utils.timezone import localtime

from gridward.command import api as command
from gridward.command.web.covered import told
from gridward.dispatch import api as dispatch
from gridward.wiring.cli.rights import actor_with
from gridward.wiring.cli.session import arguments_common, command_session


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("dispatch", help="tasks").add_subparsers(required=True)
    parser = room.add_parser("release-due", help="release every task whose time has come; the worker does it")
    arguments_common(parser)
    parser.set_defaults(run=run_release_due)
    parser = room.add_parser("duty", help="who is on duty in each grid, and where nobody is")
    arguments_common(parser)
    parser.set_defaults(run=run_duty)
    parser = room.add_parser(
        "plan", help="what goes out to whom at the next set time, in the order of the walk"
    )
    parser.add_argument(
        "--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="of which day (default today)"
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="release what is due now, as the worker does, and print what went out",
    )
    arguments_common(parser)
    parser.set_defaults(run=run_plan)
    parser = room.add_parser("coverage", help="of what was asked, how much is reached with evidence")
    parser.add_argument("--area", default="", metavar="CODE", help="of which area (default: the own one)")
    arguments_common(parser)
    parser.set_defaults(run=run_coverage)


def run_coverage(arguments: argparse.Namespace) -> None:
    """Print the three coverage ratios of an area and of each area right below."""
    with command_session(arguments) as session:
        actor_with(session, "board.read", command="dispatch.coverage")
        with session.scoped() as actor:
            area = session.settle(command.access_area(arguments.area[:24], by=actor))
            found = command.get_coverage(area, now=session.now)
        session.answer(told(found))


def run_duty(arguments: argparse.Namespace) -> None:
    """Print each grid of the actor's area with who is on duty there now."""
    with command_session(arguments) as session:
        actor_with(session, "duty.keep", command="dispatch.duty")
        with session.scoped() as actor:
            rows = dispatch.get_duty(by=actor, now=session.now)
        grids = [
            {"grid": row.area.code, "state": row.state, "on_duty": row.on_duty, "waiting": row.waiting_count}
            for row in rows
        ]
        session.answer({"grids": grids})


def run_plan(arguments: argparse.Namespace) -> None:
    """Print the batches of the next set time of a day; with --write send out those that are due."""
    with command_session(arguments) as session:
        actor = actor_with(session, "task.release", command="dispatch.plan")
        if arguments.write:
            session.answer({"released": dispatch.tasks_release_due(now=session.now)})
            return
        day = arguments.date or localtime(session.now).date()
        session.answer({"date": day, "batches": dispatch.batches_ahead(day=day, by=actor, now=session.now)})


def run_release_due(arguments: argparse.Namespace) -> None:
    """Release what is due, as the schedule does every minute, and print how many tasks that were."""
    with command_session(arguments) as session:
        actor_with(session, "task.release", command="dispatch.release_due")
        session.answer({"released": dispatch.tasks_release_due(now=session.now)})
