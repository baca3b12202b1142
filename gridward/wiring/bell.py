"""
Rings the drain when a transaction announced facts: a thread that holds one connection with LISTEN and puts the drain
job in its queue. A module of its own, for Procrastinate warns of an app that the main program makes.
"""

import contextlib
import threading
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from procrastinate.jobs import JobDeferrer
    from procrastinate.tasks import Task


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


def bell_listen(stop: threading.Event, drain: "JobDeferrer") -> None:
    """Ring until told to stop, through every loss of the database."""
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
        bell_ring(drain)
        while not stop.is_set():
            for _notice in connection.notifies(timeout=1, stop_after=1):
                bell_ring(drain)


def bell_ring(drain: "JobDeferrer") -> None:
    """Put the job in its queue unless it waits there already."""
    from procrastinate.exceptions import AlreadyEnqueued

    with contextlib.suppress(AlreadyEnqueued):
        drain.defer()
