"""The worker's day on a phone: what it gets, what it gets again, and what it forgets."""

import base64
import gzip
import json
from datetime import datetime, timedelta

import pytest

from gridward.field import queries
from gridward.field.rules import KEPT_UNHEARD
from gridward.governance.models import AccessGrant
from gridward.kernel import clock
from gridward.kernel.models import LedgerEntry
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, STUDENT, Desk
from tests.field.conftest import SetClock
from tests.field.phone import Phone, code_for, moment, someone, visit

pytestmark = pytest.mark.django_db

CITY = people.city()


@pytest.fixture
def family(desk: Desk, phone: Phone) -> Phone:
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))
    return phone


def test_a_household_comes_once_and_masked(desk: Desk, family: Phone) -> None:
    found = family.syncs()

    (task,) = found["tasks"]
    assert found["order"] == [task["id"]]
    assert STUDENT.address.endswith(task["address_text"]) and task["area"]["code"] == CITY.grid
    assert task["building"] + task["door"] == task["address_text"]
    assert all("*" in one["name"] and "****" in one["phone"] for one in task["people"])
    whole = str(found)
    for person in (STUDENT, MOTHER):
        assert person.name not in whole and person.id_number not in whole and person.phone not in whole
    assert (task["asked_today"], task["asked_most"]) == (0, 2)

    again = family.syncs()
    assert (again["tasks"], again["order"]) == ([], None)
    assert again["cursor"] == found["cursor"]


def test_only_what_changed_comes_again(desk: Desk, family: Phone, at: SetClock) -> None:
    family.syncs()
    at(moment(12, 40))
    desk.list_comes("police-list", ACROSS, at=moment(12, 10))
    new = family.syncs()
    assert len(new["tasks"]) == 1 and len(new["order"]) == 2

    desk.list_comes("police-list", STUDENT, at=moment(12, 20))
    (changed,) = family.syncs()["tasks"]
    assert {len(one["channels"]) for one in changed["people"]} == {1, 2}

    desk.visit(desk.task_of(STUDENT), "not_home", at=moment(12, 30))
    (asked,) = family.syncs()["tasks"]
    assert (asked["id"], asked["asked_today"], asked["visits_not_home"]) == (changed["id"], 1, 1)
    assert family.syncs()["tasks"] == []


def test_what_was_asked_today_is_another_number_tomorrow(desk: Desk, family: Phone, at: SetClock) -> None:
    desk.visit(desk.task(), "not_home", at=moment(12, 1))
    assert [one["asked_today"] for one in family.syncs()["tasks"]] == [1]

    at(moment(9, day=2))
    assert [one["asked_today"] for one in family.syncs()["tasks"]] == [0]


def test_a_task_that_is_closed_is_gone(desk: Desk, family: Phone) -> None:
    (task,) = family.syncs()["tasks"]
    found = {STUDENT: "verified_present", MOTHER: "verified_present"}
    desk.visit(desk.task(), "done", found, at=moment(12, 5))

    after = family.syncs()
    assert task["id"] and (after["tasks"], after["order"]) == ([], [])
    assert family.syncs()["order"] is None


def test_what_cannot_be_opened_keeps_nothing_back_and_comes_once_it_can(
    desk: Desk, family: Phone, at: SetClock
) -> None:
    at(moment(12, 10))
    desk.list_comes("police-list", ACROSS, at=moment(12, 10))
    shut = str(desk.task_of(ACROSS).household_id)

    def grants(ended_at: datetime | None) -> None:
        with people.as_owner():
            AccessGrant.objects.filter(household_id=shut).update(ended_at=ended_at)

    grants(moment(12, 5))
    first, second = family.syncs(), family.syncs()
    assert (len(first["order"]), len(first["tasks"])) == (1, 1)
    assert (second["order"], second["tasks"]) == (None, [])

    grants(None)
    opened = family.syncs()
    assert (len(opened["order"]), len(opened["tasks"])) == (2, 1)
    assert family.syncs()["order"] is None


def test_an_answer_that_was_lost_costs_nothing(desk: Desk, family: Phone) -> None:
    first = family.syncs()
    family.cursor = ""

    assert family.syncs()["tasks"] == first["tasks"]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "AAAA",
        "%%%%",
        "é",
        base64.urlsafe_b64encode(bytes(15)).decode(),
        base64.urlsafe_b64encode(bytes(6 + 8 * 401)).decode(),
    ],
)
def test_a_cursor_nobody_gave_is_refused(phone: Phone, cursor: str) -> None:
    answer = phone.asks("POST", "/api/v1/sync", {"held": cursor})

    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_wrong")


def test_what_it_says_it_held_of_others_gives_a_phone_nothing(phone: Phone) -> None:
    phone.cursor = base64.urlsafe_b64encode(bytes(14)).decode()

    found = phone.syncs()
    assert (found["tasks"], found["order"]) == ([], [])


def test_one_change_among_forty_households_is_small(desk: Desk, family: Phone, at: SetClock) -> None:
    family.syncs()
    at(moment(12, 30))
    desk.visit(desk.task(), "not_home", at=moment(12, 30))
    family.client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip"
    answer = family.asks("POST", "/api/v1/sync", {"held": family.cursor})

    assert answer["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(answer.content))["tasks"]) == 1
    of_forty = 40 * 8 * 4 // 3
    assert len(answer.content) + of_forty <= 1_500, "P5: one change is 1.5 KB at most"


def test_a_day_is_kept_for_a_day_at_most(family: Phone) -> None:
    assert datetime.fromisoformat(family.syncs()["keep_until"]) == clock.now() + KEPT_UNHEARD


def test_each_household_that_is_given_stands_in_the_ledger(desk: Desk, family: Phone) -> None:
    def looks() -> int:
        with people.as_owner():
            return LedgerEntry.objects.filter(action="task.access").count()

    before = looks()
    family.syncs()
    assert looks() == before + 1
    family.syncs()
    assert looks() == before + 1, "what did not change is not opened"


def test_another_workers_phone_gets_nothing_of_it(desk: Desk, family: Phone) -> None:
    other = someone("grid_worker", CITY.next_grid, responsible=True)
    phone = Phone()
    assert phone.enrols(code_for(other)).status_code == 201
    (task,) = family.syncs()["tasks"]

    assert phone.syncs()["tasks"] == []
    (result,) = phone.sends(visit(task))
    assert (result["status"], result["code"]) == ("refused", "not_found")


def test_the_words_are_there_in_every_language(phone: Phone) -> None:
    answer = phone.asks("GET", "/api/v1/sync/words")
    words = answer.json()

    assert words["stamp"] == phone.syncs()["words_stamp"]
    assert set(words["languages"]) == {"en", "zh-hans", "zh-hant"}
    codes = [
        {name: [code for code, _words in pairs] for name, pairs in lists.items()}
        for lists in words["languages"].values()
    ]
    assert codes[0] == codes[1] == codes[2]
    assert ["not_home", "Nobody home"] in words["languages"]["en"]["visit_results"]
    assert dict(words["languages"]["zh-hans"]["visit_results"])["not_home"] != "Nobody home"


def test_it_is_seldom_written_down_that_a_phone_asked(phone: Phone, at: SetClock) -> None:
    seen = []
    for minute in (0, 1, 4, 6, 7):
        at(moment(12, minute))
        phone.syncs()
        with people.as_owner():
            seen.append(queries.Device.objects.get().last_seen_at)
    assert seen == [moment(12), moment(12), moment(12), moment(12, 6), moment(12, 6)]
    assert timedelta(minutes=6) == seen[-1] - seen[0]
