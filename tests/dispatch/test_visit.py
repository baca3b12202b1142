"""The worker's visit by the front door: one household, everybody answered, every sender told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from gridward.dispatch.models import PassResult, Task, TaskSubject
from gridward.governance import api as governance
from gridward.governance.models import AccessGrant
from gridward.intake.models import Clue
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from tests import people

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]


@pytest.fixture
def worker(street: governance.OrderView, city: people.City, actor_of: MakeActor) -> Actor:
    return actor_of("grid_worker", city.grid, responsible=True)


@pytest.fixture
def task(worker: Actor, tmp_path: Path) -> Task:
    """The family's task, asked for by two departments and released."""
    people.send_list(
        tmp_path,
        "health-list",
        [people.row_about(people.returning_student), people.row_about(people.students_mother)],
    )
    people.send_list(tmp_path, "police-list", [people.row_about(people.returning_student)])
    with people.as_owner():
        Task.objects.update(released_at=clock.now(), priority="P1")
        return Task.objects.get()


def persons(task: Task) -> list[str]:
    with people.as_owner():
        found = TaskSubject.objects.filter(task=task).values_list("person_id", flat=True)
        return sorted({str(person) for person in found})


def visit(client: Client, task: Task, result: str = "done", outcome: str = "verified_present") -> int:
    posted = {"result": result, "reason": "drill at night"}
    posted |= {f"outcome-{person}": outcome for person in persons(task)} if outcome else {}
    return client.post(f"/today/{task.id}/visit", posted).status_code


def test_the_day_shows_the_household_and_no_name(worker: Actor, task: Task) -> None:
    page = people.client_of(worker).get("/today").content.decode()

    assert "101室" in page
    assert "王小明" not in page and "王秀英" not in page


def test_the_task_shows_masked_people_and_everybody_who_asks(worker: Actor, task: Task) -> None:
    page = people.client_of(worker).get(f"/today/{task.id}").content.decode()

    assert "王**" in page
    assert "health-list · police-list" in page
    for person in (people.returning_student, people.students_mother):
        assert person.name not in page
        assert person.phone not in page
        assert person.id_number not in page


def test_a_visit_closes_the_task_and_answers_every_clue(worker: Actor, task: Task) -> None:
    status = visit(people.client_of(worker), task)

    assert status == 302
    with people.as_owner():
        assert Task.objects.get().state == "closed"
        assert set(Clue.objects.values_list("state", "outcome")) == {("closed", "verified_present")}
        assert Clue.objects.count() == 3
        kinds = PassResult.objects.filter(task_id=task.id).values_list("pass_kind", flat=True)
        assert {kind: list(kinds).count(kind) for kind in kinds} == {
            "desk": 3,
            "phone": 3,
            "visit": 3,
            "update": 3,
        }


def test_closing_ends_the_grant_and_the_household_is_gone(worker: Actor, task: Task) -> None:
    client = people.client_of(worker)
    visit(client, task)

    again = client.get(f"/today/{task.id}")

    assert again.status_code == 404
    with people.as_owner():
        assert not AccessGrant.objects.filter(ended_at__isnull=True).exists()


def test_a_closed_task_is_not_closed_twice(worker: Actor, task: Task) -> None:
    client = people.client_of(worker)
    visit(client, task)

    assert visit(client, task) == 404
    with people.as_owner():
        assert PassResult.objects.filter(task_id=task.id, pass_kind="visit").count() == 3


@pytest.mark.parametrize(
    ("result", "outcome", "status"),
    [
        ("not_home", "", 302),
        ("not_home", "verified_present", 422),
        ("not_home", "unreachable", 422),
        ("done", "", 422),
        ("done", "red", 422),
        ("skipped", "", 422),
        ("", "verified_present", 422),
    ],
)
def test_a_visit_that_does_not_fit_is_refused_and_nothing_changes(
    worker: Actor, task: Task, result: str, outcome: str, status: int
) -> None:
    assert visit(people.client_of(worker), task, result, outcome) == status

    with people.as_owner():
        assert Task.objects.get().state == "open"
        assert not Clue.objects.exclude(outcome="").exists()


def test_a_name_is_shown_only_with_a_reason_and_stands_in_the_ledger(worker: Actor, task: Task) -> None:
    client = people.client_of(worker)
    person = persons(task)[0]

    without = client.post(f"/today/{task.id}/reveal", {"person": person, "reason": ""})
    with_reason = client.post(f"/today/{task.id}/reveal", {"person": person, "reason": "to greet"})

    assert without.status_code == 422
    shown = with_reason.content.decode()
    assert people.returning_student.name in shown or people.students_mother.name in shown
    with people.as_owner():
        entries = LedgerEntry.objects.filter(action__in=("resident.reveal", "clue.reveal"))
        assert [(entry.actor, entry.reason) for entry in entries] == [(str(worker.id), "to greet")]


def test_a_task_before_its_time_is_not_there_until_it_is_released_with_a_reason(
    worker: Actor, task: Task, city: people.City, actor_of: MakeActor
) -> None:
    with people.as_owner():
        Task.objects.update(released_at=None, priority="P2")
    client = people.client_of(worker)
    officer = people.client_of(actor_of("community_officer", city.chengxianjie))
    assert client.get(f"/today/{task.id}").status_code == 404

    without = officer.post(f"/tasks/{task.id}/release", {"reason": ""})
    released = officer.post(f"/tasks/{task.id}/release", {"reason": "the family asked for it"})

    assert (without.status_code, released.status_code) == (422, 302)
    assert client.get(f"/today/{task.id}").status_code == 200


def test_a_centre_sees_the_trail_but_no_people_until_it_gives_a_reason(
    task: Task, city: people.City, actor_of: MakeActor
) -> None:
    officer = people.client_of(actor_of("community_officer", city.chengxianjie))

    before = officer.get(f"/tasks/{task.id}").content.decode()
    officer.post(f"/tasks/{task.id}/open", {"reason": "the worker asks for help"})
    after = officer.get(f"/tasks/{task.id}").content.decode()

    assert "王**" not in before and "Person 1" in before
    assert "王**" in after and "王小明" not in after


@pytest.mark.parametrize(
    ("role", "area"),
    [
        ("grid_worker", "320102003015002"),
        ("grid_worker", "320104001001001"),
        ("community_officer", "320102003011"),
        ("street_officer", "320104001"),
    ],
)
def test_whoever_answers_for_another_place_finds_nothing(
    task: Task, actor_of: MakeActor, role: str, area: str
) -> None:
    client = people.client_of(actor_of(role, area))
    prefix = "today" if role == "grid_worker" else "tasks"

    assert client.get(f"/{prefix}/{task.id}").status_code == 404


def test_a_colleague_in_the_same_grid_finds_nothing_either(
    task: Task, city: people.City, actor_of: MakeActor
) -> None:
    client = people.client_of(actor_of("grid_worker", city.grid))

    assert client.get(f"/today/{task.id}").status_code == 404
    page = client.get("/today").content.decode()
    # Not the bare number of the room: the handle of a colleague may end in it.
    assert str(task.id) not in page
    assert "101室" not in page


def test_a_refused_visit_comes_back_with_what_was_chosen(worker: Actor, task: Task) -> None:
    client = people.client_of(worker)
    first = persons(task)[0]

    answer = client.post(
        f"/today/{task.id}/visit", {"result": "done", "reason": "at noon", f"outcome-{first}": "moved"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose what you found for each person." in page
    assert 'value="done" required checked' in page
    assert '<option value="moved" selected>' in page
    assert 'value="at noon"' in page
    with people.as_owner():
        assert LedgerEntry.objects.filter(action="endpoint.refuse", result="outcome_unknown").exists()
