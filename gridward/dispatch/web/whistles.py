"""The pages of whistles: a centre's own, blowing and closing one; a department's, and its answer."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.dispatch import actions, whistled
from gridward.dispatch.escalated import lies_with
from gridward.dispatch.web import blowing
from gridward.dispatch.web.parse import after_of, text_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of
from gridward.workforce import api as workforce

MOST = 200


@endpoint(right="whistle.blow")
def whistles(request: Request) -> Answer:
    """Show the open whistles of this centre and those that have risen to it, with the form of a new one."""
    rows = whistled.get_whistles(by=request.actor, after=after_of(request.GET.get("after", "")))
    task = request.GET.get("task", "")
    page = {"rows": [blowing.row(one) for one in rows], "columns": blowing.columns()}
    more = {"more": blowing.more_token(rows)}
    form = blowing.form(workforce.get_agencies(), id_of(task) if task else None)
    return render(request, "dispatch/whistles.html", page | more | form)


@endpoint(right="whistle.blow", methods=("POST",))
def blow(request: Request) -> Answer:
    """Call departments to a place."""
    task = text_of(request, "task", 40)
    outcome = actions.whistle_blow(
        agencies=[code[:40] for code in request.POST.getlist("agency")[:40]], lead=text_of(request, "lead", 40),
        question=text_of(request, "question", 40), words=text_of(request, "words", MOST),
        priority=text_of(request, "priority", 4), task_id=id_of(task) if task else None, by=request.actor,
        now=request.now,
    )  # fmt: skip
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("The departments are called."))
    return HttpResponseRedirect(reverse("dispatch:whistle", args=[outcome.id]))


@endpoint(right="whistle.blow")
def whistle(request: Request, whistle_id: str) -> Answer:
    """Show one whistle: who is called, until when they answer, and what they said."""
    one = whistled.access_whistle(id_of(whistle_id), by=request.actor)
    if isinstance(one, Refusal):
        return one
    mine = lies_with(request.actor, one.from_pos) or lies_with(request.actor, one.area_pos)
    may_read = request.actor.may("task.read") and request.actor.covers(one.from_pos)
    return render(request, "dispatch/whistle.html", blowing.page(one, may_close=mine, may_read=may_read))


@endpoint(right="whistle.blow", methods=("POST",))
def close(request: Request, whistle_id: str) -> Answer:
    """Close a whistle, saying what came of it."""
    outcome = actions.whistle_close(
        whistle_id=id_of(whistle_id), words=text_of(request, "words", MOST), by=request.actor, now=request.now
    )
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("The whistle is closed."))
    return HttpResponseRedirect(reverse("dispatch:whistles"))


@endpoint(right="whistle.answer")
def called(request: Request) -> Answer:
    """Show a department the whistles to it, those to be answered first at the top."""
    rows = whistled.get_called(by=request.actor, after=after_of(request.GET.get("after", "")))
    page = {"cards": [blowing.card(one) for one in rows], "more": blowing.called_token(rows)}
    return render(request, "dispatch/called.html", page)


@endpoint(right="whistle.answer", methods=("POST",))
def answer(request: Request, call_id: str) -> Answer:
    """Answer a whistle for this department."""
    outcome = actions.whistle_answer(
        call_id=id_of(call_id), answer=text_of(request, "answer", 40), words=text_of(request, "words", MOST),
        by=request.actor, now=request.now,
    )  # fmt: skip
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("The answer is with whoever called."))
    return HttpResponseRedirect(reverse("dispatch:called"))
