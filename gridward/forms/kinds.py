"""Owns what an answer to each kind of question looks like as a phone sends it, and reading it as a value. Pure."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from gridward.forms.values import Value, clock_read, day_read, moment_read

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?")
_PHOTO: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}")

Read: TypeAlias = Callable[[str, datetime], Value | None]


def _whole(text: str, _at: datetime) -> Value | None:
    return float(text) if _WHOLE.fullmatch(text) else None


def _decimal(text: str, _at: datetime) -> Value | None:
    number = float(text) if _DECIMAL.fullmatch(text) else math.inf
    return number if math.isfinite(number) else None


def _day(text: str, _at: datetime) -> Value | None:
    return day_read(text)


def _clock(text: str, at: datetime) -> Value | None:
    # A time of day is a moment of today, as on the phone.
    return clock_read(text, at.date(), at)


#: How an answer becomes a value, and what is wrong where it does not. Kinds that are not here are words.
READ: Mapping[str, tuple[Read, str]] = {
    "integer": (_whole, "not_a_number"),
    "decimal": (_decimal, "not_a_number"),
    "range": (_decimal, "not_a_number"),
    "date": (_day, "not_a_date"),
    "moment": (moment_read, "not_a_date"),
    "time": (_clock, "not_a_time"),
    "meta": (lambda text, at: (moment_read if "T" in text else _day)(text, at), ""),
}


def value_read(kind: str, text: str, at: datetime) -> Value | None:
    """Return an answer as a value of its kind; None where it is none."""
    reader = READ.get(kind)
    return reader[0](text, at) if reader else text


def choice_wrong(kind: str, text: str, choices: frozenset[str]) -> bool:
    """Tell whether an answer is not of its list. Of a list that comes from a file every single word is."""
    chosen = text.split()
    if kind in ("select_one", "household") and len(chosen) != 1:
        return True
    return bool(choices) and not choices.issuperset(chosen)


def photo_name_wrong(text: str) -> bool:
    """Tell whether a photo's name is none that the house would give a file."""
    return not _PHOTO.fullmatch(text)
