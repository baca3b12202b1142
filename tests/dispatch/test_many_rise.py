"""Many tasks at once: the clock takes them in a few statements, and the lists go on by key, in order, each once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from gridward.dispatch import escalated, rising, supervised
from gridward.dispatch.models import Escalation, Task
from gridward.dispatch.rising import tasks_rise
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import Desk, details, moment

pytestmark = pytest.mark.django_db

CITY = people.city()
GRIDS = (CITY.grid, CITY.next_grid, CITY.other_community_grid, CITY.other_district_grid)
COUNT = 120
NOON = moment(12)
MakeActor = Callable[..., Actor]


@pytest.fixture
def many(desk: Desk) -> None:
    """Tasks of four grids in two districts, each due a second after the one before."""
    with people.as_owner():
        Task.objects.bulk_create(
            Task(
                id=new_id(),
                order_id=desk.order.id,
                household_id=new_id(),
                area_pos=CITY.pos(GRIDS[number % len(GRIDS)]),
                priority=f"P{number % 4 + 1}",
                state="open",
                opened_at=NOON,
                release_at=NOON,
                due_at=NOON + timedelta(seconds=number),
            )
            for number in range(COUNT)
        )


def test_all_that_is_late_rises_to_its_own_community_in_one_run(many: None) -> None:
    touched = tasks_rise(now=moment(12, 5))

    with people.as_owner():
        lies = Counter(Escalation.objects.values_list("level", "from_pos", "state"))
    assert lies == {("community", CITY.pos(grid), "open"): COUNT // len(GRIDS) for grid in GRIDS}
    assert touched == 2 * COUNT, "each is reminded and raised"
    assert [entry["count"] for entry in details("escalation.rise")] == [COUNT]
    assert tasks_rise(now=moment(12, 5)) == 0


def test_what_one_run_does_not_hold_the_next_one_takes(many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rising, "AT_ONCE", 50)
    counts = []
    for minute in range(5, 10):
        tasks_rise(now=moment(12, minute))
        with people.as_owner():
            counts.append(Escalation.objects.count())

    assert counts == [50, 100, COUNT, COUNT, COUNT]


def test_each_priority_goes_on_at_its_own_time(many: None) -> None:
    tasks_rise(now=moment(12, 5))

    tasks_rise(now=moment(13, 5))

    with people.as_owner():
        found = Counter(Escalation.objects.filter(state="open").values_list("level", "task__priority"))
    assert found == {
        ("street", "P1"): COUNT // 4,
        ("community", "P2"): COUNT // 4,
        ("community", "P3"): COUNT // 4,
        ("community", "P4"): COUNT // 4,
    }


@pytest.mark.parametrize("limit", [1, 7, 30, 50])
def test_the_pages_of_a_list_hold_each_once_in_order(many: None, actor_of: MakeActor, limit: int) -> None:
    tasks_rise(now=moment(12, 5))
    by = actor_of("community_officer", CITY.chengxianjie)
    seen, after = [], None

    with people.acting(by):
        while page := escalated.get_escalations(by=by, after=after, limit=limit):
            seen += [(one.raised_at, one.id) for one in page]
            after = seen[-1]

    assert len(seen) == COUNT // 2
    assert seen == sorted(set(seen))


def test_a_supervisor_pages_through_what_has_risen_in_the_whole_district(
    many: None, actor_of: MakeActor
) -> None:
    tasks_rise(now=moment(12, 5))
    tasks_rise(now=moment(13, 5))
    by = actor_of("supervisor", CITY.xuanwu)
    seen, after = [], None

    with people.acting(by):
        while page := supervised.get_risen(by=by, after=after, limit=20):
            seen += [(one.raised_at, one.id) for one in page]
            after = seen[-1]
        counts = escalated.count_by_level(by=by)

    assert len(seen) == len(set(seen)) == COUNT * 3 // 4
    assert counts["community"] + counts["street"] == COUNT * 3 // 4


@pytest.mark.parametrize(
    ("role", "area", "share"),
    [
        ("community_officer", CITY.chengxianjie, 2),
        ("community_officer", CITY.dashiqiao, 1),
        ("street_officer", CITY.xinjiekou, 3),
        ("district_officer", CITY.xuanwu, 3),
        ("district_officer", CITY.qinhuai, 1),
        ("city_officer", CITY.city, 4),
    ],
)
def test_the_numbers_of_an_area_are_those_of_its_places(
    many: None, actor_of: MakeActor, role: str, area: str, share: int
) -> None:
    tasks_rise(now=moment(12, 5))
    by = actor_of(role, area)

    with people.acting(by):
        counts = escalated.count_by_level(by=by)

    assert counts == {"community": share * COUNT // 4, "street": 0, "district": 0, "city": 0}
