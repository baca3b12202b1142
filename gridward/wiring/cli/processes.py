"""
Runs the processes of the house in the foreground: starts them, restarts the one that dies, stops them in
order.

Every child leads a process group of its own, so that Ctrl-C reaches only us and nothing is left behind when a
child dies. If we are killed, the kernel tells the children.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gridward.kernel.lifeline import die_with_parent
from gridward.wiring.cli.problems import CommandError

STOP_SECONDS = 20.0
QUIET_SECONDS = 60.0
MOST_DEATHS = 6
FIRST_PAUSE = 0.5


@dataclass(frozen=True)
class Program:
    """One process of the house: its name for people, and how it is started."""

    name: str
    command: tuple[str, ...]


class Child:
    """A program that is to run until it is told to stop."""

    def __init__(self, program: Program, say: Callable[[str], None]) -> None:
        self.program = program
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._next_start = 0.0
        self._last_death = 0.0

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the program now."""
        self._process = subprocess.Popen(
            self.program.command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
            start_new_session=True,
            preexec_fn=die_with_parent if sys.platform.startswith("linux") else None,
        )

    def tend(self) -> None:
        """
        Start the program again if it died, waiting longer from death to death; refuse when it keeps dying.
        """
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._bury()
        if time.monotonic() >= self._next_start:
            self.start()

    def stop(self) -> None:
        """Ask the program to end, wait, and end it by force if it does not."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._say(f"the {self.program.name} does not stop; ending it by force")
        self._sweep(self._process)
        self._process = None

    def _bury(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self._sweep(process)
        now = time.monotonic()
        self._deaths = 1 if now - self._last_death > QUIET_SECONDS else self._deaths + 1
        self._last_death = now
        if self._deaths >= MOST_DEATHS:
            raise CommandError(
                f"The {self.program.name} keeps dying (exit code {process.returncode})."
                " Its last words are above.",
                code="process.dying",
            )
        pause = 0.0 if self._deaths == 1 else min(10.0, FIRST_PAUSE * 2 ** (self._deaths - 1))
        self._next_start = now + pause
        self._say(f"the {self.program.name} died (exit code {process.returncode}); restarting it")

    @staticmethod
    def _sweep(process: "subprocess.Popen[bytes]") -> None:
        # Processes that the child had started itself would otherwise keep its port.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def children_stop(children: Sequence[Child]) -> None:
    """Stop them one after the other, in the order given."""
    for child in children:
        child.stop()
