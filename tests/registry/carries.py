"""Orders that follow one another, the carry-over between them signed, and who is registered under which."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Resident
from tests import people
from tests.governance import orders


def signed_carry_over(source: governance.OrderView, successor: governance.OrderView) -> UUID:
    """Let an officer propose and both signatories sign that the successor takes the register over."""
    found = governance.carry_over_propose(
        from_order=source.id, to_order=successor.id, reason="the same people are asked about",
        by=people.actor_of("city_officer", "3201"), now=clock.now(),
    )  # fmt: skip
    assert not isinstance(found, Refusal), found
    for role in ("privacy_officer", "issuing_officer"):
        found = governance.carry_over_sign(carry_over_id=found.id, by=people.actor_of(role), now=clock.now())
        assert not isinstance(found, Refusal), found
    return found.id


def successor_of(order: governance.OrderView, **more: Any) -> governance.OrderView:
    """Return the signed order of the same kind that begins when the other one ends."""
    return orders.in_force(
        "NEXT", **{"starts_at": order.ends_at, "ends_at": order.ends_at + timedelta(days=13)} | more
    )


def turn_of(order: governance.OrderView, successor: governance.OrderView) -> None:
    """Let the days go by until the one order is over and the other has begun."""
    connection.check_constraints()  # as the commits of what was written until now do
    passed = order.ends_at - clock.now() + timedelta(minutes=1)
    # The older one first: at no moment do the two overlap.
    for one in (order, successor):
        orders.age(one.id, seconds=passed.total_seconds())


def carry(source: governance.OrderView, successor: governance.OrderView) -> registry.CarryReport | Refusal:
    return registry.register_carry(from_order=source.id, to_order=successor.id, by=SYSTEM, now=clock.now())


def carried(source: governance.OrderView, successor: governance.OrderView) -> registry.CarryReport:
    report = carry(source, successor)
    assert not isinstance(report, Refusal), report
    return report


def who(domain: str) -> list[tuple[Any, ...]]:
    """Return who is registered in a domain, in the open: reference, household, place, door, document, values."""
    with people.as_owner():
        rows = list(
            Resident.objects.filter(domain=domain).select_related("household").order_by("resident_ref")
        )
        keys = registry.household_data_keys({row.household_id for row in rows})
        values = governance.sealer(domain).open_many(
            [
                (getattr(row, column), "registry_resident", column, row.id)
                for row in rows
                for column in ("name_sealed", "id_number_sealed", "phone_sealed")
            ],
            {key.id: key for key in keys.values()},
        )
    return [
        (row.resident_ref, row.household.household_ref, row.area_pos, row.household.area_pos,
         row.household.address_id, row.household.kind, row.id_kind, *values[3 * at : 3 * at + 3])
        for at, row in enumerate(rows)
    ]  # fmt: skip


def found_by(order: governance.OrderView, person: people.Neighbour) -> registry.Match:
    (keys,) = registry.match_keys(
        domain=order.domain, people=[registry.PersonInput(id_number=person.id_number, surname_sound="wang")]
    )
    with governance.job_scope(order_id=order.id, purpose="case_finding"):
        (match,) = registry.match_people(domain=order.domain, rows=[registry.MatchRow(1, keys)])
    return match
