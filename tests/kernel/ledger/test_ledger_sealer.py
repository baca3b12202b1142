"""The sealer, over real connections: nothing is lost, sealed twice, or sealed too early."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from gridward.kernel import ledger, scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.ledger import hashing
from gridward.kernel.ledger.hashing import GENESIS
from gridward.kernel.ledger.sealer import seal_batch, seal_waiting

NOW = datetime(2026, 1, 31, 9, 0, 0, 123456, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("fresh_database")


def record(count: int = 1, **words) -> None:
    ledger.record_many(
        ledger.entry("task.close", by=SYSTEM, now=NOW, number=n, **words) for n in range(count)
    )


def seal(limit: int = 50_000):
    with transaction.atomic(), scope.as_role("gridward_sealer"):
        return seal_batch(limit)


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("set role gridward_owner")
        cursor.execute(statement)
        found = cursor.fetchall()
        cursor.execute("set role gridward_app")
    return found


def run_as_owner(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set role gridward_owner")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("set role gridward_app")


def sealed_ids() -> list[int]:
    return [row[0] for row in rows("select entry_id from kernel_ledgerseal order by position")]


def entry_ids() -> list[int]:
    return [row[0] for row in rows("select id from kernel_ledgerentry order by id")]


@contextmanager
def other_connection() -> Iterator[psycopg.Connection]:
    """A second client of the same database with a transaction of its own."""
    entry = settings.DATABASES["default"]
    other = psycopg.connect(
        host=entry["HOST"],
        port=entry["PORT"],
        dbname=entry["NAME"],
        user=entry["USER"],
        password=entry["PASSWORD"],
    )
    try:
        yield other
    finally:
        other.close()


def record_through(other: psycopg.Connection) -> None:
    other.execute("insert into kernel_ledgerentry (at, actor, action) values (now(), 'SYSTEM', 'task.open')")


@pytest.fixture(autouse=True)
def an_empty_ledger(fresh_database):
    """The city of the tests has left entries of its own; they are sealed first and forgotten here."""
    run_as_owner(
        "alter table kernel_ledgerentry disable trigger user",
        "alter table kernel_ledgerseal disable trigger user",
        "truncate kernel_ledgerentry, kernel_ledgerseal, kernel_ledgerhead",
        "alter table kernel_ledgerentry enable trigger user",
        "alter table kernel_ledgerseal enable trigger user",
    )


def test_an_empty_ledger_has_nothing_to_seal():
    batch = seal()

    assert (batch.count, batch.position, batch.chain_hash) == (0, 0, GENESIS)
    assert rows("select count(*) from kernel_ledgerhead") == [(0,)]


def test_positions_run_from_one_without_gaps_and_the_chain_can_be_followed():
    record(5)
    record(3, obj=("task", 7), reason='雨 "quoted" \\ \u2028 \x7f \t 𠮷 </script>')

    batch = seal()

    sealed = rows(
        "select s.position, e.id, e.at, e.actor, e.role, e.action, e.object_kind, e.object_hash, e.purpose,"
        " e.basis, e.task, e.result, e.reason, e.detail, s.entry_hash, s.chain_hash"
        " from kernel_ledgerseal s join kernel_ledgerentry e on e.id = s.entry_id order by s.position"
    )
    previous = GENESIS
    for position, row in enumerate(sealed, 1):
        fields = (row[1], hashing.timestamp(row[2]), *row[3:14])
        previous = hashing.chain(previous, position, hashing.entry_hash(fields))
        assert (row[0], bytes(row[14]), bytes(row[15])) == (position, hashing.entry_hash(fields), previous)
    assert (batch.count, batch.position, batch.chain_hash) == (8, 8, previous)


def test_every_character_is_hashed_as_the_published_form_says():
    odd = [chr(code) for code in (*range(1, 0x250), 0x2028, 0x2029, 0xFEFF, 0xFFFF, 0x1F600, 0x10FFFF)]
    for start in range(0, len(odd), 150):
        record(reason="".join(odd[start : start + 150]))

    seal()

    for *fields, hashed in rows(
        "select e.id, e.at, e.actor, e.role, e.action, e.object_kind, e.object_hash, e.purpose, e.basis,"
        " e.task, e.result, e.reason, e.detail, s.entry_hash"
        " from kernel_ledgerseal s join kernel_ledgerentry e on e.id = s.entry_id"
    ):
        fields[1] = hashing.timestamp(fields[1])
        assert bytes(hashed) == hashing.entry_hash(fields)


def test_the_next_batch_goes_on_where_the_last_one_stopped():
    record(2)
    first = seal()
    record(2)

    second = seal()

    assert (first.position, second.count, second.position) == (2, 2, 4)
    assert sealed_ids() == entry_ids()
    assert seal().count == 0


def test_a_transaction_held_open_loses_nothing():
    with other_connection() as slow:
        record_through(slow)  # takes its number and its id first, commits last
        record(3)

        early = seal()
        slow.commit()
        late = seal()

    assert early.count == 0
    assert late.count == 4
    assert sorted(sealed_ids()) == entry_ids()


def test_what_ended_before_the_oldest_running_transaction_is_sealed_meanwhile():
    record(2)
    with other_connection() as slow:
        record_through(slow)
        record(3)

        early = seal()
        slow.rollback()
        late = seal()

    assert (early.count, late.count) == (2, 3)
    assert sorted(sealed_ids()) == entry_ids()


def test_a_deed_that_is_rolled_back_leaves_no_entry():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(1)
        _ = 1 / 0

    assert entry_ids() == []


def test_many_writers_and_two_sealers_lose_and_double_nothing():
    def write(number: int) -> None:
        with other_connection() as writer:
            writer.autocommit = False
            for turn in range(20):
                record_through(writer)
                record_through(writer)
                writer.rollback() if (turn + number) % 5 == 0 else writer.commit()

    def keep_sealing(over: threading.Event) -> None:
        try:
            while not over.is_set():
                seal(7)
        except Exception as error:
            failures.append(error)
        connection.close()

    over, failures = threading.Event(), []
    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    sealers = [threading.Thread(target=keep_sealing, args=(over,)) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in sealers:
        thread.join()
    seal_waiting()

    assert not failures
    assert len(entry_ids()) == 4 * 20 * 2 * 4 // 5
    assert sorted(sealed_ids()) == entry_ids()
    assert rows("select max(position) from kernel_ledgerseal") == [(len(entry_ids()),)]


def test_a_limit_never_parts_the_entries_of_one_transaction():
    for size in (2, 3, 1):
        with transaction.atomic():
            record(size)

    counts = [seal(3).count for _ in range(4)]

    assert counts == [2, 3, 1, 0]
    assert sealed_ids() == entry_ids()


def test_one_transaction_larger_than_the_limit_is_sealed_whole():
    with transaction.atomic():
        record(10)
    record(1)

    counts = [seal(3).count for _ in range(3)]

    assert counts == [10, 1, 0]
    assert sealed_ids() == entry_ids()


def restore_from_a_dump() -> None:
    """Bring about what a dump brings into a new cluster: numbers that are still in the future there."""
    far = "(pg_current_xact_id()::text::numeric + 1000000)::text"
    run_as_owner(
        "alter table kernel_ledgerentry disable trigger user",
        f"update kernel_ledgerhead set watermark = {far}",
        f"update kernel_ledgerentry set xid = ({far})::xid8",
        "alter table kernel_ledgerentry enable trigger user",
    )


def test_after_a_restore_what_waited_in_the_dump_is_sealed_at_once():
    record(2)
    seal()
    record(2)
    restore_from_a_dump()

    jumped = seal()

    assert jumped.count == 2
    assert sorted(sealed_ids()) == entry_ids()


def test_after_a_restore_old_and_new_entries_are_all_sealed():
    record(2)
    seal()
    record(2)
    restore_from_a_dump()
    record(3)

    jumped = seal()
    record(1)
    usual = seal()

    assert (jumped.count, usual.count) == (5, 1)
    assert sorted(sealed_ids()) == entry_ids()


def test_a_jump_is_noticed_even_when_the_counter_has_caught_up():
    record(1)
    seal()
    record(2)
    # A new cluster counted past the old watermark before its first sealing: entries lie below, unsealed.
    run_as_owner("update kernel_ledgerhead set watermark = pg_snapshot_xmax(pg_current_snapshot())::text")

    caught = seal()

    assert caught.count == 2
    assert sorted(sealed_ids()) == entry_ids()


def test_entries_and_seals_cannot_be_changed_or_removed_even_by_the_owner():
    record(1)
    seal()

    for statement in (
        "update kernel_ledgerentry set actor = 'x'",
        "delete from kernel_ledgerentry",
        "truncate kernel_ledgerentry",
        "update kernel_ledgerseal set position = 2",
        "delete from kernel_ledgerseal",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            run_as_owner(statement)


@pytest.mark.parametrize("role", ["gridward_centre", "gridward_worker", "gridward_app", "gridward_agency"])
def test_who_acts_may_write_entries_but_neither_read_nor_seal_them(role):
    with transaction.atomic(), scope.as_role(role):
        record(1)
    for attempt in (
        lambda: seal_batch(),
        lambda: connection.cursor().execute("select * from kernel_ledgerentry"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), scope.as_role(role):
            attempt()


def test_the_sealer_may_not_write_heads_anew():
    record(1)
    seal()

    for statement in (
        "update kernel_ledgerhead set chain_hash = 'x'",
        "delete from kernel_ledgerhead",
        "delete from kernel_ledgerseal",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), scope.as_role("gridward_sealer"):
            connection.cursor().execute(statement)
