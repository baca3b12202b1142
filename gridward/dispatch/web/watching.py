"""Owns turning supervision into what templates draw. Refuses queries and permissions."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gridward.dispatch import escalating, supervising, whistling
from gridward.dispatch.escalated import EscalationView
from gridward.dispatch.supervised import SupervisionView
from gridward.dispatch.web.raising import TONES
from gridward.dispatch.whistled import WhistleView


def risen_columns() -> list[dict[str, str]]:
    """Return the columns of what has risen in a supervisor's area."""
    return [
        {"key": "place", "label": _("Area"), "href": "url"},
        {"key": "priority", "label": _("Priority"), "kind": "badge"},
        {"key": "lies", "label": _("Lies with")},
        {"key": "why", "label": _("Why")},
        {"key": "raised_at", "label": _("Lies there since"), "kind": "moment"},
    ]


def risen(one: EscalationView) -> dict[str, Any]:
    """Return a task that has risen as a supervisor's list shows it."""
    return {
        "url": reverse("dispatch:supervised", args=[one.task_id]),
        "place": one.place.name,
        "priority": (one.priority, TONES[one.priority]),
        "lies": one.lies_at.name,
        "why": str(escalating.WHY[one.kind]),
        "raised_at": one.raised_at,
    }


def row_columns(moment: str) -> list[dict[str, str]]:
    """Return the columns of set times and of checks; `moment` heads the last one."""
    kind = "due" if moment == "due_at" else "moment"
    label = _("Time that is set") if moment == "due_at" else _("Drawn")
    return [
        {"key": "place", "label": _("Area"), "href": "url"},
        {"key": "priority", "label": _("Priority"), "kind": "badge"},
        {"key": moment, "label": label, "kind": kind},
    ]


def row(one: SupervisionView) -> dict[str, Any]:
    """Return a set time, or a check, as a list shows it."""
    return {
        "url": reverse("dispatch:supervised", args=[one.task_id]),
        "place": one.place.name,
        "priority": (one.priority, TONES[one.priority]),
        "due_at": one.due_at,
        "at": one.at,
    }


def whistle_columns() -> list[dict[str, str]]:
    """Return the columns of the open whistles of a supervisor's area."""
    return [
        {"key": "place", "label": _("Area")},
        {"key": "priority", "label": _("Priority"), "kind": "badge"},
        {"key": "question", "label": _("What is asked")},
        {"key": "lies", "label": _("Lies with")},
        {"key": "silent", "label": _("Departments that have not answered")},
    ]


def whistle(one: WhistleView) -> dict[str, Any]:
    """Return an open whistle as a supervisor's list shows it."""
    silent = [call.agency for call in one.calls if call.state == "waiting"]
    return {
        "place": one.place.name,
        "priority": (one.priority, TONES[one.priority]),
        "question": str(whistling.QUESTIONS[one.question]),
        "lies": one.lies_at.name,
        "silent": ", ".join(silent),
    }


def lines(supervisions: Sequence[SupervisionView]) -> list[dict[str, Any]]:
    """Return what supervision says about a task, as its page says it first."""
    said = []
    for one in supervisions:
        if one.kind == "order" and one.state == "open" and one.due_at:
            until = date_format(localtime(one.due_at), "Y-m-d H:i")
            text = _("Supervision: to be dealt with by %(until)s.") % {"until": until}
            said.append({"text": text, "words": one.words, "at": one.at})
        elif one.kind == "check":
            text = _("Supervision has checked this: %(verdict)s.") % {
                "verdict": supervising.STATES[one.state]
            }
            said.append({"text": text, "words": one.words, "at": one.decided_at})
    return said
