"""The one door: method, sign-in, right, scope, basis, in this order. Success commits, a refusal leaves nothing."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import RequestFactory
from django.utils import translation

from gridward.kernel import clock, ledger, ports
from gridward.kernel.actor import ANONYMOUS, Actor
from gridward.kernel.endpoint import PUBLIC, SIGNED_IN, Request, View, endpoint, wants_json
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.kernel.ports import Ports, plug
from gridward.workforce import api as workforce
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sockets() -> Iterator[None]:
    before = {"actor_loader": Ports.actor_loader, "gate": Ports.gate, "post": Ports.post}
    with translation.override("en"):
        yield
    plug(**before)


@pytest.fixture
def officer(city: people.City) -> Actor:
    return people.actor_of("street_officer", city.xinjiekou)


def writes(answer: Any = None) -> View:
    """A view that leaves an entry in the ledger and then answers, refuses or fails."""

    def view(request: Request) -> HttpResponseBase | Refusal:
        ledger.record("test.write", by=request.actor, now=request.now)
        if isinstance(answer, Exception):
            raise answer
        return answer or HttpResponse("written")

    return view


def knock(
    view: Callable[..., HttpResponseBase], actor: Actor, method: str = "GET", accept: str = "application/json"
):
    plug(actor_loader=lambda _request, _now: actor, gate=Ports.gate)
    return view(getattr(RequestFactory(), method.lower())("/here", headers={"accept": accept}))


def written(action: str = "test.write") -> list[tuple[str, str]]:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select actor, result from kernel_ledgerentry where action = %s order by id", [action])
        return cursor.fetchall()


def code(answer: HttpResponseBase) -> str:
    return json.loads(answer.content)["code"]


def test_success_commits_and_is_answered_as_the_view_said(officer: Actor) -> None:
    answer = knock(endpoint(right="task.read")(writes()), officer)

    assert (answer.status_code, answer.content) == (200, b"written")
    assert written() == [(officer.ledger_name, "ok")]


@pytest.mark.parametrize("raised", [False, True], ids=["returned", "raised"])
def test_a_refusal_undoes_what_was_written_and_is_itself_recorded(officer: Actor, raised: bool) -> None:
    refusal = refuse("conflict")
    view = endpoint(right="task.read")(writes(Refused(refusal) if raised else refusal))

    answer = knock(view, officer)

    assert (answer.status_code, code(answer)) == (409, "conflict")
    assert written() == []
    assert written("endpoint.refuse") == [(officer.ledger_name, "conflict")]


def test_what_nobody_foresaw_undoes_everything_and_is_not_hidden(officer: Actor) -> None:
    with pytest.raises(ZeroDivisionError):
        knock(endpoint(right="task.read")(writes(ZeroDivisionError())), officer)

    assert written() == []


# --- in which order a door asks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "signed_in", "method", "said"),
    [
        ("task.read", True, "GET", ""),
        ("task.read", True, "HEAD", ""),
        ("task.read", True, "POST", "method"),
        ("task.read", False, "POST", "method"),
        ("task.read", False, "GET", "login_required"),
        ("order.sign", True, "GET", "forbidden"),
        ("order.sign", False, "GET", "login_required"),
        (SIGNED_IN, True, "GET", ""),
        (SIGNED_IN, False, "GET", "login_required"),
        (PUBLIC, False, "GET", ""),
        (PUBLIC, False, "DELETE", "method"),
    ],
)
def test_a_door_asks_for_method_then_sign_in_then_right(
    officer: Actor, right: str, signed_in: bool, method: str, said: str
) -> None:
    asked: list[str] = []

    def view(request: Request) -> HttpResponse:
        asked.append(request.actor.role)
        return HttpResponse("in")

    answer = knock(endpoint(right=right)(view), officer if signed_in else ANONYMOUS, method)

    assert (code(answer) if said else "") == said
    assert len(asked) == (0 if said else 1)


def test_a_form_that_is_only_posted_is_not_looked_at(officer: Actor) -> None:
    view = endpoint(right="task.read", methods=("POST",))(writes())

    assert [knock(view, officer, method).status_code for method in ("POST", "GET", "HEAD")] == [200, 405, 405]


def test_whoever_is_not_signed_in_cannot_fill_the_ledger(officer: Actor) -> None:
    view = endpoint(right="task.read")(writes())

    knock(view, ANONYMOUS)
    knock(view, ANONYMOUS, "POST")
    knock(view, officer, "POST")

    assert written("endpoint.refuse") == [(officer.ledger_name, "method")]


# --- the scope and the basis ----------------------------------------------------------------------------------------


def test_behind_a_door_the_database_sees_the_actor_s_role_and_ranges_and_afterwards_no_more(
    officer: Actor, city: people.City
) -> None:
    def seen() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("select current_user, kernel_scope_ranges()::text")
            return cursor.fetchone()

    inside: list[tuple[str, str]] = []

    def view(_request: Request) -> HttpResponse:
        inside.append(seen())
        return HttpResponse()

    knock(endpoint(right="task.read")(view), officer)
    knock(endpoint(right=PUBLIC)(view), officer)

    (scope,) = officer.scopes
    assert inside == [("gridward_centre", f"{{[{scope.pos},{scope.end})}}"), ("gridward_app", "{}")]
    assert seen() == ("gridward_app", "{}")


def test_a_session_that_ended_meanwhile_opens_nothing(officer: Actor) -> None:
    workforce.session_end(key=officer.session_key, by=officer, now=clock.now())

    answer = knock(endpoint(right="task.read")(writes()), officer)

    assert (answer.status_code, code(answer)) == (404, "not_found")
    assert written() == []


@pytest.mark.parametrize(("collects", "status"), [(True, 403), (False, 200)])
def test_only_what_collects_asks_the_gate_and_a_shut_gate_lets_nothing_happen(
    officer: Actor, collects: bool, status: int
) -> None:
    plug(actor_loader=Ports.actor_loader, gate=lambda _actor, _now: refuse("forbidden"))

    answer = knock(endpoint(right="task.read", collects=collects)(writes()), officer)

    assert answer.status_code == status
    assert len(written()) == (0 if collects else 1)


def test_an_open_gate_is_asked_about_the_actor_and_the_moment_of_the_request(officer: Actor) -> None:
    asked: list[Any] = []
    plug(actor_loader=Ports.actor_loader, gate=lambda *question: asked.append(question))
    moments: list[Any] = []

    def view(request: Request) -> HttpResponse:
        moments.append(request.now)
        return HttpResponse()

    knock(endpoint(right="task.read", collects=True)(view), officer)

    assert asked == [(officer, moments[0])]


def test_until_somebody_plugs_the_gate_in_nothing_is_collected(officer: Actor) -> None:
    plug(actor_loader=Ports.actor_loader, gate=ports._closed)

    with pytest.raises(RuntimeError, match="gate port"):
        knock(endpoint(right="task.read", collects=True)(writes()), officer)
    assert written() == []


# --- how a refusal is told ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("text/html", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("application/json;q=0.5,text/html;q=0.4", True),
        ("*/*", False),
        ("image/png", False),
        ("", False),
    ],
)
def test_a_browser_gets_a_page_and_a_program_json(accept: str, is_json: bool) -> None:
    assert wants_json(RequestFactory().get("/", headers={"accept": accept})) is is_json


def test_a_refusal_tells_a_program_its_code_and_a_person_what_to_do(officer: Actor) -> None:
    view = endpoint(right="order.sign")(writes())

    for_program, for_person = knock(view, officer), knock(view, officer, accept="text/html")

    assert json.loads(for_program.content) == {
        "code": "forbidden",
        "title": "Your role does not include this.",
        "advice": "Ask your centre if you need it for your work.",
        "fields": [],
    }
    assert for_person.status_code == for_program.status_code == 403
    assert b"Ask your centre if you need it for your work." in for_person.content


def test_whoever_is_not_signed_in_is_shown_the_way_back_to_where_he_wanted_to_go() -> None:
    answer = knock(endpoint(right="task.read")(writes()), ANONYMOUS, accept="text/html")

    assert answer.status_code == 401
    assert b"/here" in answer.content


def test_a_door_can_be_read_from_outside() -> None:
    view = endpoint(right="task.read", methods=("GET", "POST"), collects=True)(writes())

    assert (view.door.right, view.door.methods, view.door.collects) == ("task.read", ("GET", "POST"), True)
