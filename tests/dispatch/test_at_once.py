"""Two at once, on two connections: one of them is told to look again, and nothing is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from gridward.dispatch import actions
from gridward.dispatch.merging import clues_dispatch
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refused
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, code_of
from tests.journeys import stage

# A test commits, so each has a copy of the database; the two wait for each other by locks and not by sleeping.
pytestmark = pytest.mark.usefixtures("fresh_database")


@dataclass
class Town:
    """A committed street with its worker, two officers of the community, and the family's task."""

    order: governance.OrderView
    worker: Actor
    officers: tuple[Actor, Actor]
    folder: Path

    def clues_of(self, channel: str, *asked: people.Neighbour) -> UUID:
        """Take a list in and resolve it; its clues are ready and in no task."""
        batch = stage.receive(self.folder / channel, channel, [people.row_about(person) for person in asked])
        intake.batch_resolve(batch_id=batch, by=SYSTEM, now=clock.now())
        return batch

    def dispatch(self, batch: UUID) -> object:
        with governance.job_transaction(order_id=self.order.id, purpose="case_finding"):
            ready = intake.ready_clues(batch_id=batch)
            return clues_dispatch(ready=ready, order=self.order, by=SYSTEM, now=clock.now())

    def visit(self, task: UUID, *persons: UUID, ask: UUID | None = None) -> object:
        with transaction.atomic(), people.acting(self.worker):
            return actions.visit_record(
                task_id=task, result="done", outcomes=dict.fromkeys(persons, "verified_present"),
                reason="a drill", by=self.worker, now=clock.now(), ask=ask,
            )  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Town:
    order = stage.committed_street(tmp_path)
    with transaction.atomic():
        worker = people.actor_of("grid_worker", people.city().grid, responsible=True)
        officers = tuple(people.actor_of("community_officer", people.city().chengxianjie) for _ in range(2))
    return Town(order, worker, officers, tmp_path)  # type: ignore[arg-type]


def the_task(town: Town) -> tuple[UUID, list[UUID]]:
    stage.rows("update dispatch_task set released_at = now(), priority = 'P1'")
    found = stage.rows("select distinct task_id, person_id from dispatch_tasksubject order by 2")
    return found[0][0], [person for _task, person in found]


def held(town: Town, sql: str, call: Callable[[], object]) -> object:
    """Let `call` run into a lock that somebody else's change holds; then that change is committed."""
    with stage.second_connection() as other:
        other.execute(sql)
        running = stage.Running(call)
        stage.wait_until_blocked(other)
        other.commit()
        outcome = running.ended()
    if running.error is not None:
        assert isinstance(running.error, Refused), running.error
        return running.error.refusal
    return outcome


@pytest.mark.slow
def test_two_officers_release_one_task_and_the_second_is_told(town: Town) -> None:
    town.dispatch(town.clues_of("health-list", STUDENT))
    task, _persons = the_task(town)
    stage.rows("update dispatch_task set released_at = null")

    def release() -> object:
        officer = town.officers[1]
        with transaction.atomic(), people.acting(officer):
            return actions.task_release_now(task_id=task, reason="the second", by=officer, now=clock.now())

    outcome = held(town, "update dispatch_task set released_at = now()", release)

    assert code_of(outcome) == "task_released"
    assert stage.value("select count(*) from kernel_ledgerentry where action = 'task.release'") == 0


def test_a_visit_sent_twice_at_once_is_recorded_once(town: Town) -> None:
    town.dispatch(town.clues_of("health-list", STUDENT, MOTHER))
    task, persons = the_task(town)

    with stage.second_connection() as other:
        other.execute("select 1 from dispatch_task for update")
        both = [stage.Running(lambda: town.visit(task, *persons)) for _ in range(2)]
        stage.wait_until_blocked(other)
        other.commit()
        outcomes = sorted(code_of(running.ended()) for running in both)

    assert outcomes in (["not_found", "ok"], ["ok", "task_closed"])
    assert stage.value("select count(*) from dispatch_passresult where pass_kind = 'visit'") == 2
    assert stage.value("select count(*) from kernel_ledgerentry where action = 'task.close'") == 1
    assert stage.value("select count(*) from kernel_fact where kind = 'dispatch.task_closed'") == 1


def test_one_form_sent_twice_at_once_is_recorded_once_and_both_are_told_so(town: Town) -> None:
    town.dispatch(town.clues_of("health-list", STUDENT, MOTHER))
    task, persons = the_task(town)
    ask = new_id()

    with stage.second_connection() as other:
        other.execute("select 1 from dispatch_task for update")
        both = [stage.Running(lambda: town.visit(task, *persons, ask=ask)) for _ in range(2)]
        stage.wait_until_blocked(other)
        other.commit()
        outcomes = [running.ended() for running in both]

    assert [running.error for running in both] == [None, None]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Known", "TaskView"]
    assert {outcome.state for outcome in outcomes} == {"closed"}  # type: ignore[attr-defined]
    assert stage.value("select count(*) from dispatch_passresult where pass_kind = 'visit'") == 2


def test_a_list_that_comes_while_the_worker_closes_opens_a_new_task(town: Town) -> None:
    town.dispatch(town.clues_of("health-list", STUDENT))
    first, _persons = the_task(town)
    late = town.clues_of("police-list", STUDENT)

    outcome = held(
        town, "update dispatch_task set state = 'closed', closed_at = now()", lambda: town.dispatch(late)
    )

    assert outcome.opened == 1  # type: ignore[attr-defined]
    tasks = dict(stage.rows("select id, state from dispatch_task"))
    asked = stage.rows("select task_id, channel_code from dispatch_tasksubject order by id")
    assert tasks[first] == "closed" and sorted(tasks.values()) == ["closed", "open"]
    assert [(tasks[task], channel) for task, channel in asked] == [
        ("closed", "health-list"),
        ("open", "police-list"),
    ]


@pytest.mark.slow
def test_a_worker_who_closes_while_a_list_comes_is_asked_about_the_newcomer(town: Town) -> None:
    town.dispatch(town.clues_of("health-list", STUDENT))
    task, persons = the_task(town)
    late = town.clues_of("police-list", MOTHER)
    with stage.second_connection() as other:
        other.execute("select 1 from dispatch_task for update")
        coming = stage.Running(lambda: town.dispatch(late))
        stage.wait_until_blocked(other)
        closing = stage.Running(lambda: town.visit(task, *persons))
        other.commit()
        joined, closed = coming.ended(), closing.ended()

    # Whoever came first, nobody's question hangs in a task that is over.
    assert joined.clues == 1, coming.error  # type: ignore[attr-defined]
    assert code_of(closed) in ("ok", "outcome_unknown")
    hanging = "select count(*) from dispatch_tasksubject s join dispatch_task t on t.id = s.task_id"
    assert stage.value(hanging + " where t.state = 'closed' and s.outcome = ''") == 0
    assert stage.value("select count(*) from dispatch_tasksubject") == 2


@pytest.mark.slow
def test_two_lists_about_one_door_at_once_open_one_task(town: Town) -> None:
    batches = [town.clues_of("health-list", STUDENT), town.clues_of("police-list", MOTHER)]
    with stage.second_connection() as other:
        # The order's door, as dispatch locks it: both come to it, and go in one after the other.
        other.execute(
            "select pg_advisory_xact_lock(hashtextextended(order_id::text, 7)) from intake_clue limit 1"
        )
        both = [stage.Running(lambda batch=batch: town.dispatch(batch)) for batch in batches]  # type: ignore[misc]
        stage.wait_until_blocked(other)
        other.commit()
        reports = [running.ended() for running in both]

    assert sorted(report.opened for report in reports) == [0, 1]  # type: ignore[attr-defined]
    assert stage.value("select count(*) from dispatch_task") == 1
    assert stage.value("select count(*) from dispatch_tasksubject") == 2
    assert stage.value("select sum(asks_avoided_count) from intake_batch") == 1
    live = "select count(*) from governance_accessgrant where ended_at is null"
    assert stage.value(live) == 1
