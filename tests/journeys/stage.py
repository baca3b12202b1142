"""What the proofs across rooms share: a committed street, lists that come in, a second connection, a second thread."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, connections, transaction

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock
from gridward.kernel.outcomes import Refusal
from tests import people

PATIENCE = 10.0


def committed_street(folder: Path) -> governance.OrderView:
    """Sign an order and found the small street, committed, in the present database."""
    with transaction.atomic():
        order = people.signed_order()
        people.found_street(order, folder)
    return order


def receive(folder: Path, channel: str, rows: Sequence[tuple[str, str, str, str]]) -> UUID:
    """Send a list in as an intake officer and commit; resolving it is left to the caller."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{channel}.csv"
    lines = ["姓名,证件号码,手机号,现住址", *[",".join(row) for row in rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return receive_file(channel, path)


def receive_file(channel: str, path: Path) -> UUID:
    """Send a file in as an intake officer and commit."""
    with transaction.atomic():
        officer = people.actor_of("intake_officer", "3201")
        with people.acting(officer):
            batch = intake.batch_receive(
                channel_code=channel, path=path, filename=path.name, by=officer, now=clock.now()
            )
    assert not isinstance(batch, Refusal), batch
    return batch.id


def inbox() -> list[Path]:
    """Return the lists that lie in the data directory."""
    return list((Path(settings.DATA) / "inbox").glob("*"))


def rows(sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Return what a statement returns, as the owner, whom the walls let pass."""
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall()) if cursor.description else []


def value(sql: str, params: Sequence[object] = ()) -> Any:
    """Return the one value a statement returns, as the owner."""
    return rows(sql, params)[0][0]


def stages() -> list[str]:
    """Return every unlogged table: the stages bulk work goes through, which are empty when it is over."""
    return [
        name for (name,) in rows("select relname from pg_class where relpersistence = 'u' and relkind = 'r'")
    ]


@contextmanager
def second_connection() -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Open a real second connection to the same database, as the owner."""
    parameters = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**parameters) as made:
        yield made


def order_ended(other: psycopg.Connection[tuple[Any, ...]], order_id: UUID) -> None:
    """End an order by another connection and commit, which also lets go of every lock it holds."""
    other.execute(
        "update governance_emergencyorder set ended_at = clock_timestamp() where id = %s", [order_id]
    )
    other.commit()


def wait_until_blocked(other: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Return as soon as somebody waits for what `other` holds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        # Inside a transaction the list of activities is remembered from the first look.
        other.execute("select pg_stat_clear_snapshot()")
        found = other.execute(
            "select count(*) from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))"
        ).fetchone()
        if found and found[0]:
            return
        time.sleep(0.01)
    raise AssertionError("nobody came to the lock")


class Running:
    """A call in a thread, on a database connection of its own."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.outcome: object = None
        self.error: Exception | None = None
        self._call = call
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.outcome = self._call()
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()

    def ended(self) -> object:
        """Wait for the end and return the outcome; an error of the call is kept in `error`."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "it still runs"
        return self.outcome
