"""A successor order takes a register over only by a decision: a reason, two signatures, while the register is alive."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.governance import api as governance
from gridward.governance import rules
from gridward.governance.models import CarryOver, CarryOverSignature
from gridward.kernel import clock
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal
from gridward.workforce.api import ROLES
from tests import people
from tests.governance import orders
from tests.governance.test_walls_of_orders import HOME, SCOPELESS, stepped_into, succeeds

REASON = "the same people are asked about under the new order"


@dataclass(frozen=True)
class Side:
    """An order as the rule sees it."""

    id: UUID
    kind: str = "epidemic"
    state: str = "active"
    area_pos: int = 100
    area_end: int = 200
    purposes: tuple[str, ...] = ("case_finding", "home_service")


SOURCE, SUCCESSOR = Side(UUID(int=1)), Side(UUID(int=2), state="planned")


@pytest.mark.parametrize(
    ("gives", "takes", "code"),
    [
        ({}, {}, ""),
        ({}, {"state": "active"}, ""),
        ({}, {"id": SOURCE.id}, "carry_over_same"),
        ({"state": "draft"}, {}, "carry_over_source"),
        ({"state": "planned"}, {}, "carry_over_source"),
        ({"state": "over"}, {}, "carry_over_source"),
        ({}, {"state": "draft"}, "carry_over_successor"),
        ({}, {"state": "over"}, "carry_over_successor"),
        ({}, {"area_pos": 200, "area_end": 300}, "carry_over_area"),
        ({}, {"area_pos": 0, "area_end": 100}, "carry_over_area"),
        ({}, {"area_pos": 199, "area_end": 300}, ""),
        ({}, {"area_pos": 0, "area_end": 101}, ""),
        ({}, {"area_pos": 0, "area_end": 1_000}, ""),
        ({}, {"area_pos": 150, "area_end": 151}, ""),
        ({}, {"purposes": ("home_service",)}, "carry_over_purpose"),
        ({"purposes": ("home_service",)}, {}, "carry_over_purpose"),
        ({"kind": "drill"}, {}, "carry_over_drill"),
        ({}, {"kind": "drill"}, "carry_over_drill"),
        ({"kind": "drill"}, {"kind": "drill"}, ""),
        ({}, {"kind": "flood"}, ""),
    ],
)
def test_what_may_be_carried_over(gives: dict[str, Any], takes: dict[str, Any], code: str) -> None:
    refusal = rules.may_carry_over(replace(SOURCE, **gives), replace(SUCCESSOR, **takes))

    assert (refusal.code if refusal else "") == code
    assert refusal is None or (refusal.title and refusal.advice)


# --- from here on with the database ---------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def successor_of(order: governance.OrderView, number: str = "NEXT", **more: Any) -> governance.OrderView:
    """Draft and sign the order that begins when the other one ends."""
    starts = order.ends_at
    lasts = {"starts_at": starts, "ends_at": starts + (order.ends_at - order.starts_at)}
    return orders.in_force(number, **lasts | more)


def propose(
    source: governance.OrderView, successor: governance.OrderView, reason: str = REASON
) -> governance.CarryOverView | Refusal:
    return governance.carry_over_propose(
        from_order=source.id, to_order=successor.id, reason=reason,
        by=people.actor_of("city_officer", "3201"), now=clock.now(),
    )  # fmt: skip


def proposed(source: governance.OrderView, successor: governance.OrderView) -> governance.CarryOverView:
    found = propose(source, successor)
    assert not isinstance(found, Refusal), found
    return found


def sign(carry_over: governance.CarryOverView, role: str) -> governance.CarryOverView | Refusal:
    return governance.carry_over_sign(carry_over_id=carry_over.id, by=people.actor_of(role), now=clock.now())


def asked(source: governance.OrderView, successor: governance.OrderView) -> str:
    return orders.code(governance.carry_over_ask(from_order=source.id, to_order=successor.id))


def test_only_the_second_signature_makes_it_bind_and_only_in_its_direction(
    order: governance.OrderView,
) -> None:
    successor = successor_of(order)
    carry_over = proposed(order, successor)
    codes = [asked(order, successor)]
    for role in ("privacy_officer", "issuing_officer"):
        assert orders.code(sign(carry_over, role)) == "done"
        codes.append(asked(order, successor))

    assert codes == ["carry_over_unsigned", "carry_over_unsigned", "done"]
    assert asked(successor, order) == "carry_over_unsigned"
    for one in (order, successor):
        (kept,) = governance.get_carry_overs(one.id)
        assert (kept.from_order, kept.to_order, kept.reason) == (order.id, successor.id, REASON)
        assert [capacity for capacity, _at in kept.signatures] == ["privacy", "authority"]
        assert kept.signed_at == kept.signatures[1][1]
    told = [(action, role) for action, role, _why in orders.entries("order", order.id) if "carry" in action]
    assert told == [
        ("order.carry_over", "city_officer"),
        ("carry_over.sign", "privacy_officer"),
        ("carry_over.sign", "issuing_officer"),
    ]
    assert REASON in [why for _action, _role, why in orders.entries("order", order.id)]


def test_whoever_signed_once_or_in_that_capacity_does_not_sign_again(order: governance.OrderView) -> None:
    successor = successor_of(order)
    carry_over = proposed(order, successor)
    issuer = people.actor_of("issuing_officer")

    outcomes = [
        governance.carry_over_sign(carry_over_id=carry_over.id, by=by, now=clock.now())
        for by in (
            issuer,
            issuer,
            people.actor_of("issuing_officer"),
            people.actor_of("city_officer", "3201"),
        )
    ]

    assert [orders.code(one) for one in outcomes] == [
        "done", "order_already_signed", "order_already_signed", "not_a_signatory",
    ]  # fmt: skip
    assert asked(order, successor) == "carry_over_unsigned"


def test_two_orders_carry_over_once(order: governance.OrderView) -> None:
    successor = successor_of(order)
    first, second = proposed(order, successor), proposed(order, successor)
    sign(second, "privacy_officer")
    for role in ("privacy_officer", "issuing_officer"):
        assert orders.code(sign(first, role)) == "done"

    assert orders.code(sign(second, "issuing_officer")) == "carry_over_twice"
    assert orders.code(sign(first, "issuing_officer")) == "order_already_signed"
    assert orders.code(propose(order, successor)) == "carry_over_twice"


def test_what_was_proposed_in_time_is_not_signed_once_the_register_s_order_is_over(
    order: governance.OrderView,
) -> None:
    successor = successor_of(order)
    carry_over = proposed(order, successor)
    sign(carry_over, "privacy_officer")
    orders.age(order.id, days=15)

    assert orders.code(sign(carry_over, "issuing_officer")) == "carry_over_source"
    assert orders.code(propose(order, successor)) == "carry_over_source"
    assert asked(order, successor) == "carry_over_unsigned"


def test_who_may_propose_and_what_is_refused(order: governance.OrderView) -> None:
    successor = successor_of(order)
    nobody = replace(order, id=new_id())
    outcomes = {
        "short": propose(order, successor, "  short  "),
        "unknown": propose(order, nobody),
        "itself": propose(order, order),
        "unsigned": propose(order, orders.drafted("UNSIGNED")),
        "privacy": governance.carry_over_propose(
            from_order=order.id, to_order=successor.id, reason=REASON,
            by=people.actor_of("privacy_officer"), now=clock.now()),
        "sign nothing": governance.carry_over_sign(
            carry_over_id=new_id(), by=people.actor_of("privacy_officer"), now=clock.now()),
    }  # fmt: skip

    assert {name: orders.code(one) for name, one in outcomes.items()} == {
        "short": "reason_needed", "unknown": "not_found", "itself": "carry_over_same",
        "unsigned": "carry_over_successor", "privacy": "forbidden", "sign nothing": "not_found",
    }  # fmt: skip
    assert not CarryOver.objects.exists()


# --- the same in plain SQL, as the real roles -----------------------------------------------------------------------

PROPOSE = (
    "insert into governance_carryover (id, from_order_id, to_order_id, reason, proposed_by, proposed_at, signed_at)"
    " values (gen_random_uuid(), %({source})s, %({to})s, '{reason}', {by}, {at}, {signed})"
)
USUAL = {
    "source": "order",
    "to": "successor",
    "reason": REASON,
    "by": "%(me)s",
    "at": "now()",
    "signed": "null",
}
SIGN = (
    "insert into governance_carryoversignature (id, carry_over_id, account_id, capacity, signed_at)"
    " values (gen_random_uuid(), %({what})s, {by}, '{capacity}', {at})"
)
SIGNED = {"what": "fresh", "by": "%(me)s", "capacity": "authority", "at": "now()"}
WRITES: dict[str, tuple[str, set[str]]] = {
    "propose": (PROPOSE.format(**USUAL), {"city_officer"}),
    "propose for another": (PROPOSE.format(**USUAL | {"by": "%(other)s"}), set()),
    "propose what is signed": (PROPOSE.format(**USUAL | {"signed": "now()"}), set()),
    "propose as of last week": (PROPOSE.format(**USUAL | {"at": "now() - interval '7 days'"}), set()),
    "propose from an order that is over": (PROPOSE.format(**USUAL | {"source": "over"}), set()),
    "propose from an order to come": (
        PROPOSE.format(**USUAL | {"source": "successor", "to": "order"}), set()),
    "propose to an order that is over": (PROPOSE.format(**USUAL | {"to": "over"}), set()),
    "propose to a draft": (PROPOSE.format(**USUAL | {"to": "draft"}), set()),
    "propose to an order elsewhere": (
        PROPOSE.format(**USUAL | {"source": "here", "to": "elsewhere"}), set()),
    "propose to an order without the purpose": (PROPOSE.format(**USUAL | {"to": "helping"}), set()),
    "propose to a drill": (PROPOSE.format(**USUAL | {"to": "drill"}), set()),
    "sign for the authority": (SIGN.format(**SIGNED), {"issuing_officer"}),
    "sign for privacy": (SIGN.format(**SIGNED | {"capacity": "privacy"}), {"privacy_officer"}),
    "sign for another": (SIGN.format(**SIGNED | {"by": "%(other)s"}), set()),
    "sign as of yesterday": (SIGN.format(**SIGNED | {"at": "now() - interval '1 day'"}), set()),
    "sign what came too late": (SIGN.format(**SIGNED | {"what": "late"}), set()),
    "call it signed": ("update governance_carryover set signed_at = now()", set()),
    "lead it elsewhere": ("update governance_carryover set to_order_id = %(helping)s", set()),
    "take it away": ("delete from governance_carryover", set()),
    "take a signature away": ("delete from governance_carryoversignature", set()),
}  # fmt: skip


@pytest.fixture
def values(order: governance.OrderView) -> dict[str, Any]:
    """Orders in every relation that matters, a proposal that waits and one whose order is over meanwhile."""
    short = orders.in_force("C-OVER", kind="flood", area_code="320102", ends_at=orders.later(days=5))
    after = orders.in_force(
        "C-AFTER",
        kind="flood",
        area_code="320102",
        starts_at=orders.later(days=6),
        ends_at=orders.later(days=9),
    )
    late = proposed(short, after)
    orders.age(short.id, days=6)
    successor = successor_of(order)
    return {
        "order": order.id, "successor": successor.id, "other": new_id(), "over": short.id, "late": late.id,
        "fresh": proposed(order, successor).id, "draft": orders.drafted("C-DRAFT").id,
        "here": orders.in_force("C-HERE", kind="flood", area_code="320106").id,
        "elsewhere": orders.in_force("C-ELSE", kind="flood", area_code="320104").id,
        "helping": orders.in_force("C-HELP", kind="flood", area_code="320105", purposes=("home_service",)).id,
        "drill": orders.in_force("C-DRILL", kind="drill").id,
    }  # fmt: skip


def done(values: dict[str, Any], me: object) -> set[str]:
    return {name for name, (sql, _who) in WRITES.items() if succeeds(sql, values | {"me": me or new_id()})}


def test_an_account_proposes_and_signs_what_its_role_may_and_nothing_else(values: dict[str, Any]) -> None:
    for role in sorted(ROLES):
        bound_to = ROLES[role].bound_to
        actor = people.actor_of(role, HOME[bound_to], agency="health" if bound_to == "agency" else "")
        with people.acting(actor):
            assert done(values, actor.id) == {name for name, (_sql, who) in WRITES.items() if role in who}, (
                role
            )


def test_without_an_account_nobody_carries_over(values: dict[str, Any]) -> None:
    for role in SCOPELESS:
        with stepped_into(role):
            assert done(values, None) == set(), role
    with governance.job_scope(order_id=values["order"], purpose="case_finding"):
        assert done(values, None) == set()


def test_one_account_in_two_capacities_is_one_signature(order: governance.OrderView) -> None:
    carry_over = proposed(order, successor_of(order))
    account = new_id()
    with people.as_owner():
        CarryOverSignature.objects.create(
            id=new_id(), carry_over_id=carry_over.id, account_id=account, capacity="privacy",
            signed_at=clock.now())  # fmt: skip
        with pytest.raises(DatabaseError, match="one_carry_over_signature_a_person"), transaction.atomic():
            CarryOverSignature.objects.create(
                id=new_id(), carry_over_id=carry_over.id, account_id=account, capacity="authority",
                signed_at=clock.now())  # fmt: skip
        assert CarryOver.objects.get(id=carry_over.id).signed_at is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"reason": "   short    "}, "a_carry_over_says_why"),
        ({"to": "order"}, "a_carry_over_leads_elsewhere"),
    ],
)
def test_the_table_itself_knows_why_and_whereto(
    change: dict[str, str], named: str, order: governance.OrderView
) -> None:
    ids = {"order": order.id, "successor": successor_of(order).id, "me": new_id()}
    with people.as_owner(), pytest.raises(DatabaseError, match=named), transaction.atomic():
        connection.cursor().execute(PROPOSE.format(**USUAL | change), ids)
