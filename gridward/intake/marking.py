"""
Owns how a row says that it was corrected: a mark a column, kept beside whatever else its reason says. Pure.

Refuses to say what stands there now: a sender learns which of his columns was wrong.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Text

#: Which of a row's columns was corrected, beside or before its outcome; never what stands there now.
CORRECTED: Mapping[str, Text] = {
    "corrected_name": _("The name was corrected."),
    "corrected_phone": _("The telephone was corrected."),
    "corrected_id_number": _("The document number was corrected."),
    "corrected_address": _("The address was corrected."),
    "corrected_person": _("The entry about this person was corrected."),
}


def reason_corrected(reason: str, field: str) -> str:
    """Return a row's reason with the mark that this column was corrected; each mark stands once."""
    return ",".join(dict.fromkeys([*filter(None, reason.split(",")), f"corrected_{field}"]))


def reason_apart(reason: str) -> tuple[str, list[str]]:
    """Return what else a row's reason says, and the marks of its corrections in words."""
    parts = reason.split(",")
    marks = [part for part in parts if part in CORRECTED]
    return ",".join(part for part in parts if part not in CORRECTED), [str(CORRECTED[one]) for one in marks]
