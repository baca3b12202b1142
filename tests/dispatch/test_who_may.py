"""Who may do what with a task in which state: one table, by the front door, and a refusal changes nothing."""

from collections.abc import Callable

import pytest
from django.test import Client

from gridward.dispatch.models import Task
from gridward.governance.models import AccessGrant, EmergencyOrder
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, STUDENT, Desk, digest, live_grants, undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MakeActor = Callable[..., Actor]
#: Who asks: role and where. The worker is the task's own; everybody else's place says what it has to do with it.
ASKERS = {
    "worker": ("", ""),
    "colleague": ("grid_worker", "320102003015001"),
    "next grid": ("grid_worker", "320102003015002"),
    "community": ("community_officer", "320102003015"),
    "street": ("street_officer", "320102003"),
    "other community": ("community_officer", "320102003011"),
    "district": ("district_officer", "320102"),
}
#: For each state and action, the status each asker gets. Who is not named gets 404, as if there were no such task;
#: whose role has no such right at all gets 403.
WORK = {"see", "phone", "visit", "reveal"}
TABLE: dict[str, dict[str, dict[str, int]]] = {
    "waiting": {
        "see": {}, "phone": {}, "visit": {}, "reveal": {},
        "look": {"community": 200, "street": 200},
        "release": {"community": 302, "street": 302},
        "open": {"community": 302, "street": 302},
    },
    "released": {
        "see": {"worker": 200}, "phone": {"worker": 302}, "visit": {"worker": 302}, "reveal": {"worker": 200},
        "look": {"community": 200, "street": 200},
        "release": {"community": 409, "street": 409},
        "open": {"community": 302, "street": 302},
    },
    "closed": {
        "see": {}, "phone": {}, "visit": {}, "reveal": {},
        "look": {"community": 200, "street": 200},
        "release": {"community": 409, "street": 409},
        "open": {"community": 302, "street": 302},
    },
    "order over": {
        # Collecting asks the gate before anything else; a worker's people are gone with the order's grants.
        "see": {}, "reveal": {},
        "phone": {"worker": 403, "colleague": 403, "next grid": 403},
        "visit": {"worker": 403, "colleague": 403, "next grid": 403},
        "look": {"community": 200, "street": 200},
        "release": {"community": 409, "street": 409},
        "open": {"community": 403, "street": 403},
    },
    "waiting, order over": {"release": {"community": 403, "street": 403}},
}  # fmt: skip


def expected(state: str, action: str, asker: str) -> int:
    is_worker = asker in ("worker", "colleague", "next grid")
    if asker == "district" or is_worker is not (action in WORK):
        return 403
    return TABLE[state][action].get(asker, 404)


def bring_into(desk: Desk, state: str) -> Task:
    at = clock.now()
    desk.list_comes("health-list", STUDENT, MOTHER, at=at)
    with people.as_owner():
        Task.objects.update(released_at=None if "waiting" in state else at, priority="P1", release_at=at)
    if state == "closed":
        desk.visit(desk.task(), "done", {STUDENT: "moved", MOTHER: "moved"}, reason="a drill", at=at)
    if "order over" in state:
        with people.as_owner():
            EmergencyOrder.objects.filter(id=desk.order.id).update(ended_at=clock.now())
    return desk.task()


def do(client: Client, action: str, task: Task, desk: Desk) -> int:
    person, reason = str(desk.person_of[STUDENT]), "a reason that is long enough"
    work, look = f"/today/{task.id}", f"/tasks/{task.id}"
    asks: dict[str, Callable[[], object]] = {
        "see": lambda: client.get(work),
        "phone": lambda: client.post(f"{work}/phone", {"person": person, "result": "busy", "reason": reason}),
        "visit": lambda: client.post(f"{work}/visit", {"result": "not_home", "reason": reason}),
        "reveal": lambda: client.post(f"{work}/reveal", {"person": person, "reason": reason}),
        "look": lambda: client.get(look),
        "release": lambda: client.post(f"{look}/release", {"reason": reason}),
        "open": lambda: client.post(f"{look}/open", {"reason": reason}),
    }
    status: int = asks[action]().status_code  # type: ignore[attr-defined]
    return status


@pytest.fixture
def askers(desk: Desk, actor_of: MakeActor) -> dict[str, Client]:
    return {
        name: people.client_of(actor_of(role, area) if role else desk.worker)
        for name, (role, area) in ASKERS.items()
    }


@pytest.mark.parametrize("state", TABLE)
def test_everybody_does_what_the_table_says_and_nothing_else(
    desk: Desk, askers: dict[str, Client], state: str
) -> None:
    task = bring_into(desk, state)
    statuses, wanted, changed, before = {}, {}, [], digest()
    for action in TABLE[state]:
        for asker, client in askers.items():
            # Each is asked of the same state: what it changed is taken back.
            with undone():
                status = do(client, action, task, desk)
                if status >= 400 and digest() != before:
                    changed.append((action, asker))
            statuses[action, asker], wanted[action, asker] = status, expected(state, action, asker)

    assert {key: status for key, status in statuses.items() if status != wanted[key]} == {}
    assert changed == []


def test_a_centre_that_opened_a_household_sees_it_for_half_an_hour_and_no_other(
    desk: Desk, askers: dict[str, Client]
) -> None:
    at = clock.now()
    desk.list_comes("health-list", STUDENT, ACROSS, at=at)
    opened, other = desk.task_of(STUDENT), desk.task_of(ACROSS)
    askers["community"].post(f"/tasks/{opened.id}/open", {"reason": "the worker asks"})

    assert "王**" in askers["community"].get(f"/tasks/{opened.id}").content.decode()
    assert "李**" not in askers["community"].get(f"/tasks/{other.id}").content.decode()
    assert "王**" not in askers["street"].get(f"/tasks/{opened.id}").content.decode()

    brief = live_grants(task_id__isnull=True)
    assert len(brief) == 1
    with people.as_owner():
        AccessGrant.objects.filter(task_id__isnull=True).update(ends_at=clock.now())
    assert "王**" not in askers["community"].get(f"/tasks/{opened.id}").content.decode()


def test_a_grant_on_the_household_does_not_put_its_task_into_another_hand(
    desk: Desk, askers: dict[str, Client], actor_of: MakeActor
) -> None:
    task, holder = bring_into(desk, "released"), actor_of("grid_worker", "320102003015001")
    with people.as_owner():
        grant = AccessGrant.objects.get(task_id=task.id)
        grant.id, grant.account_id = new_id(), holder.id
        grant.save(force_insert=True)

    assert people.client_of(holder).get(f"/today/{task.id}").status_code == 404
    assert askers["worker"].get(f"/today/{task.id}").status_code == 200


def test_a_person_of_another_household_cannot_be_named_in_a_task(
    desk: Desk, askers: dict[str, Client]
) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=clock.now())
    with people.as_owner():
        Task.objects.update(released_at=clock.now(), priority="P1")
    task, stranger = desk.task_of(STUDENT), str(desk.person_of[ACROSS])
    worker, before = askers["worker"], digest()

    statuses = [
        worker.post(f"/today/{task.id}/phone", {"person": stranger, "result": "busy", "reason": "a drill"}),
        worker.post(f"/today/{task.id}/reveal", {"person": stranger, "reason": "a drill"}),
        worker.post(
            f"/today/{task.id}/visit", {"result": "done", "reason": "a drill", f"outcome-{stranger}": "moved"}
        ),
    ]

    assert [answer.status_code for answer in statuses] == [404, 404, 422]
    assert digest() == before
