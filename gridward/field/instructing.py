"""Owns what an instruction of a centre may say, until when it holds, and when it goes to the phones. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.kernel import clock, notes
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

#: It is read on a phone, between two doors.
MOST_WORDS = 300
LONGEST = timedelta(days=7)
#: What a phone keeps at once, and what it confirms at once.
MOST_LIVE = 50
MOST_RECEIPTS = 50
#: What a worker confirms; what was done was received.
RECEIPTS = ("received", "done")
#: How an instruction stands.
STANDS: Mapping[str, Text] = {
    "live": _("with the workers"),
    "morning": _("waits for the morning"),
    "over": pgettext_lazy("instruction", "over"),
    "back": _("taken back"),
}

declare(
    {
        "instruction_long": Problem(
            422, _("This is too long for a phone."), _("Say it in at most %(most)s characters.")
        ),
        "instruction_until": Problem(
            422,
            _("An instruction holds from when it reaches the phones, for %(most)s days at most."),
            _("Check until when it holds. One that is not urgent waits for the morning."),
        ),
        "instruction_nobody": Problem(
            422, _("Nobody works there."), _("Choose an area that has workers, or one worker.")
        ),
        "instruction_over": Problem(
            409, _("This instruction does not hold any more."), _("Open the list again.")
        ),
    }
)


def may_instruct(words: str, *, given_at: datetime, expires_at: datetime) -> Refusal | None:
    """Refuse words that are too short, too long or hold somebody's number, and a time that is none or too long."""
    if len(words) > MOST_WORDS:
        return refuse("instruction_long", most=MOST_WORDS)
    if not given_at < expires_at <= given_at + LONGEST:
        return refuse("instruction_until", most=LONGEST.days)
    return notes.lint(words)


def given_at(now: datetime, *, is_urgent: bool, quiet_from: float, quiet_until: float) -> datetime:
    """Return when the phones get what is written now: what is not urgent waits for the end of quiet time."""
    hour = localtime(now).hour
    if is_urgent or quiet_until <= hour < quiet_from:
        return now
    morning = clock.midnight(now) + timedelta(hours=quiet_until)
    return morning + timedelta(days=1) if hour >= quiet_from else morning


def stands(*, given_at: datetime, expires_at: datetime, ended_at: datetime | None, now: datetime) -> str:
    """Return how an instruction stands: live, morning, over or back."""
    if ended_at is not None:
        return "back"
    if expires_at <= now:
        return "over"
    return "morning" if now < given_at else "live"
