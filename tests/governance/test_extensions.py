"""An order lasts longer only by a new decision: a reason, two signatures, at most 30 days, before its end (H-01)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.governance import api as governance
from gridward.governance import rules
from gridward.governance.models import AccessGrant, EmergencyOrder, ExtensionSignature, OrderExtension
from gridward.kernel import clock
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal
from gridward.workforce.api import ROLES
from tests import people
from tests.governance import orders
from tests.governance.test_walls_of_orders import HOME, SCOPELESS, stepped_into, succeeds

END = datetime(2020, 2, 28, 8, tzinfo=UTC)
REASON = "returnees still arrive by every train"
LAWFUL = rules.Extension(ends_at=END + timedelta(days=30), reason=REASON)


@pytest.mark.parametrize(
    ("more", "scope", "extended", "code"),
    [
        ({}, "key_persons", 0, ""),
        ({"ends_at": END + timedelta(days=30, microseconds=1)}, "key_persons", 0, "extension_too_long"),
        ({"ends_at": END + timedelta(microseconds=1)}, "key_persons", 0, ""),
        ({"ends_at": END}, "key_persons", 0, "extension_times"),
        ({"ends_at": END - timedelta(days=1)}, "key_persons", 0, "extension_times"),
        ({}, "all_residents", 0, "extension_too_long"),
        ({"ends_at": END + timedelta(days=14)}, "all_residents", 0, ""),
        ({"reason": "  too short  "}, "key_persons", 0, "reason_needed"),
        ({"reason": "0123456789"}, "key_persons", 0, ""),
        ({}, "key_persons", 1, ""),
        ({}, "key_persons", 2, "extension_assessment"),
        ({"assessment": "  "}, "key_persons", 7, "extension_assessment"),
        ({"assessment": "PIA 2020-3"}, "key_persons", 2, ""),
    ],
)
def test_what_may_be_proposed(more: dict[str, Any], scope: str, extended: int, code: str) -> None:
    proposal = rules.Extension(**vars(LAWFUL) | more)

    refusal = rules.may_extend(proposal, ends_at=END, population_scope=scope, extension_count=extended)

    assert (refusal.code if refusal else "") == code
    assert refusal is None or (refusal.title and refusal.advice)


# --- from here on with the database ---------------------------------------------------------------------------------


def propose(
    order: governance.OrderView, *, days: float = 7, **more: Any
) -> governance.ExtensionView | Refusal:
    return governance.order_extend(
        order_id=order.id,
        extension=governance.Extension(
            ends_at=order.ends_at + timedelta(days=days), **{"reason": REASON} | more
        ),
        by=people.actor_of("city_officer", "3201"),
        now=clock.now(),
    )


def proposed(order: governance.OrderView, **more: Any) -> governance.ExtensionView:
    extension = propose(order, **more)
    assert not isinstance(extension, Refusal), extension
    return extension


def sign(extension: governance.ExtensionView, role: str) -> governance.OrderView | Refusal:
    return governance.extension_sign(extension_id=extension.id, by=people.actor_of(role), now=clock.now())


def extended(order: governance.OrderView, **more: Any) -> governance.OrderView:
    extension = proposed(order, **more)
    for role in ("privacy_officer", "issuing_officer"):
        signed = sign(extension, role)
        assert not isinstance(signed, Refusal), signed
    return orders.seen(order.id)


pytestmark = pytest.mark.django_db


def test_only_the_second_signature_moves_the_end(order: governance.OrderView) -> None:
    extension = proposed(order, days=20)
    ends = [orders.seen(order.id).ends_at]
    for role in ("issuing_officer", "privacy_officer"):
        sign(extension, role)
        ends.append(orders.seen(order.id).ends_at)

    assert ends == [order.ends_at, order.ends_at, order.ends_at + timedelta(days=20)]
    (kept,) = governance.get_extensions(order.id)
    assert [capacity for capacity, _at in kept.signatures] == ["authority", "privacy"]
    assert kept.signed_at == kept.signatures[1][1]
    assert orders.seen(order.id).extension_count == 1
    assert [
        (action, role) for action, role, _reason in orders.entries("order", order.id) if "ext" in action
    ] == [
        ("order.extend", "city_officer"),
        ("extension.sign", "issuing_officer"),
        ("extension.sign", "privacy_officer"),
    ]
    assert REASON in [reason for _action, _role, reason in orders.entries("order", order.id)]


def test_collection_goes_on_past_the_first_end_and_stops_at_the_new_one(order: governance.OrderView) -> None:
    untouched = orders.in_force("NOT-EXTENDED", kind="flood", ends_at=order.ends_at)
    extended(order, days=5)
    states = []
    for days in (15, 5):
        for one in (order, untouched):
            orders.age(one.id, days=days)
        states.append((orders.active_in_the_database(order.id), orders.active_in_the_database(untouched.id)))

    assert states == [(True, False), (False, False)]


def test_whoever_signed_once_or_in_that_capacity_does_not_sign_again(order: governance.OrderView) -> None:
    extension = proposed(order)
    issuer = people.actor_of("issuing_officer")

    outcomes = [
        governance.extension_sign(extension_id=extension.id, by=by, now=clock.now())
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
    assert orders.seen(order.id).ends_at == order.ends_at


def test_a_proposal_from_an_end_that_moved_meanwhile_comes_to_nothing(order: governance.OrderView) -> None:
    slow, quick = proposed(order, days=30), proposed(order, days=3)
    sign(slow, "issuing_officer")
    for role in ("issuing_officer", "privacy_officer"):
        assert orders.code(sign(quick, role)) == "done"

    late = sign(slow, "privacy_officer")
    fresh = sign(proposed(orders.seen(order.id), days=1), "privacy_officer")

    assert (orders.code(late), orders.code(fresh)) == ("extension_stale", "done")
    assert orders.seen(order.id).ends_at == order.ends_at + timedelta(days=3)
    assert ExtensionSignature.objects.filter(extension_id=slow.id).count() == 1


def test_nothing_is_extended_that_is_not_in_force(city: people.City) -> None:
    never_signed = orders.drafted("E-1")
    planned = orders.in_force("E-2", starts_at=orders.later(days=2), ends_at=orders.later(days=9))
    ended = orders.in_force("E-3", kind="flood")
    governance.order_end(
        order_id=ended.id, reason="the water is gone", by=people.actor_of("issuing_officer"), now=clock.now()
    )
    over = orders.in_force("E-4", kind="drill")
    orders.age(over.id, days=20)

    outcomes = [propose(orders.seen(one.id)) for one in (never_signed, planned, ended, over)]
    nowhere = governance.order_extend(
        order_id=new_id(), extension=LAWFUL, by=people.actor_of("city_officer", "3201"), now=clock.now()
    )

    assert [orders.code(one) for one in (*outcomes, nowhere)] == [
        "order_not_in_force", "order_not_in_force", "order_over", "order_over", "not_found",
    ]  # fmt: skip
    assert not OrderExtension.objects.exists()


def test_what_was_proposed_in_time_is_not_signed_too_late(order: governance.OrderView) -> None:
    extension = proposed(order)
    sign(extension, "issuing_officer")
    orders.age(order.id, days=15)

    late = sign(extension, "privacy_officer")

    assert orders.code(late) == "order_over"
    assert orders.seen(order.id).state == "over"
    unknown = governance.extension_sign(
        extension_id=new_id(), by=people.actor_of("issuing_officer"), now=clock.now()
    )
    assert orders.code(unknown) == "not_found"


def test_from_the_third_on_the_impact_is_assessed_anew(order: governance.OrderView) -> None:
    twice = extended(extended(order, days=1), days=1)

    without = propose(twice, days=1)
    third = extended(twice, days=1, assessment="PIA 2020-3")

    assert orders.code(without) == "extension_assessment"
    assert (third.extension_count, third.ends_at) == (3, order.ends_at + timedelta(days=3))
    assert governance.get_extensions(order.id)[-1].assessment == "PIA 2020-3"


def test_an_extension_does_not_reach_into_another_order(city: people.City) -> None:
    now = orders.in_force("X-1", area_code=city.xuanwu)
    orders.in_force("X-2", starts_at=now.ends_at + timedelta(days=2), ends_at=now.ends_at + timedelta(days=9))

    up_to_it = extended(now, days=2)
    into_it = proposed(up_to_it, days=0.5)
    sign(into_it, "issuing_officer")
    refused = sign(into_it, "privacy_officer")

    assert orders.code(refused) == "order_overlaps"
    assert orders.seen(now.id).ends_at == now.ends_at + timedelta(days=2)


def test_the_grants_of_open_tasks_go_along_and_no_others(
    order: governance.OrderView, city: people.City
) -> None:
    now = clock.now()
    basics = {"account_id": new_id(), "household_id": new_id(), "area_pos": city.pos(city.grid),
              "purpose": "case_finding", "starts_at": now}  # fmt: skip
    usual = {"basis_id": order.id, "task_id": new_id(), "ends_at": order.ends_at}
    rows = {
        "open": usual,
        "closed": usual | {"ended_at": now},
        "brief": usual | {"task_id": None, "ends_at": now + timedelta(minutes=5)},
        "of no task": usual | {"task_id": None},
        "shorter": usual | {"ends_at": order.ends_at - timedelta(days=1)},
        "of another order": usual | {"basis_id": new_id()},
    }
    with people.as_owner():
        ids = {
            name: AccessGrant.objects.create(id=new_id(), **basics, **row).id for name, row in rows.items()
        }
    extended(order, days=7)

    with people.as_owner():
        moved = {
            name
            for name, row in rows.items()
            if AccessGrant.objects.get(id=ids[name]).ends_at != row["ends_at"]
        }
        assert moved == {"open"}
        assert AccessGrant.objects.get(id=ids["open"]).ends_at == order.ends_at + timedelta(days=7)


# --- the same in plain SQL, as the real roles -----------------------------------------------------------------------

PROPOSE = (
    "insert into governance_orderextension (id, order_id, from_at, ends_at, reason, assessment, proposed_by,"
    " proposed_at, signed_at) select gen_random_uuid(), id, {start}, {start} + interval '{days} days', '{reason}',"
    " '{assessment}', {by}, now(), {signed} from governance_emergencyorder where id = %({order})s"
)
USUAL = {"start": "ends_at", "days": "7", "reason": REASON, "assessment": "", "by": "%(me)s", "signed": "null",
         "order": "order"}  # fmt: skip
SIGN = (
    "insert into governance_extensionsignature (id, extension_id, account_id, capacity, signed_at)"
    " values (gen_random_uuid(), %({what})s, {by}, '{capacity}', {at})"
)
SIGNED = {"what": "fresh", "by": "%(me)s", "capacity": "authority", "at": "now()"}
WRITES: dict[str, tuple[str, set[str]]] = {
    "propose": (PROPOSE.format(**USUAL), {"city_officer"}),
    "propose for another": (PROPOSE.format(**USUAL | {"by": "%(other)s"}), set()),
    "propose what is signed": (PROPOSE.format(**USUAL | {"signed": "now()"}), set()),
    "propose from another end": (PROPOSE.format(**USUAL | {"start": "ends_at - interval '1 hour'"}), set()),
    "propose for an order that is over": (PROPOSE.format(**USUAL | {"order": "over"}), set()),
    "propose too much about all residents": (
        PROPOSE.format(**USUAL | {"order": "everybody", "days": "15"}), set()),
    "propose about all residents": (
        PROPOSE.format(**USUAL | {"order": "everybody", "days": "14"}), {"city_officer"}),
    "propose a third time without an assessment": (PROPOSE.format(**USUAL | {"order": "twice"}), set()),
    "propose a third time": (
        PROPOSE.format(**USUAL | {"order": "twice", "assessment": "PIA"}), {"city_officer"}),
    "sign for the authority": (SIGN.format(**SIGNED), {"issuing_officer"}),
    "sign for privacy": (SIGN.format(**SIGNED | {"capacity": "privacy"}), {"privacy_officer"}),
    "sign for another": (SIGN.format(**SIGNED | {"by": "%(other)s"}), set()),
    "sign as of yesterday": (SIGN.format(**SIGNED | {"at": "now() - interval '1 day'"}), set()),
    "sign what is stale": (SIGN.format(**SIGNED | {"what": "stale"}), set()),
    "move the end": ("update governance_emergencyorder set ends_at = ends_at + interval '1 day'", set()),
    "forget how often": ("update governance_emergencyorder set extension_count = 0", set()),
    "call a proposal signed": ("update governance_orderextension set signed_at = now()", set()),
    "change a proposal": ("update governance_orderextension set ends_at = ends_at + interval '1 hour'", set()),
    "take a proposal away": ("delete from governance_orderextension", set()),
    "take a signature away": ("delete from governance_extensionsignature", set()),
    "draft what was extended already": (
        "insert into governance_emergencyorder (id, number, title, kind, authority, profile_id, area_code, area_pos,"
        " area_end, population_scope, purposes, bodies, starts_at, ends_at, drafted_by, drafted_at, extension_count)"
        " select gen_random_uuid(), 'SQL', title, 'flood', authority, profile_id, area_code, area_pos, area_end,"
        " population_scope, purposes, bodies, now(), now() + interval '60 days', %(me)s, now(), 1"
        " from governance_emergencyorder where id = %(order)s", set()),
}  # fmt: skip


@pytest.fixture
def values(order: governance.OrderView) -> dict[str, Any]:
    """Orders extended, over, about everybody and extended twice; a proposal that waits and one that is stale."""
    stale = proposed(order, days=2)
    order = extended(order, days=1)
    ids: dict[str, Any] = {
        "order": order.id,
        "stale": stale.id,
        "fresh": proposed(order).id,
        "other": new_id(),
    }
    everybody = {"population_scope": "all_residents", "necessity_note": "x" * 40, "kind": "flood"}
    ids["everybody"] = orders.in_force("W-1", **everybody, ends_at=orders.later(days=13)).id
    for name, kind in (("over", "drill"), ("twice", "drill")):
        ids[name] = orders.in_force(f"W-{name}", kind=kind).id
        if name == "over":
            orders.age(ids[name], days=20)
    with people.as_owner():
        EmergencyOrder.objects.filter(id=ids["twice"]).update(extension_count=2)
    return ids


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


def test_without_an_account_nobody_extends(values: dict[str, Any]) -> None:
    for role in SCOPELESS:
        with stepped_into(role):
            assert done(values, None) == set(), role
    with governance.job_scope(order_id=values["order"], purpose="case_finding"):
        assert done(values, None) == set()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"days": "31"}, "an_extension_lasts_at_most_thirty_days"),
        ({"days": "0"}, "an_extension_lasts_at_most_thirty_days"),
        ({"reason": "   short    "}, "an_extension_says_why"),
    ],
)
def test_the_table_itself_knows_how_long_and_why(
    change: dict[str, str], named: str, order: governance.OrderView
) -> None:
    with people.as_owner(), pytest.raises(DatabaseError, match=named), transaction.atomic():
        connection.cursor().execute(PROPOSE.format(**USUAL | change), {"order": order.id, "me": new_id()})


def test_no_order_is_longer_than_its_extensions_allow(order: governance.OrderView) -> None:
    for count, days, lawful in ((0, 31, False), (1, 60, True), (1, 61, False), (-1, 1, False)):
        change = {"extension_count": count, "ends_at": order.starts_at + timedelta(days=days)}
        with people.as_owner():
            try:
                with transaction.atomic():
                    EmergencyOrder.objects.filter(id=order.id).update(**change)
                held = False
            except DatabaseError as error:
                assert "order_lasts_thirty_days" in str(error)
                held = True
        assert held is not lawful, (count, days)
