"""Door plates: a centre makes those of its own doors, each once; what stands on one says nothing."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.territory import api as territory
from gridward.territory.models import Address, DoorPlate
from gridward.territory.rules import plates
from tests import people

pytestmark = pytest.mark.django_db

COMMUNITY, GRID, NEXT, ELSEWHERE = "320102003015", "320102003015001", "320102003015002", "320102003011001"
MakeActor = Callable[..., Actor]


@pytest.fixture
def centre(actor_of: MakeActor) -> Actor:
    return actor_of("community_officer", COMMUNITY)


def makes(by: Actor, code: str = GRID) -> int | Refusal:
    area = territory.get_area(code)
    assert area is not None
    with people.acting(by):
        return territory.plates_make(area=area, by=by, now=clock.now())


def made() -> list[DoorPlate]:
    with people.as_owner():
        return list(DoorPlate.objects.order_by("address_id"))


def test_each_door_of_a_grid_gets_a_plate_once(doors: None, centre: Actor) -> None:
    assert makes(centre) == 3
    before = [(one.address_id, one.code) for one in made()]

    assert makes(centre) == 0

    assert [(one.address_id, one.code) for one in made()] == before
    assert len({code for _door, code in before}) == 3
    for _door, code in before:
        assert len(code) == plates.LENGTH and set(code) <= set(plates.SIGNS)
    with people.as_owner():
        assert LedgerEntry.objects.filter(action="plate.make").count() == 1


@pytest.mark.parametrize("code", [ELSEWHERE, COMMUNITY, "320104001001001"])
def test_nobody_makes_plates_elsewhere_nor_for_a_whole_community(
    doors: None, centre: Actor, code: str
) -> None:
    outcome = makes(centre, code)

    assert isinstance(outcome, Refusal) and outcome.code == "not_found"
    assert made() == []


def test_a_phone_is_given_a_mark_from_which_nobody_makes_the_plate(doors: None, centre: Actor) -> None:
    makes(centre)
    found = made()

    with people.acting(centre):
        marks = territory.get_plate_marks([one.address_id for one in found] + [0])

    assert marks == {one.address_id: plates.mark_of(one.code) for one in found}
    assert all(one.code not in marks[one.address_id] and len(marks[one.address_id]) == 16 for one in found)


@pytest.mark.parametrize(
    ("role", "area", "seen"),
    [
        ("grid_worker", GRID, 3),
        ("grid_worker", NEXT, 0),
        ("street_officer", "320102003", 3),
        ("community_officer", "320102003011", 0),
    ],
)
def test_a_plate_exists_for_whoever_answers_for_its_door(
    doors: None, centre: Actor, actor_of: MakeActor, role: str, area: str, seen: int
) -> None:
    makes(centre)

    with people.acting(actor_of(role, area)):
        assert DoorPlate.objects.count() == seen


@pytest.mark.parametrize(
    "sql", ["update territory_doorplate set code = ''", "delete from territory_doorplate"]
)
def test_no_centre_changes_a_plate(doors: None, centre: Actor, sql: str) -> None:
    makes(centre)
    with people.acting(centre), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(sql)


def test_no_centre_writes_a_plate_elsewhere(doors: None, actor_of: MakeActor) -> None:
    elsewhere = actor_of("community_officer", "320102003011")
    with people.as_owner():
        door = Address.objects.filter(community_code=COMMUNITY).earliest("id").id
    with (
        people.acting(elsewhere),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        DoorPlate.objects.create(address_id=door, code="0" * plates.LENGTH, made_at=clock.now())
