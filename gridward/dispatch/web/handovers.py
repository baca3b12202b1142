"""The pages of handing over: what waits to be taken over here, offering a task to another grid, taking, declining."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.dispatch import actions, handed, handing
from gridward.dispatch.handed import HandoverView
from gridward.dispatch.web.parse import text_of
from gridward.dispatch.web.show import PRIORITY_TONES
from gridward.kernel.actor import Actor
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of
from gridward.territory import api as territory

MOST_GRIDS = 60


@endpoint(right="handover.decide")
def handovers(request: Request) -> Answer:
    """Show the tasks that other grids offer to this centre's area, those due first at the top."""
    waiting = handed.get_handovers(by=request.actor)
    return render(
        request, "dispatch/handovers.html", {"cards": [_card(one, request.actor) for one in waiting]}
    )


def _card(one: HandoverView, actor: Actor) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": f"{one.origin.name} → {one.target.name}",
        "priority": (one.priority, PRIORITY_TONES[one.priority]),
        "due_at": one.due_at,
        "grids": _grids(one, actor),
        "facts": [
            (_("Why"), handing.KINDS[one.kind]),
            (pgettext("place", "From"), one.origin.in_full),
            (pgettext("place", "To"), one.target.in_full),
            (_("People"), one.people_count),
            (_("State"), handing.STATES[one.state]),
            (_("Offered by"), one.by),
        ],
    }


def _grids(one: HandoverView, actor: Actor) -> list[dict[str, str]]:
    """Return the grids a task may go to: the one that is named, or those of the communities this centre answers for."""
    named = territory.get_areas([one.target.code])[one.target.code]
    if named.level == "grid":
        return [{"code": named.code, "name": named.name}] if actor.covers(named.pos) else []
    grids = [area for area in territory.get_children(named.code) if area.level == "grid"]
    return [{"code": area.code, "name": area.name} for area in grids[:MOST_GRIDS]]


@endpoint(right="task.work", methods=("POST",))
def offer(request: Request, task_id: str) -> Answer:
    """Let a worker offer a task to another grid."""
    return _offered(request, task_id, "dispatch:work")


@endpoint(right="task.read", methods=("POST",))
def offer_by_centre(request: Request, task_id: str) -> Answer:
    """Let a centre offer a task to another grid."""
    return _offered(request, task_id, "dispatch:task")


def _offered(request: Request, task_id: str, page: str) -> Answer:
    outcome = actions.handover_propose(
        task_id=id_of(task_id), kind=text_of(request, "kind"), to=text_of(request, "to"), by=request.actor,
        now=request.now,
    )  # fmt: skip
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("The task is offered. It stays in this hand until it is taken over."))
    return HttpResponseRedirect(reverse(page, args=[outcome.task_id]))


@endpoint(right="handover.decide", methods=("POST",), collects=True)
def accept(request: Request, handover_id: str) -> Answer:
    """Take a task over into a grid of this centre's area."""
    outcome = actions.handover_accept(
        handover_id=id_of(handover_id), grid=text_of(request, "grid"), by=request.actor, now=request.now
    )
    return _back(request, outcome, _("The task is taken over. Its worker sees it now."))


@endpoint(right="handover.decide", methods=("POST",))
def decline(request: Request, handover_id: str) -> Answer:
    """Leave a task where it is, with a reason."""
    outcome = actions.handover_decline(
        handover_id=id_of(handover_id), reason=text_of(request, "reason"), by=request.actor, now=request.now
    )
    return _back(request, outcome, _("The task stays where it is."))


def _back(request: Request, outcome: object, said: str) -> Answer:
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, said)
    return HttpResponseRedirect(reverse("dispatch:handovers"))
