"""The writes that let a successor order take a register over: a proposal with its reason, and two signatures."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, IntegrityError
from django.db.models import Q

from gridward.governance import queries, rules
from gridward.governance.actions import in_the_name_of
from gridward.governance.models import CarryOver, CarryOverSignature
from gridward.governance.queries import OrderView
from gridward.kernel import ledger, live
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse

#: What the walls raise when a carry-over cannot bind any more.
STALE_STATE = "GW003"


@dataclass(frozen=True)
class CarryOverView:
    """A decision to carry a register over, and who has signed it: capacity and moment, first signed first."""

    id: UUID
    from_order: UUID
    to_order: UUID
    reason: str
    signed_at: datetime | None
    signatures: tuple[tuple[str, datetime], ...]


def carry_over_propose(
    *, from_order: UUID, to_order: UUID, reason: str, by: Actor, now: datetime
) -> CarryOverView | Refusal:
    """Propose that an order takes over the register of an order in force. Nothing is copied before two have signed."""
    if by.role not in rules.DRAFTERS or by.id is None:
        return refuse("forbidden")
    parties = _parties(from_order, to_order, now)
    if isinstance(parties, Refusal):
        return parties
    if len(reason.strip()) < rules.LEAST_REASON:
        return refuse("reason_needed", least=rules.LEAST_REASON)
    if _is_decided(from_order, to_order):
        return refuse("carry_over_twice")
    with in_the_name_of(by):
        row = CarryOver.objects.create(
            id=new_id(),
            from_order_id=from_order,
            to_order_id=to_order,
            reason=reason.strip(),
            proposed_by=by.id,
            proposed_at=now,
        )
        ledger.record(
            "order.carry_over",
            obj=("order", from_order),
            by=by,
            now=now,
            basis=str(to_order),
            reason=row.reason[:200],
        )
    return _view(row, ())


def carry_over_sign(*, carry_over_id: UUID, by: Actor, now: datetime) -> CarryOverView | Refusal:
    """
    Sign a carry-over in the capacity of the actor's role. The second signature makes it bind.

    Refuses a second signature by the same person or in the same capacity, and whatever could not be proposed now.
    """
    capacity = rules.CAPACITIES.get(by.role)
    if capacity is None or by.id is None:
        return refuse("not_a_signatory")
    try:
        with in_the_name_of(by):
            return _carry_over_sign(carry_over_id, capacity, by.id, by, now)
    except IntegrityError as error:
        twice = "carried_over_once" in str(error)
        return refuse("carry_over_twice" if twice else "order_already_signed")
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != STALE_STATE:
            raise
        return refuse("carry_over_twice")


def _carry_over_sign(
    carry_over_id: UUID, capacity: str, account_id: UUID, by: Actor, now: datetime
) -> CarryOverView | Refusal:
    row = CarryOver.objects.filter(id=carry_over_id).first()
    if row is None:
        return refuse("not_found")
    parties = _parties(row.from_order_id, row.to_order_id, now)
    if isinstance(parties, Refusal):
        return parties
    CarryOverSignature.objects.create(
        id=new_id(), carry_over=row, account_id=account_id, capacity=capacity, signed_at=now
    )
    ledger.record(
        "carry_over.sign",
        obj=("order", row.from_order_id),
        by=by,
        now=now,
        basis=str(row.to_order_id),
        capacity=capacity,
    )
    # The second signature has made it bind, in the database itself.
    row.refresh_from_db()
    for order in parties if row.signed_at else ():
        live.ring("order", pos=order.area_pos, end=order.area_end)
    return _view(row, _signatures(Q(carry_over=row))[row.id])


def get_carry_overs(order_id: UUID) -> list[CarryOverView]:
    """Return every carry-over from or to an order, oldest first."""
    either = Q(from_order=order_id) | Q(to_order=order_id)
    signed = _signatures(Q(carry_over__from_order=order_id) | Q(carry_over__to_order=order_id))
    rows = CarryOver.objects.filter(either).order_by("proposed_at", "id")
    return [_view(row, signed[row.id]) for row in rows]


def carry_over_ask(*, from_order: UUID, to_order: UUID) -> CarryOverView | Refusal:
    """Return the signed carry-over that lets the register of the one order be copied to the other, or refuse."""
    row = CarryOver.objects.filter(from_order=from_order, to_order=to_order, signed_at__isnull=False).first()
    return _view(row, ()) if row else refuse("carry_over_unsigned")


def _is_decided(from_order: UUID, to_order: UUID) -> bool:
    return not isinstance(carry_over_ask(from_order=from_order, to_order=to_order), Refusal)


def _parties(from_order: UUID, to_order: UUID, now: datetime) -> tuple[OrderView, OrderView] | Refusal:
    source, successor = (queries.get_order(one, now=now) for one in (from_order, to_order))
    if source is None or successor is None:
        return refuse("not_found")
    return rules.may_carry_over(source, successor) or (source, successor)


def _signatures(which: Q) -> dict[UUID, list[tuple[str, datetime]]]:
    signed: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    rows = CarryOverSignature.objects.filter(which).order_by("signed_at")
    for carry_over_id, capacity, at in rows.values_list("carry_over_id", "capacity", "signed_at"):
        signed[carry_over_id].append((capacity, at))
    return signed


def _view(row: CarryOver, signatures: list[tuple[str, datetime]] | tuple[()]) -> CarryOverView:
    return CarryOverView(
        row.id, row.from_order_id, row.to_order_id, row.reason, row.signed_at, tuple(signatures)
    )
