"""Two connections at one moment: the same file twice, the same new person in two lists, the same row in review."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections, transaction

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Batch, Clue
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.journeys import stage

pytestmark = pytest.mark.usefixtures("fresh_database")
STRANGER = ("赵大年", "", "15400000901", people.returning_student.address.replace("101室", "301室"))


@pytest.fixture
def order(tmp_path: Path) -> governance.OrderView:
    return stage.committed_street(tmp_path)


def together(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at one moment, each in a thread and on a connection of its own, and return what they return."""
    start = threading.Barrier(len(calls))
    outcomes: list[object] = [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            start.wait(stage.PATIENCE)
            with transaction.atomic():
                outcomes[place] = call()
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(stage.PATIENCE)
    return outcomes


def officer() -> Actor:
    with transaction.atomic():
        return people.actor_of("intake_officer", "3201")


def test_the_same_file_twice_at_one_moment_is_one_list(order: governance.OrderView, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"姓名,证件号码,手机号,现住址\n{','.join(STRANGER)}\n", encoding="utf-8")

    def sending(by: Actor) -> Callable[[], object]:
        def send() -> object:
            with people.acting(by):
                return intake.batch_receive(
                    channel_code="health-list", path=path, filename="a.csv", by=by, now=clock.now()
                )

        return send

    outcomes = together(*[sending(officer()) for _ in range(3)])

    assert all(isinstance(one, intake.BatchView) for one in outcomes), outcomes
    views = [one for one in outcomes if isinstance(one, intake.BatchView)]
    assert len({view.id for view in views}) == 1
    assert sorted(view.is_known for view in views) == [False, True, True]
    with people.as_owner():
        assert Batch.objects.count() == 1


def test_two_lists_that_name_one_new_person_at_one_moment_make_one_of_them(
    order: governance.OrderView, tmp_path: Path
) -> None:
    ids = [
        stage.receive(tmp_path / channel, channel, [STRANGER, people.row_about(people.returning_student)])
        for channel in ("health-list", "police-list", "transport-list")
    ]

    outcomes = together(
        *[lambda one=one: intake.batch_resolve(batch_id=one, by=SYSTEM, now=clock.now()) for one in ids]
    )

    reports = [one for one in outcomes if isinstance(one, intake.BatchReport)]
    assert len(reports) == 3, outcomes
    assert sorted((one.new, one.merged) for one in reports) == [(0, 2), (0, 2), (2, 0)]
    with people.as_owner():
        assert Clue.objects.values("person_id").distinct().count() == 2
        assert Clue.objects.values("household_id").distinct().count() == 2


def test_a_list_resolved_twice_at_one_moment_is_counted_once(
    order: governance.OrderView, tmp_path: Path
) -> None:
    batch_id = stage.receive(tmp_path / "in", "health-list", [STRANGER])

    def resolve() -> object:
        return intake.batch_resolve(batch_id=batch_id, by=SYSTEM, now=clock.now())

    first, second = together(resolve, resolve)

    assert isinstance(first, intake.BatchReport) and first == second
    with people.as_owner():
        assert Clue.objects.count() == 1


def test_two_reviewers_decide_one_row_at_one_moment_and_one_of_them_did(
    order: governance.OrderView, tmp_path: Path
) -> None:
    batch_id = stage.receive(tmp_path / "in", "health-list", [("赵无处", "", "15400000902", "南京市玄武区")])
    with transaction.atomic():
        intake.batch_resolve(batch_id=batch_id, by=SYSTEM, now=clock.now())
    with people.as_owner():
        clue = Clue.objects.get()

    def deciding(by: Actor, **decision: str) -> Callable[[], object]:
        def decide() -> object:
            with people.acting(by):
                return intake.review_decide(clue_id=clue.id, by=by, now=clock.now(), **decision)  # type: ignore[arg-type]

        return decide

    outcomes = together(
        deciding(officer(), decision="reject", reason="not a resident"),
        deciding(officer(), decision="new_person", place="320102003015001"),
    )

    refused = [one.code for one in outcomes if isinstance(one, Refusal)]
    decided = [one for one in outcomes if isinstance(one, intake.ClueView)]
    assert (refused, len(decided)) == (["clue_decided"], 1), outcomes
    with people.as_owner():
        kept = Clue.objects.get()
    assert kept.state == decided[0].state and (kept.person_id is None) == (kept.state == "closed")
