"""
The life of the tasks of a street, as a machine: lists, calls, visits, hand-overs and nights in any order.

Whatever is done or refused, what must hold is asked of the real database after every step.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gridward.dispatch import actions, rules
from gridward.dispatch.api import tasks_follow_roster, tasks_release_due
from gridward.dispatch.models import PassResult, Task, TaskSubject
from gridward.intake.models import Batch, Clue
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.workforce.models import Assignment
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, STUDENT, Desk, digest, live_grants, moment

pytestmark = pytest.mark.django_db

PEOPLE = (STUDENT, MOTHER, ACROSS)
ORDER = [*rules.PASSES, "done"]
OUTCOMES = [*rules.OUTCOMES, ""]
#: From which state a task may come into which. There is no way out of closed: what comes later is a new task.
TRANSITIONS = {("open", "open"), ("open", "closed"), ("closed", "closed")}


class LifeOfTasks(RuleBasedStateMachine):
    """Everything that can be done about a street."""

    desk: Desk
    colleague: Actor
    officer: Actor

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.desk.person_of.clear()
        self.now = moment(9)
        self.states: dict[UUID, str] = {}
        self.reached: dict[UUID, int] = {}
        self.pass_count = 0
        self.given: dict[UUID, str] = {}
        self.holder = self.desk.worker

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def known(self) -> list[people.Neighbour]:
        return [person for person in PEOPLE if person in self.desk.person_of]

    def tried(self, outcome: object, before: object) -> None:
        """A refusal changes nothing."""
        if isinstance(outcome, Refusal):
            assert digest() == before, outcome.code

    @rule(
        channel=st.sampled_from(("health-list", "police-list", "urgent")),
        asked=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3),
    )
    def list_comes(self, channel: str, asked: list[people.Neighbour]) -> None:
        self.desk.list_comes(channel, *asked, at=self.now)

    @precondition(lambda self: self.states)
    @rule(
        who=st.sampled_from(PEOPLE),
        result=st.sampled_from(["answered", "answered", "no_answer", "skipped"]),
        outcome=st.sampled_from(["", "", "moved", "verified_present"]),
    )
    def call(self, who: people.Neighbour, result: str, outcome: str) -> None:
        if who in self.known():
            before = digest()
            done = self.desk.call(
                who, result, outcome=outcome, reason="no_number", by=self.holder, at=self.now
            )
            self.tried(done, before)

    @precondition(lambda self: self.states)
    @rule(
        who=st.sampled_from(PEOPLE),
        result=st.sampled_from(["done", "done", "not_home", "refused", "unsafe"]),
        outcomes=st.tuples(*[st.sampled_from(OUTCOMES)] * 3),
        fits=st.booleans(),
    )
    def visit(self, who: people.Neighbour, result: str, outcomes: tuple[str, ...], fits: bool) -> None:
        if who not in self.known():
            return
        task, before = self.desk.task_of(who), digest()
        chosen = dict(zip(PEOPLE, outcomes, strict=True))
        if fits:  # as a careful worker fills it in: everybody who is open, and nobody else
            chosen = self.careful(task, result)
        chosen = {person: outcome for person, outcome in chosen.items() if person in self.desk.person_of}
        self.tried(self.desk.visit(task, result, chosen, by=self.holder, at=self.now), before)

    def careful(self, task: Task, result: str) -> dict[people.Neighbour, str]:
        if result not in ("done", "refused"):
            return {}
        with people.as_owner():
            still = set(TaskSubject.objects.filter(task=task, outcome="").values_list("person_id", flat=True))
        return {person: "verified_present" for person in PEOPLE if self.desk.person_of.get(person) in still}

    @precondition(lambda self: self.states)
    @rule(who=st.sampled_from(PEOPLE))
    def release_now(self, who: people.Neighbour) -> None:
        if who in self.known():
            before, task = digest(), self.desk.task_of(who)
            with people.acting(self.officer):
                done = actions.task_release_now(
                    task_id=task.id, reason="they asked for it", by=self.officer, now=self.now
                )
            self.tried(done, before)

    @rule(hours=st.sampled_from((1, 3, 11)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        tasks_release_due(now=self.now)

    @rule()
    def hand_over(self) -> None:
        self.holder = self.colleague if self.holder is self.desk.worker else self.desk.worker
        with people.as_owner():
            for responsible, actor in ((False, None), (True, self.holder)):
                held = Assignment.objects.filter(role="grid_worker", area_code=people.city().grid)
                (held if actor is None else held.filter(account_id=actor.id)).update(responsible=responsible)
        tasks_follow_roster(now=self.now)

    @invariant()
    def a_task_only_ever_closes(self) -> None:
        with people.as_owner():
            present = {task.id: task for task in Task.objects.all()}
        assert set(self.states) <= set(present), "a task is gone"
        for task in present.values():
            assert (self.states.get(task.id, "open"), task.state) in TRANSITIONS
            assert (task.closed_at is not None) is (task.state == "closed")
            assert task.released_at is None or task.released_at >= task.opened_at
        self.states = {task.id: task.state for task in present.values()}
        open_households = [task.household_id for task in present.values() if task.state == "open"]
        assert len(open_households) == len(set(open_households))

    @invariant()
    def every_ask_is_in_one_task_and_answered_with_it(self) -> None:
        with people.as_owner():
            asked = {clue.id: clue for clue in Clue.objects.all()}
            subjects = list(TaskSubject.objects.select_related("task"))
            avoided = sum(Batch.objects.values_list("asks_avoided_count", flat=True))
        assert {s.clue_id for s in subjects} == set(asked) and len(subjects) == len(asked)
        assert len(asked) == len(self.states) + avoided
        for subject in subjects:
            clue = asked[subject.clue_id]
            assert (clue.outcome, clue.task_id) == (subject.outcome, subject.task_id)
            assert clue.state == ("closed" if subject.outcome else "dispatched")
        for task_id, state in self.states.items():
            unanswered = any(not s.outcome for s in subjects if s.task_id == task_id)
            assert unanswered is (state == "open")

    @invariant()
    def passes_and_outcomes_never_go_back(self) -> None:
        with people.as_owner():
            subjects = list(TaskSubject.objects.select_related("task"))
            recorded = list(PassResult.objects.values_list("subject_id", "pass_kind"))
            reused = set(PassResult.objects.filter(result="reused").values_list("subject_id", flat=True))
        for subject in subjects:
            reached = ORDER.index(subject.next_pass)
            assert reached >= self.reached.get(subject.id, 0)
            self.reached[subject.id] = reached
            assert self.given.get(subject.id, "") in ("", subject.outcome), "an outcome was overwritten"
            self.given[subject.id] = subject.outcome
            # What has been passed is recorded: done, or left out for a listed reason.
            kinds = {kind for subject_id, kind in recorded if subject_id == subject.id}
            # Whom another answer served was neither called nor visited, and nothing says so.
            made = {"phone", "visit"} if subject.id in reused else set()
            assert kinds >= set(ORDER[:reached]) & set(rules.PASSES) - made
            assert not kinds & made
        assert len(recorded) >= self.pass_count
        self.pass_count = len(recorded)

    @invariant()
    def what_is_kept_of_the_passes_is_what_they_say(self) -> None:
        with people.as_owner():
            made = list(PassResult.objects.filter(pass_kind__in=("phone", "visit")))
            tasks, subjects = list(Task.objects.all()), list(TaskSubject.objects.all())
        for task in tasks:
            asks = {one.at for one in made if one.task_id == task.id and one.result != "skipped"}
            last = max((at.astimezone(self.now.tzinfo).date() for at in asks), default=None)
            that_day = [at for at in asks if at.astimezone(self.now.tzinfo).date() == last]
            assert (task.asked_at, task.asked_count) == (max(asks, default=None), len(that_day))
        for subject in subjects:
            for kind, kept in (("phone", subject.phone_pass), ("visit", subject.visit_pass)):
                own = [one for one in made if (one.subject_id, one.pass_kind) == (subject.id, kind)]
                left_out = min((one.reason for one in own if one.result == "skipped"), default="")
                assert kept == ("done" if any(one.result != "skipped" for one in own) else left_out)

    @invariant()
    def only_the_holder_of_an_open_task_has_its_grant(self) -> None:
        open_tasks = {task_id for task_id, state in self.states.items() if state == "open"}
        assert live_grants(task_id__isnull=False) == {
            (self.holder.id, task_id, "case_finding") for task_id in open_tasks
        }

    @invariant()
    def nobody_is_disturbed_at_night_or_more_than_twice_a_day_unless_it_is_urgent(self) -> None:
        with people.as_owner():
            calm = Task.objects.exclude(priority="P1").values("id")
            asks = PassResult.objects.filter(task_id__in=calm, pass_kind__in=("phone", "visit"))
            at = set(asks.exclude(result="skipped").values_list("task_id", "at"))
            by_hand = dict(Task.objects.values_list("id", "release_at"))
            household = dict(Task.objects.values_list("id", "household_id"))
        days: dict[tuple[UUID, object], set[datetime]] = {}
        for task_id, asked_at in at:
            local = asked_at.astimezone(self.now.tzinfo)
            assert 9 <= local.hour < 20 or asked_at < by_hand[task_id]
            days.setdefault((household[task_id], local.date()), set()).add(asked_at)
        assert all(len(moments) <= 2 for moments in days.values())


@pytest.mark.parametrize("examples", [6, pytest.param(60, marks=pytest.mark.heavy)])
def test_whatever_happens_to_a_street_nothing_is_lost_doubled_or_undone(
    desk: Desk, city: people.City, actor_of: Callable[..., Actor], examples: int
) -> None:
    desk.channel("urgent", priority="P1")
    colleague = actor_of("grid_worker", city.grid)
    officer = actor_of("community_officer", city.chengxianjie)

    class Here(LifeOfTasks):
        pass

    Here.desk, Here.colleague, Here.officer = desk, colleague, officer

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            database=None,
            phases=(Phase.generate,),  # a step is dear; whoever looks for the shortest way adds Phase.shrink
            suppress_health_check=list(HealthCheck),
        ),
    )
