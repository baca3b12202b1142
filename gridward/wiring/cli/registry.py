"""`gridward registry`: the standing register."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from gridward.dispatch import api as dispatch
from gridward.governance import api as governance
from gridward.kernel.actor import Scope
from gridward.kernel.outcomes import Refused, refuse
from gridward.registry import api as registry
from gridward.wiring.cli.pace import Pace
from gridward.wiring.cli.problems import MISTAKE, CommandError
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
    parser = room.add_parser("check", help="check a register file whole; importing it begins right away then")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--order", metavar="NUMBER", help="the order it will be kept under (default: the only one)"
    )
    arguments_common(parser)
    parser.set_defaults(run=run_check)
    parser = room.add_parser(
        "carry-over", help="copy the register of an order to its successor, once both signed"
    )
    parser.add_argument("from_number", metavar="FROM", help="number of the order whose register it is")
    parser.add_argument("to_number", metavar="TO", help="number of the order that takes it over, in force")
    arguments_common(parser)
    parser.set_defaults(run=run_carry_over)

    parser = room.add_parser("premises", help="import shops and institutions; needs no order")
    parser.add_argument("file", type=Path)
    arguments_common(parser)
    parser.set_defaults(run=run_premises)
    _register_merges(room)


def _register_merges(room: Any) -> None:
    parser = room.add_parser("merge", help="make one person of two entries, by their references")
    parser.add_argument("stays", metavar="STAYS", help="the reference of the entry that stays")
    parser.add_argument(
        "goes", metavar="GOES", help="the reference of the entry that leads to it from then on"
    )
    parser.add_argument("--reason", required=True, help="why they are one person; the ledger keeps it")
    parser.add_argument(
        "--order", metavar="NUMBER", help="the order they are kept under (default: the only one)"
    )
    parser.add_argument("--yes", action="store_true", help="merge; without it both are only shown, masked")
    arguments_common(parser)
    parser.set_defaults(run=run_merge)
    parser = room.add_parser("unmerge", help="take two entries apart that were merged, or leave a proposal")
    parser.add_argument("merge", type=UUID, help="the id that merging answered with")
    parser.add_argument("--reason", required=True, help="why they are two people; the ledger keeps it")
    arguments_common(parser)
    parser.set_defaults(run=run_unmerge)


def run_premises(arguments: argparse.Namespace) -> int:
    """Import a file of premises; one with problems imports nothing and names every row."""
    with command_session(arguments) as session:
        actor_with(session, "register.import", command="registry.premises")
        with session.scoped() as actor:
            report = session.settle(
                registry.premises_import(
                    path=arguments.file, filename=arguments.file.name, by=actor, now=session.now
                )
            )
        session.answer(report)
        return problems_print(report.problems)


def run_merge(arguments: argparse.Namespace) -> None:
    """Show two entries side by side, masked, and with `--yes` make one person of them."""
    with command_session(arguments) as session:
        actor = actor_with(session, "correction.decide", command="registry.merge")
        order = order_named(session, arguments.order)
        with session.scoped():
            ids = registry.residents_by_ref(order.domain, [arguments.stays, arguments.goes])
            if {arguments.stays, arguments.goes} - ids.keys():
                raise Refused(refuse("not_found"))
            proposal = session.settle(
                registry.merge_propose(
                    stays_id=ids[arguments.stays],
                    goes_id=ids[arguments.goes],
                    reason=arguments.reason,
                    by=actor,
                    now=session.now,
                )
            )
            if not arguments.yes:
                case = session.settle(registry.access_merge(proposal.id, by=actor, now=session.now))
                session.answer(_side_by_side(case))
                return
            done = session.settle(dispatch.merge_confirm(merge_id=proposal.id, by=actor, now=session.now))
        session.drain()
        session.answer(_told(done))


def run_unmerge(arguments: argparse.Namespace) -> None:
    """Take two merged entries apart: each is what it was."""
    with command_session(arguments) as session:
        actor = actor_with(session, "correction.decide", command="registry.unmerge")
        with session.scoped():
            done = session.settle(
                dispatch.merge_undo(
                    merge_id=arguments.merge, reason=arguments.reason, by=actor, now=session.now
                )
            )
        session.drain()
        session.answer(_told(done))


def _side_by_side(case: registry.MergeCase) -> dict[str, object]:
    entries = {"stays": (case.stays, case.stays_at), "goes": (case.goes, case.goes_at)}
    shown = {
        f"{word}_{name}": text
        for word, (one, address) in entries.items()
        for name, text in (
            ("name", str(one.name)), ("id_number", str(one.id_number)), ("phone", str(one.phone)),
            ("address", address),
        )
    }  # fmt: skip
    return {**_told(case.merge), **shown, "same": list(case.same)}


def _told(merge: registry.MergeView) -> dict[str, object]:
    return {"merge": str(merge.id), "state": merge.state, "area": merge.area.code}


def run_import(arguments: argparse.Namespace) -> int:
    """Import a register file, or go on with it; a file with problems imports nothing and names every row."""
    with command_session(arguments) as session:
        actor = actor_with(session, "register.import", command="registry.import")
        if arguments.discard:
            order = order_unfinished(session, arguments.file, arguments.order)
            discard = registry.register_discard(
                path=arguments.file, order_id=order.id, by=actor, now=session.now
            )
            session.answer(session.settle(discard))
            return 0
        order = order_named(session, arguments.order)
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


def run_check(arguments: argparse.Namespace) -> int:
    """Check a register file from its first to its last row and register nobody."""
    with command_session(arguments) as session:
        actor = actor_with(session, "register.import", command="registry.check")
        report = session.settle(
            registry.register_check(
                path=arguments.file,
                filename=arguments.file.name,
                order_id=order_named(session, arguments.order).id,
                by=actor,
                now=session.now,
                progress=Pace(session.progress, settings.DATA),
            )
        )
        session.answer(report)
        return problems_print(report.problems)


def run_carry_over(arguments: argparse.Namespace) -> None:
    """Carry a register out of one order's keys into another's, or go on with it."""
    with command_session(arguments) as session:
        actor = actor_with(session, "register.import", command="registry.carry_over")
        report = session.settle(
            registry.register_carry(
                from_order=order_numbered(session, arguments.from_number).id,
                to_order=order_numbered(session, arguments.to_number).id,
                by=actor,
                now=session.now,
                progress=Pace(session.progress, settings.DATA),
            )
        )
        session.drain()
        session.answer(report)


def order_numbered(session: Session, number: str) -> governance.OrderView:
    """Return the order of this number, in any state, where it meets the actor's area."""
    for order in governance.get_orders(now=session.now):
        if order.number == number and _meets(order, session.actor.scopes):
            return order
    raise Refused(refuse("not_found"))


def order_named(session: Session, number: str | None) -> governance.OrderView:
    """Return the active order with this number, or the only active one."""
    orders = governance.get_active_orders(now=session.now, scopes=session.actor.scopes)
    if number:
        orders = [order for order in orders if order.number == number]
    if len(orders) != 1:
        raise Refused(refuse("order_inactive"))
    return orders[0]


def order_unfinished(session: Session, path: Path, number: str | None) -> governance.OrderView:
    """Return the order, over or not, under which this file is imported in part, by its number or alone."""
    found = [
        governance.get_order(order_id, now=session.now)
        for order_id in registry.get_unfinished_orders(path=path)
    ]
    orders = [
        order
        for order in found
        if order is not None and number in (None, order.number) and _meets(order, session.actor.scopes)
    ]
    if not orders:
        raise Refused(refuse("not_found"))
    if len(orders) > 1:
        raise CommandError(
            "This file is imported in part under several orders. Name one with --order.",
            code="order.several",
            exit_code=MISTAKE,
        )
    return orders[0]


def _meets(order: governance.OrderView, scopes: Sequence[Scope]) -> bool:
    return not scopes or any(order.area_pos < scope.end and scope.pos < order.area_end for scope in scopes)
