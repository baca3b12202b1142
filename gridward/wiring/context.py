"""Owns what every page gets: navigation, orders in force, who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import ANONYMOUS, Actor
from gridward.wiring.navigation import navigation


def house(request: HttpRequest) -> dict[str, Any]:
    """Return `nav`, `orders`, `actor`, `now`, `demo`, `version` and `live_url` for base.html."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    now = getattr(request, "now", None) or clock.now()
    return {
        "actor": None if actor is ANONYMOUS else actor,
        "nav": navigation(actor, request.path),
        "orders": SimpleLazyObject(lambda: governance.get_active_orders(now=now, scopes=actor.scopes)),
        "now": now,
        "demo": settings.DEMO,
        "version": settings.VERSION,
        "live_url": "" if actor is ANONYMOUS else "/live",
    }
