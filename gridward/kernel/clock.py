"""Owns the reading of the clock. Everything else is handed `now`, so that time can be tested."""

from datetime import UTC, datetime

from django.utils.timezone import localtime


def now() -> datetime:
    """Return the present moment, in UTC, to the microsecond."""
    return datetime.now(UTC)


def midnight(at: datetime) -> datetime:
    """Return when the day of this moment began, by the clock of the house."""
    return localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
