"""Owns turning whistles into what templates draw. Refuses queries and permissions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.dispatch import escalating, rules, whistling
from gridward.dispatch.web.raising import TONES
from gridward.dispatch.whistled import CalledView, CallView, WhistleView

STATE_TONES = {"waiting": "warn", "coming": "info", "answered": "good", "not_ours": "quiet"}


def columns() -> list[dict[str, str]]:
    """Return the columns of a centre's whistles."""
    return [
        {"key": "place", "label": _("Area"), "href": "url"},
        {"key": "priority", "label": _("Priority"), "kind": "badge"},
        {"key": "question", "label": _("What is asked")},
        {"key": "answered", "label": _("Answers")},
        {"key": "lies", "label": _("Lies with")},
        {"key": "blown_at", "label": _("Blown"), "kind": "moment"},
    ]


def row(one: WhistleView) -> dict[str, Any]:
    """Return a whistle as the list shows it."""
    said = sum(call.state != "waiting" for call in one.calls)
    return {
        "url": reverse("dispatch:whistle", args=[one.id]),
        "place": one.place.name,
        "priority": (one.priority, TONES[one.priority]),
        "question": str(whistling.QUESTIONS[one.question]),
        "answered": _("%(said)s of %(all)s") % {"said": said, "all": len(one.calls)},
        "lies": one.lies_at.name,
        "blown_at": one.blown_at,
    }


def more_token(rows: Sequence[WhistleView], limit: int = 50) -> str:
    """Return the keyset token of the next page, or nothing when this one is not full."""
    return f"{rows[-1].blown_at.isoformat()}~{rows[-1].id}" if len(rows) == limit else ""


def called_token(rows: Sequence[CalledView], limit: int = 50) -> str:
    """Return the keyset token of a department's next page, or nothing when this one is not full."""
    return f"{rows[-1].reply_by.isoformat()}~{rows[-1].id}" if len(rows) == limit else ""


def form(agencies: Sequence[Any], task_id: UUID | None) -> dict[str, Any]:
    """Return what the form of a new whistle draws."""
    return {
        "agencies": [(agency.code, agency.name) for agency in agencies],
        "questions": list(whistling.QUESTIONS.items()),
        "priorities": rules.PRIORITIES,
        "task_id": task_id or "",
    }


def page(one: WhistleView, *, may_close: bool, may_read: bool = False) -> dict[str, Any]:
    """Return what the page of one whistle draws; who may read tasks gets the way to the one it is about."""
    facts = [
        (_("Area"), one.place.in_full),
        (_("Priority"), one.priority),
        (_("What is asked"), whistling.QUESTIONS[one.question]),
        (_("In words"), one.words),
        (_("Blown by"), one.blown_by),
        (_("Blown"), one.blown_at),
        (_("Lies with"), f"{one.lies_at.name} ({escalating.LEVEL_LABELS[one.level]})"),
        (pgettext("moment", "Closed"), one.closed_at or ""),
        (_("What came of it"), one.closing),
    ]
    return {
        "one": one,
        "tone": TONES[one.priority],
        "facts_list": [fact for fact in facts if fact[1] != ""],
        "calls": [_call(call) for call in one.calls],
        "may_close": may_close and one.state == "open",
        "task_url": reverse("dispatch:task", args=[one.task_id]) if one.task_id and may_read else "",
    }


def _call(call: CallView) -> dict[str, Any]:
    return {
        "agency": call.agency,
        "is_lead": call.is_lead,
        "state": (str(whistling.STATES[call.state]), STATE_TONES[call.state]),
        "reply_by": call.reply_by if call.state == "waiting" else None,
        "answered_at": call.answered_at,
        "received_at": call.received_at,
        "words": call.words,
    }


def card(one: CalledView) -> dict[str, Any]:
    """Return a whistle as a department that is called sees it."""
    facts = [
        (_("Area"), one.place.in_full),
        (_("In words"), one.words),
        (_("Blown"), one.blown_at),
        (_("Leads"), one.lead),
        (pgettext("departments", "Called"), ", ".join(one.agencies)),
        (_("You said"), f"{whistling.STATES[one.state]}: {one.answer}" if one.answer else ""),
        (_("Risen to"), escalating.LEVEL_LABELS[one.risen_level] if one.risen_level else ""),
        (_("Risen"), one.risen_at or ""),
    ]
    said = ("answered", "not_ours")
    return {
        "id": one.id,
        "title": f"{whistling.QUESTIONS[one.question]} · {one.place.name}",
        "priority": (one.priority, TONES[one.priority]),
        "is_lead": one.is_lead,
        "reply_by": one.reply_by if one.state == "waiting" else None,
        "is_missed": one.risen_at is not None and one.state == "waiting",
        "facts": [fact for fact in facts if fact[1]],
        "answers": [] if one.state in said else [a for a in whistling.ANSWERS.items() if a[0] != one.state],
    }


def about(whistles: Sequence[WhistleView]) -> list[dict[str, Any]]:
    """Return the whistles about a task as its page lists them: which department, and what it said."""
    return [
        {
            "url": reverse("dispatch:whistle", args=[one.id]),
            "title": str(whistling.QUESTIONS[one.question]),
            "calls": [_call(call) for call in one.calls],
        }
        for one in whistles
    ]
