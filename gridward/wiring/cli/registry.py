"""`gridward registry`: the standing register."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings

from gridward.governance import api as governance
from gridward.kernel.outcomes import Refused, refuse
from gridward.registry import api as registry
from gridward.wiring.cli.pace import Pace
from gridward.wiring.cli.reports import problems_print
from gridward.wiring.cli.rights import actor_with
from gridward.wiring.cli.session import Session, arguments_common, command_session


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("registry", help="the resident register").add_subparsers(required=True)
    parser = room.add_parser("import", help="import the standing register, sealed under an order")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--order", metavar="NUMBER", help="the order it is kept under (default: the only one)"
    )
    parser.add_argument(
        "--discard",
        action="store_true",
        help="close the unfinished import of this file instead of resuming it",
    )
    arguments_common(parser)
    parser.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Import a register file, or go on with it; a file with problems imports nothing and names every row."""
    with command_session(arguments) as session:
        actor = actor_with(session, "register.import", command="registry.import")
        order = order_named(session, arguments.order)
        if arguments.discard:
            discard = registry.register_discard(
                path=arguments.file, order_id=order.id, by=actor, now=session.now
            )
            session.answer(session.settle(discard))
            return 0
        report = session.settle(
            registry.register_import(
                path=arguments.file,
                filename=arguments.file.name,
                order_id=order.id,
                by=actor,
                now=session.now,
                progress=Pace(session.progress, settings.DATA),
            )
        )
        session.drain()
        session.answer(report)
        return problems_print(report.problems)


def order_named(session: Session, number: str | None) -> governance.OrderView:
    """Return the active order with this number, or the only active one."""
    orders = governance.get_active_orders(now=session.now, scopes=session.actor.scopes)
    if number:
        orders = [order for order in orders if order.number == number]
    if len(orders) != 1:
        raise Refused(refuse("order_inactive"))
    return orders[0]
