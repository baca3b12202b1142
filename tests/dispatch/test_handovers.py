"""A task goes to another grid and takes everything along; who had it loses it, who takes it has it, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from gridward.dispatch import actions, handing
from gridward.dispatch.models import Handover, PassResult, Task, TaskSubject
from gridward.dispatch.schedule import handovers_return_due
from gridward.governance.models import AccessGrant
from gridward.intake.models import Clue
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.registry.models import Household, PersonKey, Resident
from gridward.territory import api as territory
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    code_of,
    entries,
    live_grants,
    moment,
    passes,
    tasks,
)

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
NOON = moment(12)
CITY = people.city()


@pytest.fixture
def family(desk: Desk) -> Task:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    desk.list_comes("police-list", STUDENT, at=NOON)
    return desk.task()


@pytest.fixture
def neighbour(actor_of: MakeActor) -> Actor:
    """The worker of the grid beside it."""
    return actor_of("grid_worker", CITY.next_grid, responsible=True)


@pytest.fixture
def elsewhere(actor_of: MakeActor) -> Actor:
    """The worker of a grid in another community."""
    return actor_of("grid_worker", CITY.other_community_grid, responsible=True)


def offered(desk: Desk, task: Task, to: str = CITY.next_grid, kind: str = "wrong_grid") -> object:
    with people.acting(desk.worker):
        return actions.handover_propose(task_id=task.id, kind=kind, to=to, by=desk.worker, now=moment(12, 5))


def waiting() -> Handover:
    with people.as_owner():
        return Handover.objects.get(state__in=handing.WAITING)


def taken(by: Actor, grid: str, *, minute: int = 10) -> object:
    found = waiting()
    with people.acting(by):
        return actions.handover_accept(handover_id=found.id, grid=grid, by=by, now=moment(12, minute))


def work_page(worker: Actor, task: Task) -> str:
    """Return the worker's page, whose clock is today's: the grants of tomorrow count from now."""
    with people.as_owner():
        AccessGrant.objects.update(starts_at=clock.now())
    return people.client_of(worker).get(f"/today/{task.id}").content.decode()


def places(task: Task) -> set[int]:
    """Return every place at which something of the task lies."""
    with people.as_owner():
        household = Household.objects.get(id=task.household_id)
        found = {household.area_pos, Task.objects.get(id=task.id).area_pos}
        for model, wanted in (
            (TaskSubject, {"task": task}),
            (PassResult, {"task_id": task.id}),
            (Clue, {"task_id": task.id}),
            (Resident, {"household": household}),
            (PersonKey, {"household_id": household.id}),
        ):
            found |= set(model.objects.filter(**wanted).values_list("area_pos", flat=True))
        return found


def test_what_is_taken_over_lies_there_with_everything_that_was_known(
    desk: Desk, family: Task, neighbour: Actor, actor_of: MakeActor
) -> None:
    desk.call(STUDENT, "no_answer", at=moment(12, 1))
    before = passes(family)
    assert code_of(offered(desk, family)) == "ok"

    outcome = taken(actor_of("community_officer", CITY.chengxianjie), CITY.next_grid)

    assert code_of(outcome) == "ok"
    (task,) = tasks()
    assert (task.id, task.state, task.assignee_id) == (family.id, "open", neighbour.id)
    assert places(family) == {CITY.pos(CITY.next_grid)}
    assert passes(family) == before
    assert {(account, found) for account, found, _purpose in live_grants()} == {(neighbour.id, family.id)}
    assert [entry.actor for entry in entries("handover.accept")] == [waiting_decider()]


def waiting_decider() -> str:
    with people.as_owner():
        return Handover.objects.get().decided_by


def test_the_former_worker_has_lost_it_and_the_new_one_closes_it(
    desk: Desk, family: Task, neighbour: Actor, actor_of: MakeActor
) -> None:
    offered(desk, family)
    assert people.client_of(neighbour).get(f"/today/{family.id}").status_code == 404

    taken(actor_of("community_officer", CITY.chengxianjie), CITY.next_grid)

    assert people.client_of(desk.worker).get(f"/today/{family.id}").status_code == 404
    page = work_page(neighbour, family)
    assert "王**" in page and "Hand-over: taken over" in page
    closed = desk.visit(
        family, "done", {STUDENT: "verified_present", MOTHER: "verified_present"}, at=moment(13), by=neighbour
    )
    assert code_of(closed) == "ok"
    with people.as_owner():
        assert set(Clue.objects.values_list("state", "outcome")) == {("closed", "verified_present")}


def test_who_has_moved_is_not_registered_anew_and_the_next_list_finds_the_open_task(
    desk: Desk, family: Task, elsewhere: Actor, actor_of: MakeActor
) -> None:
    with people.as_owner():
        registered = Resident.objects.count()
    offered(desk, family, to="大石桥社区", kind="moved")
    taken(actor_of("community_officer", CITY.dashiqiao), CITY.other_community_grid)

    desk.list_comes("transport-list", STUDENT, at=moment(12, 30))

    assert [(task.id, task.assignee_id) for task in tasks()] == [(family.id, elsewhere.id)]
    with people.as_owner():
        assert Resident.objects.count() == registered
        assert Household.objects.get(id=family.household_id).address_id is None
        assert not PersonKey.objects.filter(household_id=family.household_id, door_name_key__isnull=False)
        assert Clue.objects.filter(task_id=family.id).count() == 4


@pytest.mark.parametrize(
    ("kind", "to", "code"),
    [
        ("wrong_grid", CITY.next_grid, "ok"),
        ("moved", "大石桥社区", "ok"),
        ("moved", "", "handover_place"),
        ("moved", "a place that is nowhere", "handover_place"),
        ("moved", CITY.city, "handover_place"),
        ("moved", CITY.grid, "handover_here"),
        ("a feud", CITY.next_grid, "handover_kind"),
    ],
)
def test_an_offer_says_why_and_where(desk: Desk, family: Task, kind: str, to: str, code: str) -> None:
    assert code_of(offered(desk, family, to, kind)) == code


def test_one_offer_waits_at_a_time_also_for_the_database(desk: Desk, family: Task) -> None:
    offered(desk, family)

    assert code_of(offered(desk, family)) == "handover_waits"
    found = waiting()
    found.id = family.id
    with people.as_owner(), pytest.raises(IntegrityError, match="one_waiting_handover"), transaction.atomic():
        found.save(force_insert=True)


@pytest.mark.parametrize("area", [CITY.dashiqiao, "320104001"])
def test_only_where_it_lies_it_is_decided(desk: Desk, family: Task, actor_of: MakeActor, area: str) -> None:
    offered(desk, family)
    role = "community_officer" if len(area) == 12 else "street_officer"
    stranger = actor_of(role, area)

    assert code_of(taken(stranger, CITY.other_community_grid)) == "not_found"
    assert people.client_of(stranger).get("/handovers").content.decode().count("handover-") == 0


def test_who_offers_it_to_another_community_does_not_decide_it(
    desk: Desk, family: Task, actor_of: MakeActor
) -> None:
    offered(desk, family, to=CITY.other_community_grid)

    assert code_of(taken(actor_of("community_officer", CITY.chengxianjie), CITY.next_grid)) == "not_found"


@pytest.mark.parametrize("grid", [CITY.grid, CITY.other_community_grid, CITY.chengxianjie, "", "nowhere"])
def test_it_goes_into_a_grid_of_ones_own(desk: Desk, family: Task, actor_of: MakeActor, grid: str) -> None:
    offered(desk, family)

    outcome = taken(actor_of("community_officer", CITY.chengxianjie), grid)

    assert code_of(outcome) == "handover_grid"
    assert places(family) == {CITY.pos(CITY.grid)}


def test_declined_with_a_reason_it_stays_and_its_worker_reads_why(
    desk: Desk, family: Task, actor_of: MakeActor
) -> None:
    offered(desk, family)
    officer = people.client_of(actor_of("community_officer", CITY.chengxianjie))
    address = f"/handovers/{waiting().id}/decline"

    without = officer.post(address, {"reason": ""})
    said = officer.post(address, {"reason": "the door is yours"})

    assert (without.status_code, said.status_code) == (422, 302)
    page = work_page(desk.worker, family)
    assert "the door is yours" in page and "Hand-over: declined" in page
    assert officer.post(address, {"reason": "the door is yours"}).status_code == 409


def test_not_taken_in_time_it_lies_at_the_street_above_both_which_decides(
    desk: Desk, family: Task, elsewhere: Actor, actor_of: MakeActor
) -> None:
    offered(desk, family, to=CITY.other_community_grid)
    before_time = handovers_return_due(now=moment(14, 4))
    target = actor_of("community_officer", CITY.dashiqiao)

    returned = handovers_return_due(now=moment(14, 6))

    assert (before_time, returned, handovers_return_due(now=moment(14, 7))) == (0, 1, 0)
    assert waiting().area_pos == CITY.pos(CITY.xinjiekou)
    assert code_of(taken(target, CITY.other_community_grid)) == "not_found"
    street = people.client_of(actor_of("street_officer", CITY.xinjiekou))
    assert "the street decides" in street.get("/handovers").content.decode()
    answer = street.post(f"/handovers/{waiting().id}/accept", {"grid": CITY.other_community_grid})
    assert answer.status_code == 302
    assert tasks()[0].assignee_id == elsewhere.id


@pytest.mark.parametrize(
    ("here", "there", "lies_at"),
    [
        (CITY.grid, CITY.next_grid, CITY.xinjiekou),
        (CITY.grid, CITY.other_community_grid, CITY.xinjiekou),
        (CITY.grid, CITY.other_district_grid, CITY.city),
    ],
)
def test_above_both_is_a_street_or_wider(city: people.City, here: str, there: str, lies_at: str) -> None:
    found = handing.street_above(territory.get_path(here), territory.get_path(there))

    assert found.code == lies_at


def test_a_task_that_closes_lets_go_of_its_offer(desk: Desk, family: Task) -> None:
    offered(desk, family)

    desk.visit(family, "done", {STUDENT: "verified_present", MOTHER: "verified_present"}, at=moment(13))

    with people.as_owner():
        assert list(Handover.objects.values_list("state", flat=True)) == ["void"]


def test_nobody_but_a_job_moves_what_was_recorded(desk: Desk, family: Task) -> None:
    moved = "update dispatch_passresult set area_pos = area_pos + 1"
    with people.as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(moved)
    with people.acting(desk.worker), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(moved)


def test_an_offer_of_a_neighbour_is_no_secret_but_its_people_are(
    desk: Desk, family: Task, actor_of: MakeActor
) -> None:
    desk.list_comes("health-list", ACROSS, at=NOON)
    offered(desk, family, to=CITY.other_community_grid)

    page = people.client_of(actor_of("community_officer", CITY.dashiqiao)).get("/handovers").content.decode()

    assert "The door lies in that grid" in page
    assert "王" not in page.replace("王府", "") and str(family.id) not in page


def test_after_the_time_is_what_the_profile_says(desk: Desk, family: Task) -> None:
    proposed = offered(desk, family)

    assert not isinstance(proposed, Refusal)
    assert waiting().due_at - waiting().proposed_at == timedelta(hours=2)
