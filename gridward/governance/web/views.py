"""The pages of governance."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.governance import actions, extending, queries, reading, rules
from gridward.governance.queries import ExtensionView, OrderView
from gridward.governance.web import carried
from gridward.governance.web.forms import CarryOverForm, DraftForm, ExtendForm
from gridward.governance.web.signed import trail
from gridward.kernel import words
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.web.tokens import id_of
from gridward.territory import api as territory

TONES = {"active": "good", "planned": "info", "draft": "quiet", "over": "quiet"}


def _state(order: OrderView) -> tuple[str, str]:
    words = {
        "active": _("In force"),
        "planned": _("Signed, starts later"),
        "draft": _("Draft"),
        "over": _("Over"),
    }
    return words[order.state], TONES[order.state]


def _area(code: str) -> str:
    area = territory.get_area(code)
    return f"{area.name} · {code}" if area else code


@endpoint(right="order.read")
def orders(request: Request) -> Answer:
    """Show every order, newest first, with its state by the clock."""
    rows = [
        {
            "url": reverse("governance:order", args=[order.id]),
            "number": order.number,
            "title": order.title,
            "area": _area(order.area_code),
            "starts_at": order.starts_at,
            "ends_at": order.ends_at,
            "state": _state(order),
        }
        for order in queries.get_orders(now=request.now)
    ]
    columns = [
        {"key": "number", "label": _("Number"), "href": "url"},
        {"key": "title", "label": _("Title")},
        {"key": "area", "label": _("Area")},
        {"key": "starts_at", "label": _("From"), "kind": "moment"},
        {"key": "ends_at", "label": _("Until"), "kind": "moment"},
        {"key": "state", "label": _("State"), "kind": "badge"},
    ]
    page = {"rows": rows, "columns": columns, "may_draft": request.actor.may("order.draft")}
    return render(request, "governance/orders.html", page)


@endpoint(right="order.draft", methods=("GET", "POST"))
def draft(request: Request) -> Answer:
    """Draft an order; the form comes back with what is wrong."""
    if request.method == "GET":
        return render(request, "governance/draft.html", {"form": DraftForm.fresh()})
    form = DraftForm(request.POST)
    if form.is_valid():
        outcome = actions.order_draft(draft=form.draft(), by=request.actor, now=request.now)
        if not isinstance(outcome, Refusal):
            messages.success(request, _("The draft is written. Two people must sign it."))
            return HttpResponseRedirect(reverse("governance:order", args=[outcome.id]))
        form.add_error(None, f"{outcome.title} {outcome.advice}")
    return render(request, "governance/draft.html", {"form": form}, status=422)


@endpoint(right="order.read")
def order(request: Request, order_id: str) -> Answer:
    """Show one order: what it opens, until when, who signed, and how it was extended."""
    found = queries.get_order(id_of(order_id), now=request.now)
    if found is None:
        return refuse("not_found")
    return order_page(request, found)


def order_page(
    request: Request,
    found: OrderView,
    *,
    extension: ExtendForm | None = None,
    carry_over: CarryOverForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return an order's page, with the forms as they were sent or fresh ones."""
    drafts = request.actor.role in rules.DRAFTERS and found.state == "active"
    signatures = queries.get_signatures(found.id)
    capacity = rules.CAPACITIES.get(request.actor.role)
    open_now = found.state in ("draft", "planned", "active")
    signed = [(signature.capacity, signature.signed_at) for signature in signatures]
    page: dict[str, Any] = {
        "order": found,
        "state": _state(found),
        "facts_list": _facts(found),
        "signatures": trail(signed),
        "may_sign": bool(capacity) and capacity not in dict(signed) and found.state == "draft",
        "may_end": request.actor.role in rules.ENDERS and found.signed_at is not None and open_now,
        "extensions": [_extension(one, found, capacity) for one in queries.get_extensions(found.id)],
        "form": extension or (ExtendForm.fresh(found.ends_at) if drafts else None),
        "carry_overs": carried.shown(found, capacity, request.now),
        "carry_form": carry_over or (carried.fresh_form(found, request.now) if drafts else None),
    }
    return render(request, "governance/order.html", page, status=status)


def _extension(extension: ExtensionView, order: OrderView, capacity: str | None) -> dict[str, Any]:
    waits = (
        extension.signed_at is None
        and extension.from_at == order.ends_at
        and order.state in ("planned", "active")
    )
    return {
        "extension": extension,
        "dialog": f"sign-{extension.id}",
        "facts_list": [(_("From"), extension.from_at), (_("Until"), extension.ends_at),
                       (_("Why"), extension.reason)]
        + ([(_("New impact assessment"), extension.assessment)] if extension.assessment else []),
        "state": (_("In force"), "good") if extension.signed_at
        else (_("Waits for signatures"), "info") if waits else (_("Came to nothing"), "quiet"),
        "signatures": trail(extension.signatures, ahead=waits),
        "may_sign": waits and bool(capacity) and capacity not in dict(extension.signatures),
    }  # fmt: skip


def _facts(order: OrderView) -> list[tuple[str, Any]]:
    return [
        (_("Kind"), rules.ORDER_KINDS[order.kind]),
        (_("Issuing authority"), order.authority),
        (_("Area"), _area(order.area_code)),
        (_("Whom it is about"), rules.POPULATION_SCOPES[order.population_scope]),
        (_("Purposes"), order.purposes_text),
        (_("Departments"), " · ".join(words.named("agency", order.bodies))),
        (_("From"), order.starts_at),
        (_("Until"), order.ended_at or order.ends_at),
    ]


def _signed_words(state: str) -> str:
    if state == "active":
        return _("The order is in force.")
    return _("The order is signed. It begins at its time.") if state == "planned" else _("You have signed.")


@endpoint(right="order.sign", methods=("POST",))
def sign(request: Request, order_id: str) -> Answer:
    """Sign an order in the capacity of the actor's role."""
    outcome = actions.order_sign(order_id=id_of(order_id), by=request.actor, now=request.now)
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _signed_words(outcome.state))
    return HttpResponseRedirect(reverse("governance:order", args=[outcome.id]))


@endpoint(right="order.sign", methods=("POST",))
def end(request: Request, order_id: str) -> Answer:
    """End an order before its time, with a reason."""
    reason = request.POST.get("reason", "").strip()
    if request.actor.role not in rules.ENDERS:
        return refuse("forbidden")
    if len(reason) < 10:
        return refuse("reason_needed", least=10)
    outcome = actions.order_end(
        order_id=id_of(order_id), reason=reason[:200], by=request.actor, now=request.now
    )
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("The order is over. Collection has stopped."))
    return HttpResponseRedirect(reverse("governance:order", args=[outcome.id]))


@endpoint(right="order.draft", methods=("POST",))
def extend(request: Request, order_id: str) -> Answer:
    """Propose that an order lasts longer; the order comes back with what is wrong."""
    found = queries.get_order(id_of(order_id), now=request.now)
    if found is None:
        return refuse("not_found")
    form = ExtendForm(request.POST)
    if form.is_valid():
        outcome = extending.order_extend(
            order_id=found.id, extension=form.extension(), by=request.actor, now=request.now
        )
        if not isinstance(outcome, Refusal):
            messages.success(request, _("The extension is proposed. Two people must sign it."))
            return HttpResponseRedirect(reverse("governance:order", args=[found.id]))
        form.add_error(None, f"{outcome.title} {outcome.advice}")
    return order_page(request, found, extension=form, status=422)


@endpoint(right="order.sign", methods=("POST",))
def sign_extension(request: Request, extension_id: str) -> Answer:
    """Sign an extension in the capacity of the actor's role."""
    outcome = extending.extension_sign(extension_id=id_of(extension_id), by=request.actor, now=request.now)
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("You have signed."))
    return HttpResponseRedirect(reverse("governance:order", args=[outcome.id]))


@endpoint(right="ledger.read")
def ledger(request: Request) -> Answer:
    """Show the ledger, newest first: who did what, on which basis, and whether it is sealed."""
    after = request.GET.get("after", "")
    page = reading.get_page(
        before=int(after) if after.isdecimal() and len(after) < 19 else None,
        action=request.GET.get("action", "")[:60],
        by=request.actor,
        now=request.now,
    )
    columns = [
        {"key": "at", "label": _("Time"), "kind": "moment"},
        {"key": "action", "label": _("Action")},
        {"key": "role", "label": _("Role")},
        {"key": "actor", "label": _("Actor")},
        {"key": "object", "label": _("Object")},
        {"key": "result", "label": _("Result"), "kind": "badge"},
        {"key": "reason", "label": _("Reason")},
        {"key": "position", "label": _("Seal"), "kind": "number"},
    ]
    shown = {
        "columns": columns,
        "rows": page.rows,
        "more": page.more,
        "head": page.head,
        "action": page.action,
        "actions": words.words_of("action"),
    }
    return render(request, "governance/ledger.html", shown)
