"""Answers about orders, profiles and grants."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gridward.governance import rules
from gridward.governance.models import (
    AccessGrant,
    EmergencyOrder,
    ExtensionSignature,
    OrderExtension,
    OrderSignature,
    Profile,
)
from gridward.governance.profiles import BUILT_IN, ProfileView
from gridward.kernel import once, prepared
from gridward.kernel.actor import Actor, Scope
from gridward.kernel.outcomes import Refusal, refuse


@dataclass(frozen=True)
class OrderView:
    """An order as other rooms and screens see it."""

    id: UUID
    number: str
    title: str
    kind: str
    authority: str
    area_code: str
    area_pos: int
    area_end: int
    population_scope: str
    necessity_note: str
    purposes: tuple[str, ...]
    bodies: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    signed_at: datetime | None
    ended_at: datetime | None
    state: str
    profile_id: UUID
    drafted_by: UUID
    extension_count: int

    @property
    def domain(self) -> str:
        """Return the key domain of everything collected under this order."""
        return f"order:{self.id}"

    @property
    def purposes_text(self) -> str:
        """Return the purposes in words."""
        return " · ".join(str(rules.PURPOSES[code].label) for code in self.purposes)

    def covers(self, area_pos: int) -> bool:
        """Tell whether a position lies in the order's area."""
        return self.area_pos <= area_pos < self.area_end


#: What of a view is stored; its state is a matter of the moment.
_STORED = tuple(name for name in OrderView.__dataclass_fields__ if name != "state")


def order_view(order: EmergencyOrder, now: datetime) -> OrderView:
    """Return the view of an order row at this moment."""
    return _view({name: getattr(order, name) for name in _STORED}, now)


def _view(stored: dict[str, Any], now: datetime) -> OrderView:
    moments = {name: stored[name] for name in ("signed_at", "starts_at", "ends_at", "ended_at")}
    lists = {"purposes": tuple(stored["purposes"]), "bodies": tuple(stored["bodies"])}
    return OrderView(**stored | lists, state=rules.order_state(**moments, now=now))


def get_order(order_id: UUID, *, now: datetime) -> OrderView | None:
    """Return the order with this id, or None."""
    row = prepared.one(BY_ID, [order_id])
    return _view(dict(zip(_STORED, row, strict=True)), now) if row else None


def get_orders(*, now: datetime, limit: int = 200) -> list[OrderView]:
    """Return the newest orders of every state."""
    return [order_view(order, now) for order in EmergencyOrder.objects.order_by("-drafted_at")[:limit]]


#: Written out, and read without a model: every page asks these more than once, and that took longer than the answer.
BY_ID = f"select {', '.join(_STORED)} from governance_emergencyorder where id = %s"
IN_FORCE = f"""
select {", ".join(_STORED)} from governance_emergencyorder
 where signed_at is not null and ended_at is null and starts_at <= %s and ends_at > %s
 order by starts_at, id
"""


def get_active_orders(*, now: datetime, scopes: Iterable[Scope] = ()) -> list[OrderView]:
    """Return the orders in force now; with scopes, those that meet one of them."""
    return _meeting(_in_force(now), tuple(scopes))


def _meeting(orders: Iterable[OrderView], scopes: Sequence[Scope]) -> list[OrderView]:
    return [
        order
        for order in orders
        if not scopes or any(order.area_pos < scope.end and order.area_end > scope.pos for scope in scopes)
    ]


def _in_force(now: datetime) -> list[OrderView]:
    rows = prepared.ask(IN_FORCE, [now, now])
    return [_view(dict(zip(_STORED, row, strict=True)), now) for row in rows]


def get_signatures(order_id: UUID) -> list[OrderSignature]:
    """Return the signatures on an order, first signed first."""
    return list(OrderSignature.objects.filter(order_id=order_id).order_by("signed_at"))


@dataclass(frozen=True)
class ExtensionView:
    """A proposal to let an order last longer, and who has signed it: capacity and moment, first signed first."""

    id: UUID
    order_id: UUID
    from_at: datetime
    ends_at: datetime
    reason: str
    assessment: str
    signed_at: datetime | None
    signatures: tuple[tuple[str, datetime], ...]


def get_extensions(order_id: UUID) -> list[ExtensionView]:
    """Return every proposal to extend an order, oldest first."""
    signed: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    signatures = ExtensionSignature.objects.filter(extension__order=order_id).order_by("signed_at")
    for extension_id, capacity, at in signatures.values_list("extension_id", "capacity", "signed_at"):
        signed[extension_id].append((capacity, at))
    return [
        extension_view(row, signed[row.id])
        for row in OrderExtension.objects.filter(order_id=order_id).order_by("proposed_at", "id")
    ]


def extension_view(row: OrderExtension, signatures: Iterable[tuple[str, datetime]] = ()) -> ExtensionView:
    """Return the view of a proposal."""
    names = ("id", "order_id", "from_at", "ends_at", "reason", "assessment", "signed_at")
    return ExtensionView(**{name: getattr(row, name) for name in names}, signatures=tuple(signatures))


def gate_ask(
    *, purpose: str, area_pos: int, now: datetime, order_id: UUID | None = None
) -> OrderView | Refusal:
    """
    Return the order that lets data be collected here, now, for this purpose — or refuse.

    With `order_id` only that order counts. This is the gate (H-01): no order, no write.
    """
    orders = [order for order in _at_the_gate(now) if order.covers(area_pos)]
    if order_id is not None:
        orders = [order for order in orders if order.id == order_id]
    if not orders:
        return refuse("order_inactive")
    named = [order for order in orders if purpose in order.purposes]
    return named[0] if named else refuse("purpose_not_named")


def gate_for_actor(actor: Actor, now: datetime) -> Refusal | None:
    """Answer the kernel's gate port: does any active order meet the actor's area?"""
    return None if _meeting(_at_the_gate(now), actor.scopes) else refuse("order_inactive")


def _at_the_gate(now: datetime) -> list[OrderView]:
    """Return the orders in force: a request that collects passes the gate at its door, and again at each record."""
    return once.asked(("gate", now), lambda: _in_force(now))


def profile_of(order: OrderView) -> ProfileView:
    """Return the numbers an order works with."""
    # A version is never edited, so one reading serves a whole request.
    profile = once.asked(("profile", order.profile_id), lambda: Profile.objects.get(id=order.profile_id))
    return ProfileView(profile.code, profile.version, profile.parameters)


def profile_standing() -> ProfileView:
    """Return the numbers that hold where no order says otherwise: those of the newest built-in profile."""
    newest = get_profile(BUILT_IN)
    return ProfileView(BUILT_IN, newest.version if newest else 0, newest.parameters if newest else {})


def get_profile(code: str) -> Profile | None:
    """Return the newest version of a profile."""
    return Profile.objects.filter(code=code).order_by("-version").first()


def grant_covers(*, household_id: UUID, purpose: str, by: Actor, now: datetime) -> bool:
    """Tell whether the actor holds a live grant on this household for this purpose, under a live basis."""
    if by.id is None:
        return False
    basis_ids = AccessGrant.objects.filter(
        account_id=by.id,
        household_id=household_id,
        purpose=purpose,
        ended_at__isnull=True,
        starts_at__lte=now,
        ends_at__gt=now,
    ).values_list("basis_id", flat=True)
    active = {order.id for order in get_active_orders(now=now)}
    return any(basis in active for basis in basis_ids)


def granted_households(
    *, account_id: UUID, households: Sequence[UUID], purpose: str, now: datetime
) -> set[UUID]:
    """Return which of these households the account holds a live grant on."""
    return set(
        AccessGrant.objects.filter(
            account_id=account_id,
            household_id__in=households,
            purpose=purpose,
            ended_at__isnull=True,
            starts_at__lte=now,
            ends_at__gt=now,
        ).values_list("household_id", flat=True)
    )
