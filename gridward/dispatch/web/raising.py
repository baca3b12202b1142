"""Owns turning escalations into what templates draw. Refuses queries and permissions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.dispatch import escalating
from gridward.dispatch.escalated import EscalationView

TONES = {"P1": "bad", "P2": "warn", "P3": "info", "P4": "quiet"}


def columns() -> list[dict[str, str]]:
    """Return the columns of what lies with a centre."""
    return [
        {"key": "place", "label": _("Area"), "href": "url"},
        {"key": "priority", "label": _("Priority"), "kind": "badge"},
        {"key": "why", "label": _("Why")},
        {"key": "raised_at", "label": _("Lies here since"), "kind": "moment"},
        {"key": "due_at", "label": _("Due"), "kind": "due"},
        {"key": "worker", "label": _("Worker")},
    ]


def row(one: EscalationView) -> dict[str, Any]:
    """Return an escalation as the list shows it: where, how urgent, why and since when. Nobody's name."""
    return {
        "url": reverse("dispatch:escalation", args=[one.id]),
        "place": one.place.name,
        "priority": (one.priority, TONES[one.priority]),
        "why": str(escalating.WHY[one.kind]),
        "raised_at": one.raised_at,
        "due_at": one.due_at,
        "worker": hand_of(one),
    }


def hand_of(one: EscalationView) -> str:
    """Say in whose hand the task is below, or that it is in nobody's."""
    if not one.assignee:
        return _("nobody answers for the grid")
    return (
        one.assignee if one.is_with_worker else _("%(worker)s, not sent out yet") % {"worker": one.assignee}
    )


def more_token(rows: Sequence[EscalationView], limit: int = 50) -> str:
    """Return the keyset token of the next page, or nothing when this one is not full."""
    return f"{rows[-1].raised_at.isoformat()}~{rows[-1].id}" if len(rows) == limit else ""


def counts(found: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return how many tasks lie with each level, in words, from the lowest up."""
    return [(str(escalating.LEVEL_LABELS[level]), count) for level, count in found.items()]


def page(one: EscalationView, *, mine: bool) -> dict[str, Any]:
    """Return what the page of one escalation draws; the forms only for whom it lies with."""
    facts = [
        (_("Area"), one.place.in_full),
        (_("Priority"), one.priority),
        (pgettext("moment", "Opened"), one.opened_at),
        (_("Due"), one.due_at),
        (_("Worker"), hand_of(one)),
        (_("Lies with"), one.lies_at.name),
        (_("Lies here since"), one.raised_at),
        (_("Why"), f"{escalating.WHY[one.kind]}{': ' + one.words if one.words else ''}"),
        (_("State"), escalating.STATES[one.state]),
        (_("Said"), one.decision),
        (_("The clock takes it on"), one.next_at or ""),
    ]
    return {
        "one": one,
        "tone": TONES[one.priority],
        "facts_list": [fact for fact in facts if fact[1] != ""],
        "mine": mine and one.state == "open",
        "kinds": list(escalating.KINDS.items()),
        "is_top": one.level == escalating.LEVELS[-1],
    }


def lies(escalations: Sequence[EscalationView]) -> list[dict[str, Any]]:
    """Return what a task's page says first: where it lies now, or the last thing a level above said."""
    if not escalations:
        return []
    last = escalations[-1]
    if last.state == "open":
        text = _("This task lies with %(area)s: %(why)s.") % {
            "area": last.lies_at.name, "why": escalating.WHY[last.kind]
        }  # fmt: skip
        return [{"text": text, "words": last.words, "at": last.raised_at}]
    if last.state not in ("returned", "extended"):
        return []
    said = {"returned": _("%(area)s sent it back down."), "extended": _("%(area)s gave it a new time.")}
    text = said[last.state] % {"area": last.lies_at.name}
    return [{"text": text, "words": last.decision, "at": last.decided_at}]


def steps(one: EscalationView) -> list[dict[str, Any]]:
    """Return an escalation as steps of a task's trail: raised, and decided when it is."""
    title = _("Raised to %(area)s") % {"area": one.lies_at.name}
    text = " – ".join(part for part in (str(escalating.WHY[one.kind]), one.words) if part)
    raised = {"at": one.raised_at, "order": 10, "title": title, "text": text, "by": _by(one.raised_by)}
    if one.decided_at is None:
        return [raised | {"state": "current"}]
    title = f"{one.lies_at.name}: {escalating.STATES[one.state]}"
    decided = {"at": one.decided_at, "order": 11, "title": title, "text": one.decision}
    return [raised | {"state": "done"}, decided | {"by": _by(one.decided_by), "state": "done"}]


def _by(name: str) -> str:
    return _("the system") if name == "SYSTEM" else name
