"""The pages of what lies with a centre: the list, one task at its level, and the three decisions about it."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.dispatch import actions, escalated
from gridward.dispatch.web import raising
from gridward.dispatch.web.parse import after_of, number_of, text_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of

MOST = 200


@endpoint(right="escalation.decide")
def escalations(request: Request) -> Answer:
    """Show the tasks that lie with this centre, the longest first, and how many lie with each level below."""
    rows = escalated.get_escalations(by=request.actor, after=after_of(request.GET.get("after", "")))
    page = {"rows": [raising.row(one) for one in rows], "columns": raising.columns()}
    counts = raising.counts(escalated.count_by_level(by=request.actor))
    more = {"more": raising.more_token(rows), "counts": counts}
    return render(request, "dispatch/escalations.html", page | more)


@endpoint(right="escalation.decide")
def escalation(request: Request, escalation_id: str) -> Answer:
    """Show one task at its level, with what can be decided there."""
    one = escalated.access_escalation(id_of(escalation_id), by=request.actor)
    if isinstance(one, Refusal):
        return one
    mine = escalated.lies_with(request.actor, one.area_pos)
    return render(request, "dispatch/escalation.html", raising.page(one, mine=mine))


@endpoint(right="escalation.decide", methods=("POST",))
def extend(request: Request, escalation_id: str) -> Answer:
    """Give a task a new time, once."""
    outcome = actions.escalation_extend(
        escalation_id=id_of(escalation_id), hours=number_of(request, "hours"),
        words=text_of(request, "words", MOST), by=request.actor, now=request.now,
    )  # fmt: skip
    return _back(request, outcome, _("The task has a new time."))


@endpoint(right="escalation.decide", methods=("POST",))
def send_down(request: Request, escalation_id: str) -> Answer:
    """Send a task back down with an instruction."""
    outcome = actions.escalation_return(
        escalation_id=id_of(escalation_id), words=text_of(request, "words", MOST), by=request.actor,
        now=request.now,
    )  # fmt: skip
    return _back(request, outcome, _("The task is sent back down. Its worker reads your instruction."))


@endpoint(right="escalation.decide", methods=("POST",))
def pass_on(request: Request, escalation_id: str) -> Answer:
    """Raise a task to the next level."""
    outcome = actions.escalation_raise(
        escalation_id=id_of(escalation_id), kind=text_of(request, "kind"),
        words=text_of(request, "words", MOST), by=request.actor, now=request.now,
    )  # fmt: skip
    return _back(request, outcome, _("The task lies with the next level now."))


def _back(request: Request, outcome: object, said: str) -> Answer:
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, said)
    return HttpResponseRedirect(reverse("dispatch:escalations"))


@endpoint(right="task.read", methods=("POST",))
def raise_task(request: Request, task_id: str) -> Answer:
    """Raise a task by hand to the level above this centre."""
    outcome = actions.task_raise(
        task_id=id_of(task_id), kind=text_of(request, "kind"), words=text_of(request, "words", MOST),
        by=request.actor, now=request.now,
    )  # fmt: skip
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("The task lies with the next level now."))
    return HttpResponseRedirect(reverse("dispatch:task", args=[outcome.task_id]))
