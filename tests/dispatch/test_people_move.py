"""Somebody moves: what is still asked goes along, to the right grid and into one task; what is answered stays."""

import time
from pathlib import Path

import pytest
from django.db import connection

from gridward.country.api import pack
from gridward.dispatch.models import Task, TaskSubject
from gridward.dispatch.moving import tasks_follow_people
from gridward.governance import api as governance
from gridward.intake.models import Clue
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM, Actor
from gridward.registry.models import Household, Resident
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    clues,
    code_of,
    digest,
    entries,
    live_grants,
    moment,
    subjects,
    tasks,
)
from tests.registry.town import CITY, Line, reported

pytestmark = pytest.mark.django_db
NOON = moment(12)
NEW_DOOR = STUDENT.address.replace("101室", "301室")


def line(person: people.Neighbour, *, grid: str = "", home: str = "", address: str = "") -> Line:
    return Line(
        person.ref,
        person.name,
        "01",
        person.id_number,
        pack("cn").read_phone(person.phone).value,
        address or person.address,
        grid or person.grid,
        home or person.household,
    )


def register_says(desk: Desk, folder: Path, *lines: Line) -> float:
    """Import a register file and let everybody hear of it; return how many seconds that took."""
    began = time.monotonic()
    report = reported(folder, desk.order, lines)
    assert report.problems == () and report.changed == len(lines), report
    outbox.drain_all()
    connection.check_constraints()
    everything_is_where_its_people_are()
    return time.monotonic() - began


def everything_is_where_its_people_are() -> None:
    with people.as_owner():
        homes = dict(Resident.objects.values_list("id", "household_id"))
        places = dict(Household.objects.values_list("id", "area_pos"))
        open_tasks = {task.id: task for task in Task.objects.filter(state="open")}
        assert len({task.household_id for task in open_tasks.values()}) == len(open_tasks)
        for subject in TaskSubject.objects.filter(outcome=""):
            task = open_tasks[subject.task_id]
            assert homes[subject.resident_id] == task.household_id  # type: ignore[index]
            assert subject.area_pos == task.area_pos == places[task.household_id]
            clue = Clue.objects.get(id=subject.clue_id)
            assert (clue.task_id, clue.household_id, clue.area_pos) == (
                task.id, task.household_id, task.area_pos
            )  # fmt: skip
        asked = TaskSubject.objects.filter(outcome="").values_list("task_id", flat=True)
        assert set(open_tasks) == set(asked), "nothing is open in which nothing is asked"


@pytest.fixture
def next_worker(desk: Desk) -> Actor:
    """The worker who answers for the grid next to the desk's."""
    return people.actor_of("grid_worker", CITY.next_grid, responsible=True)


def test_a_changed_address_retracts_the_wrong_grid_task_within_a_minute(
    desk: Desk, next_worker: Actor, tmp_path: Path
) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=clock.now())
    before = desk.task()
    with people.as_owner():
        Task.objects.update(released_at=clock.now())

    took = register_says(
        desk, tmp_path, *(line(one, grid=CITY.next_grid, address=NEW_DOOR) for one in (STUDENT, MOTHER))
    )

    after = desk.task()
    assert took < 60
    assert (after.id, after.assignee_id, after.state) == (before.id, next_worker.id, "open")
    assert after.area_pos == CITY.pos(CITY.next_grid) != before.area_pos
    assert live_grants() == {(next_worker.id, after.id, "case_finding")}
    gone = people.client_of(desk.worker).get(f"/today/{after.id}")
    here = people.client_of(next_worker).get(f"/today/{after.id}")
    assert (gone.status_code, here.status_code) == (404, 200)
    assert len(entries("task.transfer")) == 1


def test_who_moves_out_alone_joins_the_task_that_is_open_there_and_takes_along_what_was_found(
    desk: Desk, tmp_path: Path
) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, ACROSS, at=NOON)
    assert code_of(desk.call(STUDENT, "no_answer", at=moment(13))) == "ok"
    left, joined = desk.task_of(STUDENT), desk.task_of(ACROSS)

    register_says(desk, tmp_path, line(STUDENT, home=ACROSS.household, address=ACROSS.address))

    assert desk.task_of(STUDENT).id == joined.id != left.id
    assert {one.person_id for one in subjects(left)} == {desk.person_of[MOTHER]}
    assert {task.state for task in tasks()} == {"open"}
    assert live_grants() == {(desk.worker.id, task.id, "case_finding") for task in tasks()}
    seen = desk.call(STUDENT, "answered", at=moment(15))
    assert code_of(seen) == "ok"
    assert [step.result for step in seen.trail if step.pass_kind == "phone"] == ["no_answer", "answered"]  # type: ignore[union-attr]
    assert code_of(desk.call(MOTHER, "answered", at=moment(16))) == "ok"


def test_the_task_that_the_last_one_leaves_is_closed_and_its_times_go_along(
    desk: Desk, next_worker: Actor, tmp_path: Path
) -> None:
    desk.list_comes("health-list", ACROSS, at=NOON)
    before = desk.task()

    register_says(desk, tmp_path, line(ACROSS, grid=CITY.next_grid, home="H77", address=NEW_DOOR))

    left, now_there = sorted(tasks(), key=lambda task: task.id != before.id)
    assert (left.state, left.id) == ("closed", before.id)
    assert (now_there.state, now_there.assignee_id) == ("open", next_worker.id)
    assert (now_there.due_at, now_there.priority, now_there.release_at) == (
        before.due_at, before.priority, before.release_at
    )  # fmt: skip
    assert live_grants() == {(next_worker.id, now_there.id, "case_finding")}
    assert [clue.outcome for clue in clues()] == [""], "the sender is told nothing that nobody has found"


def test_what_is_answered_stays_and_doing_it_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    assert code_of(desk.call(STUDENT, "answered", outcome="moved", at=moment(13))) == "ok"
    answered = [clue for clue in clues() if clue.outcome]

    register_says(desk, tmp_path, line(STUDENT, home="H77", grid=CITY.next_grid, address=NEW_DOOR))

    assert [clue for clue in clues() if clue.outcome] == answered
    before = digest()
    with people.as_owner():
        residents = list(Resident.objects.values_list("id", flat=True))
    with governance.job_transaction(order_id=desk.order.id, purpose="case_finding"):
        again = tasks_follow_people(order=desk.order, resident_ids=residents, by=SYSTEM, now=clock.now())
    assert (again, digest()) == (0, before)
