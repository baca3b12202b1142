"""Access grants: whom, where, why, under what and until when. Each of the five must hold, and each can end it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from gridward.governance import api as governance
from gridward.governance.models import AccessGrant
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.ids import new_id
from gridward.kernel.ledger.objects import page_hash
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.governance import orders

pytestmark = pytest.mark.django_db

PURPOSE = "case_finding"


@pytest.fixture
def officer(city: people.City) -> Actor:
    return people.actor_of("street_officer", city.xinjiekou)


def grant(order: governance.OrderView, by: Actor, **changes: Any) -> governance.NewGrant:
    """Return a grant on a fresh household in the first grid until the order's end, with changes."""
    usual: dict[str, Any] = {
        "account_id": by.id, "household_id": new_id(), "area_pos": people.city().pos(people.city().grid),
        "purpose": PURPOSE, "basis_id": order.id, "task_id": new_id(), "ends_at": order.ends_at,
    }  # fmt: skip
    return governance.NewGrant(**usual | changes)


def write(order: governance.OrderView, *grants: governance.NewGrant, now: datetime | None = None) -> int:
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        return governance.grants_write(grants=grants, by=SYSTEM, now=now or clock.now())


def covers(one: governance.NewGrant, by: Actor, **changes: Any) -> bool:
    """Ask as the actor, inside his scope."""
    asked: dict[str, Any] = {
        "household_id": one.household_id,
        "purpose": PURPOSE,
        "by": by,
        "now": clock.now(),
    }
    with people.acting(by):
        return governance.grant_covers(**asked | changes)


def test_a_grant_covers_one_account_one_household_one_purpose(
    order: governance.OrderView, officer: Actor
) -> None:
    one = grant(order, officer)
    write(order, one)
    colleague = people.actor_of("street_officer", people.city().xinjiekou)

    assert covers(one, officer)
    assert not covers(one, colleague)
    assert not covers(one, officer, household_id=new_id())
    assert not covers(one, officer, purpose="home_service")
    assert not governance.grant_covers(
        household_id=one.household_id, purpose=PURPOSE, by=SYSTEM, now=clock.now()
    )


@pytest.mark.parametrize(
    ("after", "live"),
    [
        (timedelta(microseconds=-1), False),
        (timedelta(0), True),
        (timedelta(hours=1) - timedelta(microseconds=1), True),
        (timedelta(hours=1), False),
        (timedelta(days=40), False),
    ],
)
def test_a_grant_lives_from_its_start_until_just_before_its_end(
    after: timedelta, live: bool, order: governance.OrderView, officer: Actor
) -> None:
    begin = clock.now()
    one = grant(order, officer, ends_at=begin + timedelta(hours=1))
    write(order, one, now=begin)

    assert covers(one, officer, now=begin + after) is live
    with people.acting(officer):
        found = governance.granted_households(
            account_id=officer.id or new_id(),
            households=[one.household_id],
            purpose=PURPOSE,
            now=begin + after,
        )
    assert (found == {one.household_id}) is live


@pytest.mark.parametrize("how", ["over by the clock", "ended", "never signed", "unknown"])
def test_a_grant_is_worth_what_its_basis_is_worth(
    how: str, order: governance.OrderView, officer: Actor
) -> None:
    basis: UUID = {"never signed": lambda: orders.drafted("B-1").id, "unknown": new_id}.get(
        how, lambda: order.id
    )()
    one = grant(order, officer, basis_id=basis, ends_at=orders.later(days=40))
    write(order, one)
    before = covers(one, officer)
    if how == "over by the clock":
        orders.age(order.id, days=15)
    if how == "ended":
        governance.order_end(
            order_id=order.id, reason="a test of it", by=people.actor_of("issuing_officer"), now=clock.now()
        )

    assert before is (basis == order.id)
    assert not covers(one, officer)


def test_ending_a_task_ends_its_grants_once_and_no_others(
    order: governance.OrderView, officer: Actor
) -> None:
    closed, still_open = grant(order, officer), grant(order, officer)
    twin = grant(order, officer, task_id=closed.task_id)
    write(order, closed, still_open, twin)
    task = closed.task_id or new_id()
    moment = clock.now()
    with people.acting(officer):
        counts = [
            governance.grants_end(task_ids=[task], by=officer, now=moment + timedelta(seconds=n))
            for n in (0, 1)
        ]
        assert governance.grants_end(task_ids=[], by=officer, now=moment) == 0

    assert counts == [2, 0]
    assert [covers(one, officer) for one in (closed, twin, still_open)] == [False, False, True]
    with people.as_owner():
        assert set(AccessGrant.objects.filter(task_id=task).values_list("ended_at", flat=True)) == {moment}
        assert LedgerEntry.objects.filter(action="grant.end").count() == 1


def test_grants_are_written_and_seen_only_in_the_own_range(
    order: governance.OrderView, officer: Actor
) -> None:
    city = people.city()
    here, elsewhere = (
        grant(order, officer),
        grant(order, officer, area_pos=city.pos(city.other_district_grid)),
    )
    with (
        people.acting(officer),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        governance.grants_write(grants=[elsewhere], by=officer, now=clock.now())
    write(order, here, elsewhere)

    assert covers(here, officer) and not covers(elsewhere, officer)
    with people.acting(officer):
        ended = governance.grants_end(
            task_ids=[one.task_id or new_id() for one in (here, elsewhere)], by=officer, now=clock.now()
        )
    assert ended == 1
    neighbour = people.actor_of("district_officer", city.qinhuai)
    with people.acting(neighbour):
        assert list(AccessGrant.objects.values_list("household_id", flat=True)) == [elsewhere.household_id]


def test_many_grants_are_one_entry_that_names_them_all(order: governance.OrderView, officer: Actor) -> None:
    grants = [grant(order, officer) for _number in range(3)]

    assert write(order, *grants) == 3
    assert write(order) == 0
    assert write(order, grant(order, officer)) == 1

    with people.as_owner():
        many, single = LedgerEntry.objects.filter(action="grant.write").order_by("id")
        assert many.object_hash == page_hash("household", [one.household_id for one in grants]).root
        assert (many.basis, many.purpose, many.task) == (str(order.id), PURPOSE, "")
        assert single.task != ""


def test_grants_of_a_long_list_are_written_as_rows_and_are_one_entry(
    order: governance.OrderView, officer: Actor
) -> None:
    area, task, house = people.city().pos(people.city().grid), new_id(), new_id()
    rows = Rows(
        "select %(account)s::uuid as account_id, %(house)s::uuid as household_id, %(area)s as area_pos, p.purpose,"
        " %(task)s::uuid as task_id from unnest(%(purposes)s::text[]) as p (purpose)",
        {
            "account": officer.id,
            "house": house,
            "area": area,
            "task": task,
            "purposes": [PURPOSE, "home_service"],
        },
    )
    now = clock.now()

    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        written = governance.grants_write_rows(
            rows=rows, basis_id=order.id, ends_at=order.ends_at, by=SYSTEM, now=now
        )
        none = governance.grants_write_rows(
            rows=Rows(f"select * from ({rows.sql}) r where false", rows.params),
            basis_id=order.id, ends_at=order.ends_at, by=SYSTEM, now=now,
        )  # fmt: skip

    assert (written, none) == (2, 0)
    with people.as_owner():
        kept = set(
            AccessGrant.objects.filter(household_id=house).values_list(
                "account_id", "purpose", "task_id", "basis_id", "starts_at", "ends_at", "ended_at", "reason"
            )
        )
        (entry,) = LedgerEntry.objects.filter(action="grant.write")
    same = (task, order.id, now, order.ends_at, None, "")
    assert kept == {(officer.id, purpose, *same) for purpose in (PURPOSE, "home_service")}
    assert entry.object_hash == page_hash("household", [house, house]).root


def test_rows_of_grants_do_not_go_round_the_range_of_who_writes_them(
    order: governance.OrderView, officer: Actor
) -> None:
    city = people.city()
    rows = Rows(
        "select %(account)s::uuid as account_id, %(any)s::uuid as household_id, %(area)s as area_pos,"
        " 'case_finding' as purpose, %(any)s::uuid as task_id",
        {"account": officer.id, "any": new_id(), "area": city.pos(city.other_district_grid)},
    )

    with (
        people.acting(officer),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        governance.grants_write_rows(
            rows=rows, basis_id=order.id, ends_at=order.ends_at, by=officer, now=clock.now()
        )


@pytest.mark.parametrize(
    ("role", "place", "reason", "code"),
    [
        ("street_officer", "320102003", "he called twice", "done"),
        ("street_officer", "320102003", "    ", "reason_needed"),
        ("street_officer", "320102003", " abc ", "reason_needed"),
        ("street_officer", "320104001", "he called twice", "no_grant"),
        ("auditor", "", "he called twice", "no_grant"),
    ],
)
def test_a_short_access_needs_a_reason_and_the_own_place(
    role: str, place: str, reason: str, code: str, order: governance.OrderView
) -> None:
    city = people.city()
    by, household = people.actor_of(role, place), new_id()
    now = clock.now()
    with people.acting(by):
        outcome = governance.grant_brief(
            household_id=household, area_pos=city.pos(city.grid), purpose=PURPOSE, basis_id=order.id,
            reason=reason, by=by, now=now, minutes=5,
        )  # fmt: skip

    assert orders.code(outcome) == code
    with people.as_owner():
        rows = list(AccessGrant.objects.filter(household_id=household))
        assert len(rows) == (code == "done")
        assert [entry[0] for entry in orders.entries("household", household)] == ["grant.brief"] * len(rows)
        assert [row.ends_at - row.starts_at for row in rows] == [timedelta(minutes=5)] * len(rows)


def test_a_long_reason_is_cut_and_numbers_in_it_stay_out_of_the_ledger(
    order: governance.OrderView, officer: Actor
) -> None:
    household, reason = new_id(), "asked back on 13912345678 " + "x" * 400
    with people.acting(officer):
        written = governance.grant_brief(
            household_id=household, area_pos=people.city().pos(people.city().grid), purpose=PURPOSE,
            basis_id=order.id, reason=reason, by=officer, now=clock.now(),
        )  # fmt: skip

    assert not isinstance(written, Refusal)
    ((_action, _role, kept),) = orders.entries("household", household)
    assert len(kept) == 200 and "13912345678" not in kept and kept.startswith("asked back on ###########")


def test_the_system_takes_no_short_access(order: governance.OrderView) -> None:
    outcome = governance.grant_brief(
        household_id=new_id(), area_pos=people.city().pos(people.city().grid), purpose=PURPOSE, basis_id=order.id,
        reason="a long reason", by=SYSTEM, now=clock.now(),
    )  # fmt: skip

    assert orders.code(outcome) == "no_grant"
