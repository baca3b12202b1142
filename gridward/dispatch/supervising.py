"""
Owns the rules of supervision, which stands apart from command: ordering a task to be dealt with by a time, and checking
a sample of what is closed. Nobody both handles and supervises one task. Pure.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from gridward.governance.api import ProfileView
from gridward.kernel import notes
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

VERDICTS: Mapping[str, Text] = {"fair": _("Properly done"), "again": _("To be done again")}
STATES: Mapping[str, Text] = {
    "open": _("to be dealt with"),
    "met": _("closed in the time that was set"),
    "late": _("closed after the time that was set"),
    "waiting": _("waits to be checked"),
    **VERDICTS,
}
MOST_HOURS = 72

declare(
    {
        "supervise_own": Problem(
            409,
            _("You have had a hand in this task."),
            _("Somebody else has to supervise it: who handles and who checks are different people."),
        ),
        "handle_supervised": Problem(
            409,
            _("You supervise this task."),
            _("Somebody else has to handle it: who handles and who checks are different people."),
        ),
        "supervise_hours": Problem(
            422, _("Set a time between 1 and %(most)s hours."), _("Correct the hours.")
        ),
        "supervise_set": Problem(
            409, _("A time is set for this task already."), _("Wait until it is closed or the time is over.")
        ),
        "check_verdict": Problem(
            422, _("Say whether it was properly done or is to be done again."), _("Choose one of the two.")
        ),
        "check_done": Problem(409, _("This task has been checked."), _("Open the list again.")),
    }
)  # fmt: skip


def may_order(hours: int, words: str, *, has_open: bool) -> Refusal | None:
    """Refuse to set a time that is none or too far, a second one beside one that is open, and one without a reason."""
    if has_open:
        return refuse("supervise_set")
    return notes.lint(words) if 1 <= hours <= MOST_HOURS else refuse("supervise_hours", most=MOST_HOURS)


def may_judge(verdict: str, words: str) -> Refusal | None:
    """Refuse a verdict that is none, and one without a reason."""
    return notes.lint(words) if verdict in VERDICTS else refuse("check_verdict")


def is_drawn(profile: ProfileView, number: float) -> bool:
    """Tell whether a task that closes falls into the sample, by a number drawn evenly from [0, 1)."""
    return number * 100 < profile.number("supervise_sample_percent")
