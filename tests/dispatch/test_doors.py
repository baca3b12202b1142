"""The door look-up (H-07): one exact door of the own community, open tasks, masked names, so many an hour, all kept."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from gridward.dispatch.actions.doors import DoorFound, door_look
from gridward.dispatch.models import DoorLook, Task
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.dispatch.desk import Desk

CITY = people.city()
DOOR = "珠江路273号1幢1单元101室"


@pytest.fixture
def officer(desk: Desk) -> Actor:
    """The family behind room 101 has an open task; so has the family of the neighbour community."""
    people.send_list(
        desk.folder,
        "health-list",
        [people.row_about(people.returning_student), people.row_about(people.namesake_elsewhere)],
    )
    return people.actor_of("community_officer", CITY.chengxianjie)


def look(by: Actor, text: str, asker: str = "gate") -> DoorFound | Refusal:
    with transaction.atomic(), people.acting(by):
        return door_look(text=text, asker=asker, by=by, now=clock.now())


def names(found: DoorFound | Refusal) -> list[str]:
    assert isinstance(found, DoorFound), found
    return [str(person.name) for task in found.tasks for person in task.people]


def entries(action: str) -> int:
    with people.as_owner():
        return LedgerEntry.objects.filter(action=action).count()


@pytest.mark.parametrize(
    "text",
    [
        DOOR,
        "南京市玄武区新街口街道成贤街社区" + DOOR,
        "珠江路２７３号１幢１单元１０１室",
        "珠江路273号1栋1单元101",
    ],
)
def test_one_exact_door_shows_its_open_task_with_masked_names(officer: Actor, text: str) -> None:
    assert names(look(officer, text)) == ["王**"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "珠江路",
        "珠江路273号",
        "珠江路273号1幢",
        "珠江路273号1幢1单元",
        "珠江路273号1幢1单元1",
        "珠江路273号1幢1单元10%",
        "珠江路273号1幢1单元10_室",
        "珠江路273号*",
        "%",
        "' or 1=1 --",
        "王小明",
        people.returning_student.id_number,
        people.returning_student.phone,
        "珠江路273号1幢1单元999室",
        # There, and open, but in the community next door.
        "大石桥社区珠江路273号1幢1单元201室",
        "南京市玄武区新街口街道大石桥社区珠江路273号1幢1单元201室",
        # There, and nobody asks about it.
        "珠江路273号1幢1单元102室",
    ],
)
def test_everything_else_gets_one_and_the_same_answer(officer: Actor, text: str) -> None:
    found = look(officer, text)

    assert isinstance(found, DoorFound)
    assert found.tasks == ()


def test_after_five_misses_it_is_enough_for_an_hour_and_the_ledger_says_so(officer: Actor) -> None:
    for room in range(901, 906):
        assert names(look(officer, f"珠江路273号1幢1单元{room}室")) == []
    refused = look(officer, DOOR)

    assert isinstance(refused, Refusal)
    assert (refused.code, refused.status) == ("door_looks_many", 429)
    assert entries("door.alert") == 1

    with people.as_owner():
        DoorLook.objects.update(at=clock.now() - timedelta(hours=1, seconds=1))
    assert names(look(officer, DOOR)) == ["王**"]


def test_thirty_looks_an_hour_and_no_more(officer: Actor) -> None:
    answers = [look(officer, DOOR) for _look in range(31)]

    assert [one.left for one in answers if isinstance(one, DoorFound)] == list(range(29, -1, -1))
    assert isinstance(answers[-1], Refusal)
    assert entries("door.look") == 30


def test_a_look_is_in_the_ledger_without_the_door_it_was_at(officer: Actor) -> None:
    look(officer, DOOR, "hotline")

    with people.as_owner():
        entry = LedgerEntry.objects.get(action="door.look")
        brief = LedgerEntry.objects.get(action="grant.brief")
    assert "101" not in entry.detail
    assert '"hotline"' in entry.detail
    assert len(entry.object_hash) >= 32
    assert brief.actor == str(officer.id)


def test_what_was_shown_is_shut_again_after_five_minutes(officer: Actor) -> None:
    found = look(officer, DOOR)
    assert isinstance(found, DoorFound)
    (task,) = found.tasks
    client = people.client_of(officer)

    before = "王**" in client.get(f"/tasks/{task.id}").content.decode()
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "update governance_accessgrant set starts_at = starts_at - interval '5 minutes',"
            " ends_at = ends_at - interval '5 minutes' where task_id is null"
        )
    after = "王**" in client.get(f"/tasks/{task.id}").content.decode()

    assert (before, after) == (True, False)


def test_a_closed_task_is_not_shown(officer: Actor) -> None:
    with people.as_owner():
        Task.objects.update(state="closed", closed_at=clock.now())

    assert names(look(officer, DOOR)) == []


def test_the_page_posts_the_door_and_names_nobody_in_the_open(officer: Actor) -> None:
    client: Client = people.client_of(officer)

    form = client.get("/doors?door=" + DOOR).content.decode()
    page = client.post("/doors/look", {"door": DOOR, "asker": "gate"}).content.decode()

    assert 'value=""' in form
    assert "王**" in page
    assert people.returning_student.name not in page
    assert "29 looks left" in page


@pytest.mark.parametrize("role", ["street_officer", "grid_worker", "intake_officer"])
def test_other_roles_have_no_look_up(desk: Desk, role: str) -> None:
    area = {"street_officer": CITY.xinjiekou, "grid_worker": CITY.next_grid, "intake_officer": "3201"}[role]

    assert people.client_of(people.actor_of(role, area)).get("/doors").status_code == 403
