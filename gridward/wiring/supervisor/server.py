"""
One PostgreSQL server process: is it there, start it, wait until it answers, stop it.

Owns the truth about `postmaster.pid`: it is a claim, believed only if that process lives in our cluster.
Refuses to signal a process that is not ours.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gridward.wiring.supervisor import refusals
from gridward.wiring.supervisor.cluster import ENVIRONMENT, failure
from gridward.wiring.supervisor.identity import Identity
from gridward.wiring.supervisor.layout import Layout

READY_SECONDS = 600
"""After a power cut the server replays its log before it answers."""
STOP_SECONDS = 60
RETRY_SECONDS = 20
STEP = 0.02
STILL_THERE = ("pre-existing shared memory block", "is another postmaster")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Claim:
    """What `postmaster.pid` says; `pid` is None when it says nothing readable."""

    pid: int | None
    ready: bool


def server_pid(layout: Layout) -> int | None:
    """Return the process id of the running server of this data directory, or None."""
    claim = _claim(layout)
    if claim is None or claim.pid is None or not _is_ours(claim.pid, layout.cluster):
        return None
    return claim.pid


def server_start(
    layout: Layout, identity: Identity, programs: Path, settings: dict[str, str]
) -> "subprocess.Popen[bytes]":
    """
    Start the server and return its process when it answers.

    Tries again for a while when processes of a server that was killed are still about to leave.
    """
    until = time.monotonic() + RETRY_SECONDS
    while True:
        _forget_false_claim(layout)
        process = _spawn(layout, identity, programs, settings)
        try:
            if _comes_up(layout, process):
                return process
        except BaseException:
            # Interrupted or out of patience: nobody would look after it.
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
        output = _output(layout)
        if not any(words in output for words in STILL_THERE) or time.monotonic() > until:
            raise failure(layout, "The database did not start", output)
        time.sleep(0.5)


def server_wait(layout: Layout) -> bool:
    """Wait until a server that somebody else started answers; return False if it goes away instead."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        claim = _claim(layout)
        if claim is None or claim.pid is None or not _is_ours(claim.pid, layout.cluster):
            return False
        if claim.ready:
            return True
        time.sleep(STEP)
    raise refusals.ServerBusyError(
        f"The database did not get ready within {READY_SECONDS} seconds. See {layout.logs}."
    )


def server_stop(layout: Layout, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """
    Stop the running server, if there is one, and return when it is gone; running statements are broken off.
    """
    for signal_number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10)):
        pid = server_pid(layout)
        if pid is None:
            break
        _send(pid, signal_number)
        if _gone(pid, layout.cluster, process, seconds):
            break
    else:
        raise refusals.ServerBusyError(
            f"The database did not stop within {STOP_SECONDS} seconds. See {layout.logs}."
        )
    if process is not None:
        process.wait()


def _spawn(
    layout: Layout, identity: Identity, programs: Path, settings: dict[str, str]
) -> "subprocess.Popen[bytes]":
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    output = os.open(_output_file(layout), flags, 0o600)
    try:
        return subprocess.Popen(
            [str(programs / "postgres"), "-D", identity.name_of(layout.cluster), *options],
            cwd=layout.cluster,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C reaches us, not the server: it is stopped in order, after those who use it.
            start_new_session=True,
            umask=0o077,
            **identity.process_arguments(),
        )
    except OSError as error:
        raise refusals.BinariesMissingError(
            f"PostgreSQL cannot be run: {error.strerror} ({error.filename})."
        ) from error
    finally:
        os.close(output)


def _comes_up(layout: Layout, process: "subprocess.Popen[bytes]") -> bool:
    until = time.monotonic() + READY_SECONDS
    while process.poll() is None:
        claim = _claim(layout)
        if claim is not None and claim.pid == process.pid and claim.ready:
            return True
        if time.monotonic() > until:
            raise refusals.ServerBusyError(
                f"The database did not get ready within {READY_SECONDS} seconds. See {layout.logs}."
            )
        time.sleep(STEP)
    return False


def _claim(layout: Layout) -> Claim | None:
    try:
        text = (layout.cluster / "postmaster.pid").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None
    lines = [line.strip() for line in text.splitlines()]
    pid = int(lines[0]) if lines and lines[0].isdecimal() else None
    return Claim(pid=pid, ready=len(lines) > 7 and lines[7] == "ready")


def _forget_false_claim(layout: Layout) -> None:
    """
    Remove a `postmaster.pid` that would make the server refuse without need.

    A power cut may leave it empty, or its number may meanwhile belong to another process. A number of nobody
    is left to the server: it then also looks for processes of its dead forerunner.
    """
    claim = _claim(layout)
    if claim is None or (claim.pid is not None and not _alive(claim.pid)):
        return
    if claim.pid is None or not _is_ours(claim.pid, layout.cluster):
        (layout.cluster / "postmaster.pid").unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_ours(pid: int, cluster: Path) -> bool:
    """Whether a process is a server at work in our cluster; a zombie is not."""
    if not sys.platform.startswith("linux"):
        return _alive(pid)
    try:
        return Path(f"/proc/{pid}/cwd").samefile(cluster)
    except OSError:
        return False


def _send(pid: int, signal_number: int) -> None:
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        return


def _gone(pid: int, cluster: Path, process: "subprocess.Popen[bytes] | None", seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process is not None and process.pid == pid:
            process.poll()
        if not _is_ours(pid, cluster):
            return True
        time.sleep(STEP)
    return False


def _output_file(layout: Layout) -> Path:
    return layout.logs / "start.log"


def _output(layout: Layout) -> str:
    """Return what the server printed before its own log took over, and the end of that log."""
    texts = [_output_file(layout).read_text(encoding="utf-8", errors="replace")]
    logs = sorted(layout.logs.glob("postgresql-*.log"), key=lambda path: path.stat().st_mtime)
    texts += [path.read_text(encoding="utf-8", errors="replace")[-2000:] for path in logs[-1:]]
    return "\n".join(texts)
