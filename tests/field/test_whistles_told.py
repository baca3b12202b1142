"""Whom a whistle concerns reads on the phone who is called and what each said; an answer is received once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.dispatch import actions
from gridward.dispatch.models import Task, Whistle, WhistleCall, WhistleReceipt
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk, code_of
from tests.field.conftest import SetClock
from tests.field.phone import Phone, code_for, moment, someone, visit

pytestmark = pytest.mark.django_db

CITY = people.city()
WORDS = "the lift is out of order"
COMING = "two of us are on the way"
Said = dict[str, Any]
Blows = Callable[..., Whistle]


@pytest.fixture
def family(desk: Desk, at: SetClock) -> Task:
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(11))
    return desk.task()


@pytest.fixture
def street(desk: Desk, at: SetClock) -> Actor:
    return someone("street_officer", CITY.xinjiekou)


@pytest.fixture
def blows(street: Actor) -> Blows:
    def blow(task: Task | None = None, *, by: Actor | None = None, words: str = WORDS) -> Whistle:
        centre = by or street
        with people.acting(centre):
            blown = actions.whistle_blow(
                agencies=["transport", "health"], lead="health", question="repair", words=words, priority="P3",
                task_id=task.id if task else None, by=centre, now=clock.now(),
            )  # fmt: skip
        assert isinstance(blown, Whistle), blown
        return blown

    return blow


def says(agency: str, answer: str = "coming", words: str = COMING) -> WhistleCall:
    with people.as_owner():
        call = WhistleCall.objects.get(agency_code=agency)
    liaison = someone("agency_liaison", agency=agency)
    with people.acting(liaison):
        outcome = actions.whistle_answer(
            call_id=call.id, answer=answer, words=words, by=liaison, now=clock.now()
        )
    assert code_of(outcome) == "ok"
    return call


def confirm(phone: Phone, call_id: object, kind: str = "coming", at: datetime | None = None) -> list[Said]:
    receipt = {"id": str(call_id), "kind": kind, "at": (at or clock.now()).isoformat()}
    answer = phone.asks(
        "POST", "/api/v1/sync/receipts", {"sent_at": clock.now().isoformat(), "receipts": [receipt]}
    )
    assert answer.status_code == 201, answer.content
    results: list[Said] = answer.json()["results"]
    return results


def of_grid(area: str) -> Phone:
    other = Phone()
    assert other.enrols(code_for(someone("grid_worker", area))).status_code == 201
    return other


def test_who_holds_the_household_reads_who_is_called_until_when_and_what_each_said(
    phone: Phone, family: Task, blows: Blows
) -> None:
    assert phone.syncs()["whistles"] == []
    blown = blows(family)
    says("health")

    (told,) = phone.syncs()["whistles"]

    assert set(told) == {
        "id", "task_id", "from", "question", "words", "priority", "at", "closed_at", "closing", "calls",
    }  # fmt: skip
    assert (told["id"], told["task_id"]) == (str(blown.id), str(family.id))
    assert (told["question"], told["words"], told["priority"]) == ("repair", WORDS, "P2")
    assert told["from"] == "新街口街道" and told["closed_at"] is None
    lead, other = told["calls"]
    assert (lead["is_lead"], lead["state"], lead["words"]) == (True, "coming", COMING)
    assert (other["agency"], other["state"], other["words"]) == ("交通运输局", "waiting", "")
    assert datetime.fromisoformat(other["reply_by"]) == moment(14)
    assert lead["received_at"] is None


def test_the_questions_and_the_answers_are_among_the_lists_of_the_phone(phone: Phone) -> None:
    words = phone.asks("GET", "/api/v1/sync/words").json()["languages"]["en"]

    assert dict(words["whistle_questions"])["repair"].startswith("Repair")
    assert [code for code, _label in words["whistle_states"]] == ["waiting", "coming", "answered", "not_ours"]


def test_of_a_household_in_another_hand_nobody_is_told(phone: Phone, family: Task, blows: Blows) -> None:
    blows(family)

    assert of_grid(CITY.next_grid).syncs()["whistles"] == []


def test_what_the_street_calls_for_without_a_household_all_its_workers_read(
    phone: Phone, blows: Blows, street: Actor
) -> None:
    blows()
    elsewhere = someone("street_officer", "320104001")
    blows(by=elsewhere, words="sand and pumps are needed")

    for one in (phone, of_grid(CITY.next_grid)):
        (told,) = one.syncs()["whistles"]
        assert (told["task_id"], told["words"]) == (None, WORDS)


def test_a_district_s_call_without_a_household_is_no_matter_of_each_phone(phone: Phone, blows: Blows) -> None:
    blows(by=someone("district_officer", CITY.xuanwu))

    assert phone.syncs()["whistles"] == []


def test_what_came_of_it_is_told_for_a_day(
    phone: Phone, family: Task, blows: Blows, street: Actor, at: SetClock
) -> None:
    blown = blows(family)
    with people.acting(street):
        outcome = actions.whistle_close(
            whistle_id=blown.id, words="the lift runs", by=street, now=clock.now()
        )
    assert code_of(outcome) == "ok"

    (told,) = phone.syncs()["whistles"]
    assert told["closing"] == "the lift runs" and told["closed_at"]
    at(moment(13, day=2))
    assert phone.syncs()["whistles"] == []


def test_with_the_household_goes_the_whistle_about_it(phone: Phone, family: Task, blows: Blows) -> None:
    blows(family)
    (task,) = phone.syncs()["tasks"]
    assert [one["status"] for one in phone.sends(visit(task))] == ["stored"]

    assert phone.syncs()["whistles"] == []


def test_an_answer_is_received_once_and_the_first_moment_counts(
    phone: Phone, family: Task, blows: Blows, at: SetClock, street: Actor
) -> None:
    blown = blows(family)
    call = says("health")
    at(moment(12, 10))
    first = confirm(phone, call.id, at=moment(12, 4))
    at(moment(12, 20))

    assert [one["status"] for one in first + confirm(phone, call.id)] == ["stored", "known"]
    told = phone.syncs()["whistles"][0]["calls"][0]
    assert datetime.fromisoformat(told["received_at"]) == moment(12, 4)
    with people.as_owner():
        (entry,) = LedgerEntry.objects.filter(action="whistle.receive")
        assert COMING not in str(entry.detail) + entry.reason
    shown = people.client_of(street).get(f"/whistles/{blown.id}").content.decode()
    assert "The worker received it" in shown


def test_a_later_answer_is_received_anew(phone: Phone, family: Task, blows: Blows, at: SetClock) -> None:
    blows(family)
    call = says("health")
    confirm(phone, call.id)
    at(moment(13))
    says("health", "answered", "the lift runs again")

    assert phone.syncs()["whistles"][0]["calls"][0]["received_at"] is None
    # What lay on a phone without a network is as true as before.
    late = [confirm(phone, call.id, kind)[0]["status"] for kind in ("coming", "answered", "answered")]
    assert late == ["known", "stored", "known"]
    assert phone.syncs()["whistles"][0]["calls"][0]["received_at"] is not None


def test_nobody_received_an_answer_before_it_was_given(
    phone: Phone, family: Task, blows: Blows, at: SetClock
) -> None:
    blows(family)
    call = says("health")
    at(moment(15))
    confirm(phone, call.id, at=moment(9))

    with people.as_owner():
        assert WhistleReceipt.objects.get().received_at == moment(12)


@pytest.mark.parametrize(("kind", "code"), [("coming", "not_found"), ("answered", "not_found")])
def test_what_was_not_answered_cannot_be_received(
    phone: Phone, family: Task, blows: Blows, kind: str, code: str
) -> None:
    blows(family)
    with people.as_owner():
        call = WhistleCall.objects.get(agency_code="health")

    (result,) = confirm(phone, call.id, kind)

    assert (result["status"], result["code"]) == ("refused", code)


def test_an_answer_that_was_not_given_is_none(phone: Phone, family: Task, blows: Blows) -> None:
    blows(family)
    call = says("health")

    assert confirm(phone, call.id, "not_ours")[0]["code"] == "whistle_answer"
    assert confirm(phone, uuid4())[0]["code"] == "not_found"


def test_who_does_not_hold_the_household_receives_nothing(phone: Phone, family: Task, blows: Blows) -> None:
    blows(family)
    call = says("health")

    assert confirm(of_grid(CITY.next_grid), call.id)[0]["code"] == "not_found"


def test_what_is_about_no_household_is_addressed_to_nobody(phone: Phone, blows: Blows) -> None:
    blows()
    call = says("health")

    assert confirm(phone, call.id)[0]["code"] == "not_found"


@pytest.mark.parametrize("column", ["blown_by", "area_pos", "order_id", "level", "place_pos"])
def test_a_worker_has_no_right_to_who_blew_it_and_where_it_rose_to(
    desk: Desk, family: Task, blows: Blows, column: str
) -> None:
    blows(family)

    with people.acting(desk.worker):
        assert Whistle.objects.values_list("question", flat=True).get() == "repair"
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(f"select {column} from dispatch_whistle")


@pytest.mark.parametrize(
    "sql",
    [
        "update dispatch_whistle set state = 'closed'",
        "update dispatch_whistlecall set state = 'answered'",
        "select answered_by from dispatch_whistlecall",
        "update dispatch_whistlereceipt set received_at = now()",
        "delete from dispatch_whistlereceipt",
    ],
)
def test_a_worker_changes_nothing_of_a_whistle(desk: Desk, family: Task, blows: Blows, sql: str) -> None:
    blows(family)
    with (
        people.acting(desk.worker),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_behind_the_front_door_nobody_confirms_for_somebody_else(
    phone: Phone, family: Task, blows: Blows
) -> None:
    blows(family)
    call = says("health")
    other = someone("grid_worker", CITY.next_grid)
    for account in (other.id, uuid4()):
        row = WhistleReceipt(
            id=uuid4(), call_id=call.id, account_id=account, answer="coming", received_at=moment(12)
        )
        with (
            people.acting(other),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            WhistleReceipt.objects.bulk_create([row])


def test_a_centre_elsewhere_reads_no_receipt(phone: Phone, family: Task, blows: Blows) -> None:
    blows(family)
    confirm(phone, says("health").id)

    for role, area, seen in (
        ("street_officer", CITY.xinjiekou, 1),
        ("street_officer", "320104001", 0),
        ("grid_worker", CITY.next_grid, 0),
    ):
        with people.acting(someone(role, area)):
            assert WhistleReceipt.objects.count() == seen


def test_a_phone_says_the_age_of_a_receipt_and_not_its_clock(
    phone: Phone, family: Task, blows: Blows, at: SetClock
) -> None:
    blows(family)
    call = says("health")
    at(moment(15))
    ahead = timedelta(days=400)
    receipt = {"id": str(call.id), "kind": "coming", "at": (moment(14) + ahead).isoformat()}
    said = {"sent_at": (clock.now() + ahead).isoformat(), "receipts": [receipt]}

    assert phone.asks("POST", "/api/v1/sync/receipts", said).status_code == 201

    with people.as_owner():
        assert WhistleReceipt.objects.get().received_at == moment(14)
