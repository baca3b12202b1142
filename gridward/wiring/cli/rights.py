"""Owns how a command asks for a right, as a page does: by the role of whoever acts, with the denial in the ledger."""

from django.db import transaction

from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refused, refuse
from gridward.wiring.cli.session import Session


def actor_with(session: Session, right: str, *, command: str) -> Actor:
    """Return who acts when the role carries the right; otherwise record the denial and raise Refused."""
    actor = session.actor
    if actor.may(right):
        return actor
    refusal = refuse("forbidden")
    with transaction.atomic():
        ledger.record(
            "command.refuse", obj=("command", command), by=actor, now=session.now, result=refusal.code
        )
    raise Refused(refusal)
