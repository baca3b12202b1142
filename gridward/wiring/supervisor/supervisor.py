"""
The supervisor of one data directory: the only door to the embedded PostgreSQL.

Two ways in. `start` ... `stop` is for the one process that looks after the database (the demo, the service);
a second one is refused. `ensure_running` is for commands: it joins a running server or starts one, and the
last who leaves stops it. If all of them are killed, a guard process stops the server.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridward.wiring.supervisor import guard, refusals, roles
from gridward.wiring.supervisor.binaries import programs_folder
from gridward.wiring.supervisor.cluster import cluster_ensure
from gridward.wiring.supervisor.connections import DATABASE, Connection, connection_for
from gridward.wiring.supervisor.identity import Identity, identity_choose
from gridward.wiring.supervisor.layout import (
    SERVER_FOLDERS,
    Layout,
    disk_errors,
    layout_prepare,
    write_private,
)
from gridward.wiring.supervisor.locks import FileLock
from gridward.wiring.supervisor.server import Say, server_pid, server_start, server_stop, server_wait
from gridward.wiring.supervisor.tuning import settings_for

PATIENCE = 120.0
LONGEST_PAUSE = 30.0
MOST_RESTARTS = 8
QUIET_SECONDS = 300.0
"""A server that ran this long without dying has its earlier deaths forgiven."""


class Supervisor:
    """
    Looks after the database of one data directory.

    `durable=False` makes a server for tests: fast, small, and worth nothing after a power cut.
    `say` hears one line of progress at a time.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, say: Say | None = None) -> None:
        self.layout = Layout(Path(data_dir).absolute())
        self._durable = durable
        self.say: Say = say or (lambda line: None)
        self._lock = FileLock(self.layout.lock_file)
        self._users = FileLock(self.layout.users_file)
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def supervises(self) -> bool:
        """Whether this object is the one that looks after the data directory."""
        return self._lock.held

    def start(self) -> None:
        """
        Become the one supervisor of the data directory and have the server running; refuse if there is one.
        """
        layout_prepare(self.layout)
        if not self._lock.held:
            with disk_errors(self.layout.root):
                taken = self._lock.try_alone()
            if not taken:
                raise self._supervised_by(FileLock(self.layout.lock_file).holder())
            self._lock.write_holder()
        try:
            self.join()
        except BaseException:
            self._lock.release()
            raise

    def refuse_second(self) -> None:
        """Refuse if somebody else supervises the data directory; looks only, and makes nothing."""
        pid = self.supervisor_pid()
        if pid is not None:
            raise self._supervised_by(pid)

    def stop(self) -> None:
        """
        Stop the server, whoever else uses it, and give up the supervision. Does nothing when all is stopped.
        """
        try:
            if self.layout.root.exists():
                with FileLock(self.layout.starting_file) as starting:
                    starting.take_alone(seconds=PATIENCE)
                    server_stop(self.layout, self._process)
                self._dismiss_guard()
        finally:
            self._process = None
            self._users.release()
            self._lock.release()

    def attach(self) -> bool:
        """Join the running server; return False, and start nothing, when there is none."""
        if server_pid(self.layout) is None:
            return False
        self._users.take_shared(seconds=PATIENCE)
        if server_wait(self.layout):
            return True
        self._users.release()
        return False

    def join(self) -> None:
        """Join the running server, or start it; `leave` is the way out."""
        layout_prepare(self.layout)
        with disk_errors(self.layout.root):
            self._users.take_shared(seconds=PATIENCE)
        try:
            with FileLock(self.layout.starting_file) as starting:
                starting.take_alone(seconds=PATIENCE)
                if server_pid(self.layout) is None or not server_wait(self.layout):
                    self._bring_up()
                elif not roles.may_enter(self.connection("app")):
                    roles.roles_ensure(self.layout)
        except BaseException:
            self._users.release()
            raise

    def leave(self) -> None:
        """Say good-bye to the server; the last one stops it."""
        alone = self._users.try_alone()
        try:
            if alone:
                server_stop(self.layout, self._process)
                self._dismiss_guard()
        finally:
            self._process = None
            self._users.release()

    @contextmanager
    def ensure_running(self) -> Iterator["Supervisor"]:
        """Have the server running for the length of a `with` block."""
        self.join()
        try:
            yield self
        finally:
            self.leave()

    def running(self) -> bool:
        """Return whether the server of this data directory runs."""
        return server_pid(self.layout) is not None

    def supervisor_pid(self) -> int | None:
        """Return the process that supervises the data directory, or None when nobody does."""
        if not self.layout.lock_file.exists():
            return None
        with FileLock(self.layout.lock_file) as lock:
            return None if lock.try_alone() else lock.holder()

    def watch(self, ended: threading.Event, *, every: float = 1.0) -> None:
        """
        Restart the server when it dies, until `ended` is set; each death is one line of progress.

        Waits longer from death to death, and refuses to go on when it dies again and again.
        """
        deaths, last = 0, time.monotonic()
        while not ended.wait(every):
            for process in (self._process, self._guard):
                if process is not None:
                    process.poll()
            if self.running():
                continue
            deaths = 1 if time.monotonic() - last > QUIET_SECONDS else deaths + 1
            last = time.monotonic()
            if deaths > MOST_RESTARTS:
                raise refusals.ServerFailedError(f"The database keeps dying. See {self.layout.logs}.")
            pause = min(LONGEST_PAUSE, 0.5 * 2 ** (deaths - 1)) if deaths > 1 else 0.0
            self.say(f"the database died; restarting it in {pause:.0f} s (death {deaths})")
            if not ended.wait(pause):
                self._restart()

    def connection(self, kind: str, *, database: str = DATABASE) -> Connection:
        """Return how to reach the database as `superuser`, `owner` or `app`."""
        return connection_for(self.layout, kind, database=database)

    def dsn(self, kind: str, *, database: str = DATABASE) -> str:
        """Return the psycopg connection string of `superuser`, `owner` or `app`."""
        return self.connection(kind, database=database).dsn()

    def database_make(self, name: str) -> None:
        """
        Make one more database in the running server, for tests: the owner role's, closed to everybody else.
        """
        roles.database_make(self.layout, name)

    def database_copy(self, name: str, *, template: str) -> None:
        """Make a database, for tests, as a copy of another one to which nobody is connected."""
        roles.database_copy(self.layout, name, template=template)

    def database_drop(self, name: str) -> None:
        """Drop a database that `database_make` or `database_copy` made."""
        roles.database_drop(self.layout, name)

    def _supervised_by(self, pid: int | None) -> refusals.AlreadySupervisedError:
        return refusals.AlreadySupervisedError(
            f"Gridward already runs on {self.layout.root} (process {pid})."
            " Stop it with: gridward stop, or set GRIDWARD_DATA to another directory."
        )

    def _restart(self) -> None:
        with FileLock(self.layout.starting_file) as starting:
            starting.take_alone(seconds=PATIENCE)
            if server_pid(self.layout) is None:
                self._bring_up()

    def _bring_up(self) -> None:
        identity = identity_choose(self.layout.cluster)
        programs = programs_folder(identity)
        if not self.layout.cluster.exists():
            self.say("making the database")
        cluster_ensure(self.layout, identity, programs, durable=self._durable)
        with disk_errors(self.layout.root):
            folder = self._open_folders(identity)
        settings = settings_for(socket_folder=folder, durable=self._durable)
        self._process = server_start(self.layout, identity, programs, settings)
        try:
            self._post_guard(self._process.pid)
            roles.roles_ensure(self.layout)
        except BaseException:
            server_stop(self.layout, self._process)
            self._dismiss_guard()
            self._process = None
            raise

    def _open_folders(self, identity: Identity) -> str:
        """Hand the server its folders; return its socket's folder as the server has to name it."""
        for name in SERVER_FOLDERS:
            identity.give(self.layout.root / name)
        if not self.layout.socket_too_long():
            # Named from inside the cluster: the server may be unable to walk to it from the top.
            return "../run"
        folder = self.layout.socket_folder()
        if (
            not self.layout.socket_note.exists()
            or not folder.is_dir()
            or folder.stat().st_uid != identity.uid
        ):
            folder = Path(tempfile.mkdtemp(prefix="gridward-"))
            identity.give(folder)
            write_private(self.layout.socket_note, f"{folder}\n")
        return str(folder)

    def _post_guard(self, pid: int) -> None:
        self._guard = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-S",
                str(Path(guard.__file__)),
                str(self.layout.users_file),
                str(self.layout.cluster),
                str(pid),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def _dismiss_guard(self) -> None:
        """Send our guard home; its server is gone."""
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()
            self._guard = None
