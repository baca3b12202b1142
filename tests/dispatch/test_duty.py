"""Work goes to whoever is on duty: a worker falls out, somebody of the community stands in, and it comes back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from gridward.dispatch import actions, queries
from gridward.dispatch.api import tasks_follow_roster
from gridward.dispatch.models import Task
from gridward.governance.models import Profile
from gridward.kernel import clock, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.workforce import api as workforce
from gridward.workforce.models import Absence, Cover
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    code_of,
    digest,
    entries,
    live_grants,
    moment,
    tasks,
)

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
CITY = people.city()
MORNING, NOON, EVENING = moment(9), moment(12), moment(19)
THIRD_GRID = "320102003015003"


@pytest.fixture
def officer(actor_of: MakeActor) -> Actor:
    return actor_of("community_officer", CITY.chengxianjie)


@pytest.fixture
def neighbour(actor_of: MakeActor) -> Actor:
    """The worker of the grid beside it."""
    return actor_of("grid_worker", CITY.next_grid, responsible=True)


def falls_out(
    worker: Actor, officer: Actor, *, begins: datetime = MORNING, ends: datetime = EVENING, named: str = ""
) -> object:
    with people.acting(officer):
        return workforce.absence_enter(
            worker=worker.handle, kind="leave", starts_at=begins, ends_at=ends, substitute=named, by=officer,
            now=clock.now(),
        )  # fmt: skip


def hands() -> dict[UUID, UUID | None]:
    return {task.id: task.assignee_id for task in tasks(state="open")}


def again(actor: Actor) -> Actor:
    """Return the actor as the next request finds it."""
    fresh = workforce.actor_by_handle(actor.handle, now=clock.now())
    assert not isinstance(fresh, Refusal)
    return fresh


def opens(actor: Actor, task: Task, at: datetime) -> str:
    fresh = again(actor)
    with people.acting(fresh):
        return code_of(queries.access_task(task.id, by=fresh, now=at))


def test_the_neighbour_of_the_same_community_stands_in_and_the_one_who_is_away_has_nothing(
    desk: Desk, officer: Actor, neighbour: Actor, actor_of: MakeActor
) -> None:
    actor_of("grid_worker", CITY.other_community_grid, responsible=True)
    desk.list_comes("health-list", STUDENT, ACROSS, at=moment(8))
    assert set(hands().values()) == {desk.worker.id}
    falls_out(desk.worker, officer)

    moved = tasks_follow_roster(now=MORNING)

    assert (moved, set(hands().values())) == (2, {neighbour.id})
    assert live_grants() == {(neighbour.id, task.id, "case_finding") for task in tasks()}
    assert tasks_follow_roster(now=MORNING) == 0


def test_whoever_is_away_cannot_open_what_moved_and_the_substitute_can(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    task = desk.task()
    assert (opens(desk.worker, task, NOON), opens(neighbour, task, NOON)) == ("ok", "not_found")

    falls_out(desk.worker, officer, begins=NOON)
    tasks_follow_roster(now=NOON)

    assert (opens(desk.worker, task, NOON), opens(neighbour, task, NOON)) == ("not_found", "ok")
    assert code_of(desk.call(STUDENT, "answered", at=moment(13))) == "not_found"
    assert code_of(desk.call(STUDENT, "answered", by=again(neighbour), at=moment(13))) == "ok"


def test_it_comes_back_when_the_absence_ends_unless_the_substitute_has_begun(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    desk.list_comes("health-list", STUDENT, ACROSS, at=NOON)
    begun, untouched = desk.task_of(STUDENT), desk.task_of(ACROSS)
    falls_out(desk.worker, officer, begins=NOON, ends=moment(15))
    tasks_follow_roster(now=NOON)
    desk.call(STUDENT, "no_answer", by=again(neighbour), at=moment(13))

    tasks_follow_roster(now=moment(15))

    assert hands() == {begun.id: neighbour.id, untouched.id: desk.worker.id}
    assert live_grants() == {
        (neighbour.id, begun.id, "case_finding"),
        (desk.worker.id, untouched.id, "case_finding"),
    }
    assert (
        code_of(desk.visit(begun, "done", {STUDENT: "refused"}, by=again(neighbour), at=moment(16))) == "ok"
    )
    tasks_follow_roster(now=moment(16))
    assert again(neighbour).covers(CITY.pos(CITY.grid)) is False, "nothing is left there to stand in for"


def test_what_comes_during_the_absence_goes_to_the_substitute_at_once(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    falls_out(desk.worker, officer)
    tasks_follow_roster(now=MORNING)

    desk.list_comes("health-list", STUDENT, at=NOON)

    assert set(hands().values()) == {neighbour.id}


def test_whoever_has_the_fewest_households_stands_in(
    desk: Desk, officer: Actor, neighbour: Actor, actor_of: MakeActor
) -> None:
    free = actor_of("grid_worker", THIRD_GRID, responsible=True)
    desk.list_comes("health-list", STUDENT, ACROSS, at=NOON)
    with people.as_owner():  # the neighbour has one household in the day already
        Task.objects.filter(id=desk.task_of(ACROSS).id).update(
            area_pos=CITY.pos(CITY.next_grid), assignee_id=neighbour.id
        )

    falls_out(desk.worker, officer, begins=NOON)
    tasks_follow_roster(now=NOON)

    assert hands()[desk.task_of(STUDENT).id] == free.id


def test_of_equals_the_first_on_the_line_stands_in(
    desk: Desk, officer: Actor, neighbour: Actor, actor_of: MakeActor
) -> None:
    actor_of("grid_worker", THIRD_GRID, responsible=True)
    desk.list_comes("health-list", STUDENT, at=NOON)

    falls_out(desk.worker, officer, begins=NOON)
    tasks_follow_roster(now=NOON)

    assert set(hands().values()) == {neighbour.id}


def test_the_one_the_centre_named_stands_in_however_much_that_worker_has(
    desk: Desk, officer: Actor, neighbour: Actor, actor_of: MakeActor
) -> None:
    named = actor_of("grid_worker", THIRD_GRID, responsible=True)
    desk.list_comes("health-list", STUDENT, at=NOON)

    falls_out(desk.worker, officer, begins=NOON, named=named.handle)
    tasks_follow_roster(now=NOON)

    assert set(hands().values()) == {named.id}


def test_when_the_substitute_falls_out_too_the_next_one_has_it(
    desk: Desk, officer: Actor, neighbour: Actor, actor_of: MakeActor
) -> None:
    third = actor_of("grid_worker", THIRD_GRID, responsible=True)
    desk.list_comes("health-list", STUDENT, at=NOON)
    falls_out(desk.worker, officer, begins=NOON)
    tasks_follow_roster(now=NOON)
    desk.call(STUDENT, "no_answer", by=again(neighbour), at=moment(12, 30))

    falls_out(neighbour, officer, begins=moment(13))
    tasks_follow_roster(now=moment(13))

    assert set(hands().values()) == {third.id}
    assert live_grants() == {(third.id, desk.task().id, "case_finding")}


def test_nobody_on_duty_is_seen_by_the_community_which_names_somebody(
    desk: Desk, officer: Actor, actor_of: MakeActor
) -> None:
    helper = actor_of("grid_worker", THIRD_GRID)
    desk.list_comes("health-list", STUDENT, at=NOON)
    falls_out(desk.worker, officer, begins=clock.now() - timedelta(minutes=1), ends=moment(20))
    outbox.drain_all()
    assert (set(hands().values()), live_grants()) == ({None}, set())
    centre = people.client_of(officer)

    page = centre.get("/duty").content.decode()
    assert "Nobody on duty" in page and "1 task waits" in page
    answer = centre.post(f"/duty/{CITY.grid}/name", {"worker": helper.handle})
    outbox.drain_all()

    assert answer.status_code == 302
    assert set(hands().values()) == {helper.id}
    assert live_grants() == {(helper.id, desk.task().id, "case_finding")}


def test_released_work_beyond_the_substitutes_day_waits_and_p1_never_does(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    desk.channel("urgent", priority="P1")
    desk.list_comes("urgent", STUDENT, at=NOON)
    desk.list_comes("health-list", ACROSS, at=NOON)
    urgent, calm = desk.task_of(STUDENT), desk.task_of(ACROSS)
    with people.as_owner():
        for profile in Profile.objects.all():
            profile.parameters["worker_households_a_day"]["value"] = 1
            profile.save()

    falls_out(desk.worker, officer, begins=NOON)
    tasks_follow_roster(now=NOON)

    found = {task.id: task.released_at is not None for task in tasks()}
    assert found == {urgent.id: True, calm.id: False}
    assert set(hands().values()) == {neighbour.id}


def test_an_absence_that_has_not_begun_or_was_taken_out_changes_nothing(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    before = digest()
    absence = falls_out(desk.worker, officer, begins=moment(14))
    assert isinstance(absence, Absence)

    assert tasks_follow_roster(now=moment(13)) == 0
    with people.acting(officer):
        workforce.absence_end(absence_id=absence.id, by=officer, now=moment(13))
    assert tasks_follow_roster(now=moment(14)) == 0

    assert digest() == before
    assert [entry.actor for entry in entries("absence.end")] == [str(officer.id)]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, "ok"),
        ({"kind": "flu"}, "absence_kind"),
        ({"ends_at": MORNING}, "absence_time"),
        ({"ends_at": MORNING + timedelta(days=400)}, "absence_time"),
        ({"starts_at": moment(1, day=-3), "ends_at": moment(1, day=-2)}, "absence_time"),
        ({"worker": "nobody-at-all"}, "worker_unknown"),
        ({"substitute": "nobody-at-all"}, "worker_unknown"),
    ],
)
def test_an_absence_says_when_and_why_in_one_word(
    desk: Desk, officer: Actor, changed: dict[str, object], code: str
) -> None:
    said = {"worker": desk.worker.handle, "kind": "rest", "starts_at": MORNING, "ends_at": EVENING, **changed}

    with people.acting(officer):
        outcome = workforce.absence_enter(by=officer, now=moment(8), **said)  # type: ignore[arg-type]

    assert code_of(outcome) == code
    with people.as_owner():
        assert Absence.objects.count() == (1 if code == "ok" else 0)


def test_two_absences_of_one_worker_do_not_overlap_and_nobody_stands_in_for_himself(
    desk: Desk, officer: Actor
) -> None:
    assert code_of(falls_out(desk.worker, officer, named=desk.worker.handle)) == "substitute_self"
    assert code_of(falls_out(desk.worker, officer)) == "ok"
    assert code_of(falls_out(desk.worker, officer, begins=NOON, ends=moment(12, day=2))) == "absence_twice"
    assert code_of(falls_out(desk.worker, officer, begins=EVENING, ends=moment(12, day=2))) == "ok"


def test_a_centre_enters_nobody_of_another_community(desk: Desk, actor_of: MakeActor) -> None:
    stranger = actor_of("community_officer", CITY.dashiqiao)

    assert code_of(falls_out(desk.worker, stranger)) == "worker_unknown"
    with people.acting(stranger):
        outcome = workforce.cover_name(grid=CITY.grid, worker=desk.worker.handle, by=stranger, now=NOON)
    assert code_of(outcome) == "not_found"
    with people.as_owner():
        assert (Absence.objects.count(), Cover.objects.count()) == (0, 0)


def test_the_page_says_who_is_away_and_the_worker_reads_it_too(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    now = clock.now()
    centre = people.client_of(officer)

    answer = centre.post(
        "/duty/absences",
        {
            "worker": desk.worker.handle, "kind": "rest", "starts_at": f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M}Z",
            "ends_at": f"{now + timedelta(hours=5):%Y-%m-%dT%H:%M}Z", "substitute": "",
        },
    )  # fmt: skip
    outbox.drain_all()

    assert answer.status_code == 302, answer.content
    page = centre.get("/duty").content.decode()
    assert desk.worker.handle in page and "stands in" in page and neighbour.handle in page
    assert "You are entered as away until" in people.client_of(desk.worker).get("/today").content.decode()
    assert "You are entered as away until" not in people.client_of(neighbour).get("/today").content.decode()
    with people.as_owner():
        absence = Absence.objects.get()
    assert centre.post(f"/duty/absences/{absence.id}/end").status_code == 302
    outbox.drain_all()
    assert again(neighbour).covers(CITY.pos(CITY.grid)) is False


@pytest.mark.parametrize("wrong", ["", "yesterday", "2026-13-45T99:99", "9999-12-31T23:59"])
def test_a_moment_nobody_can_read_is_refused(desk: Desk, officer: Actor, wrong: str) -> None:
    said = {"worker": desk.worker.handle, "kind": "rest", "starts_at": "2099-01-01T08:00", "ends_at": wrong}

    assert people.client_of(officer).post("/duty/absences", said).status_code == 422


def test_the_same_by_the_api(desk: Desk, officer: Actor, neighbour: Actor) -> None:
    machine, now = people.machine_of(officer), clock.now()
    said = {
        "worker": desk.worker.handle, "kind": "leave", "starts_at": (now - timedelta(minutes=5)).isoformat(),
        "ends_at": (now + timedelta(hours=5)).isoformat(),
    }  # fmt: skip

    entered = machine.post("/api/v1/absences", said, content_type="application/json")
    outbox.drain_all()

    assert entered.status_code == 200, entered.content
    lines = {line["area"]["code"]: line for line in machine.get("/api/v1/duty").json()["items"]}
    assert (lines[CITY.grid]["state"], lines[CITY.grid]["on_duty"]) == ("cover", neighbour.handle)
    (away,) = machine.get("/api/v1/absences").json()["items"]
    assert (away["worker"], away["is_now"]) == (desk.worker.handle, True)
    named = machine.post(
        f"/api/v1/duty/{THIRD_GRID}/name", {"worker": neighbour.handle}, content_type="application/json"
    )
    assert named.status_code == 200
    ended = machine.post(f"/api/v1/absences/{entered.json()['id']}/end", content_type="application/json")
    assert ended.status_code == 200
    again_ended = machine.post(
        f"/api/v1/absences/{entered.json()['id']}/end", content_type="application/json"
    )
    assert (again_ended.status_code, again_ended.json()["code"]) == (409, "absence_over")


def test_a_substitute_sees_no_more_of_the_grid_than_its_tasks(
    desk: Desk, officer: Actor, neighbour: Actor
) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    task = desk.task()
    falls_out(desk.worker, officer, begins=NOON)
    tasks_follow_roster(now=NOON)
    fresh = again(neighbour)
    with people.acting(fresh):
        outcome = actions.visit_record(
            task_id=task.id, result="done",
            outcomes={desk.person_of[one]: "refused" for one in (STUDENT, MOTHER)}, reason="", by=fresh,
            now=moment(13),
        )  # fmt: skip
    assert code_of(outcome) == "ok"

    assert live_grants() == set()
    assert opens(neighbour, task, moment(14)) == "not_found"
