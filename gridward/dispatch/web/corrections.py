"""The pages of corrections: entering one from a task, what waits to be decided, one of them, accepting, rejecting."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.dispatch import actions
from gridward.dispatch.web import show
from gridward.dispatch.web.parse import after_of, text_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of
from gridward.registry import api as registry

TONES = {"received": "warn", "acknowledged": "info", "accepted": "good", "rejected": "quiet"}
PAGE = 50


@endpoint(right="task.work", methods=("POST",), collects=True)
def correct(request: Request, task_id: str) -> Answer:
    """Let a worker say what is wrong about somebody of a task."""
    return _entered(request, task_id, "dispatch:work")


@endpoint(right="task.read", methods=("POST",), collects=True)
def correct_by_centre(request: Request, task_id: str) -> Answer:
    """Let a centre that has opened the household say what is wrong about somebody."""
    return _entered(request, task_id, "dispatch:task")


def _entered(request: Request, task_id: str, page: str) -> Answer:
    outcome = actions.correction_enter(
        task_id=id_of(task_id),
        person_id=id_of(request.POST.get("person", "")),
        kind=text_of(request, "kind"),
        value=text_of(request, "value"),
        found_by=text_of(request, "found_by"),
        reason=text_of(request, "reason"),
        by=request.actor,
        now=request.now,
    )
    if isinstance(outcome, Refusal):
        return outcome
    said = {"accepted": _("Accepted. Every copy is renewed, and everybody who asked is told.")}
    messages.success(request, said.get(outcome.state, _("The correction waits for your centre.")))
    return HttpResponseRedirect(reverse(page, args=[task_id]))


@endpoint(right="correction.decide")
def corrections(request: Request) -> Answer:
    """Show the corrections that wait in this centre's area, those overdue first."""
    rows = registry.get_corrections(
        by=request.actor, now=request.now, after=after_of(request.GET.get("after", "")), limit=PAGE
    )
    page = {"columns": columns(), "rows": [_row(one) for one in rows], "more": more_token(rows)}
    return render(request, "dispatch/corrections.html", page)


def columns() -> list[dict[str, str]]:
    """Return the columns of the list."""
    return [
        {"key": "area", "label": _("Area"), "href": "url"},
        {"key": "kind", "label": _("What is wrong")},
        {"key": "state", "label": _("State"), "kind": "badge"},
        {"key": "due_at", "label": _("Due"), "kind": "due"},
        {"key": "by", "label": _("Entered by")},
        {"key": "entered_at", "label": pgettext("moment", "Entered"), "kind": "moment"},
    ]


def _row(one: registry.CorrectionView) -> dict[str, Any]:
    return {
        "url": reverse("dispatch:correction", args=[one.id]),
        "area": one.area.name,
        "kind": registry.KINDS[one.kind],
        "state": (registry.STATES[one.state], TONES[one.state]),
        "due_at": one.due_at,
        "by": one.by,
        "entered_at": one.entered_at,
    }


def more_token(rows: list[registry.CorrectionView], limit: int = PAGE) -> str:
    """Return the keyset token of the next page, or nothing when this one is not full."""
    return f"{rows[-1].due_at.isoformat()}~{rows[-1].id}" if len(rows) == limit else ""


@endpoint(right="correction.decide")
def correction(request: Request, correction_id: str) -> Answer:
    """Show one correction; what it says only while the actor has its household open."""
    one = registry.get_correction(id_of(correction_id), by=request.actor, now=request.now)
    if isinstance(one, Refusal):
        return one
    case = registry.access_correction(one.id, by=request.actor, now=request.now)
    shown = None if isinstance(case, Refusal) else case
    is_waiting = one.decided_at is None
    page = {
        "one": one,
        "case": shown,
        "kind": registry.KINDS[one.kind],
        "state": (registry.STATES[one.state], TONES[one.state]),
        "is_waiting": is_waiting,
        "needs_other": is_waiting and not one.is_small and one.entered_by == request.actor.id,
        "facts_list": _facts(one, shown),
        "trail": show.corrected_steps(one)[::-1],
    }
    return render(request, "dispatch/correction.html", page)


def _facts(one: registry.CorrectionView, case: registry.CorrectionCase | None) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Area"), one.area.in_full),
        (_("How it is known"), registry.FOUND_BY[one.found_by]),
        (_("Who decides"), _("one officer") if one.is_small else _("a second pair of eyes")),
    ]
    if case is None or one.decided_at is not None:
        return facts
    before = getattr(case.person, one.kind, case.address_text if one.kind in registry.PLACES else "")
    return [
        *facts,
        (_("About whom"), case.person.name),
        (_("What stands there"), before),
        (_("What it shall be"), case.value.reveal()),
        (_("Reason"), case.reason),
    ]


@endpoint(right="correction.decide", methods=("POST",))
def open_correction(request: Request, correction_id: str) -> Answer:
    """Take a correction into hand: what it says opens for half an hour, with a reason."""
    outcome = actions.correction_acknowledge(
        correction_id=id_of(correction_id),
        reason=text_of(request, "reason"),
        by=request.actor,
        now=request.now,
    )
    return _back(request, outcome, _("You have it in hand. It opens for 30 minutes."))


@endpoint(right="correction.decide", methods=("POST",), collects=True)
def accept(request: Request, correction_id: str) -> Answer:
    """Accept a correction: every copy is renewed at once."""
    outcome = actions.correction_accept(correction_id=id_of(correction_id), by=request.actor, now=request.now)
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("Accepted. Every copy is renewed, and everybody who asked is told."))
    return HttpResponseRedirect(reverse("dispatch:corrections"))


@endpoint(right="correction.decide", methods=("POST",))
def reject(request: Request, correction_id: str) -> Answer:
    """Leave everything as it is, with a reason."""
    outcome = actions.correction_reject(
        correction_id=id_of(correction_id),
        reason=text_of(request, "reason"),
        by=request.actor,
        now=request.now,
    )
    return _back(request, outcome, _("Everything stays as it is."))


def _back(request: Request, outcome: registry.CorrectionView | Refusal, said: str) -> Answer:
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, said)
    return HttpResponseRedirect(reverse("dispatch:correction", args=[outcome.id]))
