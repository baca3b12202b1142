"""The worker's bell puts the drain in its queue by a way of its own, whatever the worker's pool does meanwhile."""

import threading
from typing import Any

import pytest
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.jobs import JobDeferrer

from gridward.wiring import jobs
from gridward.wiring.bell import bell_for, bell_ring


def waiting() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select task_name, queue_name, queueing_lock from procrastinate_jobs where status = 'todo' order by id"
        )
        return list(cursor.fetchall())


@pytest.fixture
def bell(fresh_database: str) -> JobDeferrer:
    return bell_for(jobs.drain)


def test_a_bell_rings_once_however_often_it_is_pulled(bell: JobDeferrer) -> None:
    for _pull in range(3):
        bell_ring(bell)

    assert waiting() == [("gridward.drain", "drain", "drain")]


def test_a_bell_in_another_thread_leaves_the_worker_s_pool_alone_while_it_opens(bell: JobDeferrer) -> None:
    connector: Any = app.connector
    pool = connector.get_worker_connector()
    failed: list[BaseException] = []

    def pulls() -> None:
        try:
            bell_ring(bell)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    with app.replace_connector(pool):
        thread = threading.Thread(target=pulls)
        thread.start()
        thread.join(20)

    assert not failed and not thread.is_alive()
    assert [name for name, _queue, _lock in waiting()] == ["gridward.drain"]
    # Neither pool was made: that of the loop is the worker's to open, and the other one nobody's.
    assert (pool._async_pool, pool._sync_connector) == (None, None)
