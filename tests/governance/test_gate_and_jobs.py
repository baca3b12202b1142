"""The gate and the doors of a job: which order answers, whose scope is entered, and what is left when it fails."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import ANONYMOUS
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refused, refuse
from tests import people
from tests.governance import orders

PURPOSE = "case_finding"
CITY = people.city()
TASK = (
    "insert into dispatch_task (id, order_id, household_id, area_pos, priority, state, opened_at, due_at, release_at)"
    " values (%s, %s, %s, %s, 'P3', 'open', now(), now(), now())"
)


def collect(order_id: UUID, code: str = CITY.grid) -> None:
    """Write what only an order in force lets be written."""
    with connection.cursor() as cursor:
        cursor.execute(TASK, [new_id(), order_id, new_id(), CITY.pos(code)])


def where() -> tuple[str, str, object, object]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, kernel_scope_ranges()::text, kernel_scope_basis(), kernel_scope_account()"
        )
        user, ranges, basis, account = cursor.fetchone()
    return user, ranges, basis, account


# --- the gate -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("purpose", "code", "answer"),
    [
        ("case_finding", CITY.grid, "epidemic"),
        ("home_service", CITY.grid, "flood"),
        ("quarantine_support", CITY.grid, "purpose_not_named"),
        ("no such purpose", CITY.grid, "purpose_not_named"),
        ("home_service", CITY.other_district_grid, "purpose_not_named"),
        ("case_finding", CITY.other_district_grid, "epidemic"),
    ],
)
def test_the_gate_answers_with_the_order_that_names_the_purpose_there(
    purpose: str, code: str, answer: str, city: people.City
) -> None:
    orders.in_force("GATE-1", kind="epidemic", purposes=("case_finding",))
    orders.in_force("GATE-2", kind="flood", purposes=("home_service",), area_code=city.xuanwu)

    asked = governance.gate_ask(purpose=purpose, area_pos=city.pos(code), now=clock.now())

    assert (asked.kind if isinstance(asked, governance.OrderView) else asked.code) == answer


@pytest.mark.django_db
def test_the_gate_holds_to_the_order_that_is_named(city: people.City) -> None:
    here = orders.in_force("GATE-3", area_code=city.xuanwu)
    drafted = orders.drafted("GATE-4", kind="flood")
    pos, now = city.pos(city.grid), clock.now()

    def ask(order_id: UUID, moment: timedelta = timedelta(0), at: int = pos) -> str:
        return orders.code(
            governance.gate_ask(purpose=PURPOSE, area_pos=at, now=now + moment, order_id=order_id)
        )

    assert ask(here.id) == "done"
    assert ask(drafted.id) == ask(new_id()) == "order_inactive"
    assert ask(here.id, at=city.pos(city.other_district_grid)) == "order_inactive"
    assert ask(here.id, here.starts_at - now) == "done"
    assert ask(here.id, here.starts_at - now - timedelta(microseconds=1)) == "order_inactive"
    assert ask(here.id, here.ends_at - now - timedelta(microseconds=1)) == "done"
    assert ask(here.id, here.ends_at - now) == "order_inactive"


@pytest.mark.django_db
def test_the_gate_of_a_page_opens_where_an_order_meets_the_reader_s_area(city: people.City) -> None:
    orders.in_force("GATE-5", area_code=city.chengxianjie)
    answers = {
        (role, area): orders.code(governance.gate_for_actor(people.actor_of(role, area), clock.now()) or "")
        for role, area in (
            ("city_officer", city.city), ("community_officer", city.chengxianjie), ("grid_worker", city.grid),
            ("community_officer", city.dashiqiao), ("grid_worker", city.other_district_grid),
        )
    }  # fmt: skip

    assert list(answers.values()) == ["done", "done", "done", "order_inactive", "order_inactive"]
    # Whoever is bound to no area meets every order: a department sends for wherever the order is.
    assert governance.gate_for_actor(people.actor_of("agency_liaison", agency="health"), clock.now()) is None
    assert governance.gate_for_actor(ANONYMOUS, clock.now()) is None


@pytest.mark.django_db
def test_orders_in_force_are_found_by_area_and_listed_newest_draft_first(city: people.City) -> None:
    older = orders.in_force("LIST-1", kind="flood", area_code=city.xuanwu)
    newer = orders.in_force("LIST-2", kind="epidemic", area_code=city.qinhuai)
    orders.drafted("LIST-3", kind="drill")
    scopes = people.actor_of("grid_worker", city.grid).scopes

    now = clock.now()
    assert [one.number for one in governance.get_orders(now=now)] == ["LIST-3", "LIST-2", "LIST-1"]
    assert [one.number for one in governance.get_orders(now=now, limit=1)] == ["LIST-3"]
    assert {one.id for one in governance.get_active_orders(now=now)} == {older.id, newer.id}
    assert [one.id for one in governance.get_active_orders(now=now, scopes=scopes)] == [older.id]
    assert governance.get_order(new_id(), now=now) is None


# --- job_scope ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_job_works_in_the_order_s_area_and_for_nobody_s_account(city: people.City) -> None:
    order = orders.in_force("JOB-1", area_code=city.xuanwu)
    before = where()
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        inside = where()

    assert inside == ("gridward_job", f"{{[{order.area_pos},{order.area_end})}}", order.id, None)
    assert where() == before == ("gridward_app", "{}", None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "half signed", "planned", "over", "ended", "unknown"])
def test_no_job_enters_what_is_not_in_force(state: str, city: people.City) -> None:
    begins = orders.later(days=2 if state == "planned" else 0, minutes=-1)
    order = orders.drafted("JOB-2", starts_at=begins, ends_at=begins + timedelta(days=9))
    for role in {"draft": [], "half signed": ["issuing_officer"]}.get(
        state, ["issuing_officer", "privacy_officer"]
    ):
        orders.sign(order.id, role)
    if state == "over":
        orders.age(order.id, days=10)
    if state == "ended":
        governance.order_end(
            order_id=order.id, reason="a test of it", by=people.actor_of("issuing_officer"), now=clock.now()
        )
    wanted = new_id() if state == "unknown" else order.id

    for door in (governance.job_scope, governance.job_transaction):
        with pytest.raises(Refused) as refused, door(order_id=wanted, purpose=PURPOSE):
            raise AssertionError("it entered")
        assert refused.value.refusal.code == "order_inactive"
    assert where()[0] == "gridward_app"


@pytest.mark.django_db
def test_a_refusal_inside_a_job_is_passed_on_as_it_is(order: governance.OrderView) -> None:
    for code in ("purpose_not_named", "not_found"):
        with pytest.raises(Refused) as refused, governance.job_scope(order_id=order.id, purpose=PURPOSE):
            raise Refused(refuse(code))
        assert refused.value.refusal.code == code


@pytest.mark.django_db
def test_a_job_within_a_job_comes_back_to_the_first(city: people.City) -> None:
    outer = orders.in_force("NEST-1", area_code=city.xuanwu)
    inner = orders.in_force("NEST-2", area_code=city.qinhuai)
    with governance.job_scope(order_id=outer.id, purpose=PURPOSE):
        first = where()
        with governance.job_scope(order_id=inner.id, purpose=PURPOSE):
            second = where()
        with pytest.raises(Refused), governance.job_scope(order_id=inner.id, purpose="labour_record"):
            pass
        assert where() == first

    assert (first[2], second[2]) == (outer.id, inner.id)


@pytest.mark.django_db
def test_a_job_that_breaks_leaves_neither_its_rows_nor_its_scope(order: governance.OrderView) -> None:
    with pytest.raises(ZeroDivisionError), governance.job_transaction(order_id=order.id, purpose=PURPOSE):
        collect(order.id)
        raise ZeroDivisionError
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        governance.job_transaction(
            order_id=orders.in_force("NARROW", kind="flood", area_code=CITY.qinhuai).id, purpose=PURPOSE
        ),
    ):
        collect(order.id)

    assert where() == ("gridward_app", "{}", None, None)
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select count(*) from dispatch_task where order_id = %s", [order.id])
        assert cursor.fetchone() == (0,)


# --- the gate at every statement and at the commit ------------------------------------------------------------------


@pytest.mark.django_db
def test_an_order_that_ends_between_two_statements_stops_the_second(order: governance.OrderView) -> None:
    with pytest.raises(Refused) as refused, governance.job_transaction(order_id=order.id, purpose=PURPOSE):
        collect(order.id)
        orders.age(order.id, days=15)
        collect(order.id)

    assert refused.value.refusal.code == "order_inactive"


def test_an_order_that_ends_before_the_commit_takes_everything_back(fresh_database: str) -> None:
    order = orders.in_force("COMMIT-1")
    with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
        collect(order.id)
    with pytest.raises(Refused) as refused, governance.job_transaction(order_id=order.id, purpose=PURPOSE):
        collect(order.id)
        orders.age(order.id, days=15)

    assert refused.value.refusal.code == "order_inactive"
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select count(*), (select count(*) from governance_commitcheck) from dispatch_task")
        assert cursor.fetchone() == (1, 0)


def test_an_extension_that_commits_meanwhile_lets_the_job_commit(fresh_database: str) -> None:
    order = orders.in_force("COMMIT-2")
    officer = people.actor_of("city_officer", CITY.city)
    extension = governance.order_extend(
        order_id=order.id, extension=governance.Extension(order.ends_at + timedelta(days=20), "it has to go on"),
        by=officer, now=clock.now(),
    )  # fmt: skip
    assert isinstance(extension, governance.ExtensionView)
    signers = [people.actor_of(role) for role in ("issuing_officer", "privacy_officer")]
    with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
        collect(order.id)
        for signer in signers:
            governance.extension_sign(extension_id=extension.id, by=signer, now=clock.now())
        orders.age(order.id, days=15)

    assert orders.active_in_the_database(order.id)


@pytest.mark.django_db
def test_what_is_no_gate_of_ours_is_not_called_one(order: governance.OrderView) -> None:
    with (
        pytest.raises(DatabaseError, match="division by zero"),
        governance.job_transaction(order_id=order.id, purpose=PURPOSE),
    ):
        connection.cursor().execute("select 1 / 0")
