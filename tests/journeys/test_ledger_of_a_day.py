"""
The ledger of a whole day, checked by the separate program as an outside party runs it (R5).

A list comes in, a family is visited, a name is shown. Everything of that stands in the ledger; whoever owns the
database and rewrites any of it is found.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from gridward.kernel import outbox, scope
from gridward.kernel.actor import Actor
from gridward.kernel.ledger.export import export_ledger
from gridward.kernel.ledger.heads import HeadSigner, sign_and_export
from gridward.kernel.ledger.sealer import seal_batch, seal_waiting
from gridward.wiring.supervisor import Supervisor
from tests import people
from tests.conftest import point_at
from tests.house.rooms import ROOT
from tests.journeys import stage

UNSEALED = (
    "select count(*) from kernel_ledgerentry e where not exists"
    " (select 1 from kernel_ledgerseal s where s.entry_id = e.id)"
)

pytestmark = pytest.mark.slow
REASON = "to greet the family by name"


@dataclass(frozen=True)
class Day:
    """Where the evidence of a day lies."""

    folder: Path
    worker: Actor

    def sealed_and_signed(self) -> None:
        """Let the sealer and the signer do their turn, as the schedule does every few seconds."""
        with transaction.atomic(), scope.as_role("gridward_sealer"):
            seal_batch()
            sign_and_export(
                self.folder / "heads",
                signer=HeadSigner.of_directory(self.folder / "keystore"),
                mirrors=[self.folder / "auditor"],
            )

    def checked(self, *, mirror: bool = True) -> tuple[int, dict[str, int]]:
        """Export the ledger as an auditor and run the verifier: exit code and findings by kind."""
        (self.folder / "auditor").mkdir(exist_ok=True)
        with transaction.atomic(), scope.as_role("gridward_audit"):
            export_ledger(self.folder / "export.jsonl")
        command = [
            sys.executable, "-m", "gridward_verify", "--json", "--ledger", str(self.folder / "export.jsonl"),
            "--heads", str(self.folder / "heads" / "heads.jsonl"),
            "--public-key", str(self.folder / "keystore" / "heads-signing.pub"),
        ]  # fmt: skip
        if mirror:
            command += ["--mirror", str(self.folder / "auditor" / "heads.jsonl")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, dict(json.loads(done.stdout)["counts"])


def lived(folder: Path) -> Day:
    """Let a list come in, a worker show a name and visit, an outsider be refused; each in its own transaction."""
    stage.committed_street(folder)
    (folder / "auditor").mkdir()
    with transaction.atomic():
        worker = people.actor_of("grid_worker", people.city().grid, responsible=True)
    day = Day(folder, worker)
    stage.receive(
        folder,
        "health-list",
        [people.row_about(people.returning_student), people.row_about(people.students_mother)],
    )
    outbox.drain_all()
    stage.rows("update dispatch_task set released_at = now(), priority = 'P1'")
    day.sealed_and_signed()
    (task,) = stage.rows("select id from dispatch_task")[0]
    persons = [person for (person,) in stage.rows("select distinct person_id from dispatch_tasksubject")]
    client = people.client_of(worker)
    assert client.get("/orders/new").status_code == 403
    shown = client.post(f"/today/{task}/reveal", {"person": str(persons[0]), "reason": REASON})
    assert shown.status_code == 200
    day.sealed_and_signed()
    visit = {"result": "done", "reason": "drill"} | {f"outcome-{one}": "verified_present" for one in persons}
    assert client.post(f"/today/{task}/visit", visit).status_code == 302
    day.sealed_and_signed()
    return day


@pytest.fixture(scope="module")
def day(
    cluster: Supervisor,
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Day]:
    """One day in a database of its own; what a test tampers with is rolled back."""
    name = f"day_{os.urandom(4).hex()}"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
        cluster.database_copy(name, template="gridward")
        point_at(name, cluster)
        try:
            made = lived(tmp_path_factory.mktemp("day"))
            connections.close_all()
            yield made
        finally:
            point_at("gridward", cluster)
            cluster.database_drop(name)


def tamper(*statements: str) -> None:
    """Do what the owner of the database can do: switch the guards off, rewrite, switch them on again."""
    with people.as_owner(), connection.cursor() as cursor:
        for table in ("kernel_ledgerentry", "kernel_ledgerseal"):
            cursor.execute(f"alter table {table} disable trigger user")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount, f"nothing was tampered with: {statement}"
        for table in ("kernel_ledgerentry", "kernel_ledgerseal"):
            cursor.execute(f"alter table {table} enable trigger user")


def entry_of(action: str) -> str:
    return f"(select max(id) from kernel_ledgerentry where action = '{action}')"


def seal_of(action: str) -> str:
    return f"(select position from kernel_ledgerseal where entry_id = {entry_of(action)})"


@pytest.mark.django_db
def test_every_deed_of_the_day_is_in_the_chain_and_the_chain_is_sound(day: Day) -> None:
    sealed = {
        action
        for (action,) in stage.rows(
            "select e.action from kernel_ledgerentry e join kernel_ledgerseal s on s.entry_id = e.id"
        )
    }

    assert day.checked() == (0, {})
    assert sealed >= {
        "order.draft", "order.sign", "domain.open", "register.import", "channel.create", "batch.receive",
        "batch.resolve", "clue.dispatch", "clue.dispatched", "grant.write", "session.open", "endpoint.refuse",
        "task.access", "resident.reveal", "pass.visit", "clue.outcome", "grant.end", "task.close",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("finding", "statements"),
    [
        ("edited", [f"update kernel_ledgerentry set reason = 'routine' where id = {entry_of('resident.reveal')}"]),
        ("edited", [f"update kernel_ledgerentry set actor = 'SYSTEM' where id = {entry_of('resident.reveal')}"]),
        ("edited", [f"update kernel_ledgerentry set result = 'ok' where id = {entry_of('endpoint.refuse')}"]),
        ("edited", ["update kernel_ledgerentry set at = at - interval '1 second' where id ="
                    f" {entry_of('order.sign')}"]),
        ("deleted", [f"delete from kernel_ledgerentry where id = {entry_of('resident.reveal')}"]),
        ("deleted", [f"delete from kernel_ledgerseal where position = {seal_of('resident.reveal')}",
                     f"delete from kernel_ledgerentry where id = {entry_of('resident.reveal')}"]),
        ("edited", [
            # The deed and the refusal before it change places.
            f"update kernel_ledgerentry set id = -1 where id = {entry_of('resident.reveal')}",
            "update kernel_ledgerentry set id = (select entry_id from kernel_ledgerseal s where not exists"
            " (select 1 from kernel_ledgerentry e where e.id = s.entry_id)) where action = 'endpoint.refuse'",
        ]),
        ("truncated", [f"delete from kernel_ledgerseal where position >= {seal_of('resident.reveal')}"]),
        ("truncated", [f"delete from kernel_ledgerseal where position >= {seal_of('resident.reveal')}",
                       f"delete from kernel_ledgerentry where id >= {entry_of('resident.reveal')}"]),
    ],
    ids=["a reason", "an actor", "a refusal", "a moment", "an entry", "an entry with its seal", "an order of deeds",
         "the tail of the chain", "the tail of everything"],
)  # fmt: skip
def test_whoever_rewrites_the_database_is_found(day: Day, finding: str, statements: list[str]) -> None:
    tamper(*statements)

    code, findings = day.checked()

    assert code == 1
    assert finding in findings


@pytest.mark.django_db
def test_an_operator_who_chains_everything_anew_and_signs_it_again_is_found_by_the_auditors_copy(
    day: Day,
) -> None:
    forged = Day(day.folder.parent / "forged", day.worker)
    forged.folder.mkdir(exist_ok=True)
    for part in ("keystore", "auditor"):
        if not (forged.folder / part).exists():
            (forged.folder / part).symlink_to(day.folder / part)
    tamper(
        f"delete from kernel_ledgerentry where id = {entry_of('resident.reveal')}",
        "delete from kernel_ledgerseal",
        "delete from kernel_ledgerhead",
    )
    # With the chain gone the sealer starts at the genesis; the test's own entries still run, so it seals the rest.
    with transaction.atomic(), scope.as_role("gridward_sealer"):
        seal_batch()
        sign_and_export(forged.folder / "heads", signer=HeadSigner.of_directory(day.folder / "keystore"))

    assert forged.checked(mirror=False) == (0, {})
    code, findings = forged.checked(mirror=True)
    assert code == 1
    assert findings


def test_a_request_that_is_still_running_while_the_sealer_works_is_not_lost(
    fresh_database: str, tmp_path: Path
) -> None:
    day = lived(tmp_path)
    stage.rows("update dispatch_task set state = 'open', closed_at = null, released_at = null")
    (task,) = stage.rows("select id from dispatch_task")[0]
    with transaction.atomic():
        officer = people.actor_of("community_officer", people.city().chengxianjie)
    client: Client = people.client_of(officer)
    with stage.second_connection() as other:
        # The request has recorded that somebody looked at the task, and now waits to write the grant.
        other.execute("lock table governance_accessgrant in share row exclusive mode")
        running = stage.Running(
            lambda: client.post(f"/tasks/{task}/open", {"reason": "the worker asks for help"})
        )
        stage.wait_until_blocked(other)
        # Somebody younger is done meanwhile, and the sealer goes by.
        people.client_of(day.worker)
        seal_waiting()
        younger_waits = stage.value(UNSEALED)
        seen = stage.value("select count(*) from kernel_ledgerentry where action = 'grant.brief'")
        other.commit()
    answer = running.ended()
    day.sealed_and_signed()

    assert (younger_waits, seen) == (1, 0)
    assert answer.status_code == 302, running.error  # type: ignore[attr-defined]
    assert stage.value(UNSEALED) == 0
    assert stage.value("select count(*) from kernel_ledgerentry where action = 'grant.brief'") == 1
    assert day.checked() == (0, {})
