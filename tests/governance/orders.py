"""Drafts, orders at a given age, and what the ledger says of them: what the tests of orders share."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from gridward.governance import api as governance
from gridward.governance.models import EmergencyOrder
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ledger.objects import object_hash
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people


def a_draft(number: str, **changes: Any) -> governance.Draft:
    """Return a lawful draft over the whole city for a fortnight from a minute ago, with changes."""
    begun = clock.now() - timedelta(minutes=1)
    usual: dict[str, Any] = {
        "title": "Drill", "kind": "epidemic", "authority": "Synthetic authority", "area_code": "3201",
        "population_scope": "returnees_and_contacts", "necessity_note": "", "purposes": ("case_finding",),
        "bodies": ("health",), "starts_at": begun, "ends_at": begun + timedelta(days=14),
    }  # fmt: skip
    return governance.Draft(number=number, **usual | changes)


def drafted(number: str, *, by: Actor | None = None, **changes: Any) -> governance.OrderView:
    """Draft an order, by a fresh officer of the city unless somebody is named."""
    officer = by or people.actor_of("city_officer", "3201")
    order = governance.order_draft(draft=a_draft(number, **changes), by=officer, now=clock.now())
    assert not isinstance(order, Refusal), order
    return order


def sign(order_id: UUID, role: str) -> governance.OrderView | Refusal:
    """Let a fresh account of a role sign."""
    return governance.order_sign(order_id=order_id, by=people.actor_of(role), now=clock.now())


def in_force(number: str, **changes: Any) -> governance.OrderView:
    """Draft an order and let both sign."""
    order = drafted(number, **changes)
    for role in ("issuing_officer", "privacy_officer"):
        signed = sign(order.id, role)
        assert not isinstance(signed, Refusal), signed
        order = signed
    return order


def age(order_id: UUID, **by: float) -> None:
    """Let time pass for one order: all of its moments move into the past, as if the clock had gone on."""
    passed = timedelta(**by)
    with people.as_owner():
        row = EmergencyOrder.objects.get(id=order_id)
        EmergencyOrder.objects.filter(id=order_id).update(
            starts_at=row.starts_at - passed, ends_at=row.ends_at - passed
        )


def seen(order_id: UUID) -> governance.OrderView:
    """Return an order as it stands now."""
    order = governance.get_order(order_id, now=clock.now())
    assert order is not None
    return order


def active_in_the_database(order_id: UUID) -> bool:
    """Ask the gate of the database itself."""
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select governance_order_active(%s)", [order_id])
        return bool(cursor.fetchone()[0])


def entries(kind: str, object_id: object) -> list[tuple[str, str, str]]:
    """Return (action, role, reason) of every entry about an object, in order."""
    with people.as_owner():
        found = LedgerEntry.objects.filter(object_hash=object_hash(kind, object_id)).order_by("id")
        return list(found.values_list("action", "role", "reason"))


def code(outcome: object) -> str:
    """Return the code of a refusal; anything else is "done"."""
    return outcome.code if isinstance(outcome, Refusal) else "done"


def later(**by: float) -> datetime:
    """Return a moment from now."""
    return clock.now() + timedelta(**by)
