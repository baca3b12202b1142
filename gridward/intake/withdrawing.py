"""
Owns the socket through which a row that is taken back leaves its task.

Intake knows no tasks: whoever puts rows into tasks takes them out again. `wiring` plugs it in. Until then rows are in
no task, and there is nothing to take them out of.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gridward.governance.api import OrderView
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Problem, Refusal, declare

declare(
    {
        "nothing_to_undo": Problem(
            409, _("There is no decision of yours to take back."), _("Go on with the next row.")
        ),
        "decision_used": Problem(
            409,
            _("Rows of later lists were decided by this decision already."),
            _("Tell the household's worker: “No such person here” ends it for all of them."),
        ),
        "decision_told": Problem(
            409,
            _("The department was sent this answer already."),
            _("Ask it to send the row again."),
        ),
    }
)


class Withdraw(Protocol):
    """Takes a clue out of its task, or says why it stays. Runs inside a job's scope."""

    def __call__(self, *, clue_id: UUID, order: OrderView, by: Actor, now: datetime) -> Refusal | None:
        """Return nothing when the clue is in no task any more."""


def in_no_task(*, clue_id: UUID, order: OrderView, by: Actor, now: datetime) -> Refusal | None:
    """Stand in for whoever makes tasks, where nobody does."""
    return None


class _Socket:
    withdraw: Withdraw = staticmethod(in_no_task)


def plug_withdraw(withdraw: Withdraw) -> None:
    """Fill the socket; called once by wiring at start."""
    _Socket.withdraw = staticmethod(withdraw)


def withdraw(*, clue_id: UUID, order: OrderView, by: Actor, now: datetime) -> Refusal | None:
    """Take a clue out of its task by whatever is plugged in."""
    return _Socket.withdraw(clue_id=clue_id, order=order, by=by, now=now)
