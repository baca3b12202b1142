"""A correction about a person reaches what was asked about the entry that is merged into it; a move takes it along."""

from typing import Any

import pytest
from django.db import connection

from gridward.dispatch import actions
from gridward.dispatch.moving import tasks_follow_people
from gridward.governance import api as governance
from gridward.kernel.actor import SYSTEM, Actor
from gridward.registry import api as registry
from gridward.registry.models import PersonKey, Resident
from tests import people
from tests.dispatch.desk import ACROSS, STUDENT, Desk, clues, moment, subjects, tasks
from tests.dispatch.test_merges import CITY, entry_of, merged, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(desk: Desk, officer: Actor) -> registry.MergeView:
    """One person, asked about by both entries."""
    desk.list_comes("health-list", STUDENT, at=moment(12))
    desk.list_comes("police-list", ACROSS, at=moment(12))
    return merged(officer)


def corrected(desk: Desk, officer: Actor, kind: str, value: str = "") -> Any:
    """Enter a correction as the worker at the door, and accept it as somebody else."""
    (task,) = tasks(state="open")
    with people.acting(desk.worker):
        entered = actions.correction_enter(
            task_id=task.id, person_id=subjects(task)[0].person_id, kind=kind, value=value, found_by="family",
            reason="said at the door", by=desk.worker, now=moment(12, 10),
        )  # fmt: skip
    assert isinstance(entered, registry.CorrectionView), entered
    with people.acting(officer):
        actions.correction_acknowledge(
            correction_id=entered.id, reason="to be decided", by=officer, now=moment(12, 11)
        )
        done = actions.correction_accept(correction_id=entered.id, by=officer, now=moment(12, 12))
    connection.check_constraints()
    assert isinstance(done, registry.CorrectionView), done
    return done


def keys_led() -> int:
    """Return how many keys still lead to somebody through the entry that went."""
    with people.as_owner():
        row = PersonKey.objects.get(resident_id=entry_of(ACROSS))
    return sum(getattr(row, f"{kind}_key") is not None for kind in registry.Keys._fields)


def test_who_moves_is_asked_about_both_entries_at_the_new_door(
    desk: Desk, officer: Actor, one: registry.MergeView
) -> None:
    corrected(desk, officer, "household", CITY.next_grid)

    (task,) = tasks(state="open")
    assert task.area_pos == CITY.pos(CITY.next_grid) and len(subjects(task)) == 2
    assert {clue.area_pos for clue in clues()} == {task.area_pos}
    with people.as_owner():
        keys = PersonKey.objects.filter(leads_to=entry_of(STUDENT))
        assert [key.household_id for key in keys] == [task.household_id]


def test_apart_after_a_move_only_who_moved_is_elsewhere(
    desk: Desk, officer: Actor, one: registry.MergeView
) -> None:
    corrected(desk, officer, "household", CITY.next_grid)

    undone(one, people.actor_of("street_officer", CITY.xinjiekou))

    assert {task.area_pos for task in tasks(state="open")} == {CITY.pos(CITY.grid), CITY.pos(CITY.next_grid)}
    with people.as_owner():
        back = Resident.objects.get(id=entry_of(ACROSS))
    assert back.ended_at is None and back.area_pos == CITY.pos(CITY.grid)


def test_nobody_is_asked_about_by_either_entry_who_has_died(
    desk: Desk, officer: Actor, one: registry.MergeView
) -> None:
    assert keys_led() == len(registry.Keys._fields)

    corrected(desk, officer, "deceased")

    assert tasks(state="open") == [] and {clue.outcome for clue in clues()} == {"out_of_scope"}
    assert keys_led() == 0


def test_whose_entry_is_taken_apart_is_found_by_its_own_keys_again(
    desk: Desk, officer: Actor, one: registry.MergeView
) -> None:
    corrected(desk, officer, "deceased")

    undone(one, officer)

    assert keys_led() == len(registry.Keys._fields)
    desk.list_comes("transport-list", ACROSS, at=moment(12, 30))
    (task,) = tasks(state="open")
    assert [subject.resident_id for subject in subjects(task)] == [entry_of(ACROSS)]


def test_letting_tasks_follow_again_changes_nothing(
    desk: Desk, officer: Actor, one: registry.MergeView
) -> None:
    with governance.job_scope(order_id=desk.order.id, purpose="case_finding"):
        changed = tasks_follow_people(
            order=desk.order, resident_ids=[entry_of(STUDENT), entry_of(ACROSS)], by=SYSTEM, now=moment(13)
        )

    assert changed == 0 and len(tasks(state="open")) == 1
