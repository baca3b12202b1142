"""The page of the channels: whose each is, what its lists are about, and how much of today's share it has used."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.governance import api as governance
from gridward.intake import queries
from gridward.intake.actions.quota import get_quotas, quota_open
from gridward.intake.models import Channel
from gridward.intake.quota import Quota
from gridward.intake.web.parse import text_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal


@endpoint(right="channel.read")
def channels(request: Request) -> Answer:
    """Show every channel with what it has sent today."""
    return _page(request)


@endpoint(right="quota.open", methods=("POST",))
def let_through(request: Request, code: str) -> Answer:
    """Let one list of a channel through today, with a reason."""
    outcome = quota_open(
        channel_code=code, reason=text_of(request, "reason"), by=request.actor, now=request.now
    )
    if isinstance(outcome, Refusal):
        return _page(request, outcome) if outcome.code == "reason_needed" else outcome
    messages.success(request, _("The next list of this channel is let through, once, today."))
    return HttpResponseRedirect(reverse("intake:channels"))


def _page(request: Request, wrong: Refusal | None = None) -> Answer:
    orders = governance.get_active_orders(now=request.now, scopes=request.actor.scopes)
    channels = queries.get_channels()
    quotas = get_quotas(channels, orders=orders, now=request.now)
    rows = [_row(channel, quotas[channel.code]) for channel in channels]
    page = {"rows": rows, "wrong": wrong, "may_open": request.actor.may("quota.open")}
    return render(request, "intake/channels.html", page, status=wrong.status if wrong else 200)


def _row(channel: Channel, quota: Quota) -> dict[str, Any]:
    return {
        "code": channel.code,
        "name": channel.name,
        "lists_used": quota.lists_used,
        "lists": quota.lists,
        "rows_used": quota.rows_used,
        "rows": quota.rows,
        "known": len(channel.layouts),
    }
