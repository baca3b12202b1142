"""Sign-ins in time: what opens a scope, what stops opening one, and what five wrong words do to an account."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from gridward.kernel import clock, scope
from gridward.kernel.actor import ANONYMOUS, Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal, Refused
from gridward.workforce import api as workforce
from gridward.workforce.models import Account, Assignment, LoginSession
from tests import people

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
#: What differs from one page to the next by itself: the form's token and the clock.
TOKEN = re.compile(r"[A-Za-z0-9]{64}|<time.*</time>")
LOCKED_FOR = timedelta(minutes=15)


def opens(key: str) -> bool:
    """Tell whether a session key opens a scope in the database now."""
    try:
        with transaction.atomic(), scope.entered("select workforce_enter(%s)", (key,)):
            return True
    except Refused:
        return False


def signed_in(
    actor: Actor, client: Client | None = None, password: str = people.PASSWORD
) -> tuple[Client, int]:
    client = client or Client(headers={"accept-language": "en"})
    answer = client.post("/login", {"handle": actor.handle, "password": password})
    return client, answer.status_code


def key_of(client: Client) -> str:
    return str(client.session.session_key)


# --- what a key opens -------------------------------------------------------------------------------------------------


def test_the_database_keeps_the_hash_of_a_key_and_a_hash_opens_nothing(
    city: people.City, actor_of: MakeActor
) -> None:
    worker = actor_of("grid_worker", city.grid)
    row = LoginSession.objects.get(account_id=worker.id)

    assert bytes(row.key_hash) == hashlib.sha256(worker.session_key.encode()).digest()
    assert opens(worker.session_key)
    for guess in (
        "",
        "0" * 32,
        bytes(row.key_hash).hex(),
        worker.session_key[:-1],
        worker.handle,
        str(worker.id),
    ):
        assert not opens(guess), guess


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda of: of.update(expires_at=clock.now()), id="it has expired this moment"),
        pytest.param(lambda of: of.update(ended_at=clock.now()), id="it was ended"),
        pytest.param(
            lambda of: of.update(expires_at=clock.now() - timedelta(days=400)), id="it is long over"
        ),
    ],
)
def test_a_session_that_is_over_opens_nothing_though_the_cookie_is_still_there(
    change: Callable[[object], None], city: people.City, actor_of: MakeActor
) -> None:
    client = people.client_of(actor_of("grid_worker", city.grid))
    assert client.get("/today").status_code == 200

    change(LoginSession.objects.filter(key_hash=hashlib.sha256(key_of(client).encode()).digest()))

    answer = client.get("/today")
    assert answer.status_code == 404, "the actor is known, the scope is not"
    assert not opens(key_of(client))


def test_shutting_an_account_ends_it_at_the_next_click_on_every_machine(
    city: people.City, actor_of: MakeActor
) -> None:
    worker = actor_of("grid_worker", city.grid)
    clients = [people.client_of(worker), people.client_of(worker)]

    Account.objects.filter(id=worker.id).update(is_active=False)

    assert [client.get("/today").status_code for client in clients] == [401, 401]
    assert not any(opens(key_of(client)) for client in clients) and not opens(worker.session_key)


def test_a_change_of_role_counts_at_the_next_click_without_a_new_sign_in(
    city: people.City, actor_of: MakeActor
) -> None:
    worker = actor_of("grid_worker", city.grid)
    client = people.client_of(worker)
    before = [client.get(page).status_code for page in ("/today", "/board")]

    Assignment.objects.filter(account_id=worker.id).update(ends_at=clock.now())
    between = [client.get(page).status_code for page in ("/today", "/board")]
    assert worker.id is not None
    workforce.assignment_open(
        account_id=worker.id,
        role="community_officer",
        area_code=city.chengxianjie,
        by=worker,
        now=clock.now(),
    )
    after = [client.get(page).status_code for page in ("/today", "/board")]

    assert (before, between, after) == ([200, 403], [401, 401], [403, 200])


def test_signing_out_on_one_machine_leaves_the_other_signed_in(
    city: people.City, actor_of: MakeActor
) -> None:
    worker = actor_of("grid_worker", city.grid)
    office, street = people.client_of(worker), people.client_of(worker)
    assert key_of(office) != key_of(street)
    left = key_of(office)

    office.post("/logout/")

    assert not opens(left) and office.get("/today").status_code == 401
    assert opens(key_of(street)) and street.get("/today").status_code == 200


def test_a_key_given_before_the_sign_in_is_not_the_key_after_it(
    city: people.City, actor_of: MakeActor
) -> None:
    planted = Client()
    planted.get("/login")
    session = planted.session
    session["planted"] = True
    session.save()
    before = key_of(planted)

    signed_in(actor_of("grid_worker", city.grid), planted)

    assert key_of(planted) != before
    assert not opens(before)


def test_whoever_signs_in_after_somebody_else_ends_the_first_session(
    city: people.City, actor_of: MakeActor
) -> None:
    first, second = actor_of("grid_worker", city.grid), actor_of("auditor")
    client = people.client_of(first)
    left_behind = key_of(client)

    signed_in(second, client)

    assert not opens(left_behind)
    assert client.get("/ledger").status_code == 200 and client.get("/today").status_code == 403


def test_a_session_of_the_web_lasts_a_working_day_and_one_of_a_command_too(
    city: people.City, actor_of: MakeActor
) -> None:
    worker = actor_of("grid_worker", city.grid)
    people.client_of(worker)

    lasted = {
        row.kind: row.expires_at - row.started_at for row in LoginSession.objects.filter(account_id=worker.id)
    }

    assert lasted == {"cli": timedelta(hours=12), "web": timedelta(hours=12)}


# --- who may come in ----------------------------------------------------------------------------------------------


def test_an_account_without_a_role_is_told_so_and_gets_no_session(city: people.City) -> None:
    made = workforce.account_create(handle="new-here", password="x", by=ANONYMOUS, now=clock.now())
    assert not isinstance(made, Refusal)

    answer = Client(headers={"accept-language": "en"}).post("/login", {"handle": "new-here", "password": "x"})

    assert answer.status_code == 403
    assert "holds no role now" in answer.content.decode()
    assert not LoginSession.objects.filter(account=made).exists()


def test_an_account_of_the_roster_has_no_password_that_opens_it(city: people.City) -> None:
    made = workforce.account_create(handle="enrolled", password=None, by=ANONYMOUS, now=clock.now())
    assert not isinstance(made, Refusal)

    for word in ("", "None", "!", made.password):
        answer = Client().post("/login", {"handle": "enrolled", "password": word})
        assert answer.status_code == 401, word


def test_the_form_wants_its_own_token(city: people.City, actor_of: MakeActor) -> None:
    strict = Client(enforce_csrf_checks=True)

    _client, status = signed_in(actor_of("grid_worker", city.grid), strict)

    assert status == 403
    assert strict.get("/today").status_code == 401


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/today", "/today"),
        ("/areas/320102?x=1", "/areas/320102?x=1"),
        ("//evil.invalid/", "/"),
        ("https://evil.invalid/today", "/"),
        ("javascript:alert(1)", "/"),
        ("\\\\evil.invalid", "/"),
        ("http:/\\evil.invalid", "/"),
        ("", "/"),
    ],
)
def test_next_leads_inside_the_house_only(
    wanted: str, lands: str, city: people.City, actor_of: MakeActor
) -> None:
    worker = actor_of("grid_worker", city.grid)

    answer = Client().post("/login", {"handle": worker.handle, "password": people.PASSWORD, "next": wanted})

    assert answer.headers["location"] == lands


# --- five wrong words -------------------------------------------------------------------------------------------------


def test_the_lock_opens_by_itself_after_a_quarter_of_an_hour(city: people.City, actor_of: MakeActor) -> None:
    worker = actor_of("grid_worker", city.grid)
    for _ in range(5):
        signed_in(worker, password="wrong")
    locked = signed_in(worker)[1]

    AccessAttempt.objects.update(attempt_time=F("attempt_time") - LOCKED_FOR + timedelta(seconds=30))
    still = signed_in(worker)[1]
    AccessAttempt.objects.update(attempt_time=clock.now() - LOCKED_FOR - timedelta(seconds=1))
    again = signed_in(worker)[1]

    assert (locked, still, again) == (429, 429, 302)


def test_a_success_forgets_the_failures_before_it(city: people.City, actor_of: MakeActor) -> None:
    worker = actor_of("grid_worker", city.grid)

    for _ in range(2):
        statuses = [signed_in(worker, password="wrong")[1] for _ in range(4)]
        assert statuses == [401] * 4
        assert signed_in(worker)[1] == 302


def test_a_lock_is_one_accounts_own_and_follows_it_from_machine_to_machine(
    city: people.City, actor_of: MakeActor
) -> None:
    worker, neighbour = actor_of("grid_worker", city.grid), actor_of("grid_worker", city.next_grid)
    for number in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post("/login", {"handle": worker.handle, "password": "wrong"})

    assert signed_in(worker, Client(REMOTE_ADDR="10.9.9.9"))[1] == 429
    assert signed_in(neighbour, Client(REMOTE_ADDR="10.0.0.1"))[1] == 302


def test_a_lock_tells_nothing_about_whether_the_account_exists(
    city: people.City, actor_of: MakeActor
) -> None:
    worker = actor_of("grid_worker", city.grid)
    pages = {}
    for handle in (worker.handle, "nobody-here-at-all"):
        client = Client(headers={"accept-language": "en"})
        answers = [client.post("/login", {"handle": handle, "password": "wrong"}) for _ in range(6)]
        pages[handle] = [
            (answer.status_code, TOKEN.sub("", answer.content.decode()).replace(handle, ""))
            for answer in answers
        ]

    real, invented = pages.values()
    assert [status for status, _page in real] == [401, 401, 401, 401, 429, 429]
    assert real == invented


def test_the_reader_is_told_in_the_own_language(city: people.City, actor_of: MakeActor) -> None:
    worker = actor_of("grid_worker", city.grid)
    said = {}
    for language, tag in (("en", "en"), ("zh-hans", "zh-Hans"), ("zh-hant", "zh-Hant")):
        client = Client(headers={"accept-language": language})
        said[tag] = client.post("/login", {"handle": worker.handle, "password": "wrong"}).content.decode()
        assert f'<html lang="{tag}">' in said[tag]

    assert "The account name or the password is wrong." in said["en"]
    assert "密码" in said["zh-Hans"] and "密碼" in said["zh-Hant"]
    assert "password is wrong" not in said["zh-Hans"] + said["zh-Hant"]


# --- what the ledger knows ----------------------------------------------------------------------------------------


def entries(actor: Actor) -> list[tuple[str, str]]:
    with people.as_owner():
        rows = LedgerEntry.objects.filter(actor=str(actor.id)).order_by("id")
        return [(row.action, row.detail) for row in rows]


def test_every_sign_in_and_out_is_in_the_ledger_and_no_key_is(city: people.City, actor_of: MakeActor) -> None:
    worker = actor_of("grid_worker", city.grid)
    client = people.client_of(worker)
    key = key_of(client)
    client.post("/logout/")
    signed_in(worker, password="wrong")

    found = entries(worker)

    assert [(action, "web" in detail) for action, detail in found] == [
        ("session.open", False),
        ("session.open", True),
        ("session.end", False),
    ]
    assert not any(key in detail or worker.session_key in detail for _action, detail in found)


def test_a_guess_from_outside_cannot_fill_the_ledger(city: people.City) -> None:
    with people.as_owner():
        before = LedgerEntry.objects.count()

    client = Client()
    for page in ("/board", "/ledger", reverse("workforce:login")):
        client.get(page)
    client.post("/login", {"handle": "nobody", "password": "wrong"})
    client.post("/logout/")

    with people.as_owner():
        assert LedgerEntry.objects.count() == before


def test_the_operator_of_the_machine_acts_under_the_own_name(city: people.City, actor_of: MakeActor) -> None:
    operator = actor_of("system_operator", city.city)

    again = workforce.actor_by_handle(operator.handle, now=clock.now())

    assert not isinstance(again, Refusal)
    assert again.session_key != operator.session_key, "each command opens a session of its own"
    assert [(action, '"cli"' in detail) for action, detail in entries(operator)] == [
        ("session.open", True)
    ] * 2
    assert opens(again.session_key) and opens(operator.session_key)


@pytest.mark.parametrize(
    ("arranged", "code"),
    [("nobody", "account_unknown"), ("shut", "account_unknown"), ("without a role", "account_without_role")],
)
def test_a_command_of_nobody_in_particular_is_refused(arranged: str, code: str, city: people.City) -> None:
    if arranged != "nobody":
        made = workforce.account_create(handle="somebody", password=None, by=ANONYMOUS, now=clock.now())
        assert not isinstance(made, Refusal)
        Account.objects.filter(id=made.id).update(is_active=arranged != "shut")

    outcome = workforce.actor_by_handle("somebody", now=clock.now())

    assert isinstance(outcome, Refusal) and outcome.code == code
    assert outcome.status in (403, 404) and "somebody" in outcome.title
