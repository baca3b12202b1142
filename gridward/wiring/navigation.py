"""Owns the navigation: which page stands where, for whom. A role sees what it has a right to, nothing else."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Text


@dataclass(frozen=True)
class Place:
    """One entry: the right that shows it, its URL name, words and icon."""

    right: str
    url_name: str
    label: Text
    icon: str


PLACES = (
    Place("board.read", "command:board", _("Board"), "board"),
    Place("area.read", "command:areas", _("Areas"), "map"),
    Place("area.read", "registry:premises", _("Premises"), "building"),
    Place("batch.read", "intake:batches", _("Lists"), "list"),
    Place("channel.read", "intake:channels", _("Channels"), "upload"),
    Place("review.work", "intake:review", _("Review"), "review"),
    Place("task.read", "dispatch:tasks", _("Tasks"), "task"),
    Place("door.look", "dispatch:doors", _("Door"), "building"),
    Place("handover.decide", "dispatch:handovers", _("Hand-overs"), "route"),
    Place("duty.keep", "dispatch:duty", _("Duty"), "account"),
    Place("escalation.decide", "dispatch:escalations", _("Lies with you"), "flag"),
    Place("whistle.blow", "dispatch:whistles", _("Whistles"), "broadcast"),
    Place("whistle.answer", "dispatch:called", _("Called"), "broadcast"),
    Place("task.supervise", "dispatch:supervision", _("Supervision"), "eye"),
    Place("correction.decide", "dispatch:corrections", _("Corrections"), "text"),
    Place("correction.decide", "dispatch:merges", _("Registered twice"), "account"),
    Place("budget.read", "dispatch:budgets", _("Budgets"), "chart"),
    Place("form.read", "forms:forms", _("Forms"), "text"),
    Place("task.read", "field:answers", pgettext_lazy("form", "Answers"), "text"),
    Place("task.work", "dispatch:today", _("Today"), "today"),
    Place("returns.read", "intake:returns", _("Outcomes"), "return"),
    Place("order.read", "governance:orders", _("Orders"), "order"),
    Place("ledger.read", "governance:ledger", _("Ledger"), "ledger"),
    Place("account.read", "workforce:accounts", _("Accounts"), "account"),
    Place("token.issue", "workforce:tokens", _("Tokens"), "key"),
)


@dataclass(frozen=True)
class Link:
    """A place as base.html shows it."""

    url: str
    label: str
    icon: str
    current: bool


def navigation(actor: Actor, path: str) -> list[Link]:
    """Return the actor's links; the one whose pages `path` belongs to is current."""
    links = []
    for place in PLACES:
        if not actor.may(place.right):
            continue
        try:
            url = reverse(place.url_name)
        except NoReverseMatch:
            continue
        current = path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
        links.append(Link(url, str(place.label), place.icon, current))
    return links


def home_of(actor: Actor) -> str:
    """Return where an actor starts: the first place of the navigation."""
    links = navigation(actor, "")
    return links[0].url if links else "/login"
