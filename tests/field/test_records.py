"""What a phone recorded without a network: each once, at its own time, and none lost because of another."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from gridward.dispatch.models import PassResult, Task
from gridward.kernel.models import LedgerEntry
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, STUDENT, Desk
from tests.field.conftest import SetClock
from tests.field.phone import Phone, moment, visit

pytestmark = pytest.mark.django_db

Held = dict[str, Any]


@pytest.fixture
def task(desk: Desk, phone: Phone) -> Held:
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))
    held: Held = phone.syncs()["tasks"][0]
    return held


def call(task: Held, *, at: datetime, **more: Any) -> dict[str, Any]:
    made = {"id": str(uuid4()), "kind": "phone", "task": task["id"], "at": at.isoformat()}
    return made | {"person": task["people"][0]["person_id"], "result": "no_answer"} | more


def moments(kind: str) -> set[datetime]:
    with people.as_owner():
        asked = PassResult.objects.filter(pass_kind=kind).exclude(result="skipped")
        return set(asked.values_list("at", flat=True))


def test_a_visit_is_stored_once_however_often_it_comes(phone: Phone, task: Held) -> None:
    made = visit(task)

    (first,) = phone.sends(made)
    (second,) = phone.sends(made)
    both = phone.sends(made, made)

    assert (first["status"], first["task_state"]) == ("stored", "closed")
    assert [one["status"] for one in (second, *both)] == ["known"] * 3
    assert second["task_state"] == "closed" and second["id"] == made["id"]
    assert phone.syncs()["order"] == []
    with people.as_owner():
        assert Task.objects.get().state == "closed"
        assert PassResult.objects.filter(pass_kind="visit").count() == 2


def test_it_counts_at_the_time_it_was_made(phone: Phone, task: Held, at: SetClock) -> None:
    at(moment(21, 30))

    (late,) = phone.sends(visit(task, at=moment(18, 15)))

    assert late["status"] == "stored", "nobody is disturbed at night by what was done in the afternoon"
    assert moments("visit") == {moment(18, 15)}


@pytest.mark.parametrize("ahead", [timedelta(hours=-30), timedelta(), timedelta(days=400)])
def test_a_phone_whose_clock_is_wrong_tells_the_time_all_the_same(
    phone: Phone, task: Held, at: SetClock, ahead: timedelta
) -> None:
    at(moment(15))

    (stored,) = phone.sends(visit(task, at=moment(14) + ahead), ahead=ahead)

    assert stored["status"] == "stored"
    assert moments("visit") == {moment(14)}


@pytest.mark.parametrize(
    ("made", "counted"),
    [
        (moment(10), moment(12)),  # before the task went out
        (moment(12, day=-30), moment(12)),
        (moment(14), moment(14)),
        (moment(16), moment(15)),  # after it was sent
        (moment(16, day=30), moment(15)),
    ],
)
def test_nothing_was_done_before_it_could_be_nor_after_now(
    phone: Phone, task: Held, at: SetClock, made: datetime, counted: datetime
) -> None:
    at(moment(15))

    assert [one["status"] for one in phone.sends(visit(task, at=made))] == ["stored"]
    assert moments("visit") == {counted}


def test_what_was_done_at_night_is_refused_and_says_why(phone: Phone, task: Held, at: SetClock) -> None:
    at(moment(21))

    (night,) = phone.sends(visit(task, at=moment(20, 30)))

    assert (night["status"], night["code"]) == ("refused", "quiet_hours")
    assert night["title"] and night["advice"]


def test_a_record_that_is_refused_keeps_no_other_one_out(
    desk: Desk, phone: Phone, task: Held, at: SetClock
) -> None:
    desk.list_comes("police-list", ACROSS, at=moment(12, 5))
    at(moment(13))
    (other,) = phone.syncs()["tasks"]
    sent = [
        {},
        {"id": "nothing", "kind": "visit"},
        {"id": str(uuid4()), "kind": "score", "task": task["id"]},
        visit(task, result="skipped"),
        visit(task, outcomes={str(uuid4()): "moved"}),
        visit(task, at=None) | {"at": "yesterday"},
        visit(task, reason="x" * 101),
        visit(task, reason="a\0b"),
        visit({"id": str(uuid4()), "people": []}),
        visit(other),
        call(task, at=moment(12, 30)),
    ]

    results = phone.sends(*sent)

    assert [(one["status"], one["code"]) for one in results] == [
        ("refused", "form_invalid"),
        ("refused", "form_invalid"),
        ("refused", "form_invalid"),
        ("refused", "pass_result"),
        ("refused", "outcome_unknown"),
        ("refused", "form_invalid"),
        ("refused", "form_invalid"),
        ("refused", "form_invalid"),
        ("refused", "not_found"),
        ("stored", ""),
        ("stored", ""),
    ]
    with people.as_owner():
        assert LedgerEntry.objects.filter(action="endpoint.refuse").count() == 3


def test_calls_and_visits_keep_their_order_and_their_budget(phone: Phone, task: Held, at: SetClock) -> None:
    at(moment(19))
    first = call(task, at=moment(13))
    second = visit(task, at=moment(14), result="not_home", outcomes={}, found_by="")
    third = visit(task, at=moment(15), result="not_home", outcomes={}, found_by="")

    results = phone.sends(first, second, third)

    assert [(one["status"], one["code"]) for one in results] == [
        ("stored", ""),
        ("stored", ""),
        ("refused", "contact_budget"),
    ]
    with people.as_owner():
        kept = Task.objects.get()
        assert (kept.asked_at, kept.asked_count) == (moment(14), 2)


def test_what_comes_late_is_held_against_the_budget_of_its_own_day(
    phone: Phone, task: Held, at: SetClock
) -> None:
    at(moment(11, day=2))
    people = [one["person_id"] for one in task["people"]]
    today = [
        call(task, at=moment(9, minute, day=2)) | {"person": who}
        for minute, who in zip((10, 20), people, strict=True)
    ]
    yesterday = visit(task, at=moment(18), result="not_home", outcomes={}, found_by="")

    assert [(one["status"], one["code"]) for one in phone.sends(*today, yesterday)] == [("stored", "")] * 3
    assert [one["asked_today"] for one in phone.syncs()["tasks"]] == [2]


def test_what_comes_late_counts_on_its_own_day(phone: Phone, task: Held, at: SetClock) -> None:
    at(moment(10, day=2))
    today = call(task, at=moment(9, 30, day=2))
    yesterday = call(task, at=moment(18)) | {"person": task["people"][1]["person_id"]}

    assert [one["status"] for one in phone.sends(today, yesterday)] == ["stored", "stored"]
    with people.as_owner():
        kept = Task.objects.get()
        assert (kept.asked_at, kept.asked_count) == (moment(9, 30, day=2), 1)


@pytest.mark.parametrize("count", [0, 51])
def test_more_than_fifty_records_do_not_come_at_once(phone: Phone, task: Held, count: int) -> None:
    said = {"sent_at": moment(12).isoformat(), "records": [{}] * count}

    answer = phone.asks("POST", "/api/v1/sync/records", said)

    assert (answer.status_code, answer.json()["code"]) == (422, "form_invalid")


def test_a_skipped_call_says_why(phone: Phone, task: Held) -> None:
    skipped = call(task, at=moment(12), result="skipped:cannot_use_phone")
    unlawful = call(task, at=moment(12), result="skipped:no time")

    assert [(one["status"], one["code"]) for one in phone.sends(skipped, unlawful)] == [
        ("stored", ""),
        ("refused", "skip_reason"),
    ]
