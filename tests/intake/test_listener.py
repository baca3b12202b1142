"""Lists are resolved once each, whatever is delivered twice, fails beside them or is over when its turn comes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake import inbox
from gridward.intake.actions import resolve
from gridward.intake.listeners import on_batch_received
from gridward.intake.models import Batch, BatchReject, Clue
from gridward.intake.steps import CLUE_STEPS, Work
from gridward.kernel import clock, outbox
from gridward.kernel.models import Fact, LedgerEntry
from tests import people
from tests.intake.test_receive import HEAD, end, send, written

pytestmark = pytest.mark.django_db
PEOPLE = [people.returning_student, people.neighbour_across, people.namesake_elsewhere]


def lists(folder: Path) -> list[intake.BatchView]:
    """Send three lists in, each about one registered person and with a row that is rejected."""
    found = []
    for number, one in enumerate(PEOPLE):
        row = ",".join(people.row_about(one))
        batch = send(written(folder, f"{number}.csv", f"{HEAD}\n{row}\n,,15499999999,\n"))
        assert isinstance(batch, intake.BatchView), batch
        found.append(batch)
    connection.check_constraints()  # as the commit of each upload does
    return found


def heard() -> list[outbox.Heard]:
    with people.as_owner():
        facts = Fact.objects.filter(kind="intake.batch_received").order_by("id")
        return [outbox.Heard(fact.pk, fact.kind, fact.ids, fact.announced_at) for fact in facts]


def states(batches: list[intake.BatchView]) -> list[tuple[str, str]]:
    with people.as_owner():
        kept = {batch.id: (batch.state, batch.refusal) for batch in Batch.objects.all()}
    return [kept[batch.id] for batch in batches]


def written_down() -> tuple[int, int, int, int]:
    with people.as_owner():
        return (
            Clue.objects.count(),
            BatchReject.objects.count(),
            LedgerEntry.objects.filter(action="batch.resolve").count(),
            Fact.objects.filter(kind="intake.batch_resolved").count(),
        )


def test_what_is_delivered_twice_is_done_once(street: governance.OrderView, tmp_path: Path) -> None:
    batches = lists(tmp_path)
    facts = heard()

    on_batch_received(facts, clock.now())
    once = written_down()
    on_batch_received(facts[::-1], clock.now())
    outbox.drain_all()

    assert states(batches) == [("resolved", "")] * 3
    assert written_down() == once == (3, 3, 3, 3)


def test_a_list_whose_file_is_gone_is_refused_and_holds_nobody_up(
    street: governance.OrderView, tmp_path: Path
) -> None:
    batches = lists(tmp_path)
    inbox.inbox_path(batches[1].id).unlink()

    on_batch_received(heard(), clock.now())

    assert states(batches) == [("resolved", ""), ("refused", "batch_failed"), ("resolved", "")]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(bytes(1000)),
        lambda path: path.write_text(f"{HEAD},民族\n王小明,,15499999999,,x\n", encoding="utf-8"),
    ],
    ids=["empty", "zeros", "another list"],
)
def test_a_file_that_is_not_what_was_checked_any_more_is_checked_again(
    spoil: Callable[[Path], object], street: governance.OrderView, tmp_path: Path
) -> None:
    batches = lists(tmp_path)
    spoil(inbox.inbox_path(batches[0].id))

    on_batch_received(heard(), clock.now())

    (state, refusal), *others = states(batches)
    assert state == "refused" and refusal.startswith(("table_", "forbidden_column"))
    assert others == [("resolved", "")] * 2


def test_an_error_of_ours_in_one_list_leaves_the_others_done_and_the_next_drain_finishes(
    street: governance.OrderView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = lists(tmp_path)

    def breaks(work: Work) -> None:
        if work.batch.id == batches[1].id:
            raise ZeroDivisionError

    # No input is known that breaks a step; one of ours does it instead.
    with monkeypatch.context() as broken, pytest.raises(outbox.DeliveriesFailed):
        broken.setattr(resolve, "CLUE_STEPS", (*CLUE_STEPS, breaks))
        outbox.drain_all()

    assert states(batches) == [("resolved", ""), ("received", ""), ("resolved", "")]
    assert written_down() == (2, 2, 2, 2)
    assert inbox.inbox_path(batches[1].id).exists()
    on_batch_received([one for one in heard() if one.ids["batch_id"] == str(batches[1].id)], clock.now())
    assert states(batches)[1] == ("resolved", "") and written_down() == (3, 3, 3, 3)


def test_when_the_order_is_over_every_list_that_waits_is_refused_once(
    street: governance.OrderView, tmp_path: Path
) -> None:
    batches = lists(tmp_path)
    facts = heard()
    end(street)

    on_batch_received(facts, clock.now())
    on_batch_received(facts, clock.now())

    assert states(batches) == [("refused", "order_inactive")] * 3
    assert written_down() == (0, 0, 0, 0)


def test_a_rolled_back_delivery_leaves_the_file_for_the_next_try(
    street: governance.OrderView, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    (batch, *_others) = lists(tmp_path)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:  # type: ignore[operator]
        on_batch_received(heard()[:1], clock.now())
        assert inbox.inbox_path(batch.id).exists()

    assert callbacks
    assert not inbox.inbox_path(batch.id).exists()


def test_the_inbox_forgets_what_nobody_resolved_in_a_day_and_nothing_younger(
    street: governance.OrderView, tmp_path: Path
) -> None:
    batches = lists(tmp_path)
    now = clock.now()

    assert inbox.inbox_sweep(now) == 0
    assert inbox.inbox_sweep(now + inbox.INBOX_KEEPS * 1.01) >= 3
    assert not any(inbox.inbox_path(batch.id).exists() for batch in batches)
    assert (Path(settings.DATA) / "inbox").is_dir()


def test_a_file_that_goes_away_while_the_inbox_is_swept_stops_nobody(
    street: governance.OrderView, tmp_path: Path
) -> None:
    batch = lists(tmp_path)[0]
    kept = inbox.inbox_path(batch.id)
    kept.unlink()
    # What another process has just taken away is still listed: a link to nowhere looks the same.
    kept.symlink_to(kept.with_name("taken away"))

    assert inbox.inbox_sweep(clock.now()) == 0
    kept.unlink()
