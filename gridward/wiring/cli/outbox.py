"""`gridward outbox`: facts whose listeners failed, and trying them anew."""

import argparse
from typing import Any

from gridward.kernel import outbox
from gridward.wiring.cli.rights import actor_with
from gridward.wiring.cli.session import arguments_common, command_session, delivering

RIGHT = "outbox.work"


def register(subparsers: Any) -> None:
    """Add the commands."""
    room = subparsers.add_parser("outbox", help="facts whose listeners failed").add_subparsers(required=True)
    parser = room.add_parser("list", help="what failed, how often, why, and when it is tried again")
    arguments_common(parser)
    parser.set_defaults(run=run_list)
    parser = room.add_parser("retry", help="try facts anew that were set aside (default: all of them)")
    parser.add_argument("fact", type=int, nargs="*", help="its number, as `outbox list` shows it")
    arguments_common(parser)
    parser.set_defaults(run=run_retry)


def run_list(arguments: argparse.Namespace) -> None:
    """Print every fact that a listener fails on, oldest first."""
    with command_session(arguments) as session:
        actor_with(session, RIGHT, command="outbox.list")
        failed = outbox.get_failures()
        lines = [
            f"{one.fact_id}  {one.kind}  {one.listener}  {one.attempt_count}×  {one.error}  {_when(one)}"
            for one in failed
        ]
        session.answer([vars(one) for one in failed], text="\n".join(lines) or "Nothing failed.")


def run_retry(arguments: argparse.Namespace) -> None:
    """Let facts be tried anew, here and now, and print how many that were; what fails again ends the command."""
    with command_session(arguments) as session:
        actor = actor_with(session, RIGHT, command="outbox.retry")
        asked = outbox.facts_retry(fact_ids=arguments.fact or None, by=actor, now=session.now)
        count = session.settle(asked)
        with delivering():
            outbox.drain_all()
        session.answer({"retried": count})


def _when(failed: outbox.Failed) -> str:
    if failed.next_at is None:
        return "set aside"
    return f"next try {failed.next_at:%Y-%m-%d %H:%M:%S}"
