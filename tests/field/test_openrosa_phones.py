"""A phone with ODK Collect: whose it is, how long, what its token opens and what it does not."""

import base64
import json
import logging
import re
import zlib
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from gridward.dispatch.models import Task
from gridward.field.models import Submission
from gridward.field.web.devices import settings_of
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import refuse
from gridward.wiring.logs import WithoutValues
from tests import people
from tests.dispatch.desk import ACROSS, Desk
from tests.field.collect import Collect, answers, message, opened_for
from tests.field.conftest import SetClock
from tests.field.filled import filled, log, order_over, published, visited
from tests.field.phone import Phone, code_for, moment, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def collect(desk: Desk, at: SetClock) -> Collect:
    return Collect(opened_for(desk.worker))


@pytest.fixture
def form(collect: Collect) -> UUID:
    return published("disinfection_log")


def test_the_code_lasts_ten_minutes_unless_a_phone_asks(collect: Collect, desk: Desk, at: SetClock) -> None:
    at(moment(12, 11))
    assert collect.asks("GET", "formList").status_code == 403

    at(moment(12))
    second = Collect(opened_for(desk.worker))
    assert second.asks("GET", "formList").status_code == 200
    at(moment(12, day=3))
    assert second.asks("GET", "formList").status_code == 200


def test_the_first_phone_that_delivers_is_the_one(collect: Collect, form: UUID) -> None:
    assert collect.sends(answers(filled("disinfection_log", log()))).status_code == 201

    other = collect.sends(answers(filled("disinfection_log", log())), says="collect:other")
    unnamed = collect.sends(answers(filled("disinfection_log", log())), says="")

    assert (other.status_code, unnamed.status_code) == (403, 403)
    assert collect.sends(answers(filled("disinfection_log", log()))).status_code == 201


def test_a_phone_that_is_ended_gets_nothing_more(collect: Collect, desk: Desk, form: UUID) -> None:
    assert collect.asks("GET", "formList").status_code == 200

    Phone().enrols(code_for(desk.worker))

    assert collect.asks("GET", "formList").status_code == 403


def test_its_token_opens_nothing_else(collect: Collect, form: UUID) -> None:
    bearer = {"authorization": f"Bearer {collect.token}"}

    assert collect.client.post("/api/v1/sync", {}, headers=bearer).status_code == 401
    assert collect.client.get("/api/v1/tasks", headers=bearer).status_code == 401
    assert collect.client.get("/today").status_code == 401


def test_a_handhelds_token_opens_no_address_of_collect(phone: Phone, desk: Desk) -> None:
    assert Collect(phone.token).asks("GET", "formList").status_code == 403


def test_only_answers_of_a_household_in_the_hand_are_taken(collect: Collect, desk: Desk) -> None:
    published("visit_outcome")
    desk.list_comes("police-list", ACROSS, at=moment(12))
    with people.as_owner():
        task = Task.objects.get()
        Task.objects.update(assignee_id=uuid4())

    answer = collect.sends(answers(filled("visit_outcome", visited({"id": task.id}))))

    assert answer.status_code == 404


def test_after_the_order_nothing_is_taken(collect: Collect, form: UUID, desk: Desk) -> None:
    collect.headers["Accept-Language"] = "en"
    assert collect.sends(answers(filled("disinfection_log", log()))).status_code == 201
    order_over(desk)

    answer = collect.sends(answers(filled("disinfection_log", log())))

    assert answer.status_code == 403 and message(answer).startswith(refuse("order_inactive").title)
    with people.as_owner():
        assert Submission.objects.count() == 1


def test_the_ledger_keeps_that_it_came_and_no_word_of_it(collect: Collect, form: UUID) -> None:
    collect.sends(answers(filled("disinfection_log", log(remarks="很脏"))))

    with people.as_owner():
        entry = LedgerEntry.objects.get(action="submission.take")
        assert "很脏" not in str(entry.detail) and str(form) in str(entry.detail)


def test_the_centre_shows_settings_that_collect_reads(desk: Desk, at: SetClock) -> None:
    page = people.client_of(someone("community_officer", people.city().chengxianjie)).post(
        reverse("field:collect"), {"worker": desk.worker.handle}
    )

    address = re.search(r'value="(http://testserver/openrosa/gc_[^"]+)"', page.content.decode())
    assert address, page.content
    said = json.loads(zlib.decompress(base64.b64decode(settings_of(address[1]))))
    assert said["general"]["server_url"] == address[1] and said["admin"] == {}
    assert Collect(address[1].rsplit("/", 1)[1]).asks("GET", "formList").status_code == 200


def test_a_line_of_the_log_shows_no_token(collect: Collect, caplog: pytest.LogCaptureFixture) -> None:
    written = WithoutValues("%(message)s")

    collect.asks("GET", "forms/nothing")

    assert caplog.records
    assert not any(collect.token in written.format(record) for record in caplog.records)
    said = logging.makeLogRecord({"msg": "Not Found: %s", "args": (f"{collect.base}/formList?a=1",)})
    assert written.format(said) == "Not Found: /openrosa/…/formList?a=1"
