"""The life of an order: a machine that signs, ends, extends and waits at random, against a model of what H-01 says."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gridward.governance import api as governance
from gridward.governance import queries
from gridward.governance.models import EmergencyOrder
from gridward.kernel import clock, sealing
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, Refused
from tests import people
from tests.examples import examples
from tests.governance import orders

pytestmark = pytest.mark.django_db

SIGNERS = ("issuing_officer", "issuing_officer", "privacy_officer", "privacy_officer")
CAPACITY = {"issuing_officer": "authority", "privacy_officer": "privacy"}
START, LENGTH = 3, 10


class OrderLife(RuleBasedStateMachine):
    """One order, four signatories and a clock in days; the model keeps sets and numbers, and never asks the house."""

    cast: dict[str, list[Actor]] = {}

    @initialize(starts_in=st.sampled_from([0, START]))
    def draft(self, starts_in: int) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        start = orders.later(days=starts_in, minutes=-1)
        self.order = orders.drafted(
            "LIFE", by=self.cast["drafter"][0], starts_at=start, ends_at=start + timedelta(days=LENGTH)
        )
        self.today, self.start, self.end = 0, starts_in, starts_in + LENGTH
        self.signed: list[tuple[Actor, str]] = []
        self.ended = False
        self.extensions = 0
        self.proposal: tuple[governance.ExtensionView, int, int, set[str]] | None = None

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @property
    def state(self) -> str:
        if self.ended or self.today >= self.end:
            return "over"
        if len(self.signed) < 2:
            return "draft"
        return "active" if self.today >= self.start else "planned"

    @rule(days=st.integers(1, 4))
    def time_passes(self, days: int) -> None:
        orders.age(self.order.id, days=days)
        self.today += days
        if self.proposal:
            # The clock is simulated by moving the order, so the proposal's own end no longer is the order's.
            self.proposal = None

    @rule(who=st.sampled_from(range(4)))
    def signs(self, who: int) -> None:
        actor = self.cast["signers"][who]
        capacity = CAPACITY[actor.role]
        if self.state == "over":
            expected = "order_over"
        elif any(by.id == actor.id or as_ == capacity for by, as_ in self.signed):
            expected = "order_already_signed"
        else:
            expected = "done"
            self.signed.append((actor, capacity))

        outcome = governance.order_sign(order_id=self.order.id, by=actor, now=clock.now())

        assert orders.code(outcome) == expected

    @rule(role=st.sampled_from(["drafter", "outsiders"]), which=st.integers(0, 1))
    def somebody_else_tries_to_sign_and_to_end(self, role: str, which: int) -> None:
        actor = self.cast[role][which % len(self.cast[role])]

        signed = governance.order_sign(order_id=self.order.id, by=actor, now=clock.now())
        ended = governance.order_end(order_id=self.order.id, reason="a test", by=actor, now=clock.now())

        assert (orders.code(signed), orders.code(ended)) == ("not_a_signatory", "forbidden")

    @precondition(lambda self: self.today > 2)
    @rule()
    def ends(self) -> None:
        expected = "order_over" if self.state == "over" else "done"
        self.ended = True if expected == "done" else self.ended

        outcome = governance.order_end(
            order_id=self.order.id, reason="the case is closed", by=self.cast["signers"][0], now=clock.now()
        )

        assert orders.code(outcome) == expected

    @rule(days=st.integers(0, 31))
    def proposes_to_extend(self, days: int) -> None:
        now = orders.seen(self.order.id)
        wanted = governance.Extension(ends_at=now.ends_at + timedelta(days=days), reason="it has to go on")
        if self.state != "active":
            expected = "order_over" if self.state == "over" else "order_not_in_force"
        elif days == 0:
            expected = "extension_times"
        elif days > 30:
            expected = "extension_too_long"
        else:
            expected = "extension_assessment" if self.extensions >= 2 else "done"

        outcome = governance.order_extend(
            order_id=self.order.id, extension=wanted, by=self.cast["drafter"][0], now=clock.now()
        )

        assert orders.code(outcome) == expected
        if not isinstance(outcome, Refusal):
            self.proposal = (outcome, self.end, self.end + days, set())

    @precondition(lambda self: self.proposal is not None)
    @rule(who=st.sampled_from(range(4)))
    def signs_the_extension(self, who: int) -> None:
        assert self.proposal
        actor = self.cast["signers"][who]
        view, from_day, to_day, capacities = self.proposal
        if self.state == "over":
            expected = "order_over"
        elif from_day != self.end or len(capacities) == 2:
            expected = "extension_stale" if CAPACITY[actor.role] not in capacities else "order_already_signed"
        elif CAPACITY[actor.role] in capacities:
            expected = "order_already_signed"
        else:
            expected = "done"
            capacities.add(CAPACITY[actor.role])
            if len(capacities) == 2:
                self.end, self.extensions = to_day, self.extensions + 1

        outcome = governance.extension_sign(extension_id=view.id, by=actor, now=clock.now())

        assert orders.code(outcome) == expected

    @invariant()
    def house_and_database_say_what_the_model_says(self) -> None:
        if not hasattr(self, "order"):
            return
        found = orders.seen(self.order.id)
        asked = governance.gate_ask(
            purpose="case_finding", area_pos=found.area_pos, now=clock.now(), order_id=found.id
        )

        assert found.state == self.state
        assert orders.active_in_the_database(found.id) == (self.state == "active")
        assert orders.code(asked) == ("done" if self.state == "active" else "order_inactive")
        assert found.extension_count == self.extensions
        assert found.ends_at - found.starts_at == timedelta(days=self.end - self.start)

    @invariant()
    def the_signatures_are_those_that_were_given(self) -> None:
        if not hasattr(self, "order"):
            return
        given = [(one.account_id, one.capacity) for one in queries.get_signatures(self.order.id)]

        assert given == [(by.id, capacity) for by, capacity in self.signed]
        assert (orders.seen(self.order.id).signed_at is not None) == (len(self.signed) == 2)
        assert sealing.key_store().exists(self.order.domain) == (len(self.signed) == 2)


@pytest.mark.hypothesis
def test_an_order_lives_by_its_rules_whatever_is_tried_in_whatever_order(city: people.City) -> None:
    OrderLife.cast = {
        "drafter": [people.actor_of("city_officer", city.city)],
        "signers": [people.actor_of(role) for role in SIGNERS],
        "outsiders": [people.actor_of("auditor"), people.actor_of("grid_worker", city.grid)],
    }

    run_state_machine_as_test(
        OrderLife,
        settings=settings(
            max_examples=examples(12),
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# --- single stories the machine would find late ---------------------------------------------------------------------


def test_an_order_that_is_signed_and_has_not_begun_can_be_ended(city: people.City) -> None:
    planned = orders.in_force("P-1", starts_at=orders.later(days=3), ends_at=orders.later(days=9))

    ended = governance.order_end(
        order_id=planned.id,
        reason="not needed after all",
        by=people.actor_of("issuing_officer"),
        now=clock.now(),
    )
    instead = orders.in_force("P-2", starts_at=orders.later(days=3), ends_at=orders.later(days=9))

    assert (orders.code(ended), instead.state) == ("done", "planned")
    assert orders.seen(planned.id).state == "over"


def test_the_hour_an_order_was_ended_is_free_for_the_next(city: people.City) -> None:
    first = orders.in_force("N-1")
    second = orders.drafted("N-2")
    too_early = [orders.code(orders.sign(second.id, role)) for role in ("issuing_officer", "privacy_officer")]
    governance.order_end(
        order_id=first.id,
        reason="replaced by a wider one",
        by=people.actor_of("issuing_officer"),
        now=clock.now(),
    )
    third = orders.drafted("N-3", starts_at=orders.later(seconds=1), ends_at=orders.later(days=3))

    after = [orders.code(orders.sign(third.id, role)) for role in ("issuing_officer", "privacy_officer")]

    assert too_early == ["done", "order_overlaps"]
    assert after == ["done", "done"]


@pytest.mark.parametrize(
    ("role", "change", "code"),
    [
        ("city_officer", {"number": "TAKEN"}, "conflict"),
        ("city_officer", {"area_code": "999999"}, "form_invalid"),
        ("city_officer", {"area_code": ""}, "form_invalid"),
        ("city_officer", {"profile_code": "nothing_we_know"}, "form_invalid"),
        ("city_officer", {"purposes": ()}, "order_purposes"),
        ("district_officer", {}, "forbidden"),
        ("issuing_officer", {}, "forbidden"),
        ("system_operator", {}, "forbidden"),
    ],
)
def test_a_draft_that_cannot_stand_is_refused_and_leaves_nothing(
    role: str, change: dict[str, object], code: str, city: people.City
) -> None:
    orders.drafted("TAKEN")
    area = {"city_officer": city.city, "district_officer": city.xuanwu, "system_operator": city.city}.get(
        role, ""
    )
    wanted = {"number": "NEW"} | change

    outcome = governance.order_draft(
        draft=orders.a_draft(**wanted),  # type: ignore[arg-type]  # a table of changes, whatever their type
        by=people.actor_of(role, area),
        now=clock.now(),
    )

    assert orders.code(outcome) == code
    assert list(EmergencyOrder.objects.values_list("number", flat=True)) == ["TAKEN"]


def test_nobody_signs_or_ends_what_is_not_there(city: people.City) -> None:
    issuer = people.actor_of("issuing_officer")
    nothing = issuer.id
    assert nothing

    signed = governance.order_sign(order_id=nothing, by=issuer, now=clock.now())
    ended = governance.order_end(order_id=nothing, reason="a test of it", by=issuer, now=clock.now())

    assert (orders.code(signed), orders.code(ended)) == ("not_found", "not_found")


def test_a_session_that_has_ended_decides_nothing_more(city: people.City) -> None:
    order = orders.drafted("S-1")
    issuer = people.actor_of("issuing_officer")
    with people.as_owner():
        connection.cursor().execute("update workforce_loginsession set ended_at = now()")

    decisions: list[Callable[[], object]] = [
        lambda: governance.order_sign(order_id=order.id, by=issuer, now=clock.now()),
        lambda: governance.order_end(order_id=order.id, reason="a test of it", by=issuer, now=clock.now()),
    ]
    for decide in decisions:
        with pytest.raises(Refused, match="not_found"):
            decide()
    assert queries.get_signatures(order.id) == []


def test_every_decision_is_in_the_ledger_with_role_and_reason(city: people.City) -> None:
    order = orders.in_force("L-1")
    orders.sign(order.id, "issuing_officer")
    governance.order_end(
        order_id=order.id,
        reason="call 13912345678 for why",
        by=people.actor_of("issuing_officer"),
        now=clock.now(),
    )

    assert orders.entries("order", order.id) == [
        ("order.draft", "city_officer", ""),
        ("order.sign", "issuing_officer", ""),
        ("order.sign", "privacy_officer", ""),
        ("order.end", "issuing_officer", "call ########### for why"),
    ]
    assert orders.entries("domain", order.domain) == [("domain.open", "privacy_officer", "")]
