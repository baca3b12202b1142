"""Two people at the same moment, on two connections: each decision counts once, whoever comes first."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, connections, transaction

from gridward.governance import api as governance
from gridward.governance import queries
from gridward.governance.models import EmergencyOrder
from gridward.kernel import clock
from gridward.wiring.supervisor import Supervisor
from tests import people
from tests.conftest import point_at
from tests.governance import orders
from tests.journeys import stage

pytestmark = pytest.mark.usefixtures("one_copy")


@pytest.fixture(scope="module")
def one_copy(cluster: Supervisor, django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """One copy of the database for all of these, which commit: each has a kind of order to itself."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django does not export its class
        name = f"copy_{os.urandom(4).hex()}"
        connections.close_all()
        cluster.database_copy(name, template="gridward")
        point_at(name, cluster)
        try:
            yield
        finally:
            point_at("gridward", cluster)
            cluster.database_drop(name)


def at_once(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Let the second come while the first has decided and not yet committed; return what each was told."""
    with transaction.atomic():
        told = orders.code(first())
        rival = stage.Running(second)
        stage.wait_until_blocked(connection.connection)
    outcome = rival.ended()
    assert rival.error is None, rival.error
    return [told, orders.code(outcome)]


def test_two_signatures_at_once_put_an_order_in_force_once() -> None:
    order = orders.drafted("ONCE-1")
    issuer, privacy = people.actor_of("issuing_officer"), people.actor_of("privacy_officer")

    told = at_once(
        lambda: governance.order_sign(order_id=order.id, by=issuer, now=clock.now()),
        lambda: governance.order_sign(order_id=order.id, by=privacy, now=clock.now()),
    )

    assert told == ["done", "done"]
    assert orders.seen(order.id).state == "active"
    assert len(queries.get_signatures(order.id)) == 2
    assert [action for action, _role, _why in orders.entries("domain", order.domain)] == ["domain.open"]


def test_two_officers_of_one_capacity_give_one_signature() -> None:
    order = orders.drafted("ONCE-2")
    one, other = people.actor_of("issuing_officer"), people.actor_of("issuing_officer")

    told = at_once(
        lambda: governance.order_sign(order_id=order.id, by=one, now=clock.now()),
        lambda: governance.order_sign(order_id=order.id, by=other, now=clock.now()),
    )

    assert told == ["done", "order_already_signed"]
    assert orders.seen(order.id).state == "draft"


def test_two_drafts_of_one_number_are_one_order() -> None:
    officers = [people.actor_of("city_officer", "3201") for _one in range(2)]

    told = at_once(
        *(
            lambda by=by: governance.order_draft(draft=orders.a_draft("ONCE-3"), by=by, now=clock.now())
            for by in officers
        )
    )

    assert told == ["done", "conflict"]
    assert EmergencyOrder.objects.filter(number="ONCE-3").count() == 1


def test_two_overlapping_orders_signed_at_once_leave_one_in_force() -> None:
    rivals = [orders.drafted(number, kind="flood") for number in ("ONCE-4", "ONCE-5")]
    for rival in rivals:
        orders.sign(rival.id, "issuing_officer")
    signers = [people.actor_of("privacy_officer") for _one in rivals]

    told = at_once(
        *(
            lambda rival=rival, by=by: governance.order_sign(order_id=rival.id, by=by, now=clock.now())
            for rival, by in zip(rivals, signers, strict=True)
        )
    )

    assert told == ["done", "order_overlaps"]
    assert [orders.seen(one.id).state for one in rivals] == ["active", "draft"]


def test_an_order_that_is_being_ended_takes_no_extension() -> None:
    order = orders.in_force("ONCE-6", kind="drill")
    extension = governance.order_extend(
        order_id=order.id, extension=governance.Extension(orders.later(days=20), "it has to go on"),
        by=people.actor_of("city_officer", "3201"), now=clock.now(),
    )  # fmt: skip
    assert isinstance(extension, governance.ExtensionView)
    issuer, privacy = people.actor_of("issuing_officer"), people.actor_of("privacy_officer")
    governance.extension_sign(extension_id=extension.id, by=issuer, now=clock.now())

    told = at_once(
        lambda: governance.order_end(
            order_id=order.id, reason="the case is closed", by=issuer, now=clock.now()
        ),
        lambda: governance.extension_sign(extension_id=extension.id, by=privacy, now=clock.now()),
    )

    assert told == ["done", "order_over"]
    assert (orders.seen(order.id).state, orders.seen(order.id).ends_at) == ("over", order.ends_at)
