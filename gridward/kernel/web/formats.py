"""
Owns how figures, shares, moments and time limits are written for people. Pure; refuses rows and requests.

The same in all three languages on purpose: grouping by three and ISO dates are read alike by every centre.
Django's own Chinese format groups by four.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NOTHING = "–"
SOON = timedelta(hours=1)
Figure = int | float | Decimal | str | None


def number(value: Figure, digits: int = 1) -> str:
    """Write a figure with thousands separators; `None` becomes a dash, text passes through."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.{digits}f}"


def percent(part: Figure, whole: Figure = 1, digits: int = 1) -> str:
    """
    Write `part / whole` as a percentage, rounded down.

    Rounded down so that 100 % means all of it; a share of nothing is a dash, not 0 %.
    """
    if part is None or whole is None or not whole:
        return NOTHING
    scale = Decimal(10) ** digits
    share = Decimal(str(part)) / Decimal(str(whole)) * 100
    return f"{int(share * scale) / scale:.{digits}f} %"


def day(value: date | None) -> str:
    """Write a day as 2020-02-14; a moment is first brought to local time."""
    if value is None:
        return NOTHING
    return (_local(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


def moment(value: datetime | None) -> str:
    """Write a moment in local time as 2020-02-14 14:48."""
    return NOTHING if value is None else _local(value).strftime("%Y-%m-%d %H:%M")


def clock(value: datetime | None, now: datetime) -> str:
    """Write a moment of today as 14:48, any other in full."""
    if value is None:
        return NOTHING
    return moment(value)[-5:] if day(value) == day(now) else moment(value)


def remaining(due_at: datetime | None, now: datetime) -> tuple[str, str]:
    """Return tone and words of a time limit: how long it is over, or how long there is left."""
    if due_at is None:
        return "quiet", NOTHING
    left = due_at - now
    if left < timedelta(0):
        return "bad", _("%(span)s late") % {"span": span(-left)}
    return "warn" if left <= SOON else "quiet", _("%(span)s left") % {"span": span(left)}


def span(length: timedelta) -> str:
    """Write a length of time in its largest whole unit: minutes below two hours, hours below two days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(count)s min", "%(count)s min", minutes) % {"count": number(minutes)}
    if minutes < 2 * 24 * 60:
        return ngettext("%(count)s h", "%(count)s h", minutes // 60) % {"count": number(minutes // 60)}
    days = minutes // (24 * 60)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
