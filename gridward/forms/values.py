"""
Owns the values of a form's expressions: reading them from what a phone sends, and turning one kind into another.

It does so as JavaRosa does, the engine of ODK Collect, where that differs from XPath: what a phone let pass has to
pass here. Nothing raises: nonsense is '' or NaN. Pure.
"""

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final, TypeAlias

#: A moment is a date, too. Moments are always in the zone of whoever asks, so that their day is the local one.
Value: TypeAlias = str | float | bool | date

EPOCH: Final = date(1970, 1, 1).toordinal()
START: Final = datetime(1970, 1, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)
NAN: Final = float("nan")
#: As near as JavaRosa compares.
NEAR: Final = 1e-12
_NUMBER: Final = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_TIME: Final = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
#: What Java's trim takes off.
_EDGES: Final = "".join(map(chr, range(33)))


def as_truth(value: Value) -> bool:
    """Return a value as a boolean: '' and 0 and NaN are false, every other text is true, "false" among them."""
    if isinstance(value, float):
        return abs(value) > NEAR
    return bool(value)


def as_number(value: Value) -> float:
    """Return a value as a number: a day is the days since 1970, a moment those of its day, '' and words are NaN."""
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        plain = value.replace(",", ".").strip(_EDGES)
        return float(plain) if _NUMBER.fullmatch(plain) else NAN
    if isinstance(value, bool):
        return float(value)
    return float(value.toordinal() - EPOCH)


def as_text(value: Value) -> str:
    """Return a value as text. A moment is its day."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _plain(value)
    return value.isoformat()[:10]


def _plain(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if abs(value - round(value)) < NEAR:
        return str(round(value))
    return format(Decimal(repr(value)), "f")


def as_moment(value: Value, at: datetime) -> datetime | None:
    """Return a value as a moment in the zone of `at`; None where it is none."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), at.tzinfo)
    if isinstance(value, str):
        return moment_read(value, at)
    if isinstance(value, float) and abs(value) < EPOCH - 1:
        return local(START + DAY * value, at)
    return None


def as_day(value: Value, at: datetime) -> date | None:
    """Return a value as a day; None where it is none. A number is the days since 1970."""
    if isinstance(value, float):
        return date.fromordinal(EPOCH + int(value)) if abs(value) < EPOCH else None
    moment = as_moment(value, at)
    return moment.date() if moment else None


def days_of(moment: datetime) -> float:
    """Return the days since 1970 in UTC, with their fraction."""
    return (moment - START) / DAY


def part_of_day(moment: datetime) -> float:
    """Return how much of its day is over: noon is 0.5."""
    return (moment.hour * 3_600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6) / 86_400


def local(moment: datetime, at: datetime) -> datetime:
    """Return a moment in the zone of `at`; at the ends of the calendar as it is."""
    try:
        return moment.astimezone(at.tzinfo)
    except (OverflowError, ValueError):
        return moment


def day_read(text: str) -> date | None:
    """Read a day, 2026-11-28."""
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def moment_read(text: str, at: datetime) -> datetime | None:
    """Read a day and a time, 2026-11-28T08:00:00.000+08:00; a day alone is its midnight."""
    said, has_time, clock = text.partition("T")
    day = day_read(said)
    if day is None:
        return None
    return clock_read(clock, day, at) if has_time else datetime.combine(day, time(), at.tzinfo)


def clock_read(text: str, day: date, at: datetime) -> datetime | None:
    """Read a time of day, 08:00:00.000+08:00, as a moment of the given day; without an offset it is local."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction, offset = found.groups()
    try:
        moment = datetime(
            day.year, day.month, day.day, int(hour), int(minute), int(second or 0),
            int((fraction or "")[:6].ljust(6, "0")), _zone(offset) if offset else at.tzinfo,
        )  # fmt: skip
    except ValueError:
        return None
    return local(moment, at) if offset else moment


def _zone(offset: str) -> timezone:
    if offset == "Z":
        return UTC
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:].lstrip(":") or 0))
    return timezone(-ahead if offset[0] == "-" else ahead)
