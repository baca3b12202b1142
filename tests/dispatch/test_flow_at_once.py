"""Two at once: the clock and a worker, two officers, a supervisor and a worker. One is first, the other is told."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import QuerySet

from gridward.dispatch import actions
from gridward.dispatch.models import Escalation, PassResult, Supervision, Task, Whistle, WhistleCall
from gridward.dispatch.rising import tasks_rise, whistles_rise
from gridward.intake import api as intake
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import code_of, moment
from tests.journeys import stage

pytestmark = [pytest.mark.usefixtures("fresh_database"), pytest.mark.slow]

CITY = people.city()
WORDS = "go there with the property staff"


@pytest.fixture
def late(tmp_path: Path) -> Task:
    """A committed task whose time is over."""
    stage.committed_street(tmp_path)
    with transaction.atomic():
        people.actor_of("grid_worker", CITY.grid, responsible=True)
    batch = stage.receive(tmp_path, "health-list", [people.row_about(people.returning_student)])
    intake.batch_resolve(batch_id=batch, by=SYSTEM, now=clock.now())
    outbox.drain_all()
    with people.as_owner():
        Task.objects.update(due_at=clock.now())
        return Task.objects.get()


def together(*works: Callable[[], object]) -> list[str]:
    """Do several things at once, each on a connection of its own; return the code of each, in order; none may fail."""
    said = [""] * len(works)
    failed: list[Exception] = []
    start = threading.Barrier(len(works))

    def do(number: int, work: Callable[[], object]) -> None:
        try:
            start.wait(stage.PATIENCE)
            said[number] = code_of(work())
        except IntegrityError as error:
            said[number] = "refused by the database" if "never both" in str(error) else str(error)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(stage.PATIENCE)
    assert not failed, failed
    return said


def officer() -> Actor:
    with transaction.atomic():
        return people.actor_of("community_officer", CITY.chengxianjie)


def decided(by: Actor, what: Callable[..., object], **more: object) -> Callable[[], object]:
    with people.as_owner():
        row = Escalation.objects.get(state="open").id

    def work() -> object:
        with transaction.atomic(), people.acting(by):
            return what(escalation_id=row, words=WORDS, by=by, now=clock.now(), **more)

    return work


def between(
    rows: QuerySet[Any], work: Callable[[], object], comes: Callable[..., object]
) -> list[Callable[[], object]]:
    """Have a person lock a row first, the clock come and wait for somebody, and the person go on only then."""
    has_it = threading.Event()

    def person() -> object:
        with transaction.atomic():
            with people.as_owner():
                rows.select_for_update().get()
            has_it.set()
            stage.wait_until_blocked(connection.connection)
            return work()

    def runs() -> object:
        has_it.wait(stage.PATIENCE)
        return comes(now=clock.now())

    return [person, runs]


def test_the_clock_that_runs_twice_at_once_raises_once(late: Task) -> None:
    now = clock.now()

    together(lambda: tasks_rise(now=now), lambda: tasks_rise(now=now), lambda: tasks_rise(now=now))

    with people.as_owner():
        assert list(Escalation.objects.values_list("level", "state")) == [("community", "open")]


def test_of_two_decisions_at_once_one_holds_and_the_other_is_told(late: Task) -> None:
    tasks_rise(now=clock.now())
    first, second = officer(), officer()

    said = together(
        decided(first, actions.escalation_return),
        decided(second, actions.escalation_raise, kind="authority"),
    )

    assert sorted(said) == ["escalation_decided", "ok"]
    with people.as_owner():
        assert Escalation.objects.filter(state="open").count() == (1 if said[1] == "ok" else 0)


def test_a_decision_and_the_clock_at_once_leave_one_row_open(late: Task) -> None:
    tasks_rise(now=clock.now())
    with people.as_owner():
        Escalation.objects.update(next_at=clock.now())
    by = officer()

    together(
        decided(by, actions.escalation_raise, kind="department"),
        lambda: tasks_rise(now=clock.now()),
    )

    with people.as_owner():
        assert list(Escalation.objects.filter(state="open").values_list("level", flat=True)) == ["street"]
        assert Escalation.objects.count() == 2


def test_a_decision_that_has_the_task_and_the_clock_that_comes_between_do_not_wait_for_each_other(
    late: Task,
) -> None:
    tasks_rise(now=clock.now())
    with people.as_owner():
        Escalation.objects.update(next_at=clock.now())
    decide = decided(officer(), actions.escalation_raise, kind="department")

    said = together(*between(Task.objects.filter(id=late.id), decide, tasks_rise))

    assert said == ["ok", "ok"]
    with people.as_owner():
        assert list(Escalation.objects.filter(state="open").values_list("level", flat=True)) == ["street"]


def test_a_whistle_that_is_closed_while_the_clock_raises_it_is_closed(late: Task) -> None:
    with transaction.atomic():
        by = people.actor_of("street_officer", CITY.xinjiekou)
    with transaction.atomic(), people.acting(by):
        blown = actions.whistle_blow(
            task_id=None, agencies=["health"], lead="health", question="repair", words=WORDS,
            priority="P3", by=by, now=clock.now(),
        )  # fmt: skip
    assert isinstance(blown, Whistle)
    with people.as_owner():
        WhistleCall.objects.update(next_at=clock.now())

    def close() -> object:
        with people.acting(by):
            return actions.whistle_close(whistle_id=blown.id, words=WORDS, by=by, now=clock.now())

    said = together(*between(Whistle.objects.filter(id=blown.id), close, whistles_rise))

    assert said == ["ok", "ok"]
    with people.as_owner():
        assert Whistle.objects.get().state == "closed"
        assert WhistleCall.objects.get().risen_at is None


@pytest.mark.parametrize("round_", range(3))
def test_who_works_on_a_task_and_sets_a_time_for_it_at_once_has_done_only_one(
    late: Task, round_: int
) -> None:
    with transaction.atomic():
        person = people.actor_of("supervisor", CITY.xuanwu)
    with people.as_owner():
        desk = PassResult.objects.get()

    def supervises() -> object:
        with transaction.atomic(), people.acting(person):
            return actions.supervision_order(
                task_id=late.id, hours=2, words=WORDS, by=person, now=clock.now()
            )

    def works() -> object:
        with transaction.atomic(), people.as_owner():
            # As every hand on a task does: its row first.
            Task.objects.select_for_update().get(id=late.id)
            return PassResult.objects.create(
                id=new_id(),
                subject_id=desk.subject_id,
                task_id=late.id,
                area_pos=late.area_pos,
                pass_kind="phone",
                result="no_answer",
                by=str(person.id),
                at=moment(12),
            )

    said = together(supervises, works)

    with people.as_owner():
        supervised = Supervision.objects.filter(by=str(person.id)).count()
        handled = PassResult.objects.filter(by=str(person.id)).count()
    assert supervised + handled == 1
    assert said.count("ok") == 1
    assert set(said) - {"ok"} <= {"supervise_own", "refused by the database"}
