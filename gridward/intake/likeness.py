"""
Owns how alike a row and a registered person are: field by field a level, each level a weight, and what follows. Pure.

A weight is log2(m / u): how often this level is seen between a row and the person it is about (m), against a row and
somebody else the same search brings up (u). `data/likeness.json` holds both, how they were learned and from what.
What is missing on one side says nothing. Refuses to choose among equals, and to decide against a number that holds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from math import log2
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.country.api import NAME_LIKENESS, NameReading
from gridward.kernel.outcomes import Text

#: The fields that are compared and their levels, the most alike first.
LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": NAME_LIKENESS,
    "id_number": ("same", "slip", "other"),
    "phone": ("same", "slip", "other"),
    "door": ("same", "community", "elsewhere"),
}
#: Levels in words, for whoever has to decide a row.
LEVEL_WORDS: Final[Mapping[str, Mapping[str, Text]]] = {
    "name": {
        "same": pgettext_lazy("likeness", "the same"),
        "sound": _("sounds the same"),
        "near": _("sounds nearly the same"),
        "part": _("one character more or less"),
        "one": _("one character differs"),
        "given": _("another surname"),
        "surname": _("only the surname is the same"),
        "other": pgettext_lazy("likeness", "differs"),
    },
    "id_number": {
        "same": pgettext_lazy("likeness", "the same"),
        "slip": _("one slip of the hand away"),
        "other": pgettext_lazy("likeness", "differs"),
    },
    "phone": {
        "same": pgettext_lazy("likeness", "the same"),
        "slip": _("one slip of the hand away"),
        "other": pgettext_lazy("likeness", "differs"),
    },
    "door": {
        "same": pgettext_lazy("likeness", "the same"),
        "community": _("the same community"),
        "elsewhere": pgettext_lazy("likeness", "elsewhere"),
    },
}
#: Names that can be one person's, written twice.
CLOSE_NAMES: Final = frozenset({"same", "sound", "near", "part", "one"})
#: Numbers that can be one, typed twice.
AGREES: Final = frozenset({"same", "slip"})
RULE: Final = "fuzzy"


class Side(NamedTuple):
    """What a row or a register says of a person, normalised; `ids_meant` are numbers a row's spoilt one may mean."""

    name: NameReading
    id_number: str = ""
    phone: str = ""
    ids_meant: tuple[str, ...] = ()


class Likeness(NamedTuple):
    """How alike two sides are: the sum of weights, in bits, and the level of each field that both give."""

    score: float
    levels: Mapping[str, str]


@dataclass(frozen=True)
class Bounds:
    """What an order's profile asks for, in bits: to be sure, ahead of the next, and to be certainly somebody else."""

    sure: float
    lead: float
    stranger: float
    bystanders_a_row: float


class Verdict(NamedTuple):
    """Who it is, by place among the candidates; or that it is certainly none of them; or neither: a person decides."""

    place: int | None = None
    is_stranger: bool = False


def weights_of(table: Mapping[str, Mapping[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """Return the weight of each level of each field from its m and u."""
    return {
        field: {level: log2(table[field][level]["m"] / table[field][level]["u"]) for level in levels}
        for field, levels in LEVELS.items()
    }


def _learned() -> dict[str, dict[str, float]]:
    text = files(__package__).joinpath("data", "likeness.json").read_text(encoding="utf-8")
    return weights_of(json.loads(text)["fields"])


WEIGHTS: Final = _learned()


def likeness(levels: Mapping[str, str], weights: Mapping[str, Mapping[str, float]] = WEIGHTS) -> Likeness:
    """Return what the levels of two sides add up to; a field that one side does not give has the level ''."""
    given = {field: level for field, level in levels.items() if level}
    return Likeness(sum(weights[field][level] for field, level in given.items()), given)


def id_level(row: Side, other: Side) -> str:
    """Return how alike the document numbers are; a spoilt one may have meant the other, or says nothing against it."""
    if not other.id_number:
        return ""
    if row.id_number == other.id_number:
        return "same"
    if other.id_number in row.ids_meant:
        return "slip"
    return "other" if row.id_number else ""


def phone_level(left: str, right: str) -> str:
    """Return how alike two telephone numbers are."""
    if not left or not right:
        return ""
    if left == right:
        return "same"
    return "slip" if is_slip(left, right) else "other"


def is_slip(left: str, right: str) -> bool:
    """Tell whether one digit, or the order of two neighbours, is all the difference."""
    if len(left) != len(right):
        return False
    places = [place for place, (one, other) in enumerate(zip(left, right, strict=True)) if one != other]
    if len(places) == 2:
        first, second = places
        return second == first + 1 and left[first] == right[second] and left[second] == right[first]
    return len(places) == 1


def verdict(candidates: Sequence[Likeness], bounds: Bounds) -> Verdict:
    """Decide among everybody a row may be about. Their order makes no difference; equals are never chosen from."""
    if not candidates:
        return Verdict()
    ranked = sorted(range(len(candidates)), key=lambda place: -candidates[place].score)
    best = candidates[ranked[0]]
    behind = candidates[ranked[1]].score if len(ranked) > 1 else float("-inf")
    if best.score < bounds.stranger:
        return Verdict(is_stranger=True)
    if best.score >= bounds.sure and best.score - behind >= bounds.lead and _may_be(best.levels):
        return Verdict(ranked[0])
    return Verdict()


def _may_be(levels: Mapping[str, str]) -> bool:
    """
    Tell whether it can be one person: never against a number that holds.

    By another name only where the number and something else agree: one slip leads to many numbers, some of them held.
    """
    if levels.get("id_number") == "other":
        return False
    is_nearby = levels.get("door") == "same" or levels.get("phone") in AGREES
    return levels.get("name") in CLOSE_NAMES or (levels.get("id_number") in AGREES and is_nearby)
