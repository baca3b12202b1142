"""The centre's pages of calls for help, and of the duty clock as far as a centre may know it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.field import clocked, duty, helped
from gridward.field.helped import HelpView
from gridward.field.helping import KINDS, OUTCOMES
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of


@endpoint(right="duty.keep")
def calls(request: Request) -> Answer:
    """Show who needs help now, those nobody took care of first, and what was closed within a day."""
    page = {
        "cards": [_card(one) for one in helped.get_open(by=request.actor, now=request.now)],
        "outcomes": list(OUTCOMES.items()),
        "columns": _columns(),
        "rows": [_row(one) for one in helped.get_closed(by=request.actor, now=request.now)],
    }
    return render(request, "field/help.html", page)


def _card(one: HelpView) -> dict[str, Any]:
    return {"one": one, "kind": KINDS[one.kind]}


def _columns() -> list[dict[str, str]]:
    return [
        {"key": "kind", "label": _("Kind")},
        {"key": "area", "label": _("Area")},
        {"key": "called_at", "label": pgettext("help", "Called"), "kind": "moment"},
        {"key": "closed_at", "label": pgettext("help", "Closed"), "kind": "moment"},
        {"key": "outcome", "label": _("How it ended")},
    ]


def _row(one: HelpView) -> dict[str, Any]:
    return {
        "kind": KINDS[one.kind],
        "area": one.area.name,
        "called_at": one.called_at,
        "closed_at": one.closed_at,
        "outcome": OUTCOMES[one.outcome],
    }


@endpoint(right="duty.keep")
def banner(request: Request) -> Answer:
    """Show how many need help now, for the head of the page of duty."""
    count, waiting = helped.count_open(by=request.actor)
    return render(request, "field/help_banner.html", {"count": count, "waiting": waiting})


@endpoint(right="duty.keep", methods=("POST",))
def take(request: Request, call_id: str) -> Answer:
    """Take care of a call."""
    refusal = duty.help_take(call_id=id_of(call_id), by=request.actor, now=request.now)
    return _back(request, refusal, _("You take care of it. The worker's phone says so."))


@endpoint(right="duty.keep", methods=("POST",))
def close(request: Request, call_id: str) -> Answer:
    """Close a call, saying how it ended."""
    outcome = request.POST.get("outcome", "")[:20]
    refusal = duty.help_close(call_id=id_of(call_id), outcome=outcome, by=request.actor, now=request.now)
    return _back(request, refusal, _("The call is closed."))


def _back(request: Request, refusal: Refusal | None, said: str) -> Answer:
    if refusal:
        return refusal
    messages.success(request, said)
    return HttpResponseRedirect(reverse("field:help"))


@endpoint(right="duty.keep")
def on_duty(request: Request) -> Answer:
    """Show who is on duty now, and for whom it has been longer than is advised."""
    found = clocked.get_on_duty(by=request.actor, now=request.now)
    page = {
        "columns": [
            {"key": "worker", "label": _("Worker")},
            {"key": "area", "label": _("Area")},
            {"key": "state", "label": _("State"), "kind": "badge"},
        ],
        "rows": [
            {
                "worker": one.worker,
                "area": one.area.name,
                "state": (_("longer than is advised"), "warn") if one.is_long else (_("on duty"), "good"),
            }
            for one in found
        ],
        "long_count": sum(one.is_long for one in found),
    }
    return render(request, "field/on_duty.html", page)
