"""
Owns what a failing command says and its exit code: one line, never a stack trace unless GRIDWARD_DEBUG=1.

Exit codes: 1 a mistake in the program, 2 used wrongly, 3 refused by the house, 4 the machine or the data
directory is not fit for it, 5 something was lost or doubled, 130 interrupted.
"""

import errno
import os
from dataclasses import dataclass

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from gridward.kernel.outcomes import Refused
from gridward.wiring.supervisor import SupervisorError

MISTAKE = 1
USAGE = 2
REFUSED = 3
ENVIRONMENT = 4
DIFFERENT = 5
INTERRUPTED = 130


class CommandError(Exception):
    """A command ends here with one line, a stable code and an exit code."""

    def __init__(self, message: str, *, code: str, exit_code: int = ENVIRONMENT) -> None:
        super().__init__(message)
        self.code = code
        self.exit_code = exit_code


@dataclass(frozen=True)
class Ending:
    """The last words of a command that failed."""

    exit_code: int
    line: str


def ending_of(error: BaseException) -> Ending:
    """Return what to say about an error, and the exit code; never anything from a row or a statement."""
    if isinstance(error, CommandError):
        return _ending(error.exit_code, str(error), error.code)
    if isinstance(error, SupervisorError):
        return _ending(ENVIRONMENT, str(error), error.code)
    if isinstance(error, Refused):
        return _ending(REFUSED, f"{error.refusal.title} {error.refusal.advice}", error.refusal.code)
    if isinstance(error, KeyboardInterrupt):
        return _ending(INTERRUPTED, "Interrupted.", "interrupted")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _ending(ENVIRONMENT, "Disk full. Make room and run the command again.", "disk.full")
    if isinstance(error, (OperationalError, psycopg.OperationalError)):
        return _ending(ENVIRONMENT, _database_words(error), "database.unreachable")
    if isinstance(error, ImproperlyConfigured):
        return _ending(ENVIRONMENT, str(error), "settings.wrong")
    if isinstance(error, OSError) and error.filename:
        return _ending(ENVIRONMENT, f"{error.filename}: {error.strerror}.", "file.unusable")
    return _ending(
        MISTAKE,
        f"Something went wrong inside Gridward ({type(error).__name__})."
        " Run it again with GRIDWARD_DEBUG=1 and report what it prints.",
        "internal",
    )


def debugging() -> bool:
    """Return whether whoever runs the command wants to see stack traces."""
    return os.environ.get("GRIDWARD_DEBUG", "") == "1"


def _ending(exit_code: int, message: str, code: str) -> Ending:
    return Ending(exit_code, f"gridward: {' '.join(message.split())} [{code}]")


def _database_words(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"The database did not answer: {lines[-1] if lines else type(error).__name__}"
