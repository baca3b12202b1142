"""
The worker process: runs jobs, and rings the drain when a transaction announced facts.

A bell thread holds one connection with LISTEN and puts the drain job in its queue; the queueing lock keeps at most
one waiting. A missed bell is swept within a minute.
"""

import contextlib
import os
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

import django
import psycopg

if TYPE_CHECKING:
    from procrastinate.jobs import JobDeferrer
    from procrastinate.tasks import Task


def main() -> None:
    """Run until told to stop (SIGINT or SIGTERM)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridward.wiring.settings")
    django.setup()
    # Only importable once Django is set up.
    from procrastinate.contrib.django import app

    from gridward.wiring import jobs

    stop = threading.Event()

    def stopped(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    bell = threading.Thread(target=_listen, args=(stop, bell_for(jobs.drain)), daemon=True, name="bell")
    bell.start()
    signal.signal(signal.SIGTERM, stopped)
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
    with app.replace_connector(connector) as worker_app:
        worker_app.run_worker(install_signal_handlers=True, concurrency=2, wait=True, listen_notify=True)
    stop.set()


def bell_for(task: "Task[..., Any, ...]") -> "JobDeferrer":
    """
    Return a way of putting this task in its queue from another thread than the one that runs the worker.

    The worker takes over the app's connector, and its pool belongs to its event loop: a thread that reaches for that
    pool while it opens ties it to a loop of its own, and the worker waits until it dies. So the bell has its own app.
    """
    from procrastinate import App
    from procrastinate.contrib.django import app

    own = App(connector=app.connector)
    return own.configure_task(task.name, queue=task.queue, queueing_lock=task.queueing_lock)


def _listen(stop: threading.Event, drain: "JobDeferrer") -> None:
    # Only importable once Django is set up, as what is below.
    from django.db import Error, connections
    from procrastinate.exceptions import ConnectorException

    while not stop.is_set():
        try:
            _hear(stop, drain)
        except (psycopg.Error, Error, ConnectorException):
            # The connection by which this thread puts jobs into the queue may be as dead as the one that listened.
            connections.close_all()
            stop.wait(1)


def _hear(stop: threading.Event, drain: "JobDeferrer") -> None:
    """Ring at every notice, and once before: what was announced while nobody listened shall wait for no sweep."""
    from django.conf import settings

    entry = settings.DATABASES["default"]
    with psycopg.connect(
        host=entry["HOST"],
        port=entry["PORT"],
        dbname=entry["NAME"],
        user=entry["USER"],
        password=entry["PASSWORD"],
        autocommit=True,
    ) as connection:
        connection.execute("listen gridward_outbox")
        _ring(drain)
        while not stop.is_set():
            for _notice in connection.notifies(timeout=1, stop_after=1):
                _ring(drain)


def _ring(drain: "JobDeferrer") -> None:
    from procrastinate.exceptions import AlreadyEnqueued

    with contextlib.suppress(AlreadyEnqueued):
        drain.defer()


if __name__ == "__main__":
    main()
