"""The duty clock: what the worker says, what is advised, and how little of it anybody else reads."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from gridward.field import clocking
from gridward.field.clocking import Clock, Piece
from gridward.field.models import WorkPiece
from gridward.governance.profiles import BUILT_IN, COVID19_CN_2020_03, ProfileView
from gridward.kernel import clock
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.dispatch.desk import Desk, code_of
from tests.field.conftest import SetClock
from tests.field.phone import Phone, code_for, moment, someone

pytestmark = pytest.mark.django_db

CITY = people.city()
NUMBERS = ProfileView(BUILT_IN, 1, COVID19_CN_2020_03)
H = timedelta(hours=1)


def say(phone: Phone, kind: str, at: datetime | None = None, **more: Any) -> HttpResponse:
    now = clock.now()
    said = {"id": str(uuid4()), "kind": kind, "at": (at or now).isoformat(), "sent_at": now.isoformat()}
    return phone.asks("POST", "/api/v1/sync/duty", said | more)


def answers(*said: HttpResponse) -> list[str]:
    return [one.json().get("status") or one.json()["code"] for one in said]


def on_duty() -> str:
    officer = someone("community_officer", CITY.chengxianjie)
    return people.client_of(officer).get(reverse("field:on_duty")).content.decode()


def test_a_duty_begins_goes_on_and_ends(phone: Phone, at: SetClock) -> None:
    assert phone.syncs()["duty"] == {"since": None, "hours": 0, "advice": ""}
    begin = say(phone, "begin")
    at(moment(14, 30))
    running = phone.syncs()
    at(moment(17))
    end = say(phone, "end")

    assert answers(begin, end) == ["stored", "stored"]
    assert datetime.fromisoformat(running["duty"].pop("since")) == moment(12)
    assert running["duty"] == {"hours": 2.5, "advice": ""}
    assert running["own_hours"] == [{"day": f"{moment(12):%Y-%m-%d}", "hours": 2.5}]
    after = phone.syncs()
    assert after["duty"] == {"since": None, "hours": 0, "advice": ""}
    assert after["own_hours"] == [{"day": f"{moment(12):%Y-%m-%d}", "hours": 5}]
    with people.as_owner():
        actions = LedgerEntry.objects.filter(action__startswith="duty.").order_by("id")
        assert list(actions.values_list("action", flat=True)) == ["duty.begin", "duty.end"]


def test_the_same_word_again_is_one(phone: Phone, at: SetClock) -> None:
    begin, end = {"id": str(uuid4())}, {"id": str(uuid4())}
    first = [say(phone, "begin", **begin), say(phone, "begin", **begin)]
    at(moment(15))
    rest = [say(phone, "end", **end), say(phone, "end", **end), say(phone, "begin", **begin)]

    assert answers(*first, *rest) == ["stored", "known", "stored", "known", "known"]
    with people.as_owner():
        assert WorkPiece.objects.count() == 1


def test_what_does_not_fit_is_refused(phone: Phone, at: SetClock) -> None:
    at(moment(12, day=9))
    refused = [
        say(phone, "end"),
        say(phone, "rest"),
        say(phone, "begin", at=moment(11, 59, day=2)),
        say(phone, "begin", at=moment(10, day=9)),
        say(phone, "begin"),
        say(phone, "end", at=moment(9, day=9)),
        say(phone, "end", at=moment(11, day=9)),
        say(phone, "begin", at=moment(10, 30, day=9)),
    ]

    assert answers(*refused) == [
        "duty_not_running", "duty_kind", "duty_time", "stored", "duty_running", "duty_time", "stored", "duty_time",
    ]  # fmt: skip


def test_what_was_said_without_a_network_counts_on_its_own_days(phone: Phone, at: SetClock) -> None:
    at(moment(20, day=3))
    for day in (1, 2, 3):
        assert (
            answers(say(phone, "begin", at=moment(8, day=day)), say(phone, "end", at=moment(17, day=day)))
            == ["stored"] * 2
        )

    assert [one["hours"] for one in phone.syncs()["own_hours"]] == [9, 9, 9]
    at(moment(20, day=9))
    assert [one["hours"] for one in phone.syncs()["own_hours"]] == [9], "seven days and no more"


def test_an_end_that_was_forgotten_is_no_duty_of_a_whole_day(phone: Phone, at: SetClock) -> None:
    say(phone, "begin")
    at(moment(12, day=2))
    assert phone.syncs()["duty"] == {"since": None, "hours": 0, "advice": ""}
    assert "Nobody has begun a duty" in on_duty()

    assert answers(say(phone, "end"), say(phone, "begin")) == ["duty_time", "stored"]
    assert phone.syncs()["own_hours"] == []
    with people.as_owner():
        assert list(WorkPiece.objects.order_by("began_at").values_list("is_forgotten", flat=True)) == [
            True,
            False,
        ]


@pytest.mark.parametrize(
    ("after", "advice"),
    [
        (3.9, ""), (4, "break"), (4.4, "break"), (4.5, ""), (8.2, "break"), (11.9, ""), (12, "rest"), (15.9, "rest"),
        (16, "stop"), (23, "stop"),
    ],
)  # fmt: skip
def test_what_is_advised_when(phone: Phone, at: SetClock, after: float, advice: str) -> None:
    say(phone, "begin")
    at(moment(12) + after * H)

    found = phone.syncs()["duty"]
    assert (found["hours"], found["advice"]) == (after, advice)


def test_what_will_be_advised_is_said_beforehand(phone: Phone, at: SetClock) -> None:
    assert phone.syncs()["advised"] == []
    say(phone, "begin")
    at(moment(12) + 4.2 * H)

    told = [
        ((datetime.fromisoformat(one["at"]) - moment(12)) / H, one["advice"])
        for one in phone.syncs()["advised"]
    ]

    assert told == [(4.5, ""), (8, "break"), (8.5, ""), (12, "rest"), (16, "stop")]
    say(phone, "end")
    assert phone.syncs()["advised"] == []


def test_after_a_pause_the_hours_before_count_in_what_will_be_advised() -> None:
    first = piece(moment(8), moment(11))
    second = piece(moment(12), None, first)

    told = [(one.at, one.advice) for one in clocking.advised([second, first], moment(12))]

    assert told[:2] == [(moment(13), "break"), (moment(13, 30), "")]
    assert told[-1] == (moment(1, day=2), "stop")


def test_after_a_short_rest_only_the_end_is_still_to_be_advised() -> None:
    first = piece(moment(8), moment(12))
    second = piece(moment(17), None, first)

    assert [one.advice for one in clocking.advised([second, first], moment(17))] == ["stop"]


def test_the_centre_reads_who_is_on_duty_and_for_whom_it_is_long_and_no_hour(
    desk: Desk, phone: Phone, at: SetClock
) -> None:
    assert "Nobody has begun a duty" in on_duty()
    say(phone, "begin")
    assert desk.worker.handle in on_duty() and "longer than is advised" not in on_duty()
    at(moment(0, 30, day=2))
    text = on_duty().split("<main")[1]
    assert "1 worker is on duty longer than is advised." in text
    assert "12.5" not in text and "12:00" not in text


@pytest.mark.parametrize("role", ["community_officer", "street_officer", "district_officer", "city_officer"])
def test_no_centre_reads_the_hours_themselves(phone: Phone, role: str) -> None:
    say(phone, "begin")
    area = {"street_officer": CITY.xinjiekou, "district_officer": CITY.xuanwu, "city_officer": CITY.city}
    centre = someone(role, area.get(role, CITY.chengxianjie))

    with (
        people.acting(centre),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select began_at from field_workpiece")


@pytest.mark.parametrize(
    ("role", "area", "sees"),
    [
        ("community_officer", CITY.chengxianjie, 1),
        ("street_officer", CITY.xinjiekou, 1),
        ("community_officer", CITY.dashiqiao, 0),
        ("district_officer", CITY.xuanwu, 0),
        ("city_officer", CITY.city, 0),
    ],
)
def test_the_database_tells_only_who_keeps_the_duty_of_the_place(
    phone: Phone, role: str, area: str, sees: int
) -> None:
    say(phone, "begin")
    with people.acting(someone(role, area)), connection.cursor() as cursor:
        cursor.execute("select * from field_on_duty(%s, %s)", [clock.now(), moment(0)])
        assert len(cursor.fetchall()) == sees


def test_another_worker_reads_and_ends_nothing_of_it(phone: Phone) -> None:
    begin = {"id": str(uuid4())}
    say(phone, "begin", **begin)
    other = Phone()
    other.enrols(code_for(someone("grid_worker", CITY.next_grid)))

    assert other.syncs()["duty"]["since"] is None and other.syncs()["own_hours"] == []
    assert answers(say(other, "end"), say(other, "begin", **begin)) == ["duty_not_running", "conflict"]
    assert phone.syncs()["duty"]["since"] is not None


def piece(begin: datetime, end: datetime | None, last: Piece | None = None) -> Piece:
    found = clocking.begun(last, begin, piece_id=UUID(int=1), numbers=NUMBERS, now=begin)
    assert not isinstance(found, Refusal), found
    return Piece(**{**vars(found), "ended_at": end})


@pytest.mark.parametrize(
    ("ended", "begins", "before", "is_short", "rest_at"),
    [
        (moment(12), moment(13), 4, False, moment(21)),  # a pause at noon: one duty
        (moment(12), moment(15, 59), 4, False, moment(23, 59)),
        (moment(12), moment(16), 0, True, moment(4, day=2)),  # less than eleven hours of rest
        (moment(22), moment(8, 59, day=2), 0, True, moment(20, 59, day=2)),
        (moment(22), moment(9, day=2), 0, False, moment(21, day=2)),
    ],
)
def test_a_pause_goes_on_and_a_short_rest_is_said(
    ended: datetime, begins: datetime, before: int, is_short: bool, rest_at: datetime
) -> None:
    first = piece(moment(8), ended)
    second = piece(begins, None, first)

    assert (second.minutes_before, second.is_rest_short) == (before * 60, is_short)
    assert (second.rest_at, second.stop_at) == (rest_at, rest_at + 4 * H)
    advice = "rest" if is_short else ""
    assert clocking.clock_of([second, first], begins) == Clock(begins, before, advice or _noon(before))


def _noon(before: int) -> str:
    return "break" if before and before % 4 == 0 else ""


def test_a_night_is_split_at_midnight() -> None:
    night = piece(moment(20), moment(6, day=2))
    found = clocking.own_hours([night], moment(12, day=2))

    assert [(day.day, hours) for day, hours in found] == [(moment(12).day, 4), (moment(12, day=2).day, 6)]


@pytest.mark.parametrize(
    ("last", "at", "code"),
    [
        (None, moment(12), "duty_not_running"),
        (piece(moment(8), moment(12)), moment(13), "duty_not_running"),
        (piece(moment(8), None), moment(7), "duty_time"),
        (piece(moment(8), None), moment(8), "ok"),
        (piece(moment(8), None), moment(7, 59, day=2), "ok"),
        (piece(moment(8), None), moment(8, day=2), "duty_time"),
    ],
)
def test_what_may_be_ended(last: Piece | None, at: datetime, code: str) -> None:
    assert code_of(clocking.may_end(last, at)) == code
