"""
What goes wrong in a soak: kill -9 of each kind of process, the line cut or hung, the disk full, a clock that jumps.

Owns the strikes. Each says what it struck and returns when it is over; what recovers is somebody else's watch.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.soak.house import ROOT, Service
from benchmarks.soak.proxy import CUT, HANG, PASS, Proxy

#: How long the line is cut, the disk full and a clock wrong, in seconds.
LINE_SECONDS, DISK_SECONDS, CLOCK_SECONDS = 5.0, 6.0, 10.0
JUMP_SECONDS = 600
MEGABYTE = 2**20
#: A second worker of the same house, on a machine whose clock has jumped.
JUMPED = """
import sys
from datetime import UTC, datetime, timedelta
from gridward.kernel import clock
clock.now = lambda: datetime.now(UTC) + timedelta(seconds=int(sys.argv[1]))
from gridward.wiring.worker import main
main()
"""


class NothingThere(Exception):
    """What was to be struck is not there at the moment: the house is still coming up."""


@dataclass(frozen=True)
class Scene:
    """What can be struck. `disk` is the data directory's own small file system, or None where there is none."""

    house: Service
    proxy: Proxy
    disk: Path | None
    draw: random.Random


Fault = Callable[[Scene], str]


def _kill(pid: int, what: str) -> str:
    if not pid:
        raise NothingThere(what)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        raise NothingThere(what) from None
    return f"kill -9 {what}"


def site_worker(scene: Scene) -> str:
    """Kill one of the processes that answer requests."""
    workers = scene.house.site_workers()
    return _kill(scene.draw.choice(workers) if workers else 0, "a site worker")


def site(scene: Scene) -> str:
    """Kill the parent of the processes that answer requests."""
    return _kill(scene.house.site(), "the site")


def job_worker(scene: Scene) -> str:
    """Kill the process that runs jobs."""
    return _kill(scene.house.job_worker(), "the job worker")


def backend(scene: Scene) -> str:
    """Kill a process of the database that works for somebody; the server starts itself anew."""
    backends = scene.house.backends()
    return _kill(scene.draw.choice(backends) if backends else 0, "a database backend")


def postmaster(scene: Scene) -> str:
    """Kill the database server."""
    return _kill(scene.house.postmaster(), "the postmaster")


def supervisor(scene: Scene) -> str:
    """Kill the process that looks after all others."""
    return _kill(scene.house.supervisor(), "the supervisor")


def line_cut(scene: Scene) -> str:
    """Cut every connection between player and house, and every new one, for a while."""
    return _line(scene, CUT, "network cut")


def line_hung(scene: Scene) -> str:
    """Let no byte through for a while, and say nothing."""
    return _line(scene, HANG, "network silent")


def _line(scene: Scene, mode: str, what: str) -> str:
    scene.proxy.mode = mode
    time.sleep(LINE_SECONDS)
    scene.proxy.mode = PASS
    return f"{what} for {LINE_SECONDS:.0f} s"


def disk_full(scene: Scene) -> str:
    """Fill the data directory's file system to its last byte for a while."""
    if scene.disk is None:
        raise NothingThere("a small disk")
    filler = scene.disk / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            block = bytes(MEGABYTE)
            for size in (MEGABYTE, 4096, 1):
                try:
                    while True:
                        file.write(block[:size])
                except OSError:
                    continue
        time.sleep(DISK_SECONDS)
    finally:
        filler.unlink(missing_ok=True)
    return f"disk full for {DISK_SECONDS:.0f} s"


def clock_jump(scene: Scene) -> str:
    """Let a second job worker run for a while, whose clock has jumped."""
    jump = scene.draw.choice((-JUMP_SECONDS, JUMP_SECONDS))
    jumped = subprocess.Popen(
        [sys.executable, "-c", JUMPED, str(jump)], cwd=ROOT, env=scene.house.environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        time.sleep(CLOCK_SECONDS)
    finally:
        jumped.kill()
        jumped.wait()
    return f"a worker's clock {jump:+d} s for {CLOCK_SECONDS:.0f} s, then kill -9"


FAULTS: dict[str, Fault] = {
    "site-worker": site_worker,
    "site": site,
    "job-worker": job_worker,
    "backend": backend,
    "postmaster": postmaster,
    "supervisor": supervisor,
    "line-cut": line_cut,
    "line-hung": line_hung,
    "disk-full": disk_full,
    "clock-jump": clock_jump,
}
