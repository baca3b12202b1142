"""
Owns the functions that a form's expressions may call, by the names of the ODK XForms specification. Pure.

What is not here is not known to the house: an expression that calls it is not checked. Of functions that take all
answers of a group that repeats (count, sum, join and others) `expressions` spreads the arguments.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, TypeAlias

from gridward.forms.values import (
    NAN,
    Value,
    as_day,
    as_moment,
    as_number,
    as_text,
    as_truth,
    clock_read,
    days_of,
    part_of_day,
)

#: Of the values, and the moment at which it is asked.
Call: TypeAlias = Callable[[Sequence[Value], datetime], Value]
#: JavaRosa's own: rounding to more places than these is NaN.
PLACES_MOST: Final = 30
#: Codes of format-date; what depends on the phone's language (%a, %b) is not checked.
FORMATS: Mapping[str, Callable[[datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year:04}"[2:],
    "m": lambda moment: f"{moment.month:02}",
    "n": lambda moment: str(moment.month),
    "d": lambda moment: f"{moment.day:02}",
    "e": lambda moment: str(moment.day),
    "H": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: str(moment.hour),
    "M": lambda moment: f"{moment.minute:02}",
    "S": lambda moment: f"{moment.second:02}",
    "3": lambda moment: f"{moment.microsecond // 1_000:03}",
}


@dataclass(frozen=True)
class Function:
    """A function: how few and how many arguments it takes (None: any number), and what it gives."""

    least: int
    most: int | None
    call: Call


def _of_texts(give: Callable[..., Value]) -> Call:
    return lambda values, _at: give(*map(as_text, values))


def _of_numbers(give: Callable[..., Value]) -> Call:
    return lambda values, _at: give(*map(as_number, values))


def _length(text: str) -> float:
    # Phones count as Java and JavaScript do: a character beyond the first 65,536 (a rare name) is two.
    return float(len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2)


def _selected(said: str, wanted: str) -> bool:
    return f" {wanted.strip()} " in f" {said} "


def _selected_at(values: Sequence[Value], _at: datetime) -> Value:
    said, place = as_text(values[0]).split(" "), _whole(as_number(values[1]))
    chosen = [one for one in said if one]
    return chosen[place] if 0 <= place < len(chosen) else ""


def _whole(number: float) -> int:
    return int(number) if math.isfinite(number) else 0


def _substr(values: Sequence[Value], _at: datetime) -> Value:
    text, numbers = as_text(values[0]), [_whole(as_number(one)) for one in values[1:]]
    # A negative place counts from the end, as it does in Python; one before the beginning is the beginning.
    first, last = [max(one + len(text), 0) if one < 0 else one for one in [*numbers, len(text)][:2]]
    return text[first:last]


def _before(text: str, mark: str) -> str:
    return text.partition(mark)[0] if mark and mark in text else ""


def _after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def _translate(text: str, those: str, into: str) -> str:
    table: dict[int, str] = {}
    for place, char in enumerate(those):
        table.setdefault(ord(char), into[place : place + 1])
    return text.translate(table)


def _int(number: float) -> float:
    return float(math.trunc(number)) if math.isfinite(number) else number


def _round(values: Sequence[Value], _at: datetime) -> Value:
    number = as_number(values[0])
    places = _whole(as_number(values[1])) if len(values) > 1 else 0
    if not math.isfinite(number):
        return number
    if abs(places) > PLACES_MOST:
        return NAN
    half = ROUND_HALF_DOWN if number < 0 else ROUND_HALF_UP
    try:
        return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), half))
    except InvalidOperation:
        return number  # It has more figures than there are places to round.


def _pow(base: float, power: float) -> float:
    try:
        return math.pow(base, power)
    except OverflowError:
        return math.inf
    except ValueError:
        return NAN


def _most(values: Sequence[Value], _at: datetime) -> Value:
    return max(_numbers(values), default=NAN)


def _least(values: Sequence[Value], _at: datetime) -> Value:
    return min(_numbers(values), default=NAN)


def _sum(values: Sequence[Value], _at: datetime) -> Value:
    return sum(_numbers(values), 0.0)


def _numbers(values: Sequence[Value]) -> list[float]:
    """Return what is a number among them: an empty answer is none."""
    return [number for number in map(as_number, values) if not math.isnan(number)]


def _count(values: Sequence[Value], _at: datetime) -> Value:
    return float(len(values))


def _count_non_empty(values: Sequence[Value], _at: datetime) -> Value:
    return float(sum(value != "" for value in values))


def _join(values: Sequence[Value], _at: datetime) -> Value:
    return as_text(values[0]).join(map(as_text, values[1:]))


def _date(values: Sequence[Value], at: datetime) -> Value:
    return as_day(values[0], at) or ""


def _moment(values: Sequence[Value], at: datetime) -> Value:
    return as_moment(values[0], at) or ""


def _decimal_moment(values: Sequence[Value], at: datetime) -> Value:
    value = values[0]
    if value == "" or isinstance(value, float):
        return value
    moment = as_moment(value, at)
    return days_of(moment) if moment else NAN


def _decimal_time(values: Sequence[Value], at: datetime) -> Value:
    value = values[0]
    if value == "":
        return value
    if isinstance(value, float):
        return value - math.floor(value) if math.isfinite(value) else NAN
    moment = as_moment(value, at)
    if moment is None and isinstance(value, str):
        moment = clock_read(value, at.date(), at)
    return part_of_day(moment) if moment else NAN


FUNCTIONS: Mapping[str, Function] = {
    "selected": Function(2, 2, _of_texts(_selected)),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, _of_texts(lambda text: float(sum(map(bool, text.split(" ")))))),
    "string-length": Function(1, 1, _of_texts(_length)),
    "normalize-space": Function(1, 1, _of_texts(lambda text: " ".join(text.split()))),
    "contains": Function(2, 2, _of_texts(lambda text, part: part in text)),
    "starts-with": Function(2, 2, _of_texts(str.startswith)),
    "ends-with": Function(2, 2, _of_texts(str.endswith)),
    "substr": Function(2, 3, _substr),
    "substring-before": Function(2, 2, _of_texts(_before)),
    "substring-after": Function(2, 2, _of_texts(_after)),
    "translate": Function(3, 3, _of_texts(_translate)),
    "string": Function(1, 1, _of_texts(str)),
    "boolean": Function(1, 1, lambda values, _at: as_truth(values[0])),
    "boolean-from-string": Function(1, 1, _of_texts(lambda text: text == "1" or text.lower() == "true")),
    "not": Function(1, 1, lambda values, _at: not as_truth(values[0])),
    "true": Function(0, 0, lambda _values, _at: True),
    "false": Function(0, 0, lambda _values, _at: False),
    "number": Function(1, 1, _of_numbers(float)),
    "int": Function(1, 1, _of_numbers(_int)),
    "round": Function(1, 2, _round),
    "abs": Function(1, 1, _of_numbers(abs)),
    "pow": Function(2, 2, _of_numbers(_pow)),
    "today": Function(0, 0, lambda _values, at: at.date()),
    "now": Function(0, 0, lambda _values, at: at),
    "date": Function(1, 1, _date),
    "date-time": Function(1, 1, _moment),
    "decimal-date-time": Function(1, 1, _decimal_moment),
    "decimal-time": Function(1, 1, _decimal_time),
}
#: Those that take every answer of a group that repeats, where an argument names one.
SPREAD: Mapping[str, Function] = {
    "concat": Function(1, None, lambda values, _at: "".join(map(as_text, values))),
    "join": Function(2, None, _join),
    "min": Function(1, None, _least),
    "max": Function(1, None, _most),
    "sum": Function(1, 1, _sum),
    "count": Function(1, 1, _count),
    "count-non-empty": Function(1, 1, _count_non_empty),
}
#: Those of them that take nothing but the name of a question.
NODES_ONLY: Final = frozenset({"sum", "count", "count-non-empty"})
