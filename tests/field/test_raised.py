"""A worker raises a household in hand from the phone, once, and reads what becomes of it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.http import HttpResponse

from gridward.dispatch import actions
from gridward.dispatch.models import Escalation, Task
from gridward.dispatch.rising import tasks_rise
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from tests import people
from tests.dispatch.desk import STUDENT, Desk, code_of
from tests.field.conftest import SetClock
from tests.field.phone import Phone, code_for, moment, someone, visit

pytestmark = pytest.mark.django_db

CITY = people.city()
WORDS = "the lift is out of order, nobody gets down"
Said = dict[str, Any]


@pytest.fixture
def family(desk: Desk, at: SetClock) -> Task:
    desk.list_comes("health-list", STUDENT, at=moment(11))
    return desk.task()


@pytest.fixture
def community(desk: Desk, at: SetClock) -> Actor:
    return someone("community_officer", CITY.chengxianjie)


def raises(phone: Phone, task: Task, /, **more: str) -> HttpResponse:
    now = clock.now().isoformat()
    said = {
        "id": str(uuid4()),
        "sent_at": now,
        "at": now,
        "task": str(task.id),
        "kind": "department",
        "words": WORDS,
    }
    return phone.asks("POST", "/api/v1/sync/raise", said | more)


def lies(phone: Phone) -> Said:
    (task,) = phone.syncs()["tasks"]
    found: Said = task["lies"]
    return found


def rows() -> list[Escalation]:
    with people.as_owner():
        return list(Escalation.objects.order_by("raised_at", "id"))


def test_what_needs_a_department_lies_with_the_community_and_its_worker_reads_so(
    desk: Desk, phone: Phone, family: Task
) -> None:
    assert lies(phone) is None

    answer = raises(phone, family)

    assert (answer.status_code, answer.json()) == (201, {"status": "stored"})
    (row,) = rows()
    assert (row.level, row.kind, row.words, row.raised_by) == (
        "community",
        "department",
        WORDS,
        str(desk.worker.id),
    )
    found = lies(phone)
    assert (found["place"], found["state"], found["kind"]) == ("成贤街社区居委会", "open", "department")
    assert found["words"] == WORDS and datetime.fromisoformat(found["at"]) == moment(12)
    with people.as_owner():
        (entry,) = LedgerEntry.objects.filter(action="escalation.raise")
        assert entry.result == "department"


def test_the_same_again_is_known_and_raised_once(phone: Phone, family: Task) -> None:
    ask = str(uuid4())

    answers = [raises(phone, family, id=ask).json()["status"] for _again in range(3)]

    assert answers == ["stored", "known", "known"]
    assert len(rows()) == 1


def test_what_lies_above_already_is_not_raised_again(phone: Phone, family: Task) -> None:
    raises(phone, family)

    answer = raises(phone, family)

    assert (answer.status_code, answer.json()["code"]) == (409, "escalation_elsewhere")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "late"}, "escalation_kind"),
        ({"kind": "gossip"}, "escalation_kind"),
        ({"words": "now"}, "words_short"),
        ({"words": "call 139 1234 5678"}, "words_personal"),
        ({"task": "01a00000-0000-7000-8000-000000000000"}, "not_found"),
    ],
)
def test_it_says_why_and_what_and_no_number_of_anybody(
    phone: Phone, family: Task, more: dict[str, str], code: str
) -> None:
    assert raises(phone, family, **more).json()["code"] == code
    assert rows() == []


def test_nobody_raises_what_is_in_another_hand(phone: Phone, family: Task) -> None:
    other = Phone()
    other.enrols(code_for(someone("grid_worker", CITY.next_grid)))

    assert raises(other, family).json()["code"] == "not_found"


def test_what_is_closed_is_raised_no_more(phone: Phone, family: Task) -> None:
    (task,) = phone.syncs()["tasks"]
    phone.sends(visit(task))

    assert raises(phone, family).status_code in (404, 409)
    assert rows() == []


def test_the_worker_reads_what_the_level_above_said(
    phone: Phone, family: Task, community: Actor, at: SetClock
) -> None:
    raises(phone, family)
    phone.syncs()
    at(moment(12, 30))
    with people.acting(community):
        outcome = actions.escalation_return(
            escalation_id=rows()[0].id,
            words="go there with the property staff",
            by=community,
            now=clock.now(),
        )
    assert code_of(outcome) == "ok"

    found = lies(phone)

    assert (found["state"], found["words"]) == ("returned", "go there with the property staff")
    assert datetime.fromisoformat(found["at"]) == moment(12, 30)
    assert raises(phone, family).json()["status"] == "stored"


def test_what_the_clock_has_raised_is_read_as_well(phone: Phone, family: Task, at: SetClock) -> None:
    phone.syncs()
    late = moment(12, day=4)
    tasks_rise(now=late)

    assert [row.kind for row in rows() if row.state == "open"] == ["late"]
    assert lies(phone)["kind"] == "late"


def test_nothing_new_above_is_nothing_new_on_the_phone(phone: Phone, family: Task) -> None:
    raises(phone, family)
    phone.syncs()

    assert phone.syncs()["tasks"] == []


@pytest.mark.parametrize(
    "changed",
    [{"raised_by": "SYSTEM"}, {"kind": "late"}, {"state": "returned"}, {"from_pos": 1}],
)
def test_behind_the_front_door_a_worker_raises_only_the_own_in_the_own_name(
    desk: Desk, family: Task, changed: dict[str, object]
) -> None:
    made: dict[str, Any] = {
        "id": uuid4(), "task_id": family.id, "run_id": uuid4(), "order_id": family.order_id, "level": "community",
        "area_pos": CITY.pos(CITY.chengxianjie), "from_pos": family.area_pos, "kind": "department", "state": "open",
        "raised_by": str(desk.worker.id), "raised_at": moment(12),
    }  # fmt: skip
    with people.acting(desk.worker):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Escalation.objects.bulk_create([Escalation(**made | changed)])
        Escalation.objects.bulk_create([Escalation(**made)])
