"""The three coverage ratios (M-63): only evidence raises one, and nothing lowers what was asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.dispatch import actions, asking, coverage, moving, rules
from gridward.dispatch.actions.withdraw import clue_withdraw
from gridward.dispatch.models import Task, TaskSubject
from gridward.dispatch.rollups import counts_fold, run
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Clue, ClueCount
from gridward.kernel.actor import SYSTEM
from tests import people
from tests.dispatch.desk import (
    ACROSS,
    MOTHER,
    STUDENT,
    Desk,
    code_of,
    moment,
    tasks,
    undone,
)
from tests.examples import examples

pytestmark = pytest.mark.django_db
CITY = people.city()
WHOLE = (0, 2**62)
BOTH = {STUDENT: "verified_present", MOTHER: "verified_present"}
#: (due, done, ended) of questions, clues and households.
Numbers = tuple[tuple[int, int, int], tuple[int, int, int], tuple[int, int, int]]


def counted(order: governance.OrderView, whole: tuple[int, int] = WHOLE) -> Numbers:
    steps = coverage.coverage_by_part(order_ids=[order.id], whole=whole, parts=[])
    rows = run(steps)
    if not rows:
        return ((0, 0, 0),) * 3
    ((_part, *n),) = rows
    return tuple(n[:3]), tuple(n[3:6]), tuple(n[6:])


def now_counted(desk: Desk) -> Numbers:
    with people.as_owner():
        return counted(desk.order)


def visited(
    desk: Desk,
    task: Task,
    result: str,
    outcomes: Mapping[people.Neighbour, str],
    found_by: str,
    hour: int = 13,
) -> object:
    found = {desk.person_of[person]: outcome for person, outcome in outcomes.items()}
    with people.acting(desk.worker):
        return actions.visit_record(
            task_id=task.id, result=result, outcomes=found, reason="", by=desk.worker, now=moment(hour),
            found_by=found_by,
        )  # fmt: skip


def called(desk: Desk, person: people.Neighbour, outcome: str, said: str) -> object:
    with people.acting(desk.worker):
        return actions.phone_record(
            task_id=desk.task_of(person).id, person_id=desk.person_of[person], result="answered", reason="",
            outcome=outcome, by=desk.worker, now=moment(12, 30), said=said,
        )  # fmt: skip


def test_what_was_asked_counts_from_the_moment_it_is_received(desk: Desk) -> None:
    before = now_counted(desk)

    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))
    desk.list_comes("police-list", STUDENT, at=moment(12))

    assert before == ((0, 0, 0), (0, 0, 0), (0, 0, 0))
    (collect, verify, visit) = now_counted(desk)
    with people.as_owner():
        asked = sum(len(asking.asked_by(kind)) for kind in Clue.objects.values_list("kind", flat=True))
    assert (collect, verify, visit) == ((asked, 0, 0), (3, 0, 0), (1, 0, 0)), "three rows, one household"


def test_a_visit_that_says_how_it_was_found_out_raises_all_three(desk: Desk, family: Task) -> None:
    (asked, _done, _ended), _verify, _visit = now_counted(desk)

    assert code_of(visited(desk, family, "done", BOTH, "person")) == "ok"

    assert now_counted(desk) == ((asked, asked, 0), (3, 3, 0), (1, 1, 0))
    with people.as_owner():
        assert Task.objects.get(id=family.id).visited_at == moment(13)


#: (result, outcome, how it was found out) -> which clues and which household count as reached.
VISITS = {
    ("done", "verified_present", "person"): (3, 1),
    ("done", "verified_absent", "neighbour"): (3, 1),
    ("done", "verified_present", ""): (0, 0),
    ("moved", "moved", "property_staff"): (3, 1),
    ("moved", "moved", ""): (0, 0),
    ("refused", "refused", "person"): (0, 1),
    ("refused", "refused", ""): (0, 0),
    ("done", "out_of_scope", "person"): (0, 1),
}


@pytest.mark.parametrize("seen", VISITS)
def test_what_a_visit_counts_as(desk: Desk, family: Task, seen: tuple[str, str, str]) -> None:
    result, outcome, found_by = seen

    assert code_of(visited(desk, family, result, dict.fromkeys(BOTH, outcome), found_by)) == "ok"

    _collect, verify, visit = now_counted(desk)
    verified, met = VISITS[seen]
    assert verify == (3, verified, 3 - verified)
    assert visit == (1, met, 1 - met)


def test_nobody_home_three_times_ends_it_and_reaches_nobody(desk: Desk, family: Task) -> None:
    for day in (1, 2, 3):
        outcomes = dict.fromkeys(BOTH, "unreachable") if day == 3 else {}
        found = {desk.person_of[person]: outcome for person, outcome in outcomes.items()}
        with people.acting(desk.worker):
            outcome = actions.visit_record(
                task_id=family.id, result="not_home", outcomes=found, reason="", by=desk.worker,
                now=moment(13, day=day), found_by="neighbour",
            )  # fmt: skip
        assert code_of(outcome) == "ok"

    (_asked, proved, _ended), verify, visit = now_counted(desk)
    assert (proved, verify, visit) == (0, (3, 0, 3), (1, 0, 1))


#: What was said when a call settled it -> how many of the student's two clues count.
CALLS = {
    ("moved", "lives_elsewhere"): 2,
    ("wrong_person", "unknown_here"): 2,
    ("moved", "lives_here"): 0,
    ("moved", ""): 0,
    ("out_of_scope", "lives_elsewhere"): 0,
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_settles_it_counts_when_it_was_said_and_is_never_a_visit(
    desk: Desk, family: Task, call: tuple[str, str]
) -> None:
    assert code_of(called(desk, STUDENT, *call)) == "ok"

    _collect, verify, visit = now_counted(desk)
    assert verify == (3, CALLS[call], 2 - CALLS[call])
    assert visit == (1, 0, 0), "the lawful skip of the visit is no visit"


def test_a_late_clue_answered_from_what_is_known_counts_as_asked_and_not_as_reached(
    desk: Desk, family: Task
) -> None:
    visited(desk, family, "done", BOTH, "person")
    (asked, proved, _ended), _verify, visit = now_counted(desk)

    report = desk.list_comes("transport-list", STUDENT, at=moment(15))

    assert report.answered == 1
    (asked_now, proved_now, ended_now), verify, visit_now = now_counted(desk)
    assert (verify, visit_now, proved_now) == ((4, 3, 1), visit, proved)
    assert ended_now == asked_now - asked > 0


def test_a_clue_that_leaves_its_task_stays_asked_and_its_household_due(desk: Desk, family: Task) -> None:
    before = now_counted(desk)
    with people.as_owner():
        found = list(TaskSubject.objects.filter(task=family).values_list("clue_id", flat=True))

    with governance.job_transaction(order_id=desk.order.id, purpose="case_finding"):
        for clue_id in found:
            assert clue_withdraw(clue_id=clue_id, order=desk.order, by=SYSTEM, now=moment(13)) is None

    (asked, _done, _ended), (received, _verified, _closed), visit = now_counted(desk)
    assert (asked, received) == (before[0][0], before[1][0])
    assert visit == (1, 0, 1), "a household that is asked no more was due all the same"


def test_the_database_takes_no_visit_without_evidence_and_gives_none_back(desk: Desk, family: Task) -> None:
    def visit_says(at: datetime | None) -> None:
        with pytest.raises(DatabaseError, match="with evidence"), people.as_owner(), transaction.atomic():
            Task.objects.filter(id=family.id).update(visited_at=at)

    visit_says(moment(13))
    visited(desk, family, "done", BOTH, "person")
    visit_says(None)

    closed = Clue.objects.filter(state="closed")
    with pytest.raises(DatabaseError, match="proved_is_closed"), people.as_owner(), transaction.atomic():
        closed.update(state="ready")


def test_nobody_writes_a_count(desk: Desk, family: Task) -> None:
    with people.acting(people.actor_of("city_officer", CITY.city)):
        assert ClueCount.objects.exists()
        for attempt in (
            lambda: ClueCount.objects.update(verified=9),
            lambda: ClueCount.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                attempt()
    with people.acting(people.actor_of("district_officer", CITY.qinhuai)):
        assert not ClueCount.objects.exists(), "a centre counts what lies in its own area"


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("list"), st.sampled_from(["health-list", "police-list", "transport-list"])),
        st.tuples(st.just("visit"), st.sampled_from(sorted(VISITS))),
        st.tuples(st.just("call"), st.sampled_from(sorted(CALLS))),
        st.tuples(st.just("left out"), st.sampled_from(sorted(rules.SKIPS["phone"]))),
        st.tuples(st.just("withdraw"), st.integers(0, 3)),
        st.tuples(st.just("hand over"), st.integers(0, 1)),
        st.tuples(st.just("follow"), st.just(0)),
        st.tuples(st.just("close empty"), st.just(0)),
        st.tuples(st.just("fold"), st.just(0)),
    ),
    max_size=9,
)


def happen(desk: Desk, what: str, how: object, step: int) -> bool:
    """Let it happen; tell whether it was a call or a visit with evidence. What is refused changes nothing."""
    opened = tasks(state="open")
    if what == "list":
        desk.list_comes(str(how), STUDENT, MOTHER, at=moment(12, step))
    elif what == "fold":
        counts_fold()
        intake.counts_fold()
    elif opened and what == "visit":
        result, outcome, found_by = cast("tuple[str, str, str]", how)
        visited(desk, opened[0], result, dict.fromkeys(BOTH, outcome), found_by)
        return bool(found_by)
    elif what in ("call", "left out") and desk.task_of(STUDENT) is None:
        pass  # everything about this one was withdrawn: there is nobody to call
    elif opened and what == "call":
        outcome, said = cast("tuple[str, str]", how)
        called(desk, STUDENT, outcome, said)
        return bool(said)
    elif opened and what == "left out":
        desk.call(STUDENT, "skipped", at=moment(12, 30), reason=str(how))
    elif opened:
        _moved(desk, what, cast("int", how), opened[0])
    return False


def _moved(desk: Desk, what: str, which: int, task: Task) -> None:
    with governance.job_transaction(order_id=desk.order.id, purpose="case_finding"):
        asked = list(TaskSubject.objects.filter(task=task).order_by("id"))
        if what == "withdraw" and asked:
            one = asked[which % len(asked)]
            clue_withdraw(clue_id=one.clue_id, order=desk.order, by=SYSTEM, now=moment(14))
        elif what == "hand over":
            there = CITY.pos((CITY.grid, CITY.next_grid)[which])
            Task.objects.filter(id=task.id).update(area_pos=there)
            TaskSubject.objects.filter(task=task).update(area_pos=there)
            intake.clues_move(task_id=task.id, area_pos=there, by=SYSTEM, now=moment(14))
        elif what == "follow":
            residents = [one.resident_id for one in asked if one.resident_id]
            moving.tasks_follow_people(order=desk.order, resident_ids=residents, by=SYSTEM, now=moment(14))
        elif what == "close empty":
            moving.tasks_close_empty([task.id], order=desk.order, by=SYSTEM, now=moment(14))


def recounted(order_id: UUID) -> tuple[int, int, int, int, int]:
    """Count anew from the rows: clues, verified, proved, tasks, visited."""
    clues = list(Clue.objects.filter(order_id=order_id).values_list("proved_count", flat=True))
    found = list(Task.objects.filter(order_id=order_id).values_list("visited_at", flat=True))
    return len(clues), sum(n > 0 for n in clues), sum(clues), len(found), sum(at is not None for at in found)


@settings(
    max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=DEEDS)
def test_no_history_raises_a_ratio_without_an_evidenced_pass_and_nothing_asked_is_lost(
    desk: Desk, deeds: list[tuple[str, object]]
) -> None:
    with undone():
        desk.list_comes("health-list", STUDENT, MOTHER, ACROSS, at=moment(12))
        before = now_counted(desk)
        for step, (what, how) in enumerate(deeds, start=1):
            is_evidenced = happen(desk, what, how, step)
            after = now_counted(desk)
            for (due, done, ended), (due_before, done_before, _ended) in zip(after, before, strict=True):
                assert due >= due_before, f"{what} takes nothing from what was asked"
                assert done >= done_before, f"{what}: what is reached stays reached"
                assert done >= 0 and ended >= 0 and done + ended <= due
                if not is_evidenced:
                    assert done == done_before, f"{what} raises nothing"
                    assert done * max(due_before, 1) <= done_before * max(due, 1), "nor the ratio"
            with people.as_owner():
                (_asked, proved, _), (received, verified, _), (due, met, _) = after
                assert recounted(desk.order.id) == (received, verified, proved, due, met)
            before = after


def test_the_ratios_of_a_city_are_read_from_indexes(desk: Desk, family: Task) -> None:
    steps = coverage.coverage_by_part(order_ids=[desk.order.id], whole=WHOLE, parts=[])
    head = ", ".join(f"{step.name} as ({step.sql})" for step in steps)
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            f"explain with {head} select * from coverage", [v for step in steps for v in step.params]
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "cluecount_place" in plan and "taskcount_place" in plan and "Seq Scan" not in plan
