"""Two entries become one person through the whole house: asked once, in one household, and apart again on a word."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from gridward.dispatch import actions, queries
from gridward.dispatch.models import Task
from gridward.intake.models import Clue
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Resident
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    clues,
    code_of,
    entries,
    moment,
    subjects,
    tasks,
)

pytestmark = pytest.mark.django_db

CITY = people.city()


def entry_of(person: people.Neighbour) -> UUID:
    with people.as_owner():
        return Resident.objects.get(resident_ref=person.ref).id


def proposed(by: Actor, stays: people.Neighbour = STUDENT, goes: people.Neighbour = ACROSS) -> Any:
    with people.acting(by):
        return registry.merge_propose(
            stays_id=entry_of(stays),
            goes_id=entry_of(goes),
            reason="the same person",
            by=by,
            now=moment(12, 5),
        )


def confirmed(proposal: Any, by: Actor, minute: int = 6) -> Any:
    with people.acting(by):
        done = actions.merge_confirm(merge_id=proposal.id, by=by, now=moment(12, minute))
    connection.check_constraints()
    return done


def undone(merge: Any, by: Actor, reason: str = "two people") -> Any:
    with people.acting(by):
        done = actions.merge_undo(merge_id=merge.id, reason=reason, by=by, now=moment(12, 8))
    connection.check_constraints()
    return done


def merged(by: Actor) -> registry.MergeView:
    done = confirmed(proposed(by), by)
    assert isinstance(done, registry.MergeView) and done.state == "merged", done
    return done


def seen_by(desk: Desk, task: Task) -> queries.TaskView:
    with people.acting(desk.worker):
        view = queries.access_task(task.id, by=desk.worker, now=moment(12, 9))
    assert isinstance(view, queries.TaskView), view
    return view


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Two departments ask about the two entries, each in a household of its own."""
    desk.list_comes("health-list", STUDENT, at=moment(12))
    desk.list_comes("police-list", ACROSS, at=moment(12))
    return desk


def test_what_is_asked_about_either_is_asked_of_one_person_in_one_task(two: Desk, officer: Actor) -> None:
    home, _flat = two.task_of(STUDENT), two.task_of(ACROSS)

    merged(officer)

    (task,) = tasks(state="open")
    assert task.id == home.id and len(subjects(task)) == 2
    assert len({one.person_id for one in subjects(task)}) == 1
    view = seen_by(two, task)
    (person,) = view.people
    assert person.channels == ("health-list", "police-list") and person.name is not None
    assert person.name.reveal() == STUDENT.name
    assert {clue.household_id for clue in clues()} == {home.household_id}


def test_one_visit_answers_both_departments(two: Desk, officer: Actor) -> None:
    merged(officer)
    (task,) = tasks(state="open")

    done = two.visit(task, "done", {STUDENT: "verified_present"}, at=moment(12, 30))

    assert not isinstance(done, Refusal), done
    assert {clue.outcome for clue in clues()} == {"verified_present"}


def test_apart_again_each_is_asked_where_it_was(two: Desk, officer: Actor) -> None:
    home, flat = two.task_of(STUDENT), two.task_of(ACROSS)
    before = {clue.id: (clue.household_id, clue.area_pos, clue.person_id) for clue in clues()}
    merge = merged(officer)

    assert undone(merge, officer).state == "undone"

    asked = {task.household_id: subjects(task) for task in tasks(state="open")}
    assert {household: len(rows) for household, rows in asked.items()} == {
        home.household_id: 1,
        flat.household_id: 1,
    }
    assert {one.person_id for rows in asked.values() for one in rows} == {
        two.person_of[STUDENT], two.person_of[ACROSS],
    }  # fmt: skip
    assert {clue.id: (clue.household_id, clue.area_pos, clue.person_id) for clue in clues()} == before


def test_what_was_answered_before_stays_as_it_was(two: Desk, officer: Actor) -> None:
    flat = two.task_of(ACROSS)
    two.visit(flat, "done", {ACROSS: "verified_present"}, at=moment(12, 2))
    (answered,) = clues(outcome="verified_present")

    merged(officer)

    (same,) = clues(outcome="verified_present")
    assert (same.id, same.household_id, same.person_id) == (
        answered.id,
        flat.household_id,
        answered.person_id,
    )
    assert [len(subjects(task)) for task in tasks(state="open")] == [1]


def test_a_later_list_about_the_other_entry_joins_the_same_person(two: Desk, officer: Actor) -> None:
    merged(officer)

    two.list_comes("transport-list", ACROSS, at=moment(12, 20))

    (task,) = tasks(state="open")
    assert len(subjects(task)) == 3 and len({one.person_id for one in subjects(task)}) == 1
    assert [clue.count_state for clue in clues(channel="transport-list")] == ["merged"]


@pytest.mark.parametrize("goes_first", [True, False])
def test_who_was_only_asked_about_as_the_other_is_the_same_person_and_apart_two_again(
    desk: Desk, officer: Actor, goes_first: bool
) -> None:
    first, later = (ACROSS, STUDENT) if goes_first else (STUDENT, ACROSS)
    desk.list_comes("health-list", first, at=moment(12))
    merge = merged(officer)
    desk.list_comes("police-list", later, at=moment(12, 20))
    (task,) = tasks(state="open")
    assert len({one.person_id for one in subjects(task)}) == 1

    undone(merge, officer)

    with people.as_owner():
        persons = dict(Clue.objects.values_list("resident_id", "person_id"))
    # What came about the person while they were one stays with who had stayed.
    assert len(set(persons.values())) == len(persons) == (2 if goes_first else 1)


def test_what_is_wrong_about_the_person_is_corrected_at_who_stays(two: Desk, officer: Actor) -> None:
    merged(officer)
    (task,) = tasks(state="open")
    (person,) = seen_by(two, task).people

    with people.acting(two.worker):
        shown = actions.person_reveal(
            task_id=task.id,
            person_id=person.person_id,
            reason="at the door",
            by=two.worker,
            now=moment(12, 9),
        )
        entered = actions.correction_enter(
            task_id=task.id, person_id=person.person_id, kind="phone", value="15400000321", found_by="person",
            reason="said at the door", by=two.worker, now=moment(12, 9),
        )  # fmt: skip

    assert isinstance(shown, actions.Revealed) and shown.name == STUDENT.name
    assert isinstance(entered, registry.CorrectionView), entered
    assert entered.resident_id == entry_of(STUDENT)


def test_people_of_the_same_household_are_merged_too(desk: Desk, officer: Actor) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))

    merge = confirmed(proposed(officer, STUDENT, MOTHER), officer)
    (task,) = tasks(state="open")
    (person,) = seen_by(desk, task).people
    undone(merge, officer)

    assert person.name is not None and person.name.reveal() == STUDENT.name
    assert len(seen_by(desk, task).people) == 2


# --- who may, and when ------------------------------------------------------------------------------------------------


def test_nothing_is_merged_when_the_half_hour_is_over(two: Desk, officer: Actor) -> None:
    proposal = proposed(officer)

    assert code_of(confirmed(proposal, officer, minute=59)) == "no_grant"
    assert code_of(confirmed(proposal, officer)) == "ok"
    assert code_of(confirmed(proposal, officer)) == "merge_decided"


def test_who_covers_one_of_the_two_alone_may_neither_merge_nor_part(two: Desk, officer: Actor) -> None:
    proposal = proposed(officer)
    neighbour = people.actor_of("community_officer", CITY.dashiqiao)

    assert code_of(proposed(neighbour)) == "not_found"
    assert code_of(confirmed(proposal, neighbour)) == "not_found"
    confirmed(proposal, officer)
    assert code_of(undone(proposal, neighbour)) == "not_found"
    assert code_of(undone(proposal, officer, reason="no")) == "reason_needed"


def test_a_proposal_that_is_left_changes_nothing(two: Desk, officer: Actor) -> None:
    proposal = proposed(officer)

    assert undone(proposal, officer).state == "dropped"
    assert len(tasks(state="open")) == 2 and code_of(confirmed(proposal, officer)) == "merge_decided"


def test_each_step_is_in_the_ledger(two: Desk, officer: Actor) -> None:
    undone(merged(officer), officer)

    for action in ("merge.propose", "merge.access", "resident.merge", "resident.part"):
        assert [entry.actor for entry in entries(action)] == [str(officer.id)], action


# --- pages and API ----------------------------------------------------------------------------------------------------


@pytest.fixture
def centre(two: Desk, officer: Actor) -> Client:
    return people.client_of(officer)


def case_page(centre: Client) -> str:
    """Open two entries side by side as a form does; return the page's address."""
    answer = centre.post(
        "/merges/propose",
        {"stays": entry_of(STUDENT), "goes": entry_of(ACROSS), "reason": "the same person"},
    )
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def test_two_entries_side_by_side_are_masked_and_become_one_and_two_again(centre: Client) -> None:
    page = case_page(centre)
    text = centre.get(page).content.decode()
    assert "The two entries" in text and STUDENT.name not in text and ACROSS.name not in text
    assert "No entry was merged here yet." not in centre.get("/merges").content.decode()

    assert centre.post(f"{page}/confirm").status_code == 302
    assert "One stays; the other leads to it." in centre.get(page).content.decode()
    assert centre.post(f"{page}/undo", {"reason": "two people"}).status_code == 302

    text = centre.get(page).content.decode()
    assert "Each stands for itself." in text and "Take apart" not in text


def test_who_is_registered_twice_is_asked_from_an_open_household(centre: Client, two: Desk) -> None:
    address = f"/residents/{entry_of(STUDENT)}/duplicates"
    assert centre.get(address).status_code == 404

    task = two.task_of(STUDENT)
    centre.post(f"/tasks/{task.id}/open", {"reason": "a call came in"})

    assert address in centre.get(f"/tasks/{task.id}").content.decode()
    assert "No other entry of your area shares" in centre.get(address).content.decode()
    with people.as_owner():
        connection.cursor().execute(
            "update registry_personkey set phone_name_key = (select phone_name_key from registry_personkey"
            " where resident_id = %s) where resident_id = %s",
            [entry_of(STUDENT), entry_of(ACROSS)],
        )
    text = centre.get(address).content.decode()
    assert "the same telephone and name" in text and ACROSS.name not in text
    assert str(entry_of(ACROSS)) in text


def test_the_list_goes_on_page_by_page_and_is_empty_elsewhere(centre: Client) -> None:
    assert "No entry was merged here yet." in centre.get("/merges").content.decode()
    for _again in range(3):
        centre.post(f"{case_page(centre)}/undo", {"reason": "two people"})
    officer_rows = centre.get("/merges").content.decode()
    assert officer_rows.count("two people") >= 3

    neighbour = people.client_of(people.actor_of("community_officer", CITY.dashiqiao))
    assert "No entry was merged here yet." in neighbour.get("/merges").content.decode()
    assert neighbour.get("/merges?after=nonsense~x").status_code == 404


@pytest.mark.parametrize("role", ["grid_worker", "intake_officer", "auditor", "supervisor"])
def test_no_other_role_merges(two: Desk, role: str) -> None:
    area = {"grid_worker": CITY.grid, "intake_officer": CITY.city, "supervisor": CITY.xuanwu}.get(
        role, CITY.city
    )
    stranger = people.client_of(people.actor_of(role, area))

    assert stranger.get("/merges").status_code == 403
    assert stranger.post("/merges/propose", {}).status_code == 403


def test_a_machine_does_the_same_by_the_api(two: Desk, officer: Actor) -> None:
    machine = people.machine_of(officer)
    said = {"stays": str(entry_of(STUDENT)), "goes": str(entry_of(ACROSS)), "reason": "the same person"}

    proposal = machine.post("/api/v1/merges", said, content_type="application/json").json()
    case = machine.get(f"/api/v1/merges/{proposal['id']}").json()
    done = machine.post(
        f"/api/v1/merges/{proposal['id']}/confirm", {}, content_type="application/json"
    ).json()
    twice = machine.post(f"/api/v1/merges/{proposal['id']}/confirm", {}, content_type="application/json")
    apart = machine.post(
        f"/api/v1/merges/{proposal['id']}/undo", {"reason": "two people"}, content_type="application/json"
    ).json()

    assert proposal["state"] == "proposed" and case["merge"]["id"] == proposal["id"]
    assert STUDENT.name not in str(case) and case["same"] == []
    assert (done["state"], apart["state"]) == ("merged", "undone")
    assert twice.status_code == 409 and twice.json()["code"] == "merge_decided"
    assert [one["state"] for one in machine.get("/api/v1/merges").json()["items"]] == ["undone"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"stays": "no id", "goes": "none", "reason": "the same"}, 404),
        ({"reason": "the same"}, 404),
        ({"stays": "01a00000-0000-7000-8000-000000000000", "goes": "01a00000-0000-7000-8000-000000000001",
          "reason": "the same"}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_read_does_not_exist(centre: Client, said: dict[str, str], status: int) -> None:
    assert centre.post("/merges/propose", said).status_code == status
