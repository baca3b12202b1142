"""Owns how a form is shown: rows of the list, facts, and each question as whoever is asked will read it."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from gridward.forms.queries import FormHead, FormView
from gridward.forms.rules import ASKED, SHOWN, Question, Texts
from gridward.governance import api as governance
from gridward.territory import api as territory

TONES = {"draft": "quiet", "published": "good", "ended": "quiet"}
#: Marks of a language in an XLSForm, by the reader's: "中文 (zh)", "English (en)".
MARKS: Mapping[str, tuple[str, ...]] = {
    "zh-hans": ("(zh)", "(zh-hans)", "(zh-cn)", "中文"),
    "zh-hant": ("(zh-hant)", "(zh-tw)", "(zh-hk)", "(zh)", "中文"),
    "en": ("(en)", "english"),
}


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


def questions(asked: Sequence[Question]) -> list[dict[str, Any]]:
    """Return what whoever is asked will see, in the reader's language where the form has it; nothing hidden."""
    shown = [one for one in asked if one.kind in ASKED or one.kind in ("note", "group", "repeat")]
    numbers = count(1)
    return [_question(one, next(numbers) if one.is_asked else 0) for one in shown]


def _question(one: Question, number: int) -> dict[str, Any]:
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
        "constraint": text_of(one.constraint_message) or one.constraint,
    }


def text_of(texts: Texts) -> str:
    """Return a text in the reader's language; another one where the form does not speak it."""
    marks = MARKS.get((get_language() or "en").lower(), ())
    for mark in marks:
        for language, text in texts.items():
            if mark in language.lower():
                return text
    return next(iter(texts.values()), "")
