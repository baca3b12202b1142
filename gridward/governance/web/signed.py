"""Owns how signatures are shown: those that are there, then those still to come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gridward.governance import rules

_CAPACITY_WORDS = {"authority": rules.AUTHORITY_WORDS, "privacy": rules.PRIVACY_WORDS}


def trail(signed: Sequence[tuple[str, datetime]], *, ahead: bool = True) -> list[dict[str, Any]]:
    """Return the signatures that are there, then those still to come."""
    missing = [capacity for capacity in rules.CAPACITIES.values() if capacity not in dict(signed)]
    return [{"title": _CAPACITY_WORDS[capacity], "at": at, "state": "done"} for capacity, at in signed] + [
        {"title": _CAPACITY_WORDS[capacity], "state": "ahead"} for capacity in missing if ahead
    ]
