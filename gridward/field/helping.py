"""
Owns the rules of a worker's call for help: of what kind it is, who is asked when, how it ends. Pure.

It carries neither words nor a place: whoever cares for it knows where the worker's day is, and calls.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

KINDS: Mapping[str, Text] = {
    "injured": _("Is hurt or unwell"),
    "threatened": _("Is threatened"),
    "lost_way": _("Does not find the way"),
    "exposed": _("Came close to somebody ill"),
    "other": _("Needs help"),
}
OUTCOMES: Mapping[str, Text] = {
    "safe": _("Reached, and safe"),
    "went_there": _("Somebody went there"),
    "medical": _("Medical help came"),
    "police": _("The police came"),
    "mistake": _("Pressed by mistake"),
}
#: Nobody took it for so long: then it lies with the street as well.
RISES_AFTER = timedelta(minutes=5)
#: What a phone says of an earlier call, and for how long a centre sees what was closed.
TOLD_FOR = timedelta(hours=12)
SHOWN_FOR = timedelta(days=1)

declare(
    {
        "help_kind": Problem(422, _("Say what kind of help is needed."), _("Choose one from the list.")),
        "help_taken": Problem(
            409, _("Somebody takes care of this already."), _("The page says who. Ask there how to help.")
        ),
        "help_not_taken": Problem(
            409, _("Nobody takes care of this yet."), _("Take care of it first, then say how it ended.")
        ),
        "help_closed": Problem(409, _("This call is closed."), _("Open the list again.")),
        "help_outcome": Problem(422, _("Say how it ended."), _("Choose one from the list.")),
    }
)


def may_take(*, taken_at: datetime | None, closed_at: datetime | None) -> Refusal | None:
    """Refuse to take care of what somebody else cares for, or of what has ended."""
    if closed_at is not None:
        return refuse("help_closed")
    return refuse("help_taken") if taken_at is not None else None


def may_close(outcome: str, *, taken_at: datetime | None, closed_at: datetime | None) -> Refusal | None:
    """Refuse to close what nobody took care of, what is closed, and to close it without saying how it ended."""
    if closed_at is not None:
        return refuse("help_closed")
    if taken_at is None:
        return refuse("help_not_taken")
    return None if outcome in OUTCOMES else refuse("help_outcome")
