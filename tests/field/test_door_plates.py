"""A phone is given, with each household of its day, the mark of its door's plate, and of no other door."""

import pytest

from gridward.dispatch.models import Task
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.registry.models import Household
from gridward.territory import api as territory
from gridward.territory.models import DoorPlate
from gridward.territory.rules.plates import mark_of
from tests import people
from tests.dispatch.desk import ACROSS, STUDENT, Desk
from tests.field.conftest import SetClock
from tests.field.phone import Phone, moment, someone

pytestmark = pytest.mark.django_db

CITY = people.city()


@pytest.fixture
def family(desk: Desk, at: SetClock) -> Task:
    desk.list_comes("health-list", STUDENT, at=moment(11))
    return desk.task()


@pytest.fixture
def centre(desk: Desk, at: SetClock) -> Actor:
    return someone("community_officer", CITY.chengxianjie)


def makes(by: Actor) -> dict[int, str]:
    """Let the centre make the plates of the first grid; return their codes by door."""
    area = territory.get_area(CITY.grid)
    assert area is not None
    with people.acting(by):
        assert territory.plates_make(area=area, by=by, now=clock.now())
        return dict(DoorPlate.objects.values_list("address_id", "code"))


def code_at(task: Task, codes: dict[int, str]) -> str:
    with people.as_owner():
        door = Household.objects.get(id=task.household_id).address_id
    assert door is not None
    return codes[door]


def test_a_household_comes_with_the_mark_of_its_door(phone: Phone, family: Task, centre: Actor) -> None:
    codes = makes(centre)

    (task,) = phone.syncs()["tasks"]

    code = code_at(family, codes)
    assert task["plate"] == mark_of(code)
    assert code not in str(task)


def test_a_door_without_a_plate_has_no_mark(phone: Phone, family: Task) -> None:
    assert [one["plate"] for one in phone.syncs()["tasks"]] == [""]


def test_a_new_plate_is_known_from_the_next_morning_on(
    phone: Phone, family: Task, centre: Actor, at: SetClock
) -> None:
    phone.syncs()
    codes = makes(centre)
    assert phone.syncs()["tasks"] == []

    at(moment(7, day=2))

    (task,) = phone.syncs()["tasks"]
    assert task["plate"] == mark_of(code_at(family, codes))


def test_of_doors_that_are_not_of_the_day_a_phone_learns_nothing(
    desk: Desk, phone: Phone, family: Task, centre: Actor
) -> None:
    codes = makes(centre)
    assert len(codes) > 1
    day = str(phone.syncs())

    mine = code_at(family, codes)
    assert not any(mark_of(code) in day for code in codes.values() if code != mine)


def test_each_household_has_the_mark_of_its_own_door(desk: Desk, phone: Phone, centre: Actor) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=moment(11))
    makes(centre)

    marks = [one["plate"] for one in phone.syncs()["tasks"]]

    assert len(marks) == len(set(marks)) and all(marks)
