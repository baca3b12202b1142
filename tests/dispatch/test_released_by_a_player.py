"""A played day at night: the centre releases what waits for the morning, each task once, by the page's own button."""

from collections.abc import Callable

import pytest

from gridward.dispatch.models import Task
from gridward.kernel.actor import Actor
from simulator.play.centre import RELEASE_REASON, Centre
from simulator.play.clock import DayClock
from simulator.play.journal import Journal
from simulator.play.sending import Weather, World
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk, entries, moment
from tests.simulator.play.fake_house import Hand, acted
from tests.simulator.play.house_here import HouseHere

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
NIGHT = 23 * 3600


@pytest.fixture
def house() -> HouseHere:
    return HouseHere()


@pytest.fixture
def centre(
    desk: Desk, house: HouseHere, city: people.City, actor_of: MakeActor, monkeypatch: pytest.MonkeyPatch
) -> Centre:
    """A community officer of a played day, one hour before midnight, and a task that came in quiet time."""
    monkeypatch.setattr(Weather, "may_try", lambda self: True)
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(23))
    world = World(house, DayClock(NIGHT, 1.0, Hand()), Journal())
    return Centre(world, actor_of("community_officer", city.chengxianjie).handle, people.PASSWORD)


def lives(centre: Centre) -> None:
    hand = centre.world.clock._tick
    assert isinstance(hand, Hand)
    acted([centre.life(NIGHT + 1_800)], hand, start=NIGHT)


def released() -> list[bool]:
    with people.as_owner():
        return [task.released_at is not None for task in Task.objects.all()]


def test_what_waits_is_released_once_with_a_reason_the_ledger_keeps(centre: Centre) -> None:
    assert released() == [False]

    lives(centre)

    assert released() == [True]
    assert [entry.reason for entry in entries("task.release")] == [RELEASE_REASON]
    assert centre.world.journal.counts["tasks released by hand"] == 1


@pytest.mark.parametrize("how", ["before", "after"])
def test_a_release_whose_answer_was_lost_is_looked_for_and_not_done_twice(
    centre: Centre, house: HouseHere, how: str
) -> None:
    centre.sign_in()
    house.loses.append(how)

    lives(centre)

    assert released() == [True]
    assert len(entries("task.release")) == 1
    counts = centre.world.journal.counts
    assert (counts["found by looking"], counts["sent again knowingly"]) == (
        (1, 0) if how == "after" else (0, 1)
    )
    assert centre.world.journal.refused == {}
