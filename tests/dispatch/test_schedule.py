"""What happens by the clock: due tasks go out, tasks follow the roster, and one order's end stops no other order."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from gridward.dispatch.api import tasks_follow_roster, tasks_release_due
from gridward.governance.models import EmergencyOrder
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.workforce import api as workforce
from gridward.workforce.models import Assignment
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    code_of,
    details,
    digest,
    entries,
    live_grants,
    moment,
    passes,
    tasks,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MakeActor = Callable[..., Actor]
NOON = moment(12)


def responsibility_ends(worker: Actor) -> None:
    with people.as_owner():
        Assignment.objects.filter(account_id=worker.id).update(ends_at=clock.now())


def takes_over(city: people.City, actor_of: MakeActor, colleague: Actor | None = None) -> Actor:
    if colleague is None:
        return actor_of("grid_worker", city.grid, responsible=True)
    workforce.assignment_open(
        account_id=_id(colleague), role="grid_worker", area_code=city.grid, responsible=True, by=SYSTEM,
        now=clock.now(),
    )  # fmt: skip
    return colleague


def _id(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id


def test_a_grid_that_gets_its_worker_hands_him_the_tasks_that_waited(
    desk: Desk, city: people.City, actor_of: MakeActor
) -> None:
    responsibility_ends(desk.worker)
    desk.list_comes("health-list", STUDENT, ACROSS, at=NOON)
    assert {task.assignee_id for task in tasks()} == {None}
    assert live_grants() == set()

    newcomer = takes_over(city, actor_of)
    handed = tasks_follow_roster(now=NOON)

    assert handed == 2
    assert {task.assignee_id for task in tasks()} == {newcomer.id}
    assert live_grants() == {(newcomer.id, task.id, "case_finding") for task in tasks()}
    assert code_of(desk.call(STUDENT, "answered", by=newcomer, at=moment(13))) == "ok"


def test_a_hand_over_keeps_what_was_found_and_takes_the_former_workers_keys(
    desk: Desk, city: people.City, actor_of: MakeActor
) -> None:
    colleague = actor_of("grid_worker", city.grid)
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    desk.call(STUDENT, "answered", outcome="moved", at=NOON)
    task, found = desk.task(), passes(desk.task())

    with people.as_owner():
        Assignment.objects.filter(account_id=desk.worker.id).update(responsible=False)
    takes_over(city, actor_of, colleague)
    with people.as_owner():  # his earliest assignment stays the one he signs in with
        Assignment.objects.filter(account_id=colleague.id, responsible=False).delete()
    tasks_follow_roster(now=moment(13))

    assert passes(task) == found
    assert live_grants() == {(colleague.id, task.id, "case_finding")}
    assert code_of(desk.visit(task, "done", {MOTHER: "refused"}, at=moment(14))) == "not_found"
    assert code_of(desk.visit(task, "done", {MOTHER: "refused"}, by=colleague, at=moment(14))) == "ok"
    assert desk.task().state == "closed"


def test_a_worker_who_leaves_lets_go_and_the_community_has_the_tasks(
    desk: Desk, city: people.City, actor_of: MakeActor
) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)

    responsibility_ends(desk.worker)
    handed = tasks_follow_roster(now=NOON)

    assert (handed, desk.task().assignee_id, live_grants()) == (1, None, set())
    page = people.client_of(actor_of("community_officer", city.chengxianjie)).get("/tasks").content.decode()
    assert "nobody yet" in page


def test_following_a_roster_that_did_not_change_changes_nothing(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    before = digest()

    assert tasks_follow_roster(now=NOON) == 0
    assert digest() == before and entries("task.hand_over") == []


def test_a_closed_task_stays_with_whoever_closed_it(
    desk: Desk, city: people.City, actor_of: MakeActor
) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=NOON)
    closed = desk.task_of(STUDENT)
    desk.visit(closed, "done", {STUDENT: "verified_present"}, at=NOON)
    responsibility_ends(desk.worker)
    newcomer = takes_over(city, actor_of)

    assert tasks_follow_roster(now=NOON) == 1

    assert {task.state: task.assignee_id for task in tasks()} == {
        "closed": desk.worker.id,
        "open": newcomer.id,
    }
    assert [(entry.actor, detail["count"]) for entry, detail in zip(
        entries("task.hand_over"), details("task.hand_over"), strict=True
    )] == [("SYSTEM", 1)]  # fmt: skip


def test_an_order_for_something_else_does_not_stop_the_clock_of_this_one(desk: Desk) -> None:
    people.signed_order(kind="flood", purposes=("home_service",))
    desk.list_comes("health-list", STUDENT, at=moment(22))

    assert tasks_release_due(now=moment(9, day=2)) == 1
    assert tasks_follow_roster(now=moment(9, day=2)) == 0


@pytest.mark.parametrize("work", [tasks_release_due, tasks_follow_roster])
def test_nothing_moves_once_the_order_is_over(desk: Desk, work: Callable[..., int]) -> None:
    desk.list_comes("health-list", STUDENT, at=moment(22))
    responsibility_ends(desk.worker)
    before = digest()

    assert work(now=desk.order.ends_at) == 0  # by the moment it is told
    with people.as_owner():
        EmergencyOrder.objects.filter(id=desk.order.id).update(ended_at=clock.now())
    assert work(now=clock.now()) == 0  # by decision
    assert digest() == before


def test_an_order_that_ends_between_the_question_and_the_work_is_passed_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.list_comes("health-list", STUDENT, at=moment(22))
    asked = desk.order  # what the question returned a moment ago
    with people.as_owner():
        EmergencyOrder.objects.filter(id=desk.order.id).update(ended_at=clock.now())
    monkeypatch.setattr("gridward.governance.api.get_active_orders", lambda **_more: [asked])

    assert tasks_release_due(now=moment(9, day=2)) == 0
    assert desk.task().released_at is None


def test_a_release_is_told_as_the_moment_it_was_run_and_not_as_planned(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, at=moment(22))
    late: datetime = moment(11, 17, day=2)

    tasks_release_due(now=late)

    assert (desk.task().release_at, desk.task().released_at) == (moment(9, day=2), late)
