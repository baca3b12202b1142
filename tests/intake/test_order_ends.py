"""An order that ends lets nothing through: not a list that waits, not one that is being resolved."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.actions import resolve
from gridward.intake.models import Batch, BatchReject, Clue
from gridward.intake.steps import CLUE_STEPS, Work
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people

pytestmark = pytest.mark.django_db


def received(folder: Path) -> intake.BatchView:
    path = folder / "list.csv"
    row = ",".join(people.row_about(people.returning_student))
    path.write_text(f"姓名,证件号码,手机号,现住址\n{row}\n,,15499999999,\n", encoding="utf-8")
    officer = people.actor_of("intake_officer", "3201")
    with people.acting(officer):
        batch = intake.batch_receive(
            channel_code="health-list", path=path, filename=path.name, by=officer, now=clock.now()
        )
    assert isinstance(batch, intake.BatchView), batch
    connection.check_constraints()  # as the commit of the receiving transaction does
    return batch


def end(order: governance.OrderView) -> None:
    ended = governance.order_end(
        order_id=order.id, reason="the drill is over", by=people.actor_of("issuing_officer"), now=clock.now()
    )
    assert not isinstance(ended, Refusal), ended


def nothing_was_written(batch: intake.BatchView) -> None:
    with people.as_owner():
        kept = Batch.objects.get(id=batch.id)
        assert (kept.state, kept.refusal, kept.row_count) == ("refused", "order_inactive", 0)
        assert not Clue.objects.exists() and not BatchReject.objects.exists()
        assert LedgerEntry.objects.filter(action="batch.refuse", result="order_inactive").count() == 1


def test_an_order_that_ends_before_the_list_is_resolved_refuses_it(
    street: governance.OrderView, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    batch = received(tmp_path)
    end(street)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        outcome = intake.batch_resolve(batch_id=batch.id, by=SYSTEM, now=clock.now())

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    nothing_was_written(batch)
    assert not (Path(settings.DATA) / "inbox" / str(batch.id)).exists()


@pytest.mark.parametrize("after", range(len(CLUE_STEPS)), ids=[step.__name__ for step in CLUE_STEPS])
def test_an_order_that_ends_after_any_step_lets_nothing_through(
    after: int, street: governance.OrderView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = received(tmp_path)

    def ends_meanwhile(_work: Work) -> None:
        with people.as_owner():
            end_as_owner(street)

    steps = (*CLUE_STEPS[: after + 1], ends_meanwhile, *CLUE_STEPS[after + 1 :])
    monkeypatch.setattr(resolve, "CLUE_STEPS", steps)

    outcome = intake.batch_resolve(batch_id=batch.id, by=SYSTEM, now=clock.now())

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    with people.as_owner():
        assert not Clue.objects.exists() and not BatchReject.objects.exists()


def end_as_owner(order: governance.OrderView) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update governance_emergencyorder set ended_at = clock_timestamp() where id = %s", [order.id]
        )


def test_a_clock_that_is_behind_the_order_s_beginning_refuses_no_list_for_good(
    street: governance.OrderView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = received(tmp_path)
    behind = min(street.starts_at, street.signed_at or street.starts_at) - timedelta(minutes=10)

    with monkeypatch.context() as context:
        context.setattr(clock, "now", lambda: behind)
        with pytest.raises(resolve.ClockBehindError, match="it is"), transaction.atomic():
            intake.batch_resolve(batch_id=batch.id, by=SYSTEM, now=behind)
    with people.as_owner():
        assert Batch.objects.values_list("state", "refusal").get(id=batch.id) == ("received", "")
    outcome = intake.batch_resolve(batch_id=batch.id, by=SYSTEM, now=clock.now())

    assert isinstance(outcome, intake.BatchReport) and (outcome.accepted, outcome.rejected) == (1, 1)
