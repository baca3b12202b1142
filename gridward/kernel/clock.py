"""Owns the reading of the clock. Everything else is handed `now`, so that time can be tested."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, in UTC, to the microsecond."""
    return datetime.now(UTC)
