"""
Makes the PostgreSQL cluster, wholly or not at all.

It is made beside its place and renamed into it when complete, so a cluster that was interrupted in the making
is never mistaken for one. Refuses a cluster of another PostgreSQL version.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from gridward.wiring.supervisor import refusals
from gridward.wiring.supervisor.binaries import MAJOR
from gridward.wiring.supervisor.identity import Identity
from gridward.wiring.supervisor.layout import Layout, disk_errors, disk_full
from gridward.wiring.supervisor.passwords import LOGINS, password_read, passwords_make

NO_ROOM = ("No space left on device", "Disk quota exceeded")
CLEAR_SECONDS = 10
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
"""
All that the server's programs see of our environment: it may hold secrets, and a library path of its own.
"""


def cluster_ensure(layout: Layout, identity: Identity, programs: Path, *, durable: bool) -> bool:
    """Make the cluster if there is none; return whether it was made now."""
    for leftover in layout.leftovers():
        _clear(leftover)
    if layout.cluster.exists():
        _check_version(layout)
        return False
    with disk_errors(layout.root):
        passwords_make(layout)
        workshop = Path(tempfile.mkdtemp(dir=layout.root, prefix="init-"))
    try:
        with disk_errors(layout.root):
            _initdb(layout, identity, programs, workshop, durable=durable)
            (workshop / "cluster").rename(layout.cluster)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return True


def _clear(leftover: Path) -> None:
    """Remove a half-made cluster; its maker's programs may live on for a moment and write into it."""
    until = time.monotonic() + CLEAR_SECONDS
    while leftover.exists() and time.monotonic() < until:
        shutil.rmtree(leftover, ignore_errors=True)
        time.sleep(0.02)


def _check_version(layout: Layout) -> None:
    found = (layout.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != MAJOR:
        raise refusals.DataNewerError(
            f"The database in {layout.root} was made by PostgreSQL {found},"
            f" this Gridward brings PostgreSQL {MAJOR}."
            " Use the Gridward that made it, or set GRIDWARD_DATA to another directory."
        )


def _initdb(layout: Layout, identity: Identity, programs: Path, workshop: Path, *, durable: bool) -> None:
    cluster, password = workshop / "cluster", workshop / "password"
    cluster.mkdir(mode=0o700)
    with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password_read(layout, "superuser") + "\n")
    for path in (workshop, cluster, password):
        identity.give(path)
    command = [
        str(programs / "initdb"),
        f"--pgdata={identity.name_of(cluster)}",
        f"--username={LOGINS['superuser']}",
        "--pwfile=../password",
        "--auth-local=scram-sha-256",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *(() if durable else ("--no-sync",)),
    ]
    answer = subprocess.run(
        command,
        cwd=cluster,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        check=False,
        **identity.process_arguments(),
    )
    if answer.returncode:
        raise failure(layout, "The database could not be made", answer.stdout)


def failure(layout: Layout, what: str, output: str) -> refusals.SupervisorError:
    """Return the refusal for what one of PostgreSQL's programs printed before it gave up."""
    if any(words in output for words in NO_ROOM):
        return disk_full(layout.root)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [
        line for line in lines if any(word in line for word in ("FATAL", "error:", "could not", "PANIC"))
    ]
    reason = (telling or lines or ["it said nothing"])[-1]
    return refusals.ServerFailedError(f"{what}: {reason}")
