"""
The soak's house: `gridward serve` on a data directory of its own, started again whenever it ends, as a service is.

Owns its processes, found by their parents. Refuses to signal any process that does not descend from the one it started
or does not work in its own data directory.
"""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from benchmarks.house.own import FOREIGN, free_port

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 60
RESTART_SECONDS = 0.5


class Service:
    """A house that is kept running until it is stopped."""

    def __init__(self, data: Path, log: Path) -> None:
        self.data, self.port, self._log = data, free_port(), log
        self.starts = 0
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, daemon=True, name="service")

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to work on this house."""
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        ours = {"GRIDWARD_DATA": str(self.data), "GRIDWARD_PORT": str(self.port), "LANG": "C.UTF-8"}
        return kept | ours | {"GRIDWARD_DEMO": "1"}  # nobody plays in any other house

    def start(self) -> None:
        """Start it and keep it started."""
        self._keeper.start()

    def stop(self) -> int:
        """Stop it as Ctrl-C does and return its exit code; by force if it does not end."""
        self._ended.set()
        process = self._process
        code = 0
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                code = process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
        self._keeper.join()
        return code

    def _keep(self) -> None:
        while not self._ended.is_set():
            with self._log.open("ab") as output:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "gridward.wiring.cli", "serve"],
                    cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    start_new_session=True,
                )  # fmt: skip
            self.starts += 1
            self._process.wait()
            self._ended.wait(RESTART_SECONDS)

    def answers(self) -> bool:
        """Tell whether the house says that it is well, asked directly."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def wait_until_well(self, seconds: float) -> float:
        """Return how long it took until the house was well; raises TimeoutError."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.answers():
                return time.monotonic() - began
            time.sleep(0.1)
        raise TimeoutError(f"the house was not well within {seconds:.0f} s")

    # --- whom a fault strikes ---------------------------------------------------------------------------------------

    def supervisor(self) -> int:
        """Return the process that looks after the house."""
        if self._process is None or self._process.poll() is not None:
            return 0
        return self._process.pid

    def site(self) -> int:
        """Return the parent of the site's processes."""
        return next((pid for pid in _children(self.supervisor()) if "granian" in _command(pid)), 0)

    def site_workers(self) -> list[int]:
        """Return the processes that answer requests."""
        return [pid for pid in _children(self.site()) if "resource_tracker" not in _command(pid)]

    def job_worker(self) -> int:
        """Return the process that runs jobs."""
        return next(
            (pid for pid in _children(self.supervisor()) if "gridward.wiring.worker" in _command(pid)), 0
        )

    def postmaster(self) -> int:
        """Return the database server's first process."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
            if Path(f"/proc/{pid}/cwd").samefile(self.data / "postgres"):
                return pid
        return 0

    def backends(self) -> list[int]:
        """Return the database's processes that work for somebody."""
        return [pid for pid in _children(self.postmaster()) if "gridward_app" in _command(pid)]


def _children(pid: int) -> list[int]:
    if not pid:
        return []
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    return ""
