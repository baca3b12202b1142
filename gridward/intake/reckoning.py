"""
Owns what a sender gets back about how good its rows were: which class each row stands in, and what counts. Pure.

Every row received stands in exactly one class of CLASSES. What is BESIDE says more about rows that stand in a class
already. Refuses people: there is nothing here but codes and counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

declare(
    {
        "period_wrong": Problem(
            422,
            _("These two days are no period."),
            _("Give both as 2026-11-27, the first not after the last; or leave one out."),
        )
    }
)

#: Class -> what it is called and what counts, in the order they are shown.
CLASSES: Mapping[str, tuple[Text, Text]] = {
    "rejected": (
        _("Rejected when it came in"),
        _("Nobody could act on the row: see the reasons. Nothing of it was kept."),
    ),
    "wrong_person": (
        _("No such person here"),
        _("At the door or on the telephone it turned out that nobody of this name lives there."),
    ),
    "moved": (
        _("Lives elsewhere"),
        _("At the door or on the telephone it turned out that the person lives elsewhere."),
    ),
    "place_unknown": (
        _("Address not found"),
        _("An officer looked at the row and could not tell from the address where the person is."),
    ),
    "data_wrong": (_("Data fit nobody"), _("An officer looked at the row; its data fit nobody.")),
    "no_resident": (
        _("Not in this city"),
        _("An officer looked at the row; the person does not live in this city."),
    ),
    "unreachable": (
        _("Unreachable"),
        _("Nobody was home at any of at least three visits, and no call settled it."),
    ),
    "list_repeat": (
        _("Twice in the list"),
        _("An earlier row of the same list is about the same person. That row has the answer."),
    ),
    "channel_repeat": (
        _("Sent before"),
        _("An earlier list of the same channel, under the same order, is about the same person."),
    ),
    "checked": (
        _("Found as sent"),
        _("The person lives there, at home or away, or was handed to medical care."),
    ),
    "refused": (_("Refused"), _("Somebody was met and would not answer. It says nothing about the data.")),
    "out_of_scope": (
        _("Not a matter of the order"),
        _("Closed for a reason that says nothing about the data."),
    ),
    "open": (_("Not answered yet"), _("In review, or with a worker.")),
}
#: How the classes are put together where there is room for a few numbers only.
GROUPS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "wrong": (
        _("Wrong data"),
        ("rejected", "wrong_person", "moved", "place_unknown", "data_wrong", "no_resident"),
    ),
    "unreachable": (_("Unreachable"), ("unreachable",)),
    "duplicates": (_("Duplicates"), ("list_repeat", "channel_repeat")),
    "sound": (_("Found as sent"), ("checked",)),
    "apart": (_("Answered otherwise"), ("refused", "out_of_scope")),
    "open": (_("Not answered yet"), ("open",)),
}
#: Counted beside the classes: such a row stands in one of them as well, and may be counted here several times.
BESIDE: Mapping[str, tuple[Text, Text]] = {
    "id_unusable": (
        _("Document number unusable"),
        _("The row was taken in without its number: it is too short, too long or fails its check digit."),
    ),
    "phone_unusable": (
        _("Telephone unusable"),
        _("The row was taken in without its telephone number: it is none."),
    ),
    "unplaced": (
        _("Address led to no grid"),
        _("When the row came in its address did not lead to one grid, and it went to review."),
    ),
    "others": (
        _("Others had asked"),
        _("Only other channels had asked about the person before: nobody was asked twice for it."),
    ),
}
#: How a row was answered -> its class. What is not named here says nothing about the data.
CLASS_OF: Mapping[str, str] = {
    "verified_present": "checked",
    "verified_absent": "checked",
    "referred_medical": "checked",
    "moved": "moved",
    "wrong_person": "wrong_person",
    "unreachable": "unreachable",
    "refused": "refused",
    "place_unknown": "place_unknown",
    "data_wrong": "data_wrong",
    "no_resident": "no_resident",
    "named_twice": "list_repeat",
    "duplicate": "list_repeat",
}
#: The answer of a row that repeats another one: it stands with the repeats already.
REPEAT = "repeat"


@dataclass(frozen=True)
class Period:
    """The days on which lists came in, both counted; without one of them it is open on that side."""

    since: date | None = None
    until: date | None = None


def period_of(since: str, until: str) -> Period | Refusal:
    """Return the period two written days name."""
    try:
        days = [date.fromisoformat(text) if text else None for text in (since.strip(), until.strip())]
    except ValueError:
        return refuse("period_wrong")
    first, last = days
    return refuse("period_wrong") if first and last and first > last else Period(first, last)


@dataclass(frozen=True)
class Quality:
    """How good the rows of some lists were: how many there are, each in one class; why rejected; and what is beside."""

    lists: int = 0
    rows: int = 0
    classes: Mapping[str, int] = field(default_factory=dict)
    rejects: Mapping[str, int] = field(default_factory=dict)
    beside: Mapping[str, int] = field(default_factory=dict)

    def group(self, name: str) -> int:
        """Return how many rows stand in the classes of a group."""
        return sum(self.classes.get(one, 0) for one in GROUPS[name][1])


def quality_of(found: Iterable[tuple[str, str, int]]) -> Quality:
    """
    Return the quality that these counts (what is counted, its code, how many) add up to.

    Counts of one code are added; whatever no class claims is open.
    """
    lists = rows = 0
    classes = dict.fromkeys(CLASSES, 0)
    rejects: dict[str, int] = {}
    beside: dict[str, int] = {}
    for what, code, count in found:
        if what == "lists":
            lists += count
        elif what == "rows":
            rows += count
        elif what == "class":
            classes[code] += count
        elif what == "reject":
            rejects[code] = rejects.get(code, 0) + count
        elif what == "beside":
            beside[code] = beside.get(code, 0) + count
        elif code != REPEAT:
            classes[CLASS_OF.get(code, "out_of_scope")] += count
    classes["open"] = rows - sum(classes.values())
    return Quality(lists, rows, classes, dict(sorted(rejects.items())), beside)
