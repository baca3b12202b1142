"""
Owns the lines that say how far a long command is: on stderr, with the time that went by and the step.

    [  3.2 s] 2/4 bringing the tables up to date
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

STILL_EVERY = 5.0


class Progress:
    """Counts the steps of one command. Calling it prints one line inside the present step."""

    def __init__(self, steps: int = 0, *, stream: TextIO | None = None, quiet: bool = False) -> None:
        self._steps = steps
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._began = time.monotonic()
        self._step = 0

    def __call__(self, line: str) -> None:
        """Print one line about what is going on."""
        self._print(f"{self._position()}{line}")

    def begin(self, what: str) -> None:
        """Announce the next step."""
        self._step += 1
        self(what)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Announce the next step; while it goes on for long, say so now and then."""
        self.begin(what)
        done = threading.Event()
        thread = threading.Thread(target=self._still, args=(what, done), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _still(self, what: str, done: threading.Event) -> None:
        while not done.wait(STILL_EVERY):
            self(f"… still {what}")

    def _position(self) -> str:
        return f"{self._step}/{self._steps} " if self._steps else ""

    def _print(self, line: str) -> None:
        if not self._quiet:
            print(f"[{time.monotonic() - self._began:5.1f} s] {line}", file=self._stream, flush=True)
