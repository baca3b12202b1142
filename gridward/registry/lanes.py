"""
Owns doing an import's work in several processes at once: forked ones, each with connections of its own.

Keys: a lane inherits the key store's memory or reads the key directory itself, as every process of the house does;
no key goes through a pipe or a file. Lanes end with the process that started them. Refuses to fork inside a
transaction, whose uncommitted rows the lanes would not see, and where forking is not safe: then the lanes' work is
done here, one lane after the other.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn, TypeVar

from django.db import connection, connections

from gridward.kernel.lifeline import die_with_parent

Told = TypeVar("Told")
Work = Callable[[int], Iterator[Told]]
#: Rows from which a second process is worth its start.
LANES_FROM = 20_000
LANES_MAX = 4


class LaneLostError(RuntimeError):
    """A process of the import died; start the import again, it goes on."""


class _End:
    """A lane has done all its work."""


def lanes_for(rows: int) -> int:
    """Return in how many lanes a file of so many rows is worked on here."""
    if rows < LANES_FROM or not _may_fork():
        return 1
    return max(1, min(LANES_MAX, len(os.sched_getaffinity(0))))


def in_lanes(count: int, work: Work[Told]) -> Generator[Told, None, None]:
    """
    Yield what `work(number)` yields for each lane, in the order in which it comes; raise what a lane raises.

    Lanes that are still at work when the caller closes this, or when another one fails, are ended.
    """
    if count == 1 or not _may_fork():
        for number in range(count):
            yield from work(number)
        return
    lanes: dict[Connection[Any, Any], int] = {}
    try:
        for number in range(count):
            ours, pid = _forked(number, work)
            lanes[ours] = pid
        yield from _heard(set(lanes))
    finally:
        for pid in lanes.values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for ours, pid in lanes.items():
            os.waitpid(pid, 0)
            ours.close()


def _may_fork() -> bool:
    return sys.platform == "linux" and not connection.in_atomic_block


def _heard(talking: set[Any]) -> Iterator[Any]:
    while talking:
        ready: list[Any] = wait(list(talking))
        for ours in ready:
            try:
                told = ours.recv()
            except EOFError:
                raise LaneLostError("a process of the import died; start the import again") from None
            if isinstance(told, BaseException):
                raise told
            if isinstance(told, _End):
                talking.discard(ours)
            else:
                yield told


def _forked(number: int, work: Work[Any]) -> tuple[Any, int]:
    ours, theirs = Pipe(duplex=False)
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _lane(parent, number, work, theirs)
    theirs.close()
    return ours, pid


def _lane(parent: int, number: int, work: Work[Any], tell: Any) -> NoReturn:
    """Work in the forked process and leave it without the ends of what the parent has begun."""
    try:
        _apart(parent)
        for told in work(number):
            tell.send(told)
        tell.send(_End())
    except BaseException as error:
        with suppress(Exception):
            _send_error(tell, error)
    finally:
        os._exit(0)


def _send_error(tell: Any, error: BaseException) -> None:
    if not _arrives(error):
        # What cannot be sent is told by its kind: its words may quote a row.
        error = RuntimeError(f"a process of the import failed with {type(error).__name__}")
    tell.send(error)


def _arrives(error: BaseException) -> bool:
    """Tell whether an error arrives as what it is; one that can only be sent would fail in whoever hears it."""
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)  # noqa: S301  # our own, of a moment ago
    except Exception:
        return False


#: The parent's connections: never used here and never closed, for they are the parent's.
_parents: list[object] = []


def _apart(parent: int) -> None:
    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    # Ctrl-C is for the parent, which ends its lanes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for alias in connections:
        _parents.append(connections[alias])
        del connections[alias]
