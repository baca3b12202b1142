"""What is posted about carry-overs of a register; they are shown on the order's page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.governance import carrying, queries
from gridward.governance.web.carried import successors
from gridward.governance.web.forms import CarryOverForm
from gridward.governance.web.views import order_page
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.web.tokens import id_of


@endpoint(right="order.draft", methods=("POST",))
def propose(request: Request, order_id: str) -> Answer:
    """Propose that another order takes this one's register over; the order comes back with what is wrong."""
    found = queries.get_order(id_of(order_id), now=request.now)
    if found is None:
        return refuse("not_found")
    form = CarryOverForm(request.POST, successors=successors(found, request.now))
    if form.is_valid():
        outcome = carrying.carry_over_propose(
            from_order=found.id,
            to_order=UUID(form.cleaned_data["successor"]),
            reason=form.cleaned_data["reason"],
            by=request.actor,
            now=request.now,
        )
        if not isinstance(outcome, Refusal):
            messages.success(request, _("The carry-over is proposed. Two people must sign it."))
            return HttpResponseRedirect(reverse("governance:order", args=[found.id]))
        form.add_error(None, f"{outcome.title} {outcome.advice}")
    return order_page(request, found, carry_over=form, status=422)


@endpoint(right="order.sign", methods=("POST",))
def sign(request: Request, carry_over_id: str) -> Answer:
    """Sign a carry-over in the capacity of the actor's role."""
    outcome = carrying.carry_over_sign(carry_over_id=id_of(carry_over_id), by=request.actor, now=request.now)
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("You have signed."))
    return HttpResponseRedirect(reverse("governance:order", args=[outcome.from_order]))
