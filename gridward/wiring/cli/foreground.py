"""
Keeps the house running in the foreground: database, site, worker; until Ctrl-C, SIGTERM or `gridward stop`.

The order is the point: up from the database to the site, down from the site to the database.
"""

import http.client
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import psycopg
from django.db import connections

from gridward.wiring.cli.environment import Environment, port_check
from gridward.wiring.cli.problems import CommandError
from gridward.wiring.cli.processes import Child, Program, children_stop
from gridward.wiring.cli.progress import Progress
from gridward.wiring.cli.ready import django_ready
from gridward.wiring.site import site_workers
from gridward.wiring.supervisor import Supervisor, SupervisorError

READY_SECONDS = 60
#: Connections that wait to be taken, and requests and streams in the hands of one process (see `stream.MOST_STREAMS`).
MOST_WAITING = 2_048
MOST_AT_ONCE = 2_500


class Ended(BaseException):
    """Somebody asked us to stop, while something was being prepared."""


@contextmanager
def stop_on_signal(ended: threading.Event) -> Iterator[None]:
    """Set `ended` on Ctrl-C, SIGTERM and SIGHUP, and break off what the main thread is at."""

    def stopped(_number: int, _frame: FrameType | None) -> None:
        if not ended.is_set():
            ended.set()
            raise Ended

    before = {
        number: signal.signal(number, stopped) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    except Ended:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def house_run(
    environment: Environment, progress: Progress, *, prepare: Callable[[], Callable[[], None]]
) -> None:
    """
    Bring the house up, keep it up, and take it down again when somebody asks for it.

    `prepare` runs once the database is up and returns what to say when the site answers. Refuses before
    anything is made when the port is taken or the data directory is looked after already.
    """
    supervisor = Supervisor(environment.data, say=progress) if environment.embedded else None
    ended = threading.Event()
    with stop_on_signal(ended):
        try:
            if supervisor:
                supervisor.refuse_second()
            port_check(environment)
            with progress.step("starting the database"):
                if supervisor:
                    supervisor.start()
                django_ready(environment)
            welcome = prepare()
            connections.close_all()
            progress.begin("starting site and worker")
            _tend(environment, ended, progress, supervisor=supervisor, welcome=welcome)
        finally:
            ended.set()
            # Refused, we do not look after it: whoever does keeps his database.
            if supervisor and supervisor.supervises:
                supervisor.stop()
    progress("stopped")


def _tend(
    environment: Environment,
    ended: threading.Event,
    say: Callable[[str], None],
    *,
    supervisor: Supervisor | None,
    welcome: Callable[[], None],
) -> None:
    children = [Child(program, say) for program in programs(environment)]
    failures: list[Exception] = []
    watcher = threading.Thread(target=_watch, args=(supervisor, ended, failures), daemon=True)
    watcher.start()
    try:
        for child in children:
            child.start()
        _await_site(environment, ended, children)
        welcome()
        while not ended.wait(0.5) and not failures:
            for child in children:
                child.tend()
    finally:
        ended.set()
        say("stopping site, worker and database")
        children_stop(children)
        watcher.join()
    if failures:
        raise failures[0]


def programs(environment: Environment) -> list[Program]:
    """Return the processes of the house, in the order in which they stop."""
    site = (
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--no-access-log"),
        # An open stream counts as a request that is not answered yet: left to itself, a process takes 512 of them, and
        # with a thousand boards open the rest of the site would wait for one to be closed.
        *("--backlog", str(MOST_WAITING), "--backpressure", str(MOST_AT_ONCE)),
        *("--log-level", "warning", "--workers", str(site_workers()), "--workers-kill-timeout", "10"),
        # One of them that dies is made anew while the others go on; otherwise the whole site would end with it.
        *("--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--host", environment.host, "--port", str(environment.port), "gridward.wiring.asgi:application"),
    )
    return [
        Program("site", site),
        Program("worker", (sys.executable, "-m", "gridward.wiring.worker")),
    ]


def _watch(supervisor: Supervisor | None, ended: threading.Event, failures: list[Exception]) -> None:
    if supervisor is None:
        return
    try:
        supervisor.watch(ended)
    except (SupervisorError, psycopg.Error, OSError) as error:
        failures.append(error)


def _await_site(environment: Environment, ended: threading.Event, children: list[Child]) -> None:
    for _ in range(READY_SECONDS * 5):
        if _answers(environment) or ended.is_set():
            return
        for child in children:
            child.tend()
        ended.wait(0.2)
    raise CommandError(f"The site did not answer within {READY_SECONDS} seconds.", code="site.silent")


def _answers(environment: Environment) -> bool:
    connection = http.client.HTTPConnection(environment.host, environment.port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{environment.port}"})
        return connection.getresponse().status < 500
    return False
