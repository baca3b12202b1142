"""Owns how a form is shown: rows of the list, facts, and each question as whoever is asked will read it."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.forms.compiling import compiled
from gridward.forms.queries import FormHead, FormView
from gridward.forms.rules import ASKED, SHOWN, Question
from gridward.forms.steps import STEPS, steps_of
from gridward.forms.texts import text_of
from gridward.governance import api as governance
from gridward.kernel.outcomes import Text
from gridward.territory import api as territory

TONES = {"draft": "quiet", "published": "good", "ended": "quiet"}
#: Kinds nobody is asked that are seen all the same.
SEEN = ("note", "group", "repeat", "household")


def state_of(head: FormHead) -> tuple[str, str]:
    """Return a form's state in words, and the tone it is drawn in."""
    words = {
        "draft": pgettext("form", "Draft"),
        "published": pgettext("form", "Asked"),
        "ended": pgettext("form", "Ended"),
    }
    return words[head.state], TONES[head.state]


def columns() -> list[dict[str, str]]:
    """Return the columns of the list of forms."""
    return [
        {"key": "title", "label": pgettext("form", "Form"), "href": "url"},
        {"key": "version", "label": _("Version")},
        {"key": "owner", "label": pgettext("form", "Owner")},
        {"key": "fields", "label": _("Questions"), "kind": "number"},
        {"key": "until", "label": _("Asked until"), "kind": "moment"},
        {"key": "state", "label": _("State"), "kind": "badge"},
    ]


def row(head: FormHead, owners: Mapping[str, str]) -> dict[str, object]:
    """Return a version of a form as a row of the list."""
    return {
        "url": reverse("forms:form", args=[head.id]),
        "title": f"{head.title} · {head.form_code}",
        "version": head.version,
        "owner": owners.get(head.owner_code, head.owner_code),
        "fields": head.field_count,
        "until": head.sunset_at,
        "state": state_of(head),
    }


def facts(view: FormView, owners: Mapping[str, str], most: int) -> list[tuple[str, Any]]:
    """Return what stands beside a form."""
    head = view.head
    areas = territory.get_areas(view.area_codes)
    asked = _("%(count)s of %(most)s") % {"count": head.field_count, "most": most}
    return [
        (_("Id"), head.form_code),
        (_("Version"), head.version),
        (pgettext("form", "Owner"), owners.get(head.owner_code, head.owner_code)),
        (_("Purpose"), governance.PURPOSES[head.purpose].label),
        (_("Questions"), asked),
        (_("Asked until"), head.sunset_at),
        *([(_("Which form it replaces"), head.replaces)] if head.replaces else []),
        *([(_("Asked since"), head.published_at)] if head.published_at else []),
        *(
            [(_("Areas"), ", ".join(areas[code].name for code in view.area_codes if code in areas))]
            if areas
            else []
        ),
        *([(_("Ended"), head.ended_at), (_("Why"), head.end_reason)] if head.ended_at else []),
    ]


def steps(asked: Sequence[Question]) -> list[Text]:
    """Return what follows from an answer, in words and in order."""
    return [STEPS[one] for one in steps_of(question.gives for question in asked)]


def questions(asked: Sequence[Question]) -> list[dict[str, Any]]:
    """Return what whoever is asked will see, in the reader's language where the form has it; nothing hidden."""
    shown = [one for one in asked if one.kind in ASKED or one.kind in SEEN]
    numbers, unchecked = count(1), frozenset(compiled("", "", asked).unchecked)
    return [_question(one, next(numbers) if one.is_asked else 0, one.path in unchecked) for one in shown]


def _question(one: Question, number: int, is_unchecked: bool) -> dict[str, Any]:
    return {
        "number": number or "",
        "depth": one.path.count("/"),
        "label": text_of(one.label) or one.name,
        "name": one.name,
        "kind": {**ASKED, **SHOWN}[one.kind],
        "is_head": one.kind in ("group", "repeat"),
        "is_note": one.kind == "note",
        "is_required": one.is_required,
        "hint": text_of(one.hint),
        "purpose": text_of(one.purpose),
        "choices": [text_of(label) or name for name, label in one.choices],
        "relevant": one.relevant,
        "gives": one.gives,
        "is_unchecked": is_unchecked,
        "constraint": text_of(one.constraint_message) or one.constraint,
    }
