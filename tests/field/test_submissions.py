"""Answers to forms from a handheld: read against their form, sealed, stored once, followed by visible steps."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gridward.dispatch.models import PassResult, Task
from gridward.field.models import Photo, Submission
from gridward.forms import api as forms
from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.models import LedgerEntry
from gridward.registry.models import Correction
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk
from tests.field.conftest import SetClock
from tests.field.filled import filled, jpeg, log, order_over, published, visited
from tests.field.phone import Phone, moment, someone

pytestmark = pytest.mark.django_db

Held = dict[str, Any]


@pytest.fixture
def task(desk: Desk, phone: Phone) -> Held:
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))
    held: Held = phone.syncs()["tasks"][0]
    return held


def sent(form: UUID, xml: str, **more: Any) -> Held:
    name = xml.split("uuid:")[1].split("<")[0]
    return {"id": name, "form": str(form), "at": clock.now().isoformat(), "xml": xml} | more


def submit(phone: Phone, *said: Held, ahead: timedelta = timedelta()) -> list[Held]:
    body = {"sent_at": (clock.now() + ahead).isoformat(), "submissions": list(said)}
    answer = phone.asks("POST", "/api/v1/sync/submissions", body)
    assert answer.status_code == 201, answer.content
    results: list[Held] = answer.json()["results"]
    return results


def bring(phone: Phone, submission: str, name: str, content: bytes) -> tuple[int, Held]:
    path = f"/api/v1/sync/media/{submission}/{name}"
    headers = {"authorization": f"Bearer {phone.token}", "gridward-proof": phone.proof("POST", path, content)}
    answer = phone.client.generic("POST", path, content, content_type="image/jpeg", headers=headers)
    return answer.status_code, answer.json()


def test_a_phone_gets_the_forms_of_its_area_and_hears_when_they_change(phone: Phone, desk: Desk) -> None:
    before = phone.syncs()["forms_stamp"]
    form = published("visit_outcome")

    found = phone.asks("GET", "/api/v1/sync/forms").json()

    assert phone.syncs()["forms_stamp"] == found["stamp"] != before
    (one,) = found["forms"]
    assert (one["id"], one["code"], one["about"]) == (str(form), "visit_outcome", "household")
    assert one["gives"]["/data/household"] == "task" and one["gives"]["/data/result"] == "result"
    assert "jr://file-csv/tasks.csv" in one["xform"]


def test_a_visit_by_form_closes_the_household_once_however_often_it_comes(phone: Phone, task: Held) -> None:
    said = sent(published("visit_outcome"), filled("visit_outcome", visited(task)))

    (first,) = submit(phone, said)
    again = submit(phone, said, said)

    assert first["status"] == "stored"
    assert first["steps"] == [{"step": "visit", "status": "done", "title": "", "advice": ""}]
    assert [one["status"] for one in again] == ["known", "known"]
    assert [one["steps"] for one in again] == [first["steps"]] * 2
    assert phone.syncs()["order"] == []
    with people.as_owner():
        assert Task.objects.get().state == "closed"
        assert PassResult.objects.filter(pass_kind="visit").count() == 2
        assert Submission.objects.count() == 1
        assert LedgerEntry.objects.filter(action="submission.take").count() == 1


def test_other_answers_under_the_same_number_are_refused(phone: Phone, task: Held) -> None:
    form, name = published("care_visit"), uuid4()
    answers = {"household": task["id"], "mood": "3"}
    first = sent(form, filled("care_visit", answers, instance=name))
    other = sent(form, filled("care_visit", answers | {"mood": "1"}, instance=name))

    results = submit(phone, first, other, first)

    assert [(one["status"], one["code"]) for one in results] == [
        ("stored", ""),
        ("refused", "submission_differs"),
        ("known", ""),
    ]


def test_what_is_kept_is_sealed_and_nothing_of_it_lies_open(phone: Phone, task: Held) -> None:
    answers = {"household": task["id"], "mood": "3", "remarks": "请带一袋大米"}
    submit(phone, sent(published("care_visit"), filled("care_visit", answers)))

    with people.as_owner():
        row = Submission.objects.get()
        raw = b"".join(bytes(one) for one in (row.content_sealed, row.told, row.key_wrapped))
        sealer = governance.sealer(row.domain)
        key = sealer.unwrap(row.key_id, row.key_wrapped)
        text = sealer.open_(
            key, row.content_sealed, table="field_submission", column="content_sealed", row_id=row.id
        )
        said = str(list(LedgerEntry.objects.values()))
    assert "请带一袋大米" in text
    assert "请带一袋大米".encode() not in raw and "请带一袋大米" not in said
    assert (row.task_id, row.area_pos > 0) == (UUID(task["id"]), True)


def test_answers_that_do_not_fit_are_refused_question_by_question(phone: Phone, task: Held) -> None:
    form = published("care_visit")
    answers = {"household": task["id"], "mood": "9", "food_days": "many", "next_visit": "2020-01-01"}

    (refused,) = submit(phone, sent(form, filled("care_visit", answers)))

    assert (refused["status"], refused["code"]) == ("refused", "answers_wrong")
    assert [one["where"] for one in refused["fields"]] == ["mood", "food_days", "next_visit"]
    assert all(one["problem"] for one in refused["fields"])
    with people.as_owner():
        assert not Submission.objects.exists()


def test_a_registration_proposes_what_differs_and_nothing_else(phone: Phone, task: Held) -> None:
    number = task["people"][0]["number"]
    answers = {
        "household": task["id"], "person_number": number, "name": "李小明", "phone": "13900000000", "address": "珠江路",
        "contact": "no",
    }  # fmt: skip

    (stored,) = submit(phone, sent(published("health_registration"), filled("health_registration", answers)))

    assert stored["status"] == "stored"
    assert [one["step"] for one in stored["steps"]] == ["correction_name", "correction_phone"]
    assert {one["status"] for one in stored["steps"]} <= {"done", "nothing", "refused"}
    with people.as_owner():
        done = sum(one["status"] == "done" for one in stored["steps"])
        assert Correction.objects.count() == done
        assert Submission.objects.get().person_id == UUID(task["people"][0]["person_id"])


def test_a_step_that_is_refused_leaves_the_answers_where_they_are(
    phone: Phone, task: Held, at: SetClock
) -> None:
    form = published("visit_outcome")
    at(moment(21))

    (stored,) = submit(phone, sent(form, filled("visit_outcome", visited(task))))

    (step,) = stored["steps"]
    assert (stored["status"], step["status"]) == ("stored", "refused")
    assert step["title"], "why it was refused"
    with people.as_owner():
        assert Submission.objects.get().steps == [
            {"step": "visit", "status": "refused", "code": "quiet_hours"}
        ]
        assert Task.objects.get().state == "open"


def test_a_visit_filled_in_offline_counts_at_its_own_time(phone: Phone, task: Held, at: SetClock) -> None:
    form = published("visit_outcome")
    at(moment(22))

    (stored,) = submit(phone, sent(form, filled("visit_outcome", visited(task)), at=moment(18).isoformat()))

    assert stored["steps"][0]["status"] == "done"
    with people.as_owner():
        assert set(PassResult.objects.filter(pass_kind="visit").values_list("at", flat=True)) == {moment(18)}


def test_a_household_that_is_not_in_the_hand_cannot_be_answered_about(phone: Phone, task: Held) -> None:
    form = published("care_visit")
    asked = [
        {"household": str(uuid4()), "mood": "3"},
        {"household": "x'or1=1", "mood": "3"},
    ]

    results = submit(phone, *[sent(form, filled("care_visit", one)) for one in asked])

    assert [one["code"] for one in results] == ["not_found", "not_found"]


def test_one_that_is_refused_keeps_no_other_one_out(phone: Phone, task: Held) -> None:
    form = published("care_visit")
    good = sent(form, filled("care_visit", {"household": task["id"], "mood": "3"}))
    bad = [
        sent(form, filled("unknown_form", {})),
        sent(form, filled("care_visit", {}, version="1")),
        {**good, "xml": "<data/>"},
        {**good, "xml": "no xml at all"},
        {**good, "xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><data>&b;</data>"},
        {**sent(form, filled("care_visit", {"household": task["id"], "mood": "2"})), "id": str(uuid4())},
    ]

    results = submit(phone, *bad, good)

    assert [one["status"] for one in results] == ["refused"] * 6 + ["stored"]
    assert all(one["code"] and one["title"] for one in results[:-1])
    with people.as_owner():
        assert Submission.objects.count() == 1


def test_a_log_of_the_work_has_photos_that_come_after_it(phone: Phone, desk: Desk) -> None:
    said = sent(published("disinfection_log"), filled("disinfection_log", log(photo="1700000000000.jpg")))

    (stored,) = submit(phone, said)
    first = bring(phone, said["id"], "1700000000000.jpg", jpeg())
    again = bring(phone, said["id"], "1700000000000.jpg", jpeg())
    other = bring(phone, said["id"], "1700000000000.jpg", jpeg(picture=b"\x01"))
    unknown = bring(phone, said["id"], "2.jpg", jpeg())
    wrong = bring(phone, str(uuid4()), "1700000000000.jpg", jpeg())

    assert (stored["media"], submit(phone, said)[0]["media"]) == (["1700000000000.jpg"], [])
    assert (first, again) == ((201, {"status": "stored"}), (201, {"status": "known"}))
    assert [(status, said["code"]) for status, said in (other, unknown, wrong)] == [
        (409, "submission_differs"),
        (404, "media_unknown"),
        (404, "media_unknown"),
    ]
    with people.as_owner():
        photo = Photo.objects.get()
        assert photo.size == len(jpeg(notes=b"")) and b"JFIF" not in bytes(photo.content_sealed or b"")


@pytest.mark.parametrize("content", [b"", b"GIF89a", jpeg()[:40]])
def test_what_is_no_photo_is_refused_and_still_waited_for(phone: Phone, desk: Desk, content: bytes) -> None:
    said = sent(published("disinfection_log"), filled("disinfection_log", log(photo="a.jpg")))
    submit(phone, said)

    status, refused = bring(phone, said["id"], "a.jpg", content)

    assert (status, refused["code"]) == (422, "photo_wrong")
    assert submit(phone, said)[0]["media"] == ["a.jpg"]


def test_a_form_that_ended_takes_in_what_was_on_its_way_and_then_no_more(
    phone: Phone, desk: Desk, at: SetClock
) -> None:
    form = published("disinfection_log")
    said = [sent(form, filled("disinfection_log", log())) for _one in range(2)]
    publisher = someone("city_officer", people.city().city)
    with people.acting(publisher):
        forms.form_end(form_id=form, reason="asked enough", by=publisher, now=clock.now())

    at(moment(12, day=2) - timedelta(minutes=1))
    on_its_way = submit(phone, said[0])
    at(moment(12, day=2))
    late = submit(phone, said[1])

    assert [one["status"] for one in on_its_way] == ["stored"]
    assert [one["code"] for one in late] == ["form_answers_late"]
    assert phone.asks("GET", "/api/v1/sync/forms").json()["forms"] == []


def test_another_worker_cannot_send_under_somebody_elses_number(phone: Phone, task: Held, desk: Desk) -> None:
    form = published("disinfection_log")
    said = sent(form, filled("disinfection_log", log()))
    submit(phone, said)
    with people.as_owner():
        Submission.objects.update(account_id=uuid4())

    (refused,) = submit(phone, said)

    assert (refused["status"], refused["code"]) == ("refused", "submission_differs")


def test_without_an_order_nothing_is_taken_in(phone: Phone, desk: Desk) -> None:
    said = sent(published("disinfection_log"), filled("disinfection_log", log()))
    order_over(desk)
    body = {"sent_at": clock.now().isoformat(), "submissions": [said]}

    answer = phone.asks("POST", "/api/v1/sync/submissions", body)

    assert (answer.status_code, answer.json()["code"]) == (403, "order_inactive")
    with people.as_owner():
        assert not Submission.objects.exists()


def test_answers_older_than_the_order_are_refused(phone: Phone, desk: Desk) -> None:
    form = published("disinfection_log")
    long_ago = (desk.order.starts_at - timedelta(minutes=1)).isoformat()

    (refused,) = submit(phone, sent(form, filled("disinfection_log", log(day="2020-01-01")), at=long_ago))

    assert (refused["status"], refused["code"]) == ("refused", "submission_older")
