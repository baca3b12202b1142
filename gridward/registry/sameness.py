"""
Owns the rules of merging two entries that are one person: which two may be, in which states, what is said. Pure.

Refuses a person with itself, an entry that has ended or points elsewhere already, and two under different keys.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

STATES: Mapping[str, Text] = {
    "proposed": pgettext_lazy("merge", "to be decided"),
    "merged": pgettext_lazy("merge", "one person"),
    "undone": pgettext_lazy("merge", "taken apart"),
    "dropped": pgettext_lazy("merge", "two people"),
}
#: What a merge becomes when somebody says that the two are not one.
UNDOING: Mapping[str, str] = {"proposed": "dropped", "merged": "undone"}
#: Which blind keys two entries can share, as columns of `PersonKey`, and how that is said.
SHARED: Mapping[str, Text] = {
    "id_key": _("the same document number"),
    "phone_name_key": _("the same telephone and name"),
    "door_name_key": _("the same door and name"),
}
LEAST_REASON = 4

declare(
    {
        "merge_self": Problem(
            422, _("These are not two entries, but one."), _("Choose the other entry of the person.")
        ),
        "merge_domains": Problem(
            409,
            _("The two entries stand under different orders."),
            _("What was collected for one order is not joined with another's."),
        ),
        "merge_ended": Problem(
            409,
            _("One of the two entries has ended or is merged already."),
            _("Open the list of merges, or choose the entry that stays."),
        ),
        "merge_stays": Problem(
            409,
            _("Another entry leads to the one that would go."),
            _("Let that one be the entry that stays, or take the earlier merge apart first."),
        ),
        "merge_correction": Problem(
            409,
            _("A correction about one of the two waits."),
            _("Let it be decided first."),
        ),
        "merge_decided": Problem(409, _("This is decided already."), _("Open the list again.")),
    }
)


@dataclass(frozen=True)
class Entry:
    """An entry of the register as the rule sees it: its keys' domain, and whether it is asked about no more."""

    id: UUID
    domain: str
    is_ended: bool


def may_merge(
    stays: Entry, goes: Entry, *, stayed: Collection[UUID], corrected: Collection[UUID]
) -> Refusal | None:
    """
    Refuse what cannot be one person, or not yet.

    `stayed` are the entries others lead to already, `corrected` those about which a correction waits. So no entry
    that is led to leads on: from any entry it is one step to the person.
    """
    if stays.id == goes.id:
        return refuse("merge_self")
    if stays.domain != goes.domain:
        return refuse("merge_domains")
    if stays.is_ended or goes.is_ended:
        return refuse("merge_ended")
    if goes.id in stayed:
        return refuse("merge_stays")
    return refuse("merge_correction") if {stays.id, goes.id} & set(corrected) else None


def may_undo(state: str) -> Refusal | None:
    """Refuse to take apart what is not together."""
    return None if state in UNDOING else refuse("merge_decided")
