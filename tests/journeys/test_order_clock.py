"""An order ends by the clock: from that moment nothing is collected, and what was running cannot commit (H-01)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, transaction

from gridward.dispatch import actions as dispatch
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal, Refused
from gridward.registry import api as registry
from tests import people
from tests.journeys import stage

pytestmark = pytest.mark.usefixtures("fresh_database")

STRANGER = ("钱无名", "", people.pack("cn").synthetic_phone(99), people.neighbour_across.address)
LIST = [people.row_about(people.returning_student), STRANGER]
Other = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def order(tmp_path: Path) -> governance.OrderView:
    return stage.committed_street(tmp_path)


@pytest.fixture
def other(order: governance.OrderView) -> Iterator[Other]:
    with stage.second_connection() as made:
        yield made


def clock_past_the_end(order: governance.OrderView) -> None:
    """Let the order have run out a second ago, as if the clock had moved."""
    stage.rows(
        "update governance_emergencyorder set starts_at = now() - interval '9 days',"
        " ends_at = clock_timestamp() - interval '1 second' where id = %s",
        [order.id],
    )


def collected() -> dict[str, int]:
    """Count everything that an import makes, and what lies in its stages and its inbox."""
    tables = ["intake_clue", "intake_batchreject", "registry_household", "registry_resident", "registry_personkey",
              "kernel_datakey", "dispatch_task", "dispatch_tasksubject", "dispatch_passresult",
              "governance_accessgrant", *stage.stages()]  # fmt: skip
    counts = {table: stage.value(f"select count(*) from {table}") for table in tables}
    return counts | {"inbox": len(stage.inbox())}


def refused_batch(batch_id: UUID) -> tuple[str, str]:
    (row,) = stage.rows("select state, refusal from intake_batch where id = %s", [batch_id])
    return row[0], row[1]


def register_file(folder: Path) -> Path:
    path = folder / "more.csv"
    path.write_text(
        "resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref\n"
        f"R9,孙新来,,,{people.pack('cn').synthetic_phone(88)},{people.neighbour_across.address},"
        "320102003015001,H9\n",
        encoding="utf-8",
    )
    return path


def test_no_list_is_taken_in_after_the_end(order: governance.OrderView, tmp_path: Path) -> None:
    before = collected()
    path = tmp_path / "late.csv"
    path.write_text("姓名,手机号\n王小明,13800000000\n", encoding="utf-8")
    clock_past_the_end(order)
    with transaction.atomic():
        officer = people.actor_of("intake_officer", "3201")
        with people.acting(officer):
            outcome = intake.batch_receive(
                channel_code="health-list", path=path, filename="late.csv", by=officer, now=clock.now()
            )

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    assert collected() == before


def test_a_list_that_came_before_the_end_is_not_resolved_after_it(
    order: governance.OrderView, tmp_path: Path
) -> None:
    before = collected()
    batch = stage.receive(tmp_path, "health-list", LIST)
    clock_past_the_end(order)

    outbox.drain_all()

    assert refused_batch(batch) == ("refused", "order_inactive")
    assert collected() == before


def test_the_register_takes_nobody_after_the_end(order: governance.OrderView, tmp_path: Path) -> None:
    before = collected()
    path = register_file(tmp_path)
    clock_past_the_end(order)

    outcome = registry.register_import(
        path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now()
    )

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    assert collected() == before


def test_no_job_enters_its_scope_after_the_end(order: governance.OrderView) -> None:
    clock_past_the_end(order)

    scope = governance.job_scope(order_id=order.id, purpose="case_finding")
    with pytest.raises(Refused) as refused, transaction.atomic(), scope:
        raise AssertionError("the scope opened")
    assert refused.value.refusal.code == "order_inactive"


def test_a_ready_clue_opens_no_task_after_the_end(order: governance.OrderView, tmp_path: Path) -> None:
    batch = stage.receive(tmp_path, "health-list", LIST)
    intake.batch_resolve(batch_id=batch, by=SYSTEM, now=clock.now())
    clock_past_the_end(order)

    outbox.drain_all()

    assert collected()["dispatch_task"] == 0
    assert stage.value("select count(*) from kernel_fact where drained_at is null") == 0


@pytest.mark.parametrize("kind", ["phone", "visit"])
def test_no_pass_is_recorded_after_the_end(order: governance.OrderView, tmp_path: Path, kind: str) -> None:
    with transaction.atomic():
        worker = people.actor_of("grid_worker", people.city().grid, responsible=True)
    stage.receive(tmp_path, "health-list", LIST[:1])
    outbox.drain_all()
    stage.rows("update dispatch_task set released_at = now(), priority = 'P1'")
    ((task, person),) = stage.rows("select task_id, person_id from dispatch_tasksubject")
    before = collected()
    clock_past_the_end(order)
    more = {"reason": "a drill", "by": worker, "now": clock.now()}

    with transaction.atomic(), people.acting(worker):
        if kind == "phone":
            outcome = dispatch.phone_record(
                task_id=task, person_id=person, result="reached", outcome="", **more
            )
        else:
            outcome = dispatch.visit_record(
                task_id=task, result="done", outcomes={person: "verified_present"}, **more
            )

    assert isinstance(outcome, Refusal)
    assert outcome.status in (403, 404)
    assert collected() == before


def test_the_database_itself_refuses_to_collect_whoever_asks(order: governance.OrderView) -> None:
    clock_past_the_end(order)
    for table, columns in (
        ("registry_household", "(id, domain, order_id, data_key, area_pos, kind, created_at) values"
         " (gen_random_uuid(), 'x', %s, gen_random_uuid(), 1, 'registered', now())"),
        ("dispatch_task", "(id, order_id, household_id, area_pos, priority, state, opened_at, due_at, release_at)"
         " select gen_random_uuid(), %s, gen_random_uuid(), 1, 'P1', 'open', now(), now(), now()"),
        ("intake_batch", "(id, channel_id, agency_code, order_id, area_pos, content_hash, filename, format, state,"
         " received_by, received_at) values (gen_random_uuid(), 'health-list', 'health', %s, 1, 'x', 'x', 'csv',"
         " 'received', 'x', now())"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="order_inactive"), transaction.atomic():
            stage.rows(f"insert into {table} {columns}", [order.id])


# --- the end comes while an import runs -----------------------------------------------------------------------------

#: Where B stands in A's way: before A's clues are inserted, and after that, just before A's commit.
WAITS = {
    "before the clues are written": "lock table intake_clue in share row exclusive mode",
    "between the clues and the commit": "select * from intake_channel for update",
    "before the households are written": "lock table registry_household in share row exclusive mode",
}


def resolve(batch: UUID) -> Callable[[], object]:
    return lambda: intake.batch_resolve(batch_id=batch, by=SYSTEM, now=clock.now())


@pytest.mark.parametrize("moment", sorted(WAITS))
def test_a_running_import_cannot_commit(
    order: governance.OrderView, other: Other, tmp_path: Path, moment: str
) -> None:
    before = collected()
    batch = stage.receive(tmp_path, "health-list", LIST)
    other.execute(WAITS[moment])
    running = stage.Running(resolve(batch))
    stage.wait_until_blocked(other)

    stage.order_ended(other, order.id)

    outcome = running.ended()
    assert running.error is None
    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    assert refused_batch(batch) == ("refused", "order_inactive")
    assert collected() == before


def test_the_same_list_goes_through_when_the_order_does_not_end(
    order: governance.OrderView, other: Other, tmp_path: Path
) -> None:
    batch = stage.receive(tmp_path, "health-list", LIST)
    other.execute(WAITS["between the clues and the commit"])
    running = stage.Running(resolve(batch))
    stage.wait_until_blocked(other)

    other.commit()

    assert isinstance(running.ended(), intake.BatchReport), running.error
    assert collected()["intake_clue"] == 2


def test_a_drain_that_was_resolving_when_the_order_ended_leaves_nothing_and_says_so_next_time(
    order: governance.OrderView, other: Other, tmp_path: Path
) -> None:
    before = collected()
    batch = stage.receive(tmp_path, "health-list", LIST)
    other.execute(WAITS["between the clues and the commit"])
    running = stage.Running(outbox.drain_all)
    stage.wait_until_blocked(other)

    stage.order_ended(other, order.id)
    running.ended()
    outbox.drain_all()

    assert running.error is None
    assert refused_batch(batch) == ("refused", "order_inactive")
    assert collected() == before


#: The register writes households, then people, then their keys.
REGISTER_WAITS = ["registry_household", "registry_resident", "registry_personkey"]


@pytest.mark.parametrize("table", REGISTER_WAITS)
def test_a_running_import_of_the_register_cannot_commit(
    order: governance.OrderView, other: Other, tmp_path: Path, table: str
) -> None:
    before = collected()
    path = register_file(tmp_path)
    other.execute(f"lock table {table} in share row exclusive mode")
    running = stage.Running(
        lambda: registry.register_import(
            path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now()
        )
    )
    stage.wait_until_blocked(other)

    stage.order_ended(other, order.id)

    outcome = running.ended()
    assert collected() == before
    assert running.error is None
    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"


@pytest.mark.parametrize("table", ["dispatch_task", "dispatch_tasksubject", "governance_accessgrant"])
def test_a_running_dispatch_opens_no_task_after_the_end(
    order: governance.OrderView, other: Other, tmp_path: Path, table: str
) -> None:
    with transaction.atomic():
        people.actor_of("grid_worker", people.city().grid, responsible=True)
    batch = stage.receive(tmp_path, "health-list", LIST)
    intake.batch_resolve(batch_id=batch, by=SYSTEM, now=clock.now())
    other.execute(f"lock table {table} in share row exclusive mode")
    running = stage.Running(outbox.drain_all)
    stage.wait_until_blocked(other)

    stage.order_ended(other, order.id)
    running.ended()
    outbox.drain_all()

    assert running.error is None
    assert collected()["dispatch_task"] == 0
    assert collected()["governance_accessgrant"] == 0
