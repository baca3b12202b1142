"""Signing in and out by the front door: rights, sessions, lock-out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from gridward.kernel import clock, scope
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refused
from gridward.workforce.models import Account, LoginSession
from gridward.workforce.rules import ROLES
from tests import people

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
ENGLISH = {"accept-language": "en"}


def test_whoever_is_not_signed_in_is_asked_to(client: Client) -> None:
    answer = client.get("/board", headers=ENGLISH)

    assert answer.status_code == 401
    assert "/login" in answer.content.decode()


def test_json_gets_a_refusal_in_json(client: Client) -> None:
    answer = client.get("/board/status.json", headers={"accept": "application/json"})

    assert answer.status_code == 401
    assert answer.json()["code"] == "login_required"


def test_a_worker_lands_on_the_own_day(city: people.City, actor_of: MakeActor) -> None:
    client = people.client_of(actor_of("grid_worker", city.grid))

    assert client.get("/").headers["location"] == "/today"


def test_the_right_password_of_a_shut_account_opens_nothing(city: people.City, actor_of: MakeActor) -> None:
    worker = actor_of("grid_worker", city.grid)
    Account.objects.filter(id=worker.id).update(is_active=False)

    answer = Client().post("/login", {"handle": worker.handle, "password": people.PASSWORD})

    assert answer.status_code == 401


def test_after_five_failures_the_right_password_is_refused_too(
    city: people.City, actor_of: MakeActor
) -> None:
    worker = actor_of("grid_worker", city.grid)
    client = Client(headers=ENGLISH)
    for _ in range(5):
        client.post("/login", {"handle": worker.handle, "password": "wrong"})

    answer = client.post("/login", {"handle": worker.handle, "password": people.PASSWORD})

    assert answer.status_code in (403, 429)
    assert "Too many failed attempts" in answer.content.decode()


def test_an_account_that_does_not_exist_is_answered_like_a_wrong_password(city: people.City) -> None:
    answer = Client(headers=ENGLISH).post("/login", {"handle": "nobody-here", "password": "wrong"})

    assert answer.status_code == 401
    assert "wrong" in answer.content.decode()


def test_signing_out_ends_the_session_in_the_database_too(city: people.City, actor_of: MakeActor) -> None:
    client = people.client_of(actor_of("grid_worker", city.grid))
    key = client.session.session_key
    with scope.entered("select workforce_enter(%s)", (key,)):
        pass

    client.post("/logout/")

    with pytest.raises(Refused), scope.entered("select workforce_enter(%s)", (key,)):
        pass
    assert client.get("/today").status_code == 401


def test_an_expired_session_opens_no_scope(city: people.City, actor_of: MakeActor) -> None:
    worker = actor_of("grid_worker", city.grid)
    LoginSession.objects.filter(account_id=worker.id).update(expires_at=clock.now() - timedelta(seconds=1))

    with pytest.raises(Refused), scope.entered("select workforce_enter(%s)", (worker.session_key,)):
        pass


def test_next_never_leads_to_another_host(city: people.City, actor_of: MakeActor) -> None:
    worker = actor_of("grid_worker", city.grid)

    answer = Client().post(
        "/login",
        {"handle": worker.handle, "password": people.PASSWORD, "next": "https://evil.invalid/"},
    )

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_database_knows_the_same_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select workforce_db_role(%s)", [role])

        assert cursor.fetchone()[0] == ROLES[role].db_role


def test_a_role_has_exactly_its_rights(city: people.City, actor_of: MakeActor) -> None:
    auditor, worker = actor_of("auditor"), actor_of("grid_worker", city.grid)

    assert auditor.rights == {"order.read", "ledger.read"}
    assert worker.rights == {"task.work", "order.read"}
    client = people.client_of(worker)
    statuses = {
        url: client.get(url).status_code
        for url in ("/board", "/ledger", "/lists", "/accounts", "/orders/new")
    }
    assert set(statuses.values()) == {403}
