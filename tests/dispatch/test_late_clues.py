"""A clue that comes when its household was asked already is answered with what is known; only what is new is asked."""

from datetime import datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from gridward.dispatch import queries, stages
from gridward.dispatch.merging import DispatchReport, clues_dispatch
from gridward.dispatch.models import Task
from gridward.dispatch.web import show
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Batch
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.models import Fact
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    clues,
    details,
    live_grants,
    moment,
    passes,
    subjects,
    tasks,
    undone,
)

pytestmark = pytest.mark.django_db

VISITED = moment(12)
#: The rights of the worker end with the visit; what comes later finds the answer all the same.
LATER = moment(15)


def asked_and_visited(desk: Desk, outcome: str = "verified_present", *, at: datetime = VISITED) -> None:
    """A list about the student, and the visit that answers it."""
    desk.list_comes("health-list", STUDENT, at=at)
    desk.visit(desk.task_of(STUDENT), "done", {STUDENT: outcome}, at=at)


def page_of(worker: Actor, task: Task) -> str:
    """The worker's page of a task as he or she sees it."""
    with people.acting(worker), translation.override("en"):
        seen = queries.access_task(task.id, by=worker, now=LATER)
        assert not isinstance(seen, Refusal), seen
        shown = show.work_page(seen)
        return " ".join(render_to_string("dispatch/people.html", shown).split())


def answers(channel: str) -> list[tuple[str, str, datetime | None, str]]:
    """What a channel's rows say, in the order they came."""
    return [(c.state, c.outcome, c.outcome_at, c.outcome_reason) for c in clues(channel_id=channel)]


def test_a_late_clue_gets_the_answer_that_is_there_and_no_task_opens(desk: Desk) -> None:
    asked_and_visited(desk)
    (visited,) = tasks()

    report = desk.list_comes("police-list", STUDENT, at=LATER)

    assert report == DispatchReport(clues=1, opened=0, joined=1, asks_avoided=1, answered=1)
    assert answers("police-list") == [("closed", "verified_present", VISITED, "answered_by_visit")]
    assert [(task.id, task.state) for task in tasks()] == [(visited.id, "closed")]
    (late,) = [one for one in subjects(visited) if one.channel_code == "police-list"]
    assert (late.outcome, late.outcome_at, late.next_pass) == ("verified_present", VISITED, "done")


def test_nobody_was_called_or_visited_for_it_and_no_pass_says_so(desk: Desk) -> None:
    asked_and_visited(desk)
    (visited,) = tasks()
    before = passes(visited)

    desk.list_comes("police-list", STUDENT, at=LATER)

    assert sorted(passes(visited)[len(before) :]) == [("desk", "matched", ""), ("update", "reused", "")]
    assert live_grants() == set(), "the worker got a grant for a household nobody need visit"


def test_it_counts_as_an_ask_avoided_and_the_lists_count_still_adds_up(desk: Desk) -> None:
    asked_and_visited(desk)

    desk.list_comes("police-list", STUDENT, ACROSS, at=LATER)

    with people.as_owner():
        late = Batch.objects.get(channel_id="police-list")
    assert (late.row_count, late.accepted_count, late.rejected_count) == (2, 2, 0)
    assert (late.merged_count, late.new_count, late.waiting_count) == (1, 1, 0)
    assert late.asks_avoided_count == 1


def test_the_sender_is_told_and_the_ledger_says_how_many_were_answered(desk: Desk) -> None:
    asked_and_visited(desk)

    desk.list_comes("police-list", STUDENT, at=LATER)

    (late,) = clues(channel_id="police-list")
    with people.as_owner():
        told = [fact.ids for fact in Fact.objects.filter(kind="intake.outcome_returned").order_by("id")]
    assert told[-1]["clue_ids"] == [str(late.id)]
    assert [one["count"] for one in details("clue.reuse")] == [1]


def test_a_clue_that_was_answered_is_not_answered_again(desk: Desk) -> None:
    asked_and_visited(desk)
    desk.list_comes("police-list", STUDENT, at=LATER)
    (late,) = clues(channel_id="police-list")

    with governance.job_transaction(order_id=desk.order.id, purpose="case_finding"):
        again = clues_dispatch(
            ready=intake.ready_clues(batch_id=late.batch_id), order=desk.order, by=SYSTEM, now=LATER
        )

    assert again == DispatchReport(0, 0, 0, 0)
    assert len(subjects(tasks()[0])) == 2


def test_what_comes_while_the_task_is_open_is_answered_too(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, at=VISITED)
    desk.call(STUDENT, "answered", outcome="moved", at=VISITED)
    (task,) = tasks()

    report = desk.list_comes("police-list", STUDENT, MOTHER, at=LATER)

    assert (report.opened, report.joined, report.answered) == (0, 2, 1)
    assert answers("police-list") == [
        ("closed", "moved", VISITED, "answered_by_call"),
        ("dispatched", "", None, ""),
    ]
    desk.visit(task, "done", {MOTHER: "verified_present"}, at=LATER + timedelta(minutes=1))
    assert [one.state for one in tasks()] == ["closed"], "what was answered keeps the task open"


def test_somebody_who_was_not_asked_is_asked_alone(desk: Desk) -> None:
    asked_and_visited(desk)

    report = desk.list_comes("police-list", STUDENT, MOTHER, at=LATER)

    assert (report.clues, report.opened, report.answered, report.asks_avoided) == (2, 1, 1, 1)
    closed, fresh = tasks()
    assert (closed.state, fresh.state, fresh.household_id) == ("closed", "open", closed.household_id)
    assert [one.person_id for one in subjects(fresh)] == [desk.person_of[MOTHER]]


@pytest.mark.parametrize(
    ("outcome", "holds"),
    [
        ("verified_present", timedelta(days=7)),
        ("moved", timedelta(days=7)),
        ("wrong_person", timedelta(days=7)),
        ("referred_medical", timedelta(days=7)),
        ("verified_absent", timedelta(days=1)),
        ("refused", None),
        ("out_of_scope", None),
    ],
)
def test_an_answer_holds_as_long_as_the_profile_says(
    desk: Desk, outcome: str, holds: timedelta | None
) -> None:
    asked_and_visited(desk, outcome)
    at_once, last = VISITED + timedelta(minutes=1), VISITED + (holds or timedelta())

    for at, answered in ((at_once, holds is not None), (last, holds is not None)):
        with undone():
            assert desk.list_comes("police-list", STUDENT, at=at).answered == answered, at
    with undone():
        report = desk.list_comes("police-list", STUDENT, at=last + timedelta(seconds=1))
        assert (report.answered, report.opened) == (0, 1)


def test_a_clue_that_asks_something_new_opens_a_task(desk: Desk) -> None:
    asked_and_visited(desk)
    desk.channel("fever", agency="health", kind="fever_clinic")

    report = desk.list_comes("fever", STUDENT, at=LATER)

    assert (report.answered, report.opened) == (0, 1)


def test_health_that_was_asked_answers_both_but_only_for_half_a_day(desk: Desk) -> None:
    desk.channel("fever", agency="health", kind="fever_clinic")
    desk.channel("contacts", agency="health", kind="close_contact")
    desk.list_comes("fever", STUDENT, at=VISITED)
    desk.visit(desk.task_of(STUDENT), "done", {STUDENT: "verified_present"}, at=VISITED)

    for channel, after, answered in (
        ("contacts", timedelta(hours=12), 1),
        ("contacts", timedelta(hours=12, seconds=1), 0),
        ("police-list", timedelta(days=7), 1),
    ):
        with undone():
            assert desk.list_comes(channel, STUDENT, at=VISITED + after).answered == answered, channel


def test_who_was_handed_to_medical_care_answers_for_health_though_nobody_had_asked(desk: Desk) -> None:
    asked_and_visited(desk, "referred_medical")
    desk.channel("fever", agency="health", kind="fever_clinic")

    assert desk.list_comes("fever", STUDENT, at=LATER).answered == 1


def test_a_kind_that_nobody_knows_asks_everything(desk: Desk) -> None:
    asked_and_visited(desk)
    desk.channel("strange", agency="health", kind="something_else")

    assert desk.list_comes("strange", STUDENT, at=LATER).answered == 0


def test_an_answer_for_another_purpose_answers_nothing(desk: Desk) -> None:
    asked_and_visited(desk)
    desk.channel("service", agency="health", purpose="home_service")

    report = desk.list_comes("service", STUDENT, at=LATER)

    assert (report.answered, report.opened) == (0, 1)


def test_the_newest_answer_is_given(desk: Desk) -> None:
    asked_and_visited(desk, "verified_absent")
    tomorrow = VISITED + timedelta(days=1, hours=1)
    desk.list_comes("health-list", STUDENT, at=tomorrow)
    desk.visit(desk.task_of(STUDENT), "done", {STUDENT: "verified_present"}, at=tomorrow)

    desk.list_comes("police-list", STUDENT, at=tomorrow + timedelta(hours=1))

    assert answers("police-list") == [("closed", "verified_present", tomorrow, "answered_by_visit")]


def test_an_answer_that_was_given_again_grows_no_younger(desk: Desk) -> None:
    asked_and_visited(desk)
    sixth = VISITED + timedelta(days=6)
    desk.list_comes("police-list", STUDENT, at=sixth)

    report = desk.list_comes("transport-list", STUDENT, at=sixth + timedelta(days=2))

    assert (report.answered, report.opened) == (0, 1)


def test_a_long_late_list_comes_to_the_same_as_a_short_one(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, ACROSS, at=VISITED)
    for person, task in ((STUDENT, desk.task_of(STUDENT)), (ACROSS, desk.task_of(ACROSS))):
        found = (
            {STUDENT: "verified_present", MOTHER: "moved"} if person is STUDENT else {ACROSS: "wrong_person"}
        )
        desk.visit(task, "done", found, at=VISITED)
    asked = [STUDENT, MOTHER, ACROSS] * (stages.LEAST_ANALYZED // 3 + 1)

    report = desk.list_comes("police-list", *asked, at=LATER)

    many = len(asked)
    assert report == DispatchReport(clues=many, opened=0, joined=many, asks_avoided=many, answered=many)
    assert {one[0] for one in answers("police-list")} == {"closed"}


def test_the_page_says_what_is_known_and_what_alone_is_asked(desk: Desk) -> None:
    asked_and_visited(desk)
    desk.channel("fever", agency="health", kind="fever_clinic")
    desk.list_comes("fever", STUDENT, MOTHER, at=LATER)

    page = page_of(desk.worker, desk.task_of(STUDENT))

    known = page.split("Known already")[1].split("</section>")[0]
    assert known.count("<li>") == 1 and str(STUDENT.phone[-4:]) in known and "Lives here, checked" in known
    asked = [part.split("</p>")[0] for part in page.split("To find out:")[1:]]
    assert sorted("lives here" in one for one in asked) == [False, True]
    assert all("medical care" in one for one in asked)


def test_the_page_of_a_first_task_knows_nothing_yet(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, at=VISITED)

    page = page_of(desk.worker, desk.task_of(STUDENT))

    assert "Known already" not in page
    assert "To find out: whether this person lives here" in page
