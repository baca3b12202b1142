"""
Owns the duty clock: how long somebody has been on duty, and when a pause, rest or the end is advised (H-22). Pure.

Advice and no more: it is the worker's own, keeps nobody from helping, and compares nobody with anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gridward.governance.api import ProfileView
from gridward.kernel import clock
from gridward.kernel.outcomes import Problem, Refusal, declare, refuse

KINDS = ("begin", "end")
#: Two pieces of work with a shorter pause between them are one duty.
PAUSE = timedelta(hours=4)
#: Longer than any duty: its end was forgotten, and its hours are not known.
FORGOTTEN = timedelta(hours=24)
#: What is said later than this is settled with the centre.
LATEST = timedelta(days=7)
#: How long a pause is advised for.
BREAK = timedelta(minutes=30)
#: The worker's own hours of so many days.
OWN_DAYS = 7
HOUR = timedelta(hours=1)

declare(
    {
        "duty_running": Problem(409, _("Your duty has begun already."), _("End it first.")),
        "duty_not_running": Problem(409, _("No duty of yours is running."), _("Begin one first.")),
        "duty_time": Problem(
            422,
            _("This moment does not fit the duties that are known."),
            _("Check the clock of the phone. What is older than %(most)s days is settled with the centre."),
        ),
        "duty_kind": Problem(422, _("Say whether the duty begins or ends."), _("Choose one of both.")),
    }
)


@dataclass(frozen=True)
class Piece:
    """A piece of work from its beginning to its end, with the moments at which its duty is long."""

    id: UUID
    began_at: datetime
    ended_at: datetime | None
    is_forgotten: bool
    #: What was worked before in the same duty, and after how long a pause is advised.
    minutes_before: int
    break_minutes: int
    is_rest_short: bool
    rest_at: datetime
    stop_at: datetime

    def runs(self, now: datetime) -> bool:
        """Tell whether it goes on; one whose end was forgotten does not."""
        return self.ended_at is None and not self.is_forgotten and now - self.began_at < FORGOTTEN

    def worked(self, now: datetime) -> timedelta:
        """Return how long the duty has been, the pieces before this one included."""
        return timedelta(minutes=self.minutes_before) + ((self.ended_at or now) - self.began_at)


@dataclass(frozen=True)
class Advised:
    """What is advised from a moment on, if the duty goes on."""

    at: datetime
    advice: str


@dataclass(frozen=True)
class Clock:
    """What a phone says of the duty: since when, how many hours, and what is advised."""

    since: datetime | None
    hours: float
    advice: str


def begun(
    last: Piece | None, at: datetime, *, piece_id: UUID, numbers: ProfileView, now: datetime
) -> Piece | Refusal:
    """Return the piece of work that begins at this moment after the last one, or refuse."""
    if now - at > LATEST or (last and at < (last.ended_at or last.began_at)):
        return refuse("duty_time", most=LATEST.days)
    if last and last.runs(at):
        return refuse("duty_running")
    pause = at - last.ended_at if last and last.ended_at else None
    goes_on = last if last and pause is not None and pause < PAUSE else None
    before = goes_on.worked(at) if goes_on else timedelta()
    rest = HOUR * numbers.number("worker_rest_hours")
    return Piece(
        id=piece_id,
        began_at=at,
        ended_at=None,
        is_forgotten=False,
        minutes_before=before // timedelta(minutes=1),
        break_minutes=int(numbers.number("worker_break_hours") * 60),
        is_rest_short=goes_on.is_rest_short if goes_on else pause is not None and pause < rest,
        rest_at=at + HOUR * numbers.number("worker_duty_hours") - before,
        stop_at=at + HOUR * numbers.number("worker_stop_hours") - before,
    )


def may_end(last: Piece | None, at: datetime) -> Refusal | None:
    """Refuse to end what does not run, and to end it before it began."""
    if last is None or last.ended_at is not None or last.is_forgotten:
        return refuse("duty_not_running")
    return None if last.began_at <= at and last.runs(at) else refuse("duty_time", most=LATEST.days)


def clock_of(pieces: Sequence[Piece], now: datetime) -> Clock:
    """Return what the clock says now; nothing runs, and nothing is advised, when nobody is on duty."""
    piece = _running(pieces, now)
    if piece is None:
        return Clock(None, 0, "")
    return Clock(piece.began_at, round(piece.worked(now) / HOUR, 1), _advice(piece, now))


def advised(pieces: Sequence[Piece], now: datetime) -> list[Advised]:
    """Return what will be advised when, the next first: a phone without a network says it all the same."""
    piece = _running(pieces, now)
    if piece is None:
        return []
    zero, after = (
        piece.began_at - timedelta(minutes=piece.minutes_before),
        timedelta(minutes=piece.break_minutes),
    )
    breaks = [zero + after * count for count in range(1, (piece.stop_at - zero) // after + 1)]
    moments = {piece.rest_at, piece.stop_at, *breaks, *(one + BREAK for one in breaks)}
    found: list[Advised] = []
    said = _advice(piece, now)
    for moment in sorted(one for one in moments if now < one and piece.runs(one)):
        if (advice := _advice(piece, moment)) != said:
            found.append(Advised(moment, advice))
            said = advice
    return found


def _running(pieces: Sequence[Piece], now: datetime) -> Piece | None:
    return next((one for one in pieces if one.runs(now)), None)


def _advice(piece: Piece, now: datetime) -> str:
    if now >= piece.stop_at:
        return "stop"
    if now >= piece.rest_at or piece.is_rest_short:
        return "rest"
    worked, after = piece.worked(now), timedelta(minutes=piece.break_minutes)
    return "break" if worked >= after and worked % after < BREAK else ""


def own_hours(pieces: Iterable[Piece], now: datetime) -> list[tuple[date, float]]:
    """Return the hours of each of the last days on which there are any, the first day first."""
    midnight = clock.midnight(now)
    ends = [midnight + timedelta(days=1 - back) for back in range(OWN_DAYS - 1, -1, -1)]
    spans = [
        (one.began_at, one.ended_at or now) for one in pieces if one.ended_at is not None or one.runs(now)
    ]
    found = []
    for end in ends:
        begin = end - timedelta(days=1)
        parts = [max(min(end, to) - max(begin, since), timedelta()) for since, to in spans]
        hours = round(sum(parts, timedelta()) / HOUR, 1)
        if hours:
            found.append((begin.date(), hours))
    return found
