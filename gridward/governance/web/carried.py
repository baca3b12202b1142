"""Owns how carry-overs of a register are shown on an order's page, and which orders can take it over."""

from datetime import datetime
from shlex import quote
from typing import Any

from django.utils.translation import gettext as _

from gridward.governance import carrying, queries, rules
from gridward.governance.carrying import CarryOverView
from gridward.governance.queries import OrderView
from gridward.governance.web.forms import CarryOverForm
from gridward.governance.web.signed import trail


def successors(source: OrderView, now: datetime) -> list[OrderView]:
    """Return the orders that could take over this one's register and have not been given it yet."""
    given = {one.to_order for one in carrying.get_carry_overs(source.id) if one.signed_at}
    return [
        order
        for order in queries.get_orders(now=now)
        if order.id not in given and rules.may_carry_over(source, order) is None
    ]


def fresh_form(source: OrderView, now: datetime) -> CarryOverForm | None:
    """Return an empty form, or None where no order could take the register over."""
    found = successors(source, now)
    return CarryOverForm(successors=found) if found else None


def shown(order: OrderView, capacity: str | None, now: datetime) -> list[dict[str, Any]]:
    """Return every carry-over from or to an order, as its page shows it to whoever signs in this capacity."""
    rows = []
    for one in carrying.get_carry_overs(order.id):
        source, successor = (queries.get_order(party, now=now) for party in (one.from_order, one.to_order))
        if source is not None and successor is not None:
            rows.append(_shown(one, source, successor, capacity))
    return rows


def _shown(
    one: CarryOverView, source: OrderView, successor: OrderView, capacity: str | None
) -> dict[str, Any]:
    waits = one.signed_at is None and rules.may_carry_over(source, successor) is None
    return {
        "carry_over": one,
        "dialog": f"sign-{one.id}",
        "facts_list": [
            (_("From the order"), f"{source.number} · {source.title}"),
            (_("To the order"), f"{successor.number} · {successor.title}"),
            (_("Why"), one.reason),
        ],
        "state": (_("Signed"), "good") if one.signed_at
        else (_("Waits for signatures"), "info") if waits else (_("Came to nothing"), "quiet"),
        "signatures": trail(one.signatures, ahead=waits),
        "may_sign": waits and bool(capacity) and capacity not in dict(one.signatures),
        "command": f"gridward registry carry-over {quote(source.number)} {quote(successor.number)}"
        if one.signed_at else "",
    }  # fmt: skip
