"""The page of budgets: bands of workers and counts, each opening the grids it is the sum of, and no names."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from gridward.dispatch import budgets
from gridward.dispatch.budgets import Budgets
from gridward.dispatch.models import BudgetExcess, Task
from gridward.dispatch.rules import band_of
from gridward.governance.models import EmergencyOrder, Profile
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.territory import api as territory
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, STUDENT, Desk, moment

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
CITY = people.city()
NOON = moment(12)


@pytest.fixture
def officer(actor_of: MakeActor) -> Actor:
    return actor_of("community_officer", CITY.chengxianjie)


@pytest.fixture
def neighbour(actor_of: MakeActor) -> Actor:
    return actor_of("grid_worker", CITY.next_grid, responsible=True)


def day_holds(households: int) -> None:
    with people.as_owner():
        for profile in Profile.objects.all():
            profile.parameters["worker_households_a_day"]["value"] = households
            profile.save()


def found_for(actor: Actor, code: str = "") -> Budgets:
    with people.acting(actor):
        found = budgets.get_budgets(code, by=actor, now=moment(15))
    assert isinstance(found, Budgets)
    return found


def counted(found: Budgets) -> dict[str, int]:
    return {name: found.count(name) for name in budgets.MEASURES if found.count(name)}


@pytest.mark.parametrize(
    ("households", "band"), [(0, "free"), (1, "room"), (39, "room"), (40, "full"), (41, "over")]
)
def test_a_day_is_free_has_room_is_full_or_over(households: int, band: str) -> None:
    assert band_of(households, 40) == band


def test_workers_stand_in_bands_and_households_at_their_limit(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=NOON)
    day_holds(2)
    for hour in (13, 14):
        desk.call(STUDENT, "no_answer", at=moment(hour))

    found = found_for(officer)

    assert counted(found) == {"free": 1, "full": 1, "sent_0": 2, "asked_out": 1}
    assert found.by_part["full"] == {CITY.pos(CITY.grid): 1}
    assert found.by_part["free"] == {CITY.pos(CITY.next_grid): 1}
    day_holds(1)
    assert found_for(officer).count("over") == 1
    day_holds(3)
    assert found_for(officer).count("room") == 1


def test_parts_add_up_to_the_grids_and_each_worker_stands_in_one(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=NOON)
    grids = sorted(territory.get_children(CITY.chengxianjie), key=lambda area: area.pos)
    own = next(area for area in grids if area.code == CITY.grid)

    by_grid = found_for(officer)
    with people.acting(officer):
        by_part = budgets.get_budgets("", by=officer, now=moment(15), parts=[own])
        whole = budgets.get_budgets("", by=officer, now=moment(15), parts=[])

    assert isinstance(by_part, Budgets) and isinstance(whole, Budgets)
    assert counted(by_grid) == counted(by_part) == counted(whole)
    assert by_part.count("room", own.pos) == 1 and by_part.count("free", 0) == 1
    assert by_part.count("free", own.pos) == 0


def test_what_is_done_today_still_counts_in_the_day(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    desk.visit(desk.task(), "done", {STUDENT: "verified_present"}, at=moment(13))
    day_holds(1)

    assert found_for(officer).count("full") == 1


def test_what_waits_because_a_day_is_full_is_counted_since_when(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=NOON)
    with people.as_owner():
        Task.objects.filter(id=desk.task_of(ACROSS).id).update(released_at=None, release_at=moment(14))

    found = found_for(officer)

    assert (found.count("waiting"), found.waiting_since) == (1, moment(14))


def test_p1_over_a_budget_is_counted_by_its_reason(desk: Desk, officer: Actor) -> None:
    desk.list_comes(desk.channel("urgent", priority="P1"), STUDENT, MOTHER, at=NOON)
    for minute in (10, 20):
        desk.visit(desk.task(), "not_home", at=moment(12, minute))
    for minute, reason in ((30, "danger"), (40, "danger"), (50, "asked_for")):
        desk.visit(desk.task(), "not_home", at=moment(12, minute), excess=reason)

    found = found_for(officer)

    assert found.count("exceeded_household") == 3
    assert list(found.reasons) == [("household", "asked_for", 1), ("household", "danger", 2)]


def test_what_is_of_another_day_or_place_is_not_counted(
    desk: Desk, officer: Actor, actor_of: MakeActor
) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    with people.as_owner():
        task = desk.task()
        BudgetExcess.objects.create(
            id=new_id(), order_id=task.order_id, task_id=task.id, area_pos=task.area_pos, budget="worker",
            reason="urgent_clue", by="SYSTEM", at=moment(12, day=0) - (moment(12) - moment(11, day=0)),
        )  # fmt: skip
    stranger = actor_of("community_officer", CITY.dashiqiao)

    assert counted(found_for(officer)) == {"room": 1, "sent_0": 1}
    assert counted(found_for(stranger)) == {}


LEVELS = {
    "community_officer": CITY.chengxianjie,
    "street_officer": CITY.xinjiekou,
    "district_officer": CITY.xuanwu,
    "city_officer": CITY.city,
}


@pytest.mark.parametrize("role", LEVELS)
def test_every_level_reads_the_same_counts_and_opens_the_grids_behind_them(
    desk: Desk, neighbour: Actor, actor_of: MakeActor, client_of: Callable[..., Client], role: str
) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=NOON)
    client = client_of(actor_of(role, LEVELS[role]))

    page = client.get("/budgets").content.decode()
    figures = {
        label: (int(value), link.replace("&amp;", "&"))
        for link, label, value in re.findall(
            r'<a class="gw-figure[^"]*" href="([^"]+)">\s*<span class="gw-figure-label">([^<]+)</span>\s*'
            r'<strong class="gw-figure-value">(\d+)',
            page,
        )
    }

    assert len(figures) == len(budgets.MEASURES)
    assert "H-20" in page and "H-21" in page and "household" in page, "the numbers and their sources"
    for handle in (desk.worker.handle, neighbour.handle):
        assert handle not in page
    for label, (value, link) in figures.items():
        opened = client.get(link).content.decode()
        rows = re.findall(r'data-label="Count">\s*(\d+)', opened)
        assert sum(map(int, rows)) == value, label
        assert desk.worker.handle not in opened


def test_a_measure_nobody_counts_and_an_area_elsewhere_do_not_exist(
    officer: Actor, desk: Desk, client_of: Callable[..., Client]
) -> None:
    client = client_of(officer)

    assert client.get("/budgets/ranking").status_code == 404
    assert client.get(f"/budgets?area={CITY.dashiqiao}").status_code == 404
    assert client.get(f"/budgets/full?area={CITY.xinjiekou}").status_code == 404
    assert client.get("/budgets/full?after=99999999999999999999").status_code == 200
    assert client.get("/budgets/full?after=x").status_code == 200


def test_without_an_order_no_budget_binds(
    desk: Desk, officer: Actor, client_of: Callable[..., Client]
) -> None:
    client = client_of(officer)
    with people.as_owner():
        EmergencyOrder.objects.update(ended_at=clock.now())

    assert "No order is in force here." in client.get("/budgets").content.decode()


def test_a_machine_reads_the_same_counts(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    machine = people.machine_of(officer)

    answer = machine.get("/api/v1/budgets").json()

    assert answer["area"]["code"] == CITY.chengxianjie
    assert answer["counts"]["room"] == 1
    assert {"name": "household_attempts_a_day", "value": 2.0, "unit": "attempt", "source": "H-21"} in answer[
        "numbers"
    ]
    assert machine.get(f"/api/v1/budgets?area={CITY.dashiqiao}").status_code == 404
