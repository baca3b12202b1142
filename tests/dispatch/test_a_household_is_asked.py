"""What joins a household that is being asked already: urgency, new questions, new people, and nothing is lost."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.dispatch.merging import DispatchReport
from gridward.intake.models import Batch
from gridward.kernel.models import Fact
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    clues,
    code_of,
    details,
    entries,
    live_grants,
    moment,
    passes,
    subjects,
    tasks,
)  # fmt: skip
from tests.examples import examples

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOON = moment(12)
NIGHT = moment(22)


def test_a_task_is_due_by_its_urgency_from_the_moment_it_is_released(desk: Desk) -> None:
    routine = desk.channel("routine", priority="P4")
    desk.list_comes("health-list", STUDENT, at=NOON)
    desk.list_comes(routine, ACROSS, at=NIGHT)

    by_day, by_night = tasks()
    assert (by_day.priority, by_day.released_at, by_day.due_at) == ("P2", NOON, NOON + timedelta(hours=8))
    morning = moment(9, day=2)
    assert (by_night.released_at, by_night.release_at) == (None, morning)
    assert by_night.due_at == morning + timedelta(hours=72)


def test_an_urgent_ask_that_joins_at_night_sends_the_waiting_task_out_at_once(desk: Desk) -> None:
    urgent = desk.channel("urgent", priority="P1")
    desk.list_comes("health-list", STUDENT, at=NIGHT)
    later = NIGHT + timedelta(minutes=30)

    desk.list_comes(urgent, STUDENT, at=later)

    task = desk.task()
    assert (task.priority, task.released_at) == ("P1", later)
    assert task.due_at == later + timedelta(hours=2)
    assert code_of(desk.call(STUDENT, "answered", at=later)) == "ok"


def test_a_less_urgent_ask_leaves_the_task_as_urgent_as_it_was(desk: Desk) -> None:
    routine = desk.channel("routine", priority="P4")
    desk.list_comes("health-list", STUDENT, at=NOON)
    before = desk.task()

    desk.list_comes(routine, MOTHER, at=NOON + timedelta(hours=1))

    after = desk.task()
    assert (after.priority, after.due_at, after.released_at) == (before.priority, before.due_at, NOON)


def test_urgency_never_puts_off_what_was_due_before(desk: Desk) -> None:
    urgent = desk.channel("urgent", priority="P1")
    desk.list_comes("health-list", STUDENT, at=NOON)
    due = desk.task().due_at

    desk.list_comes(urgent, STUDENT, at=NOON + timedelta(hours=7))

    assert (desk.task().priority, desk.task().due_at) == ("P1", due)


def test_a_list_about_somebody_whose_outcome_answers_nothing_is_a_new_question_and_the_task_still_closes(
    desk: Desk,
) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    desk.call(STUDENT, "answered", outcome="out_of_scope", at=NOON)
    desk.list_comes("police-list", STUDENT, at=NOON + timedelta(minutes=5))
    task = desk.task()

    forgotten = desk.visit(task, "done", {MOTHER: "verified_present"}, at=moment(13))
    answered = desk.visit(
        task, "done", {MOTHER: "verified_present", STUDENT: "verified_absent"}, at=moment(13)
    )

    assert (code_of(forgotten), code_of(answered)) == ("outcome_unknown", "ok")
    assert desk.task().state == "closed"
    told = {(clue.channel_id, clue.row_number): clue.outcome for clue in clues()}
    assert told == {
        ("health-list", 2): "out_of_scope",
        ("health-list", 3): "verified_present",
        ("police-list", 2): "verified_absent",
    }


def test_each_question_goes_through_its_own_passes_and_none_goes_back(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    desk.call(STUDENT, "no_answer", at=NOON)
    desk.list_comes("police-list", STUDENT, at=NOON + timedelta(minutes=5))
    task = desk.task()
    assert sorted(subject.next_pass for subject in subjects(task)) == ["phone", "phone", "visit"]

    view = desk.visit(task, "not_home", at=moment(13))

    assert code_of(view) == "ok"
    assert {subject.next_pass for subject in subjects(task)} == {"visit"}
    # The student's first question had its call; his second and his mother's are asked at the door.
    assert sorted(passes(task, "phone")) == [
        ("phone", "no_answer", ""),
        ("phone", "skipped", "at_the_door"),
        ("phone", "skipped", "at_the_door"),
    ]


def test_a_call_about_a_new_question_leaves_the_answered_one_alone(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=NOON)
    desk.call(STUDENT, "answered", outcome="out_of_scope", at=NOON)
    desk.list_comes("police-list", STUDENT, at=NOON + timedelta(minutes=5))

    desk.call(STUDENT, "answered", outcome="wrong_person", at=NOON + timedelta(minutes=10))

    about_the_student = [s for s in subjects(desk.task()) if s.person_id == desk.person_of[STUDENT]]
    assert {(s.channel_code, s.next_pass, s.outcome) for s in about_the_student} == {
        ("health-list", "update", "out_of_scope"),
        ("police-list", "update", "wrong_person"),
    }


def test_a_list_after_somebody_refused_opens_a_task_of_its_own_and_the_old_one_stays_closed(
    desk: Desk,
) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    first = desk.task()
    desk.visit(first, "done", {STUDENT: "refused"}, at=NOON)
    closed = passes(first)

    report = desk.list_comes("police-list", STUDENT, at=moment(13))

    assert (report.opened, report.asks_avoided) == (1, 0)
    old, new = tasks()
    assert (old.id, old.state, new.state, new.household_id) == (first.id, "closed", "open", old.household_id)
    assert passes(first) == closed
    assert [subject.channel_code for subject in subjects(new)] == ["police-list"]


def test_the_worker_holds_one_grant_a_task_however_many_departments_ask(desk: Desk) -> None:
    for channel in ("health-list", "police-list", "transport-list"):
        desk.list_comes(channel, STUDENT, MOTHER, at=NOON)

    task = desk.task()
    assert live_grants() == {(desk.worker.id, task.id, "case_finding")}
    assert [detail["count"] for detail in details("grant.write")] == [1]

    desk.visit(task, "done", {STUDENT: "verified_present", MOTHER: "verified_absent"}, at=NOON)

    assert live_grants() == set()


def test_a_list_leaves_one_entry_and_one_fact_however_long_it_is(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, ACROSS, at=NOON)

    (entry,), (detail,) = entries("clue.dispatch"), details("clue.dispatch")
    assert (detail["clues_count"], detail["opened_count"]) == (3, 2)
    assert (entry.purpose, entry.basis) == ("case_finding", str(desk.order.id))
    with people.as_owner():
        assert Fact.objects.filter(kind="dispatch.batch_dispatched").count() == 1


def test_the_same_person_twice_in_one_list_is_one_person_and_two_questions(desk: Desk) -> None:
    report = desk.list_comes("health-list", STUDENT, STUDENT, at=NOON)

    assert report == DispatchReport(clues=2, opened=1, joined=1, asks_avoided=1)
    task = desk.task()
    assert len({subject.person_id for subject in subjects(task)}) == 1
    desk.visit(task, "done", {STUDENT: "verified_present"}, at=NOON)
    assert [clue.outcome for clue in clues()] == ["verified_present", "verified_present"]


LISTS = st.lists(
    st.tuples(
        st.sampled_from(("health-list", "police-list", "transport-list")),
        st.lists(st.sampled_from((STUDENT, MOTHER, ACROSS)), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lists=LISTS)
def test_every_ask_is_in_one_task_or_counted_as_avoided(
    desk: Desk, lists: list[tuple[str, list[object]]]
) -> None:
    with transaction.atomic():
        reports = [desk.list_comes(channel, *asked, at=NOON) for channel, asked in lists]  # type: ignore[arg-type]

        asked_in = {subject.clue_id: task.id for task in tasks() for subject in subjects(task)}
        households = {clue.household_id for clue in clues()}
        # Every clue is in exactly one task, the one of its household; one task a household was opened.
        assert asked_in == {clue.id: clue.task_id for clue in clues()}
        assert {task.household_id for task in tasks()} == households and len(tasks()) == len(households)
        # What was not asked anew was avoided, list by list, and the lists say so themselves.
        assert sum(report.clues for report in reports) == len(asked_in)
        assert all(report.clues == report.opened + report.asks_avoided for report in reports)
        assert sum(report.opened for report in reports) == len(households)
        with people.as_owner():
            stored = Batch.objects.order_by("received_at", "id").values_list("asks_avoided_count", flat=True)
            assert list(stored) == [report.asks_avoided for report in reports]
        transaction.set_rollback(True)
