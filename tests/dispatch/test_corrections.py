"""What is wrong about somebody is corrected once, by the right pair of eyes, within its time (H-15)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gridward.dispatch import actions
from gridward.dispatch.models import Task
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.registry import api as registry
from gridward.registry.models import Correction, PersonKey
from tests import people
from tests.dispatch.correcting import (
    CITY,
    NEW_PHONE,
    accepted,
    corrected,
    entered,
    places_of,
    student,
    taken,
)
from tests.dispatch.desk import (
    STUDENT,
    Desk,
    clues,
    code_of,
    entries,
    moment,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["id_number", "address", "household", "not_here", "deceased"])
def test_a_number_or_a_place_needs_a_second_pair_of_eyes(
    desk: Desk, family: Task, officer: Actor, kind: str
) -> None:
    mine = opened_by(officer, family, desk, kind)

    assert code_of(accepted(mine, officer)) == "correction_second"
    other = people.actor_of("street_officer", CITY.xinjiekou)
    assert code_of(accepted(mine, other)) == "ok"


def opened_by(officer: Actor, task: Task, desk: Desk, kind: str) -> object:
    with people.acting(officer):
        actions.household_open(task_id=task.id, reason="a call came in", by=officer, now=moment(12, 4))
    return entered(desk, task, kind, by=officer)


def test_the_database_holds_the_second_pair_of_eyes_too(desk: Desk, family: Task, officer: Actor) -> None:
    entered(desk, family, "address")
    alone = "update registry_correction set state = 'accepted', value_sealed = null, decided_by = {}"
    for by in ("entered_by", "null"):
        with people.as_owner(), pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute(alone.format(by))


@pytest.mark.parametrize(
    ("kind", "value", "state"),
    [("phone", NEW_PHONE, "accepted"), ("name", "王晓明", "accepted"), ("name", "李小明", "received")],
)
def test_an_officer_puts_a_telephone_or_a_spelling_right_alone(
    desk: Desk, family: Task, officer: Actor, kind: str, value: str, state: str
) -> None:
    with people.acting(officer):
        actions.household_open(task_id=family.id, reason="a call came in", by=officer, now=moment(12, 4))

    done = entered(desk, family, kind, value, by=officer)

    assert isinstance(done, registry.CorrectionView) and done.state == state


def test_without_a_grant_nobody_enters_and_nobody_decides(desk: Desk, family: Task, officer: Actor) -> None:
    assert code_of(entered(desk, family, "phone", by=officer)) == "not_found"

    mine = entered(desk, family, "phone")
    assert isinstance(mine, registry.CorrectionView)
    with people.acting(officer):
        undecided = actions.correction_accept(correction_id=mine.id, by=officer, now=moment(12, 7))
    neighbour = people.actor_of("community_officer", CITY.dashiqiao)

    assert code_of(undecided) == "no_grant"
    assert code_of(taken(mine, neighbour)) == "not_found"


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("colour", "red", "correction_kind"),
        ("phone", "12", "correction_value"),
        ("phone", "110", "correction_value"),
        ("phone", STUDENT.phone, "correction_same"),
        ("id_number", "32019920000304001", "correction_value"),
        ("name", " ", "correction_value"),
        ("address", "nowhere at all", "correction_place"),
        ("address", STUDENT.address, "correction_same"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(
    desk: Desk, family: Task, kind: str, value: str, code: str
) -> None:
    assert code_of(entered(desk, family, kind, value)) == code
    with people.as_owner():
        assert not Correction.objects.exists()


def test_one_correction_of_a_kind_waits_and_is_decided_once(desk: Desk, family: Task, officer: Actor) -> None:
    first = entered(desk, family, "phone")

    assert code_of(entered(desk, family, "phone")) == "correction_waits"
    assert code_of(accepted(first, officer)) == "ok"
    assert code_of(taken(first, officer)) == "correction_decided"


def test_the_clocks_run_from_the_entry_and_the_overdue_stand_first(
    desk: Desk, family: Task, officer: Actor
) -> None:
    late = entered(desk, family, "address")
    fresh = entered(desk, family, "phone", at=moment(12, 30))
    assert isinstance(late, registry.CorrectionView) and isinstance(fresh, registry.CorrectionView)
    assert late.due_at == late.entered_at + timedelta(hours=24)

    taken(fresh, officer)

    with people.acting(officer):
        listed = registry.get_corrections(by=officer, now=moment(12, 10, day=2))
    assert [(one.id, one.is_overdue) for one in listed] == [(late.id, True), (fresh.id, False)]
    assert listed[1].due_at == fresh.entered_at + timedelta(days=7)
    assert listed[1].state == "acknowledged"


def test_rejected_with_a_reason_nothing_changes_and_nothing_is_kept(
    desk: Desk, family: Task, officer: Actor
) -> None:
    mine = entered(desk, family, "phone")
    assert isinstance(mine, registry.CorrectionView)
    taken(mine, officer)

    with people.acting(officer):
        without = actions.correction_reject(correction_id=mine.id, reason=" ", by=officer, now=moment(12, 9))
        done = actions.correction_reject(
            correction_id=mine.id, reason="not his", by=officer, now=moment(12, 9)
        )

    assert code_of(without) == "reason_needed"
    assert isinstance(done, registry.CorrectionView) and (done.state, done.answer) == ("rejected", "not his")
    assert places_of(desk, NEW_PHONE) == set() and places_of(desk, STUDENT.phone)
    assert {clue.outcome_reason for clue in clues()} == {""}


def test_a_later_file_does_not_bring_back_what_was_wrong(
    desk: Desk, family: Task, officer: Actor, tmp_path: Any
) -> None:
    corrected(desk, family, "phone", officer)
    corrected(desk, family, "address", officer)
    home = student().household_id

    people.register(desk.order, tmp_path, people.EVERYBODY)

    assert {table for table, _column in places_of(desk, STUDENT.phone)} == {"registry_residentvalue"}
    assert (student().household_id, student().area_pos) == (home, CITY.pos(CITY.next_grid))


def test_every_step_stands_in_the_ledger_without_a_word_of_it(
    desk: Desk, family: Task, officer: Actor
) -> None:
    corrected(desk, family, "id_number", officer)

    for action in ("enter", "acknowledge", "access", "accept"):
        assert entries(f"correction.{action}"), action
    assert entries("clue.correct")
    with people.as_owner():
        assert not PersonKey.objects.filter(area_pos=0).exists()
    assert clock.now()
