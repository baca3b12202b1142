"""An outcome becomes visible to its sender once, and is announced by ids when it does."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Clue
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.models import Fact, LedgerEntry
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def clues(street: governance.OrderView, tmp_path: Path) -> list[Clue]:
    """Two departments ask about one student and his mother."""
    family = [people.row_about(people.returning_student), people.row_about(people.students_mother)]
    people.send_list(tmp_path, "health-list", family)
    people.send_list(tmp_path, "police-list", family[:1])
    with people.as_owner():
        return list(Clue.objects.order_by("id"))


@pytest.fixture
def worker(city: people.City, clues: list[Clue]) -> Actor:
    return people.actor_of("grid_worker", city.grid, responsible=True)


def record(worker: Actor, found: dict[UUID, str]) -> int:
    now = clock.now()
    with people.acting(worker):
        return intake.clue_outcomes_record(
            outcomes=[intake.ClueOutcome(clue, outcome, now) for clue, outcome in found.items()],
            by=worker,
            now=now,
        )


def announced() -> list[dict[str, object]]:
    with people.as_owner():
        facts = Fact.objects.filter(kind="intake.outcome_returned").order_by("id")
        return list(facts.values_list("ids", flat=True))


def test_outcomes_are_announced_by_the_ids_of_their_rows_and_nothing_else(
    worker: Actor, clues: list[Clue]
) -> None:
    count = record(worker, {clue.id: "verified_present" for clue in clues})

    assert count == 3
    (told,) = announced()
    assert told.keys() == {"order_id", "clue_ids"}
    assert told["order_id"] == str(clues[0].order_id)
    assert sorted(told["clue_ids"]) == sorted(str(clue.id) for clue in clues)  # type: ignore[call-overload]


def test_an_outcome_is_recorded_once_and_what_changed_nothing_is_not_announced(
    worker: Actor, clues: list[Clue]
) -> None:
    first, second, _third = clues
    record(worker, {first.id: "moved"})

    count = record(worker, {first.id: "verified_present", second.id: "unreachable", uuid4(): "moved"})

    assert count == 1
    assert [told["clue_ids"] for told in announced()] == [[str(first.id)], [str(second.id)]]
    with people.as_owner():
        kept = {clue.id: (clue.state, clue.outcome) for clue in Clue.objects.all()}
        assert LedgerEntry.objects.filter(action="clue.outcome").count() == 2
    assert [kept[clue.id] for clue in clues] == [
        ("closed", "moved"), ("closed", "unreachable"), ("dispatched", ""),
    ]  # fmt: skip
    assert record(worker, {first.id: "moved"}) == 0 and record(worker, {}) == 0
    assert len(announced()) == 2


def test_each_outcome_keeps_its_own_moment_and_reason(worker: Actor, clues: list[Clue]) -> None:
    now = clock.now()
    found = [
        intake.ClueOutcome(clue.id, "unreachable", now - timedelta(hours=n), f"reason {n}")
        for n, clue in enumerate(clues)
    ]

    with people.acting(worker):
        intake.clue_outcomes_record(outcomes=found, by=worker, now=now)

    with people.as_owner():
        kept = Clue.objects.order_by("id").values_list("id", "outcome", "outcome_at", "outcome_reason")
        assert [intake.ClueOutcome(*row) for row in kept] == found


def test_a_worker_of_another_grid_records_nothing(clues: list[Clue], city: people.City) -> None:
    stranger = people.actor_of("grid_worker", city.next_grid, responsible=True)

    assert record(stranger, {clue.id: "moved" for clue in clues}) == 0
    assert announced() == []


def test_a_row_given_back_in_review_is_announced_too(
    street: governance.OrderView, city: people.City, tmp_path: Path
) -> None:
    people.send_list(tmp_path, "health-list", [("赵无处", "", "15499999999", "南京市玄武区")])
    officer = people.actor_of("intake_officer", city.city)
    with people.as_owner():
        clue = Clue.objects.get()

    with people.acting(officer):
        intake.review_decide(
            clue_id=clue.id, decision="reject", reason="not a resident", by=officer, now=clock.now()
        )

    assert announced() == [{"order_id": str(street.id), "clue_ids": [str(clue.id)]}]
