"""
File locks that the kernel frees when their holder dies, however it dies.

Owns three questions: who supervises, who uses the database, who is starting it. Decides nothing about the
answers.
"""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from gridward.wiring.supervisor import refusals

WAIT_STEP = 0.05


class FileLock:
    """One lock on one file, held by this object."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock in either way."""
        return self._handle is not None

    def try_alone(self) -> bool:
        """
        Take the lock for this process alone if that is possible at once; gives up a shared hold either way.
        """
        return self._try(fcntl.LOCK_EX)

    def take_alone(self, *, seconds: float) -> None:
        """Take the lock for this process alone, or refuse after so many seconds."""
        self._take(fcntl.LOCK_EX, seconds)

    def take_shared(self, *, seconds: float) -> None:
        """Take the lock beside others who share it, or refuse after so many seconds."""
        self._take(fcntl.LOCK_SH, seconds)

    def release(self) -> None:
        """Let go; nothing happens when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def write_holder(self) -> None:
        """Leave this process's id in the file, for whoever asks who holds it."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def holder(self) -> int | None:
        """Return the process id that the last holder left, if any."""
        try:
            text = self.path.read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            return None
        return int(text) if text.isdecimal() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _take(self, way: int, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._try(way):
            if time.monotonic() > until:
                raise refusals.ServerBusyError(
                    "Another Gridward command has been starting or stopping the database for too long."
                    " Wait for it, or end it with: gridward stop"
                )
            time.sleep(WAIT_STEP)

    def _try(self, way: int) -> bool:
        if self._handle is None:
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, way | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True
