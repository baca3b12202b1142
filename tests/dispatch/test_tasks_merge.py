"""Everything that asks about one household becomes one task of the one worker who answers for its grid."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from gridward.dispatch.models import PassResult, Task, TaskSubject
from gridward.governance import api as governance
from gridward.governance.models import AccessGrant
from gridward.intake.models import Batch
from gridward.kernel import clock, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.models import Fact
from tests import people

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]


def tasks() -> list[Task]:
    with people.as_owner():
        return list(Task.objects.order_by("opened_at", "id"))


def test_three_lists_about_one_family_become_one_task(
    street: governance.OrderView, city: people.City, actor_of: MakeActor, tmp_path: Path
) -> None:
    worker = actor_of("grid_worker", city.grid, responsible=True)
    student, mother = people.returning_student, people.students_mother

    people.send_list(tmp_path, "health-list", [people.row_about(student)])
    people.send_list(tmp_path, "police-list", [people.row_about(student, id_number=False)])
    people.send_list(tmp_path, "transport-list", [people.row_about(mother, phone=False)])

    (task,) = tasks()
    assert (task.state, task.assignee_id, task.area_pos) == ("open", worker.id, city.pos(city.grid))
    with people.as_owner():
        subjects = list(TaskSubject.objects.filter(task=task))
        assert {subject.channel_code for subject in subjects} == {
            "health-list",
            "police-list",
            "transport-list",
        }
        assert len({subject.person_id for subject in subjects}) == 2
        assert PassResult.objects.filter(task_id=task.id, pass_kind="desk").count() == 3


def test_neighbours_get_tasks_of_their_own(street: governance.OrderView, tmp_path: Path) -> None:
    people.send_list(
        tmp_path,
        "health-list",
        [people.row_about(people.returning_student), people.row_about(people.neighbour_across)],
    )

    assert len({task.household_id for task in tasks()}) == 2


def test_asks_avoided_are_those_that_needed_no_task_of_their_own(
    street: governance.OrderView, city: people.City, tmp_path: Path
) -> None:
    first = people.send_list(
        tmp_path,
        "health-list",
        [people.row_about(people.returning_student), people.row_about(people.students_mother)],
    )
    second = people.send_list(tmp_path, "police-list", [people.row_about(people.returning_student)])

    with people.as_owner():
        avoided = dict(Batch.objects.values_list("id", "asks_avoided_count"))
    assert [avoided[report.batch_id] for report in (first, second)] == [1, 1]


def test_the_worker_gets_a_grant_for_the_household_and_nobody_else_does(
    street: governance.OrderView, city: people.City, actor_of: MakeActor, tmp_path: Path
) -> None:
    worker = actor_of("grid_worker", city.grid, responsible=True)
    colleague = actor_of("grid_worker", city.grid)

    people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])

    (task,) = tasks()
    with people.as_owner():
        assert list(AccessGrant.objects.values_list("account_id", "task_id")) == [(worker.id, task.id)]
    for actor, covered in ((worker, True), (colleague, False)):
        with people.acting(actor):
            assert (
                governance.grant_covers(
                    household_id=task.household_id, purpose="case_finding", by=actor, now=clock.now()
                )
                is covered
            )


def test_a_grid_without_a_worker_still_gets_its_task(street: governance.OrderView, tmp_path: Path) -> None:
    people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])

    (task,) = tasks()
    assert task.assignee_id is None


def test_the_database_refuses_a_second_open_task_for_a_household(
    street: governance.OrderView, tmp_path: Path
) -> None:
    people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])
    (task,) = tasks()

    with people.as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(
            id=new_id(),
            order_id=task.order_id,
            household_id=task.household_id,
            area_pos=task.area_pos,
            priority="P2",
            state="open",
            opened_at=clock.now(),
            due_at=clock.now(),
            release_at=clock.now(),
        )


def test_a_drained_fact_drained_again_changes_nothing(street: governance.OrderView, tmp_path: Path) -> None:
    people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])
    before = [(task.id, task.opened_at) for task in tasks()]

    with people.as_owner():
        Fact.objects.update(drained_at=None)
    outbox.drain_all()

    assert [(task.id, task.opened_at) for task in tasks()] == before


def test_passes_are_append_only(street: governance.OrderView, tmp_path: Path) -> None:
    people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])

    with people.as_owner():
        for change in (
            lambda: PassResult.objects.update(result="x"),
            lambda: PassResult.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
