"""The department's page of pushes: where its outcomes are pushed to, what arrived, and what was given up."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.intake import queries, rules
from gridward.intake.actions import webhooks
from gridward.intake.actions.webhooks import OpenedWebhook
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import after_of, id_of, moment_and_id

TONES = {"waiting": "info", "delivered": "good", "given_up": "bad"}


@endpoint(right="returns.push")
def push(request: Request) -> Answer:
    """Show the department's webhooks and its newest pushes."""
    return _page(request)


def _page(request: Request, wrong: Refusal | None = None, opened: OpenedWebhook | None = None) -> Answer:
    found = queries.get_deliveries(after=moment_and_id(request.GET.get("after", "")))
    page = {
        "webhooks": queries.get_webhooks(),
        "hosts": settings.WEBHOOK_HOSTS,
        "deliveries": [_row(one) for one in found],
        "more": after_of(found[-1].created_at, found[-1].id) if len(found) == queries.PAGE else "",
        "wrong": wrong,
        "opened": opened,
        "url": "" if opened else request.POST.get("url", "")[:500],
    }
    answer = render(request, "intake/push.html", page, status=wrong.status if wrong else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _row(one: queries.DeliveryView) -> dict[str, object]:
    return {
        "id": one.id,
        "at": one.created_at,
        "url": one.url,
        "rows": one.row_count,
        "state": rules.DELIVERY_STATES[one.state],
        "tone": TONES[one.state],
        "attempts": one.attempts,
        "answer": rules.DELIVERY_ANSWERS.get(one.answer, one.answer),
        "may_retry": one.state == "given_up",
    }


@endpoint(right="returns.push", methods=("POST",))
def open_webhook(request: Request) -> Answer:
    """Have outcomes pushed to an address, and show the secret once."""
    outcome = webhooks.webhook_open(
        url=request.POST.get("url", "")[:600].strip(), by=request.actor, now=request.now
    )
    if isinstance(outcome, Refusal):
        return _page(request, wrong=outcome)
    return _page(request, opened=outcome)


@endpoint(right="returns.push", methods=("POST",))
def end_webhook(request: Request, webhook_id: str) -> Answer:
    """Push nothing more to an address."""
    refusal = webhooks.webhook_end(webhook_id=id_of(webhook_id), by=request.actor, now=request.now)
    return refusal or _back(request, _("Nothing more is pushed to this address."))


@endpoint(right="returns.push", methods=("POST",))
def retry(request: Request, delivery_id: str) -> Answer:
    """Try a push again that was given up."""
    refusal = webhooks.delivery_retry(delivery_id=id_of(delivery_id), by=request.actor, now=request.now)
    return refusal or _back(request, _("It is tried again within a minute."))


def _back(request: Request, said: str) -> Answer:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("intake:push"))
