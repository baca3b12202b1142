"""Key domains: made once and outside the database, destroyed once and for ever, and only when it is certain."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.governance import api as governance
from gridward.governance.models import KeyDomain
from gridward.kernel import clock, sealing
from gridward.kernel.actor import SYSTEM
from gridward.workforce.api import ROLES
from tests import people
from tests.governance import orders
from tests.governance.test_walls_of_orders import HOME

pytestmark = [pytest.mark.django_db, pytest.mark.own_order]

Commit = Callable[..., Any]
REASON = "the purge plan of this order"


@pytest.fixture
def over(order: governance.OrderView) -> governance.OrderView:
    """An order that is over, whose keys are still there."""
    orders.age(order.id, days=15)
    return order


def destroy(domain: str, role: str = "privacy_officer", area: str = "") -> str:
    bound_to = ROLES[role].bound_to
    by = people.actor_of(role, area or HOME[bound_to], agency="health" if bound_to == "agency" else "")
    refusal = governance.domain_destroy(domain=domain, reason=REASON, by=by, now=clock.now())
    return refusal.code if refusal else "done"


def record(domain: str) -> KeyDomain:
    return KeyDomain.objects.get(domain=domain)


def test_opening_twice_is_opening_once(city: people.City) -> None:
    moments = [clock.now(), orders.later(minutes=1)]
    for now in moments:
        governance.domain_open(domain=governance.STANDING, by=SYSTEM, now=now)

    kept = record(governance.STANDING)
    assert kept.created_at == moments[0]
    assert kept.fingerprint == sealing.key_store().get(governance.STANDING).info.fingerprint
    assert [action for action, _role, _why in orders.entries("domain", governance.STANDING)] == [
        "domain.open"
    ]


def test_a_key_whose_making_was_rolled_back_is_found_again_and_not_made_anew(city: people.City) -> None:
    domain = governance.STANDING
    with pytest.raises(RuntimeError), transaction.atomic():
        governance.domain_open(domain=domain, by=SYSTEM, now=clock.now())
        made = sealing.key_store().get(domain).info.fingerprint
        raise RuntimeError("the roster after it was not readable")
    forgotten = KeyDomain.objects.filter(domain=domain).exists()

    governance.domain_open(domain=domain, by=SYSTEM, now=clock.now())

    assert not forgotten
    assert record(domain).fingerprint == made == sealing.key_store().get(domain).info.fingerprint


def test_a_second_signature_that_is_rolled_back_leaves_no_order_in_force(city: people.City) -> None:
    order = orders.drafted("R-1")
    orders.sign(order.id, "issuing_officer")
    privacy = people.actor_of("privacy_officer")
    with pytest.raises(RuntimeError), transaction.atomic():
        governance.order_sign(order_id=order.id, by=privacy, now=clock.now())
        raise RuntimeError("the machine went down")
    between = (orders.seen(order.id).state, KeyDomain.objects.filter(domain=order.domain).exists())

    again = governance.order_sign(order_id=order.id, by=privacy, now=clock.now())

    assert between == ("draft", False)
    assert orders.code(again) == "done" and orders.seen(order.id).state == "active"
    assert record(order.domain).destroyed_at is None


@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_those_who_sign_destroy(
    role: str, over: governance.OrderView, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        outcome = destroy(over.domain, role)

    may = role in ("issuing_officer", "privacy_officer")
    assert outcome == ("done" if may else "forbidden")
    assert sealing.key_store().exists(over.domain) is not may
    assert (record(over.domain).destroyed_at is not None) is may


def test_the_system_itself_destroys_nothing(over: governance.OrderView) -> None:
    refusal = governance.domain_destroy(domain=over.domain, reason=REASON, by=SYSTEM, now=clock.now())

    assert orders.code(refusal) == "forbidden"
    assert record(over.domain).destroyed_at is None


@pytest.mark.parametrize("state", ["active", "planned", "extended"])
def test_nothing_is_destroyed_that_is_still_needed(state: str, city: people.City) -> None:
    begins = orders.later(days=2 if state == "planned" else 0, minutes=-1)
    order = orders.in_force(
        "K-1", starts_at=begins, ends_at=begins.replace(microsecond=0) + orders.timedelta(days=9)
    )
    if state == "extended":
        extension = governance.order_extend(
            order_id=order.id, extension=governance.Extension(order.ends_at + orders.timedelta(days=9), REASON),
            by=people.actor_of("city_officer", city.city), now=clock.now(),
        )  # fmt: skip
        assert isinstance(extension, governance.ExtensionView)
        for role in ("issuing_officer", "privacy_officer"):
            governance.extension_sign(extension_id=extension.id, by=people.actor_of(role), now=clock.now())
        orders.age(order.id, days=10)

    assert destroy(order.domain) == "order_not_over"
    assert sealing.key_store().exists(order.domain)
    assert record(order.domain).destroyed_at is None


def test_a_key_dies_with_the_commit_and_not_before(
    over: governance.OrderView, django_capture_on_commit_callbacks: Commit
) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        destroy(over.domain)
        raise RuntimeError("taken back")
    after_a_rollback = (sealing.key_store().exists(over.domain), record(over.domain).destroyed_at)
    with django_capture_on_commit_callbacks() as waiting:
        assert destroy(over.domain) == "done"
        before_the_commit = sealing.key_store().exists(over.domain)
    for call in waiting:
        call()

    assert after_a_rollback == (True, None)
    assert before_the_commit is True
    assert sealing.key_store().exists(over.domain) is False


def test_destroying_again_finishes_the_work_and_keeps_the_first_moment(
    over: governance.OrderView, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks() as lost:
        destroy(over.domain)
    first = record(over.domain).destroyed_at
    interrupted = sealing.key_store().exists(over.domain)  # the process died between commit and file

    with django_capture_on_commit_callbacks(execute=True):
        again = destroy(over.domain, "issuing_officer")
    with django_capture_on_commit_callbacks(execute=True):
        once_more = destroy(over.domain)

    assert lost and interrupted
    assert (again, once_more) == ("done", "done")
    assert not sealing.key_store().exists(over.domain)
    assert record(over.domain).destroyed_at == first
    assert orders.entries("domain", over.domain)[1:] == [
        ("domain.destroy", role, REASON) for role in ("privacy_officer", "issuing_officer", "privacy_officer")
    ]


@pytest.mark.parametrize(
    "domain",
    [
        "order:1",
        "order:",
        "",
        "standing of nobody",
        "order:01a00000-0000-7000-8000-000000000000",
        "../../etc",
        "order:" + "x" * 99,
    ],
)
def test_a_domain_nobody_made_is_not_found(domain: str, city: people.City) -> None:
    assert destroy(domain) == "not_found"


def test_what_was_sealed_can_no_longer_be_matched_either(
    over: governance.OrderView, django_capture_on_commit_callbacks: Commit
) -> None:
    sealer = governance.sealer(over.domain)
    index = sealer.blind_index("phone", "13900000001")
    assert index == sealer.blind_index("phone", "13900000001") != sealer.blind_index("phone", "13900000002")

    with django_capture_on_commit_callbacks(execute=True):
        destroy(over.domain)

    with pytest.raises(sealing.KeyDestroyed):
        governance.sealer(over.domain).blind_index("phone", "13900000001")


def test_a_domain_is_never_made_again_after_its_death(
    over: governance.OrderView, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        destroy(over.domain)

    with pytest.raises(sealing.KeyDestroyed):
        governance.domain_open(domain=over.domain, by=SYSTEM, now=clock.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("delete from governance_keydomain")
