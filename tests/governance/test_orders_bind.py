"""Two signatures, the gate and the clock: no order in force, no write — in the code and in the database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.governance import api as governance
from gridward.governance.models import EmergencyOrder
from gridward.kernel import clock, scope, sealing
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, Refused
from tests import people
from tests.governance import orders

pytestmark = [pytest.mark.django_db, pytest.mark.own_order]

MakeActor = Callable[..., Actor]


def test_one_signature_opens_nothing(city: people.City, actor_of: MakeActor) -> None:
    order = orders.drafted("A-1")

    signed = governance.order_sign(order_id=order.id, by=actor_of("issuing_officer"), now=clock.now())

    assert not isinstance(signed, Refusal)
    assert signed.state == "draft"
    asked = governance.gate_ask(purpose="case_finding", area_pos=city.pos(city.grid), now=clock.now())
    assert isinstance(asked, Refusal) and asked.code == "order_inactive"


def test_two_signatures_put_it_in_force_and_make_its_key(city: people.City, actor_of: MakeActor) -> None:
    order = orders.drafted("A-2")

    for role in ("privacy_officer", "issuing_officer"):
        orders.sign(order.id, role)
    order = orders.seen(order.id)

    assert order.state == "active"
    assert sealing.key_store().exists(order.domain)
    asked = governance.gate_ask(purpose="case_finding", area_pos=city.pos(city.grid), now=clock.now())
    assert not isinstance(asked, Refusal) and asked.id == order.id


def test_nobody_signs_twice_or_for_two_capacities(city: people.City, actor_of: MakeActor) -> None:
    order = orders.drafted("A-3")
    issuer = actor_of("issuing_officer")
    governance.order_sign(order_id=order.id, by=issuer, now=clock.now())

    again = governance.order_sign(order_id=order.id, by=issuer, now=clock.now())
    other_issuer = governance.order_sign(order_id=order.id, by=actor_of("issuing_officer"), now=clock.now())
    worker = governance.order_sign(order_id=order.id, by=actor_of("grid_worker", city.grid), now=clock.now())

    assert [orders.code(outcome) for outcome in (again, other_issuer, worker)] == [
        "order_already_signed",
        "order_already_signed",
        "not_a_signatory",
    ]


def test_orders_of_one_kind_do_not_overlap_in_one_area(
    city: people.City, order: governance.OrderView, actor_of: MakeActor
) -> None:
    inside = orders.drafted("A-4", area_code=city.xuanwu)
    flood = orders.drafted("A-5", area_code=city.xuanwu, kind="flood")

    outcomes = {}
    for one in (inside, flood):
        governance.order_sign(order_id=one.id, by=actor_of("issuing_officer"), now=clock.now())
        outcomes[one.number] = governance.order_sign(
            order_id=one.id, by=actor_of("privacy_officer"), now=clock.now()
        )

    assert {number: orders.code(outcome) for number, outcome in outcomes.items()} == {
        "A-4": "order_overlaps",
        "A-5": "done",
    }


def end_by_clock(order: governance.OrderView) -> None:
    """Let the order's end pass: as if the clock had gone on."""
    with people.as_owner():
        EmergencyOrder.objects.filter(id=order.id).update(
            starts_at=clock.now() - timedelta(days=20), ends_at=clock.now() - timedelta(seconds=1)
        )


def test_after_its_end_the_gate_is_shut(order: governance.OrderView, city: people.City) -> None:
    end_by_clock(order)

    asked = governance.gate_ask(purpose="case_finding", area_pos=city.pos(city.grid), now=clock.now())

    assert isinstance(asked, Refusal) and asked.code == "order_inactive"
    assert asked.status == 403


def test_after_its_end_no_job_enters_its_area(order: governance.OrderView) -> None:
    end_by_clock(order)

    with pytest.raises(Refused) as refused, governance.job_scope(order_id=order.id, purpose="case_finding"):
        pass

    assert refused.value.refusal.code == "order_inactive"


def test_a_job_enters_only_for_a_purpose_the_order_names(order: governance.OrderView) -> None:
    with pytest.raises(Refused), governance.job_scope(order_id=order.id, purpose="quarantine_support"):
        pass


@pytest.mark.parametrize("how", ["by the clock", "by hand"])
def test_after_its_end_the_database_itself_refuses_to_collect(
    how: str, order: governance.OrderView, city: people.City, actor_of: MakeActor
) -> None:
    insert = (
        "insert into dispatch_task (id, order_id, household_id, area_pos, priority, state, opened_at, due_at,"
        " release_at) values (%s, %s, %s, %s, 'P3', 'open', now(), now(), now())"
    )
    params = [new_id(), order.id, new_id(), city.pos(city.grid)]
    with governance.job_scope(order_id=order.id, purpose="case_finding"):
        with connection.cursor() as cursor:
            cursor.execute(insert, params)
        connection.check_constraints()  # as its commit does, which still passes
        if how == "by the clock":
            end_by_clock(order)
        else:
            with people.as_owner():
                EmergencyOrder.objects.filter(id=order.id).update(ended_at=clock.now())

        again = [new_id(), order.id, new_id(), city.pos(city.grid)]
        with (
            pytest.raises(DatabaseError, match="order_inactive"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(insert, again)


def test_a_destroyed_domain_is_unreadable_for_ever(
    order: governance.OrderView, actor_of: MakeActor, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    sealer = governance.sealer(order.domain)
    (key,) = sealer.new_data_keys(1)
    blob = sealer.seal(key, table="t", column="c", row_id=1, text="synthetic")

    officer = actor_of("privacy_officer")
    early = governance.domain_destroy(domain=order.domain, reason="too early", by=officer, now=clock.now())
    end_by_clock(order)

    with django_capture_on_commit_callbacks(execute=True):
        late = governance.domain_destroy(
            domain=order.domain, reason="it is over", by=officer, now=clock.now()
        )

    assert early is not None and early.code == "order_not_over"
    assert late is None
    with pytest.raises(sealing.KeyDestroyed):
        governance.sealer(order.domain).unwrap(key.id, key.wrapped)
    with pytest.raises(sealing.KeyDestroyed):
        governance.sealer(order.domain).open_(key, blob, table="t", column="c", row_id=1)
    with pytest.raises(sealing.KeyDestroyed):
        sealing.key_store().create(order.domain, "aes")


def test_a_scope_does_not_outlive_its_block(order: governance.OrderView) -> None:
    with governance.job_scope(order_id=order.id, purpose="case_finding"):
        inside = read_scope()

    assert inside[0] == "gridward_job"
    assert read_scope() == ("gridward_app", "{}")


def read_scope() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("select current_user, kernel_scope_ranges()::text")
        user, ranges = cursor.fetchone()
    return user, ranges


def test_a_worker_enters_the_own_grid_and_nothing_else(city: people.City, actor_of: MakeActor) -> None:
    worker = actor_of("grid_worker", city.grid)

    with scope.entered("select workforce_enter(%s)", (worker.session_key,)):
        user, ranges = read_scope()

    area = worker.scopes[0]
    assert (user, ranges) == ("gridward_worker", f"{{[{area.pos},{area.end})}}")


def test_a_wrong_session_key_enters_nothing(city: people.City, actor_of: MakeActor) -> None:
    with pytest.raises(Refused), scope.entered("select workforce_enter(%s)", ("guessed",)):
        pass


def test_a_worker_can_end_a_grant_but_neither_give_nor_lengthen_one() -> None:
    rights = "select has_table_privilege('gridward_worker', 'governance_accessgrant', 'insert')," + ", ".join(
        f"has_column_privilege('gridward_worker', 'governance_accessgrant', '{column}', 'update')"
        for column in ("ends_at", "account_id", "household_id", "ended_at")
    )

    with connection.cursor() as cursor:
        cursor.execute(rights)

        assert cursor.fetchone() == (False, False, False, False, True)
