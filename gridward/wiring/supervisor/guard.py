"""
Watches, as a process of its own, that a database server does not outlive everybody who uses it.

Every user holds a shared lock that the kernel frees when the user dies, also by kill -9. When the lock is
free the guard stops the server. Started by its path, without the package: it needs nothing but the standard
library.
"""

import fcntl
import os
import signal
import sys
import time
from pathlib import Path

STEP = 0.25


def main(users_file: str, cluster: str, pid: int) -> None:
    """Return when the server is gone, by itself or because nobody uses it any more."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    handle = os.open(users_file, os.O_RDWR)
    while _lives(cluster, pid):
        time.sleep(STEP)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        # Held until we leave: whoever comes now waits, and then starts a new server.
        _stop(cluster, pid)
        return


def _stop(cluster: str, pid: int) -> None:
    if _lives(cluster, pid):
        os.kill(pid, signal.SIGINT)
    while _lives(cluster, pid):
        time.sleep(STEP)


def _lives(cluster: str, pid: int) -> bool:
    if not sys.platform.startswith("linux"):
        return _answers(pid)
    try:
        return Path(f"/proc/{pid}/cwd").samefile(cluster)
    except OSError:
        return False


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
