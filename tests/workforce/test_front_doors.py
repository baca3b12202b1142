"""Each role at each page: a right opens exactly the pages it names, and what it does not open it names as denied."""

import pytest
from django.test import Client

from gridward.governance.api import OrderView
from gridward.kernel.models import LedgerEntry
from gridward.workforce.rules import ROLES
from tests import people
from tests.workforce.test_rules_roles import WHO_MAY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: A page that asks for the right and for nothing else.
PAGES = {
    "board.read": "/board",
    "area.read": "/areas",
    "order.read": "/orders",
    "order.draft": "/orders/new",
    "batch.read": "/lists",
    "batch.upload": "/lists/new",
    "channel.read": "/channels",
    "review.work": "/review",
    "task.read": "/tasks",
    "task.work": "/today",
    "returns.read": "/returns",
    "ledger.read": "/ledger",
    "account.read": "/accounts",
}
AREAS = {"city": "3201", "district": "320102", "street": "320102003", "community": "320102003015",
         "grid": "320102003015001"}  # fmt: skip


@pytest.fixture(params=sorted(set(ROLES) - {"system_operator"}))
def role(request: pytest.FixtureRequest) -> str:
    """Every role that has pages."""
    return str(request.param)


def test_a_role_opens_its_pages_and_no_other(role: str, order: OrderView) -> None:
    bound = ROLES[role].bound_to
    actor = people.actor_of(role, AREAS.get(bound, ""), agency="health" if bound == "agency" else "")
    client = people.client_of(actor)
    may = {right for right, roles in WHO_MAY.values() if role in roles.split()}

    statuses = {right: client.get(page).status_code for right, page in PAGES.items()}

    assert {right for right, status in statuses.items() if status == 200} == may & set(PAGES)
    assert {status for right, status in statuses.items() if right not in may} == {403}
    with people.as_owner():
        denied = LedgerEntry.objects.filter(actor=str(actor.id), action="endpoint.refuse", result="forbidden")
        assert denied.count() == len(PAGES) - len(may & set(PAGES))
        assert set(denied.values_list("role", flat=True)) == {role}
    places = client.get("/", follow=True).content.decode()
    shown = {right for right, page in PAGES.items() if f'href="{page}"' in places}
    assert shown <= may, "the navigation offers what would be denied"


def test_the_operator_of_the_machine_cannot_sign_in_and_reads_why(city: people.City) -> None:
    operator = people.actor_of("system_operator", city.city)
    client = Client(headers={"accept-language": "en"})

    answer = client.post("/login", {"handle": operator.handle, "password": people.PASSWORD})

    assert answer.status_code == 403
    assert "command line" in answer.content.decode()
    assert client.get("/board").status_code == 401


NUL = ("/accounts?after=%00", "/ledger?action=a%00b", "/board?area=%00", "/areas/3201%00", "/orders/%00")


def test_a_sign_no_text_can_hold_is_answered_at_the_door(order: OrderView) -> None:
    signed_in = [
        people.client_of(people.actor_of("system_administrator")),
        people.client_of(people.actor_of("auditor")),
        people.client_of(people.actor_of("city_officer", "3201")),
    ]

    answers = {url: {client.get(url).status_code for client in signed_in} for url in NUL}
    posted = Client().post("/login", {"handle": "w1\0", "password": "x"})

    assert {url: statuses - {403} for url, statuses in answers.items()} == {url: {422} for url in NUL}
    assert posted.status_code == 422
