"""
Owns which steps follow from the answers to a form, by what its questions are given for: a form's page lists them before
it is published, and the room that takes answers in does just these. Pure.
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Text

#: Values of a person that answers may correct: a proposal to the register until somebody decides.
VALUES = ("name", "phone", "id_number", "address")
STEPS: Mapping[str, Text] = {
    "correction_name": _("Proposes the name to the register, where it differs"),
    "correction_phone": _("Proposes the telephone to the register, where it differs"),
    "correction_id_number": _("Proposes the document number to the register, where it differs"),
    "correction_address": _("Proposes the household's door to the register, where it differs"),
    "visit": _("Records the visit: the third of the four passes, for everybody still asked about"),
}


def steps_of(uses: Iterable[str]) -> list[str]:
    """Return the steps that follow from answers given for these uses, in the order they are done."""
    given = frozenset(uses)
    corrections = [f"correction_{use}" for use in VALUES if use in given]
    # A visit may close the task, and with it what a worker may say about its people: it comes last.
    return [*corrections, *(["visit"] if "result" in given else [])]
