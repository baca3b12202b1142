"""A worker who needs help: seen at once by community and street, taken care of by one, closed; nobody is blamed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from gridward.field import api as field_api
from gridward.field import helping
from gridward.field.models import HelpCall
from gridward.kernel import clock, live
from gridward.kernel.models import LedgerEntry
from tests import people
from tests.dispatch.desk import Desk, code_of
from tests.field.conftest import SetClock
from tests.field.phone import Phone, code_for, moment, someone

pytestmark = pytest.mark.django_db

CITY = people.city()
LATE = "nobody took it in five minutes"
Bells = list[tuple[str, int]]


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> Bells:
    rung: Bells = []
    monkeypatch.setattr(live, "ring", lambda topic, *, pos, end=None: rung.append((topic, pos)))
    return rung


@pytest.fixture
def community(desk: Desk, at: SetClock) -> Client:
    return people.client_of(someone("community_officer", CITY.chengxianjie))


@pytest.fixture
def street(desk: Desk, at: SetClock) -> Client:
    return people.client_of(someone("street_officer", CITY.xinjiekou))


def call(phone: Phone, **more: Any) -> HttpResponse:
    now = clock.now().isoformat()
    return phone.asks(
        "POST", "/api/v1/sync/help", {"id": str(uuid4()), "kind": "injured", "at": now, "sent_at": now} | more
    )


def called(phone: Phone, **more: Any) -> str:
    call_id = str(uuid4())
    answer = call(phone, id=call_id, **more)
    assert answer.status_code == 201, answer.content
    return call_id


def take(client: Client, call_id: str) -> int:
    return client.post(reverse("field:help_take", args=[call_id])).status_code


def close(client: Client, call_id: str, outcome: str = "safe") -> int:
    return client.post(reverse("field:help_close", args=[call_id]), {"outcome": outcome}).status_code


def page(client: Client) -> str:
    return client.get(reverse("field:help")).content.decode()


def banner(client: Client) -> str:
    return client.get(reverse("field:help_banner")).content.decode()


def test_community_and_street_see_it_at_once(
    desk: Desk, phone: Phone, community: Client, street: Client, bells: Bells
) -> None:
    assert "Nobody needs help now." in page(community) and "needs help" not in banner(community)
    called(phone, kind="threatened")

    assert bells == [("task", CITY.pos(CITY.grid))]
    for client in (community, street):
        text = page(client)
        assert desk.worker.handle in text and "Is threatened" in text and "I take care of it" in text
        assert "1 worker needs help." in banner(client) and "gw-message-error" in banner(client)
    assert reverse("field:help_banner") in community.get(reverse("dispatch:duty")).content.decode()


def test_the_same_call_again_is_one(phone: Phone, bells: Bells) -> None:
    said = {"id": str(uuid4())}

    answers = [call(phone, **said).json()["status"] for _time in range(3)]

    assert answers == ["stored", "known", "known"]
    assert len(bells) == 1
    with people.as_owner():
        assert HelpCall.objects.count() == 1
        assert LedgerEntry.objects.filter(action="help.call").count() == 1


def test_the_worker_reads_who_takes_care_of_it(phone: Phone, community: Client, at: SetClock) -> None:
    assert phone.syncs()["help"] is None
    call_id = called(phone)
    assert phone.syncs()["help"] == {
        "id": call_id, "at": phone.syncs()["help"]["at"], "taken_by": "", "closed_at": None,
    }  # fmt: skip
    at(moment(12, 2))
    assert take(community, call_id) == 302
    assert phone.syncs()["help"]["taken_by"].startswith("community_officer-")
    at(moment(12, 30))
    assert close(community, call_id, "went_there") == 302

    assert datetime.fromisoformat(phone.syncs()["help"]["closed_at"]) == moment(12, 30)
    with people.as_owner():
        entries = LedgerEntry.objects.filter(action__startswith="help.").order_by("id")
        assert [(one.action, one.result) for one in entries] == [
            ("help.call", "ok"), ("help.take", "ok"), ("help.close", "went_there"),
        ]  # fmt: skip


def test_a_phone_says_the_newest_of_twelve_hours(phone: Phone, at: SetClock) -> None:
    called(phone)
    at(moment(13))
    newest = called(phone, kind="lost_way")
    assert phone.syncs()["help"]["id"] == newest

    at(moment(1, day=2))
    assert phone.syncs()["help"] is None


def test_it_happened_when_it_was_pressed(phone: Phone, at: SetClock) -> None:
    at(moment(13))
    wrong = timedelta(days=40)
    call(phone, at=(moment(12, 30) + wrong).isoformat(), sent_at=(moment(13) + wrong).isoformat())

    with people.as_owner():
        found = HelpCall.objects.get()
    assert (found.called_at, found.received_at) == (moment(12, 30), moment(13))


@pytest.mark.parametrize(
    "more", [{"kind": "tired"}, {"kind": ""}, {"id": "x"}, {"at": "now"}, {"kind": "x" * 41}]
)
def test_what_is_no_call_is_refused(phone: Phone, more: dict[str, str]) -> None:
    assert call(phone, **more).status_code == 422


def test_a_place_or_words_are_not_kept(phone: Phone) -> None:
    call(phone, latitude=32.05, longitude=118.79, text="behind the gate")

    with people.as_owner():
        columns = {field.name for field in HelpCall._meta.get_fields()}
    assert not columns & {"latitude", "longitude", "position", "words", "text"}


def test_whoever_presses_first_takes_care_of_it(phone: Phone, community: Client, street: Client) -> None:
    call_id = called(phone)

    assert [take(street, call_id), take(community, call_id)] == [302, 409]
    assert "street_officer-" in page(community) and "gw-message-warning" in banner(community)


def test_it_is_closed_once_by_whoever_is_there_after_somebody_took_it(
    phone: Phone, community: Client, street: Client
) -> None:
    call_id = called(phone)

    assert close(community, call_id) == 409, "nobody took care of it"
    take(community, call_id)
    assert close(street, call_id, "forgotten") == 422
    assert close(street, call_id, "medical") == 302
    assert (close(street, call_id), take(street, call_id)) == (409, 409)
    assert "Medical help came" in page(community)


def test_of_a_closed_call_it_is_not_said_whose_it_was(
    desk: Desk, phone: Phone, community: Client, at: SetClock
) -> None:
    call_id = called(phone)
    take(community, call_id)
    close(community, call_id)

    assert desk.worker.handle not in page(community) and "Reached, and safe" in page(community)
    at(moment(12, 1, day=2))
    assert "Reached, and safe" not in page(community).split("<table")[-1]


def test_after_five_minutes_it_lies_with_the_street_as_well(
    phone: Phone, community: Client, street: Client, at: SetClock, bells: Bells
) -> None:
    called(phone)
    at(moment(12, 4))
    assert field_api.help_rise(now=clock.now()) == 0
    assert LATE not in page(street)

    at(moment(12, 5))
    assert [field_api.help_rise(now=clock.now()) for _minute in range(2)] == [1, 0]

    assert LATE in page(street) and LATE in page(community)
    assert len(bells) == 2, "screens that are open show it"
    with people.as_owner():
        assert HelpCall.objects.get().risen_at == moment(12, 5)
        assert LedgerEntry.objects.filter(action="help.rise").count() == 1


def test_what_somebody_takes_care_of_does_not_rise(phone: Phone, community: Client, at: SetClock) -> None:
    take(community, called(phone))
    at(moment(13))

    assert field_api.help_rise(now=clock.now()) == 0
    assert LATE not in page(community)


def test_another_community_and_another_worker_know_nothing_of_it(
    phone: Phone, desk: Desk, at: SetClock
) -> None:
    call_id = called(phone)
    elsewhere = people.client_of(someone("community_officer", CITY.dashiqiao))
    neighbour = Phone()
    neighbour.enrols(code_for(someone("grid_worker", CITY.next_grid)))

    assert desk.worker.handle not in page(elsewhere) and "needs help" not in banner(elsewhere)
    assert (take(elsewhere, call_id), close(elsewhere, call_id)) == (404, 404)
    assert neighbour.syncs()["help"] is None
    answer = call(neighbour, id=call_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("role", ["district_officer", "city_officer", "supervisor", "grid_worker"])
def test_nobody_else_sees_who_needs_help(desk: Desk, phone: Phone, role: str) -> None:
    area = {"city_officer": CITY.city, "grid_worker": CITY.grid}.get(role, CITY.xuanwu)
    client = people.client_of(someone(role, area))

    assert client.get(reverse("field:help")).status_code == 403
    assert take(client, called(phone)) == 403


@pytest.mark.parametrize(
    ("taken", "closed", "may_take", "may_close"),
    [
        (None, None, "ok", "help_not_taken"),
        (moment(12), None, "help_taken", "ok"),
        (moment(12), moment(13), "help_closed", "help_closed"),
    ],
)
def test_the_order_of_the_deeds(
    taken: datetime | None, closed: datetime | None, may_take: str, may_close: str
) -> None:
    assert code_of(helping.may_take(taken_at=taken, closed_at=closed)) == may_take
    assert code_of(helping.may_close("safe", taken_at=taken, closed_at=closed)) == may_close
