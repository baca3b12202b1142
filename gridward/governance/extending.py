"""The writes that let an order last longer: a proposal with its reason, and two signatures that make it count."""

from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, IntegrityError

from gridward.governance import queries, rules
from gridward.governance.actions import in_the_name_of
from gridward.governance.models import EmergencyOrder, ExtensionSignature, OrderExtension
from gridward.governance.queries import ExtensionView, OrderView
from gridward.kernel import ledger, live
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse

#: What the walls raise when an extension cannot take effect any more.
EXTENSION_STALE_STATE = "GW003"


def order_extend(
    *, order_id: UUID, extension: rules.Extension, by: Actor, now: datetime
) -> ExtensionView | Refusal:
    """Propose that an order in force lasts longer, at most 30 days more. It stays as it is until two have signed."""
    if by.role not in rules.DRAFTERS or by.id is None:
        return refuse("forbidden")
    with in_the_name_of(by):
        order = queries.get_order(order_id, now=now)
        if order is None:
            return refuse("not_found")
        if order.state != "active":
            return refuse("order_over" if order.state == "over" else "order_not_in_force")
        if refusal := rules.may_extend(
            extension,
            ends_at=order.ends_at,
            population_scope=order.population_scope,
            extension_count=order.extension_count,
        ):
            return refusal
        row = OrderExtension.objects.create(
            id=new_id(),
            order_id=order.id,
            from_at=order.ends_at,
            ends_at=extension.ends_at,
            reason=extension.reason.strip(),
            assessment=extension.assessment.strip(),
            proposed_by=by.id,
            proposed_at=now,
        )
        ledger.record(
            "order.extend",
            obj=("order", order.id),
            by=by,
            now=now,
            basis=str(order.id),
            reason=row.reason[:200],
            days_count=(extension.ends_at - order.ends_at).days,
        )
        return queries.extension_view(row)


def extension_sign(*, extension_id: UUID, by: Actor, now: datetime) -> OrderView | Refusal:
    """
    Sign an extension in the capacity of the actor's role. The second signature moves the order's end.

    Refuses what `order_sign` refuses, and a proposal from an end that has passed or moved meanwhile.
    """
    capacity = rules.CAPACITIES.get(by.role)
    if capacity is None or by.id is None:
        return refuse("not_a_signatory")
    try:
        with in_the_name_of(by):
            return _extension_sign(extension_id, capacity, by.id, by, now)
    except IntegrityError as error:
        overlapped = "orders_of_a_kind_do_not_overlap" in str(error)
        return refuse("order_overlaps" if overlapped else "order_already_signed")
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != EXTENSION_STALE_STATE:
            raise
        return refuse("extension_stale")


def _extension_sign(
    extension_id: UUID, capacity: str, account_id: UUID, by: Actor, now: datetime
) -> OrderView | Refusal:
    extension = OrderExtension.objects.filter(id=extension_id).first()
    if extension is None:
        return refuse("not_found")
    order = EmergencyOrder.objects.select_for_update().get(id=extension.order_id)
    if queries.order_view(order, now).state == "over":
        return refuse("order_over")
    ExtensionSignature.objects.create(
        id=new_id(), extension=extension, account_id=account_id, capacity=capacity, signed_at=now
    )
    ledger.record(
        "extension.sign", obj=("order", order.id), by=by, now=now, basis=str(order.id), capacity=capacity
    )
    # The second signature has moved the end, in the database itself.
    order.refresh_from_db()
    if order.ends_at == extension.ends_at:
        live.ring("order", pos=order.area_pos, end=order.area_end)
    return queries.order_view(order, now)
