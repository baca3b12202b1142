"""The root in the ledger covers every row of the file, taken or not, and can be worked out again from the rows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.actions import resolve
from gridward.intake.models import Batch, BatchReject, Clue
from gridward.kernel import clock, ledger, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from tests import people
from tests.intake.test_decisions import undone
from tests.intake.test_receive import HEAD, resolved, send, written

pytestmark = pytest.mark.django_db
ROWS = [
    people.row_about(people.returning_student),
    ("", "", "13900000000", ""),
    ("赵不识", "", "15499999999", people.returning_student.address),
    people.row_about(people.returning_student, id_number=False),
    ("赵无物", "", "", ""),
]


@pytest.fixture
def officer(street: governance.OrderView, city: people.City) -> Actor:
    return people.actor_of("intake_officer", city.city)


def counted(report: intake.BatchReport, by: Actor) -> intake.RowsCount:
    with people.acting(by):
        return intake.count_rows(report.batch_id)


def in_ledger(report: intake.BatchReport) -> str:
    with people.as_owner():
        entry = LedgerEntry.objects.get(
            action="batch.resolve", object_hash=ledger.object_hash("batch", report.batch_id)
        )
    return entry.detail


def test_what_the_rows_tell_is_what_the_list_and_the_ledger_say(officer: Actor, tmp_path: Path) -> None:
    report = people.send_list(tmp_path, "health-list", ROWS)

    count = counted(report, officer)

    assert (count.rows, count.accepted, count.rejected) == (5, 3, 2)
    assert (count.merged, count.new, count.waiting) == (1, 1, 1)
    with people.acting(officer):
        batch = intake.access_batch(report.batch_id)
    assert isinstance(batch, intake.BatchView)
    assert batch.merkle_root == count.root and count.root in in_ledger(report)
    assert count.agrees_with(batch)


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
def test_a_list_that_is_sealed_piece_by_piece_opens_and_counts_as_one(
    officer: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(resolve, "SEALED_AT_ONCE", at_once)

    report = people.send_list(tmp_path, "health-list", ROWS)

    count = counted(report, officer)
    assert (count.rows, count.accepted, count.rejected) == (5, 3, 2)
    with people.acting(officer):
        batch = intake.access_batch(report.batch_id)
        clues = list(Clue.objects.filter(batch_id=report.batch_id).order_by("row_number"))
        opened = intake.open_clue_people(clue_ids=[clue.id for clue in clues])
    assert isinstance(batch, intake.BatchView) and count.agrees_with(batch)
    assert [opened[clue.id].name.reveal() for clue in clues] == [ROWS[0][0], ROWS[2][0], ROWS[3][0]]


def test_what_happens_to_rows_later_leaves_the_root_as_it_was(officer: Actor, tmp_path: Path) -> None:
    report = people.send_list(tmp_path, "health-list", ROWS)
    before = counted(report, officer)
    with people.as_owner():
        waiting = Clue.objects.get(state="waiting")

    with people.acting(officer):
        decided = intake.review_decide(
            clue_id=waiting.id, decision="new_person", place="320102003015001", by=officer, now=clock.now()
        )
    outbox.drain_all()
    with people.as_owner():
        Clue.objects.filter(state="dispatched").update(
            state="closed", outcome="moved", outcome_at=clock.now()
        )

    assert isinstance(decided, intake.ClueView)
    assert counted(report, officer) == before


def drop_reject(report: intake.BatchReport) -> None:
    BatchReject.objects.filter(batch_id=report.batch_id, row_number=3).delete()


def another_reason(report: intake.BatchReport) -> None:
    BatchReject.objects.filter(batch_id=report.batch_id, row_number=3).update(code="no_key")


def another_person(report: intake.BatchReport) -> None:
    Clue.objects.filter(batch_id=report.batch_id, row_number=2).update(id_key=b"x" * 16)


def count_moved(report: intake.BatchReport) -> None:
    Clue.objects.filter(batch_id=report.batch_id, row_number=4).update(count_state="merged")
    Clue.objects.filter(batch_id=report.batch_id, row_number=5).update(count_state="waiting")


def rows_exchanged(report: intake.BatchReport) -> None:
    for old, new in ((2, 99), (5, 2), (99, 5)):
        Clue.objects.filter(batch_id=report.batch_id, row_number=old).update(row_number=new)


TAMPERED: dict[str, Callable[[intake.BatchReport], None]] = {
    "a rejected row is gone": drop_reject,
    "a rejected row has another reason": another_reason,
    "a row is about somebody else": another_person,
    "two rows are counted the other way round": count_moved,
    "two rows have changed places": rows_exchanged,
}


def test_a_change_of_any_row_is_found(officer: Actor, tmp_path: Path) -> None:
    report = people.send_list(tmp_path, "health-list", ROWS)
    with people.acting(officer):
        batch = intake.access_batch(report.batch_id)
    assert isinstance(batch, intake.BatchView)

    for name, tamper in TAMPERED.items():
        assert counted(report, officer).agrees_with(batch)
        with undone():
            with people.as_owner():
                tamper(report)
            assert not counted(report, officer).agrees_with(batch), name


def test_a_list_of_rejected_rows_only_has_a_root_of_its_own(officer: Actor, tmp_path: Path) -> None:
    first = people.send_list(tmp_path, "health-list", [("", "", "13900000000", "")])
    second = people.send_list(tmp_path, "health-list", [("", "", "", ""), ("赵无物", "", "", "")])

    roots = {counted(report, officer).root for report in (first, second)}

    assert (first.rejected, second.rejected, len(roots)) == (1, 1, 2)


def test_a_list_that_is_not_resolved_has_no_root_yet(officer: Actor, tmp_path: Path) -> None:
    batch = send(written(tmp_path, "a.csv", f"{HEAD}\n{','.join(ROWS[0])}\n"))
    assert isinstance(batch, intake.BatchView)

    assert batch.merkle_root == ""
    with people.acting(officer):
        assert not intake.count_rows(batch.id).agrees_with(batch)
    resolved(batch)
    with people.as_owner():
        assert len(bytes(Batch.objects.get().merkle_root or b"")) == 32
