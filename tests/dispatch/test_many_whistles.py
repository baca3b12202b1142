"""Many whistles at once: each department's list and each centre's go on by key, in order, each whistle once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from gridward.dispatch import actions, supervised, whistled
from gridward.dispatch.models import Whistle, WhistleCall
from gridward.dispatch.rising import whistles_rise
from gridward.kernel.actor import Actor
from tests import people
from tests.dispatch.desk import Desk, moment

pytestmark = pytest.mark.django_db

CITY = people.city()
COUNT = 12
MakeActor = Callable[..., Actor]
After = tuple[datetime, UUID] | None


@pytest.fixture
def street(desk: Desk, actor_of: MakeActor) -> Actor:
    return actor_of("street_officer", CITY.xinjiekou)


@pytest.fixture
def many(street: Actor) -> None:
    """Whistles of every priority, one a minute, each to two departments."""
    for number in range(COUNT):
        with people.acting(street):
            blown = actions.whistle_blow(
                agencies=["health", "police" if number % 2 else "transport"],
                lead="health",
                question="goods",
                words="bring what is on the list",
                priority=f"P{number % 4 + 1}",
                task_id=None,
                by=street,
                now=moment(12, number),
            )
        assert isinstance(blown, Whistle)


@pytest.mark.parametrize("limit", [1, 5, 12, 50])
def test_a_centre_pages_through_its_own_the_oldest_first(many: None, street: Actor, limit: int) -> None:
    seen: list[tuple[datetime, UUID]] = []
    after: After = None

    with people.acting(street):
        while page := whistled.get_whistles(by=street, after=after, limit=limit):
            seen += [(one.blown_at, one.id) for one in page]
            after = seen[-1]

    assert len(seen) == COUNT
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    ("agency", "count"),
    [
        ("health", COUNT),
        ("police", COUNT // 2),
        ("transport", COUNT // 2),
    ],
)
@pytest.mark.parametrize("limit", [1, 5, 50])
def test_a_department_pages_through_those_to_it_what_is_due_first(
    many: None, actor_of: MakeActor, agency: str, count: int, limit: int
) -> None:
    by = actor_of("agency_liaison", agency=agency)
    seen: list[tuple[datetime, UUID]] = []
    after: After = None

    with people.acting(by):
        while page := whistled.get_called(by=by, after=after, limit=limit):
            seen += [(one.reply_by, one.id) for one in page]
            after = seen[-1]

    assert len(seen) == count
    assert seen == sorted(set(seen))


def test_those_that_are_overdue_rise_and_the_others_stay(many: None) -> None:
    whistles_rise(now=moment(13))

    with people.as_owner():
        found = set(Whistle.objects.values_list("priority", "level"))
    assert found == {
        ("P1", "district"),
        ("P2", "street"),
        ("P3", "street"),
        ("P4", "street"),
    }


def test_a_level_that_gets_a_whistle_has_the_same_time_again(many: None) -> None:
    now = moment(13)

    whistles_rise(now=now)

    with people.as_owner():
        waits = set(WhistleCall.objects.filter(whistle__priority="P1").values_list("next_at", flat=True))
    assert waits == {now + timedelta(minutes=30)}


@pytest.mark.parametrize(("area", "count"), [(CITY.xuanwu, COUNT), (CITY.qinhuai, 0)])
def test_a_supervisor_sees_those_of_the_own_district(
    many: None, actor_of: MakeActor, area: str, count: int
) -> None:
    by = actor_of("supervisor", area)

    with people.acting(by):
        found = supervised.get_whistles(by=by)

    assert len(found) == count
