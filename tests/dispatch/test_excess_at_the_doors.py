"""Once more today: by page and by machine, what a worker may say, and what the database lets nobody change."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from gridward.dispatch.models import BudgetExcess, Task
from gridward.dispatch.rules import EXCESSES
from gridward.governance.models import AccessGrant
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from tests import people
from tests.dispatch.desk import STUDENT, Desk, moment

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
CITY = people.city()


@pytest.fixture
def asked_out(desk: Desk) -> Task:
    """An urgent task whose household was visited as often as may be."""
    desk.list_comes(desk.channel("urgent", priority="P1"), STUDENT, at=moment(12))
    for minute in (10, 20):
        desk.visit(desk.task(), "not_home", at=moment(12, minute))
    with people.as_owner():  # the page's clock is today's
        AccessGrant.objects.update(starts_at=clock.now())
    return desk.task()


@pytest.fixture
def machine(desk: Desk) -> Client:
    return people.machine_of(desk.worker)


def visit(**more: object) -> dict[str, object]:
    return {"ask": str(uuid4()), "result": "not_home", "outcomes": {}, **more}


def kept() -> list[str]:
    with people.as_owner():
        return list(BudgetExcess.objects.order_by("at").values_list("reason", flat=True))


@pytest.mark.parametrize(
    ("excess", "status", "code"),
    [
        *[(reason, 200, "ok") for reason in EXCESSES],
        ("", 422, "excess_reason"),
        ("urgent_clue", 422, "excess_reason"),
        ("stands_in", 422, "excess_reason"),
        ("because I say so", 422, "excess_reason"),
        ("x" * 5_000, 422, "excess_reason"),
    ],
)
def test_a_machine_says_why_in_one_word_of_the_list(
    asked_out: Task, machine: Client, excess: str, status: int, code: str
) -> None:
    answer = machine.post(
        f"/api/v1/today/{asked_out.id}/visit", visit(excess=excess), content_type="application/json"
    )

    assert (answer.status_code, answer.json().get("code", "ok")) == (status, code)
    assert kept() == ([excess] if code == "ok" else [])


def test_the_page_keeps_the_reason_and_the_same_form_twice_keeps_it_once(desk: Desk, asked_out: Task) -> None:
    client = people.client_of(desk.worker)
    said: dict[str, Any] = {"result": "not_home", "excess": "danger", "ask": str(uuid4())}

    first = client.post(f"/today/{asked_out.id}/visit", said)
    again = client.post(f"/today/{asked_out.id}/visit", said)

    assert (first.status_code, again.status_code) == (302, 302)
    assert kept() == ["danger"]


def test_without_a_reason_the_page_comes_back_with_what_was_chosen_and_nothing_is_recorded(
    desk: Desk, asked_out: Task
) -> None:
    client = people.client_of(desk.worker)

    answer = client.post(f"/today/{asked_out.id}/visit", {"result": "not_home", "ask": str(uuid4())})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "excess_reason" in page and "Why once more today" in page
    assert kept() == []


def test_a_call_that_was_not_made_needs_no_reason(desk: Desk, asked_out: Task, machine: Client) -> None:
    person = str(desk.person_of[STUDENT])
    said = {"ask": str(uuid4()), "person": person, "result": "skipped", "reason": "no_number"}

    answer = machine.post(f"/api/v1/today/{asked_out.id}/phone", said, content_type="application/json")

    assert answer.status_code == 200 and kept() == []


@pytest.mark.parametrize(
    "change", ["update dispatch_budgetexcess set reason = 'danger'", "delete from dispatch_budgetexcess"]
)
def test_what_was_kept_is_changed_by_nobody(desk: Desk, asked_out: Task, change: str) -> None:
    desk.visit(asked_out, "not_home", at=moment(12, 30), excess="asked_for")

    with (
        people.as_owner(),
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert kept() == ["asked_for"]


def test_nobody_writes_an_excess_of_another_place(desk: Desk, asked_out: Task, actor_of: MakeActor) -> None:
    stranger = actor_of("grid_worker", CITY.other_community_grid)

    with (
        people.acting(stranger),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "insert into dispatch_budgetexcess (id, order_id, task_id, area_pos, budget, reason, by, at)"
            " select gen_random_uuid(), %s, %s, %s, 'household', 'danger', 'a slip', now()",
            [asked_out.order_id, asked_out.id, asked_out.area_pos],
        )
    assert kept() == []
