"""The administrator's page of tokens: which machines may ask, in whose name, until when; issue one, end one."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.workforce import actions, queries
from gridward.workforce.actions import IssuedToken
from gridward.workforce.rules import LONGEST_TOKEN

USUAL_DAYS = 30


@endpoint(right="token.issue")
def tokens(request: Request) -> Answer:
    """Show the live tokens and the form for a new one."""
    return _page(request)


def _page(request: Request, wrong: Refusal | None = None, issued: IssuedToken | None = None) -> Answer:
    page = {
        "tokens": queries.get_tokens(now=request.now),
        "wrong": wrong,
        "issued": issued,
        "posted": request.POST,
        "usual_days": USUAL_DAYS,
        "most_days": LONGEST_TOKEN.days,
    }
    answer = render(request, "workforce/tokens.html", page, status=wrong.status if wrong else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@endpoint(right="token.issue", methods=("POST",))
def issue(request: Request) -> Answer:
    """Issue a token and show it, once."""
    days = request.POST.get("days", "")[:4]
    outcome = actions.token_issue(
        handle=request.POST.get("handle", "")[:150].strip(),
        label=request.POST.get("label", "")[:80],
        days=int(days) if days.isascii() and days.isdigit() else 0,
        by=request.actor,
        now=request.now,
    )
    if isinstance(outcome, Refusal):
        return _page(request, wrong=outcome)
    return _page(request, issued=outcome)


@endpoint(right="token.issue", methods=("POST",))
def end(request: Request, ref: str) -> Answer:
    """End a token at once."""
    refusal = actions.token_end(ref=ref, by=request.actor, now=request.now)
    if refusal:
        return refusal
    messages.success(request, _("The token is ended. Whoever still uses it gets no answer any more."))
    return HttpResponseRedirect(reverse("workforce:tokens"))
