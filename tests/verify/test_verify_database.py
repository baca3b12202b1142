"""From a deed to the verdict: entries in PostgreSQL, sealed, signed, exported, and checked from outside."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction

from gridward.kernel import clock, ledger, scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.ledger.export import export_ledger
from gridward.kernel.ledger.heads import HeadSigner, sign_and_export
from gridward.kernel.ledger.sealer import seal_batch
from gridward_verify.__main__ import verify


@pytest.fixture(params=["aes", "gm"])
def evidence(request, fresh_database, tmp_path):
    return Evidence(tmp_path, request.param)


class Evidence:
    """A ledger in the database with heads outside it."""

    def __init__(self, directory, suite):
        self.directory, self.suite = directory, suite
        self.signer = HeadSigner.of_directory(directory / "keystore")
        for turn in range(3):
            ledger.record_many(
                ledger.entry(
                    "task.close",
                    by=SYSTEM,
                    now=clock.now(),
                    obj=("task", n),
                    reason='雨天 \\ "绕行" \u2028',
                    rows=n,
                )
                for n in range(10 + turn)
            )
            self.seal_and_sign()

    def seal_and_sign(self):
        with transaction.atomic(), scope.as_role("gridward_sealer"):
            seal_batch(suite=self.suite)
            sign_and_export(self.directory / "heads", signer=self.signer, suite=self.suite)

    def counts(self):
        with transaction.atomic(), scope.as_role("gridward_audit"):
            self.exported = export_ledger(self.directory / "export.jsonl", suite=self.suite)
        key = self.directory / "keystore" / "heads-signing.pub"
        heads = self.directory / "heads" / "heads.jsonl"
        return dict(verify(self.directory / "export.jsonl", heads, [key]).counts)


def as_superior(*statements):
    """Do what only the owner of the tables can do: switch the guards off and rewrite."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role gridward_owner")
        for table in ("kernel_ledgerentry", "kernel_ledgerseal"):
            cursor.execute(f"alter table {table} disable trigger user")
        for statement in statements:
            cursor.execute(statement)
        for table in ("kernel_ledgerentry", "kernel_ledgerseal"):
            cursor.execute(f"alter table {table} enable trigger user")


LAST = "(select max(position) from kernel_ledgerseal)"
FIFTH_LAST = f"(select entry_id from kernel_ledgerseal where position = {LAST} - 5)"


def test_what_was_recorded_and_sealed_is_sound(evidence):
    assert evidence.counts() == {}
    assert evidence.exported.sealed >= 33
    assert evidence.exported.waiting == 0


@pytest.mark.parametrize(
    ("finding", "statement"),
    [
        ("edited", f"update kernel_ledgerentry set reason = 'x' where id = {FIFTH_LAST}"),
        (
            "edited",
            f"update kernel_ledgerentry set at = at - interval '1 microsecond' where id = {FIFTH_LAST}",
        ),
        ("deleted", f"delete from kernel_ledgerentry where id = {FIFTH_LAST}"),
        ("deleted", f"delete from kernel_ledgerseal where position = {LAST} - 5"),
        ("truncated", f"delete from kernel_ledgerseal where position > {LAST} - 5"),
        ("edited", "update kernel_ledgerseal set entry_hash = sha256('x') where position = 3"),
        ("broken_chain", "update kernel_ledgerseal set chain_hash = sha256('x') where position = 3"),
    ],
)
def test_tampering_with_the_tables_is_found(evidence, finding, statement):
    as_superior(statement)

    assert finding in evidence.counts()


def test_a_back_dated_entry_written_today_is_found(evidence):
    past = clock.now() - timedelta(days=2)
    ledger.record("task.close", by=SYSTEM, now=past)

    evidence.seal_and_sign()

    assert evidence.counts() == {"back_dated": 1}


def test_entries_that_still_wait_are_named_and_no_finding(evidence):
    ledger.record("task.close", by=SYSTEM, now=clock.now())

    assert evidence.counts() == {}
    assert evidence.exported.waiting == 1


def test_the_export_holds_no_more_than_the_ledger(evidence):
    evidence.counts()

    lines = [json.loads(line) for line in (evidence.directory / "export.jsonl").read_bytes().splitlines()]

    assert lines[0]["format"] == "gridward-ledger/1"
    assert all(set(line) == {"position", "entry_hash", "chain_hash", "entry"} for line in lines[1:])
    assert all(len(line["entry"]) == 13 for line in lines[1:])
