"""
Owns the rules of a correction: what can be wrong, how somebody came to know, who decides it, until when. Pure.

Refuses a second word for a state, and a wrong number or place that one person alone decides.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.country.api import pack
from gridward.governance.api import ProfileView
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

#: What of an entry can be wrong. The first three are values of one person, the next two places, the last two need none.
KINDS: Mapping[str, Text] = {
    "name": pgettext_lazy("correction", "The name"),
    "phone": pgettext_lazy("correction", "The telephone"),
    "id_number": pgettext_lazy("correction", "The document number"),
    "address": pgettext_lazy("correction", "The door of the whole household"),
    "household": pgettext_lazy("correction", "The person lives in another household"),
    "not_here": pgettext_lazy("correction", "The person does not live here"),
    "deceased": pgettext_lazy("correction", "The person has died"),
}
VALUES = frozenset({"name", "phone", "id_number"})
PLACES = frozenset({"address", "household"})
NEEDS_NOTHING = frozenset({"not_here", "deceased"})
#: What those who asked about the person are told of it: which of their columns, never what stands there now.
FIELD_TOLD: Mapping[str, str] = {
    "name": "name", "phone": "phone", "id_number": "id_number", "address": "address", "household": "address",
    "not_here": "address", "deceased": "person",
}  # fmt: skip
#: How whoever enters a correction came to know.
FOUND_BY: Mapping[str, Text] = {
    "person": _("the person says so"),
    "family": _("the family says so"),
    "document": _("a document was shown"),
    "property_staff": _("the property staff say so"),
    "department": _("a department says so"),
}
STATES: Mapping[str, Text] = {
    "received": pgettext_lazy("correction", "received"),
    "acknowledged": pgettext_lazy("correction", "acknowledged"),
    "accepted": pgettext_lazy("correction", "accepted"),
    "rejected": pgettext_lazy("correction", "rejected"),
}
WAITING = ("received", "acknowledged")
LEAST_REASON = 4
MOST_REASON = 200
MOST_VALUE = 120

declare(
    {
        "correction_kind": Problem(422, _("Say what is wrong."), _("Choose one from the list.")),
        "correction_found_by": Problem(422, _("Say how you know."), _("Choose one from the list.")),
        "correction_value": Problem(
            422, _("This cannot be read as what it shall be."), _("Check it figure by figure and enter it again.")
        ),
        "correction_place": Problem(
            422,
            _("This address leads to no grid of the order, or to several."),
            _("Write community, road, number, building and room."),
        ),
        "correction_same": Problem(409, _("That is how it stands already."), _("Nothing needs to be done.")),
        "correction_waits": Problem(
            409, _("A correction of this waits already."), _("Wait until it is decided.")
        ),
        "correction_unregistered": Problem(
            409,
            _("The register does not know this person."),
            _("What you found goes into the outcome of the visit."),
        ),
        "correction_decided": Problem(409, _("This correction is decided."), _("Open the list again.")),
        "correction_second": Problem(
            403,
            _("A number or a place needs a second pair of eyes."),
            _("Somebody else of your centre, or your street, has to decide this one."),
        ),
        "correction_several_homes": Problem(
            409,
            _("Several households are registered behind that door."),
            _("Name the room, or let the register be imported anew."),
        ),
    }
)  # fmt: skip


def value_read(kind: str, text: str) -> str | Refusal:
    """Return a person's new value as the register writes it; refuse what cannot be one."""
    country = pack(settings.COUNTRY)
    if kind == "name":
        value = country.read_name(text).value
    elif kind == "phone":
        phone = country.read_phone(text)
        value = "" if phone.kind == "service" else phone.value
    else:
        value = country.read_id(text).value
    return value or refuse("correction_value")


def is_small(kind: str, old: str, new: str) -> bool:
    """Tell whether one officer may decide alone: a telephone, or another writing of a name that sounds the same."""
    if kind == "phone":
        return True
    if kind != "name":
        return False
    before, after = pack(settings.COUNTRY).read_names([old, new])
    return bool(before.sound) and before.sound == after.sound


def may_decide(state: str, *, small: bool, entered_by: UUID, by: UUID | None) -> Refusal | None:
    """Refuse to decide twice, and to decide alone what needs a second pair of eyes."""
    if state not in WAITING:
        return refuse("correction_decided")
    return refuse("correction_second") if not small and entered_by == by else None


def due_at(state: str, entered_at: datetime, profile: ProfileView) -> datetime:
    """Return until when a correction is to be acknowledged or, once it is, decided; both count from its entry."""
    if state == "received":
        return entered_at + timedelta(hours=profile.number("correction_acknowledge_hours"))
    return entered_at + timedelta(days=profile.number("correction_decide_days"))
