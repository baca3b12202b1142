"""Owns the operators of a form's expressions, as JavaRosa understands them. Pure."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from gridward.forms.values import NAN, NEAR, Value, as_number, as_text, as_truth


def _is_equal(one: Value, other: Value) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return as_truth(one) == as_truth(other)
    if isinstance(one, float) or isinstance(other, float):
        return abs(as_number(one) - as_number(other)) < NEAR
    return as_text(one) == as_text(other)


def _divided(one: float, other: float) -> float:
    if other:
        return one / other
    return NAN if not one or math.isnan(one) else math.copysign(math.inf, one) * math.copysign(1.0, other)


def _remainder(one: float, other: float) -> float:
    try:
        return math.fmod(one, other)
    except ValueError:
        return NAN


def _numeric(give: Callable[[float, float], Value]) -> Callable[[Value, Value], Value]:
    return lambda one, other: give(as_number(one), as_number(other))


Operator: TypeAlias = Callable[[Value, Value], Value]
#: From the loosest to the tightest, below `or` and `and`.
LEVELS: Final[Sequence[Mapping[str, Operator]]] = (
    {"=": _is_equal, "!=": lambda one, other: not _is_equal(one, other)},
    {
        "<": _numeric(operator.lt),
        "<=": _numeric(operator.le),
        ">": _numeric(operator.gt),
        ">=": _numeric(operator.ge),
    },
    {"+": _numeric(operator.add), "-": _numeric(operator.sub)},
    {"*": _numeric(operator.mul), "div": _numeric(_divided), "mod": _numeric(_remainder)},
)
