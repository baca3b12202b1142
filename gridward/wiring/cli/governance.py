"""`gridward governance`: orders, the ledger's export and seal, and the destruction of keys."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from gridward.governance import api as governance
from gridward.kernel import clock, ledger, sealing
from gridward.kernel.ledger import heads, sealer
from gridward.kernel.ledger.export import export_ledger
from gridward.kernel.outcomes import Refused, refuse
from gridward.wiring.cli.problems import REFUSED, USAGE, CommandError
from gridward.wiring.cli.rights import actor_with
from gridward.wiring.cli.session import Session, arguments_common, command_session

LEAST_REASON = 10


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("governance", help="orders, keys and the ledger").add_subparsers(
        required=True
    )
    parser = room.add_parser("orders", help="the emergency orders, newest first")
    arguments_common(parser)
    parser.set_defaults(run=run_orders)
    _register_ledger(room.add_parser("ledger", help="the evidence").add_subparsers(required=True))
    domain = room.add_parser("domain", help="the keys of what was collected").add_subparsers(required=True)
    parser = domain.add_parser("destroy", help="destroy the keys of an order that is over; nothing undoes it")
    parser.add_argument("domain", metavar="DOMAIN", help="order:<id>, as `governance orders` shows it")
    parser.add_argument("--reason", required=True, help=f"at least {LEAST_REASON} characters, for the ledger")
    parser.add_argument("--yes", action="store_true", help="do not ask for the order's number first")
    arguments_common(parser)
    parser.set_defaults(run=run_domain_destroy)


def _register_ledger(ledger_commands: Any) -> None:
    parser = ledger_commands.add_parser("export", help="write the sealed ledger for gridward-verify")
    parser.add_argument("out", type=Path, metavar="OUT.jsonl")
    arguments_common(parser)
    parser.set_defaults(run=run_ledger_export)
    parser = ledger_commands.add_parser("seal", help="seal what waits and sign the head, now")
    arguments_common(parser)
    parser.set_defaults(run=run_ledger_seal)


def run_orders(arguments: argparse.Namespace) -> None:
    """Print every order: number, state, area, purposes, from, to and key domain."""
    with command_session(arguments) as session:
        actor_with(session, "order.read", command="governance.orders")
        with session.scoped():
            rows = [_row(order) for order in governance.get_orders(now=session.now)]
        lines = [
            f"{row['number']}  {row['state']}  {row['area_code']}  {row['ends_at']:%Y-%m-%d %H:%M}  {row['domain']}"
            for row in rows
        ]
        session.answer(rows, text="\n".join(lines) or "No order has been drafted yet.")


def _row(order: governance.OrderView) -> dict[str, Any]:
    return {
        "number": order.number,
        "title": order.title,
        "kind": order.kind,
        "state": order.state,
        "area_code": order.area_code,
        "purposes": list(order.purposes),
        "bodies": list(order.bodies),
        "starts_at": order.starts_at,
        "ends_at": order.ended_at or order.ends_at,
        "domain": order.domain,
    }


def run_ledger_export(arguments: argparse.Namespace) -> None:
    """Write the sealed ledger to a file; the export is itself in the ledger."""
    with command_session(arguments) as session:
        actor_with(session, "ledger.read", command="governance.ledger_export")
        with session.scoped() as actor:
            exported = export_ledger(arguments.out, suite=settings.CRYPTO_SUITE)
            ledger.record("ledger.export", by=actor, now=session.now, sealed_count=exported.sealed)
        session.answer({"file": str(arguments.out), "sealed": exported.sealed, "waiting": exported.waiting})


def run_ledger_seal(arguments: argparse.Namespace) -> None:
    """Seal every entry that may be sealed, sign the head and take it outside."""
    with command_session(arguments) as session:
        actor = actor_with(session, "ledger.read", command="governance.ledger_seal")
        with transaction.atomic():
            ledger.record("ledger.seal", by=actor, now=session.now)
        sealed = sealer.seal_waiting()
        head = heads.sign_and_export_default()
        session.answer(
            {
                "sealed": sealed,
                "position": head.position if head else None,
                "chain_hash": head.chain_hash if head else None,
                "missed_mirrors": [str(mirror) for mirror in head.missed_mirrors] if head else [],
            }
        )


@dataclass(frozen=True)
class _Doomed:
    """A key domain that may be destroyed, and what a human types to say so."""

    domain: str
    word: str


def run_domain_destroy(arguments: argparse.Namespace) -> None:
    """Destroy a domain's keys for ever, once its order is over and whoever asks has typed its number."""
    with command_session(arguments) as session:
        actor_with(session, "order.sign", command="governance.domain_destroy")
        if len(arguments.reason.strip()) < LEAST_REASON:
            raise Refused(refuse("reason_needed", least=LEAST_REASON))
        doomed = _doomed(session, arguments.domain)
        if not arguments.yes:
            _confirm(doomed)
        with session.scoped() as actor:
            refusal = governance.domain_destroy(
                domain=doomed.domain, reason=arguments.reason.strip()[:200], by=actor, now=clock.now()
            )
            if refusal:
                raise Refused(refusal)
        session.answer({"domain": doomed.domain, "destroyed": True})


def _doomed(session: Session, domain: str) -> _Doomed:
    known = {info.domain: info for info in sealing.key_store().list()}
    if domain not in known:
        raise Refused(refuse("not_found"))
    if known[domain].destroyed_at:
        raise Refused(refuse("key_destroyed"))
    kind, _colon, order_id = domain.partition(":")
    order = governance.get_order(UUID(order_id), now=session.now) if kind == "order" else None
    if order is None:
        return _Doomed(domain, domain)
    if order.state != "over":
        raise CommandError(
            f"The order {order.number} is not over yet: its keys stay until it is. End it first, or wait.",
            code="order.active",
            exit_code=REFUSED,
        )
    return _Doomed(domain, order.number)


def _confirm(doomed: _Doomed) -> None:
    print(
        f"Everything sealed under {doomed.domain} becomes unreadable, in every backup too. Nothing undoes it.\n"
        f"Type “{doomed.word}” to go on:",
        file=sys.stderr,
        flush=True,
    )
    if sys.stdin.readline().strip() != doomed.word:
        raise CommandError(
            "That is not what was asked for. Nothing was destroyed.",
            code="confirmation.missing",
            exit_code=USAGE,
        )
