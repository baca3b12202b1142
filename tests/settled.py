"""Loaded before anything else (`-p tests.settled`): settings read the data directory when they are imported."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
#: What the databases of a run may grow to, and as much again for everybody else.
ROOM = 8 * 2**30


def roomy_memory() -> Path | None:
    """
    Return the file system in memory, where this machine has one and memory to spare; None for the disk.

    A copy of a database is a thousand files that live for a second: on a disk half the time of the tests that commit
    went into making and removing them. What tries a whole city (`make heavy`) needs the memory itself.
    """
    if os.environ.get("GRIDWARD_EXAMPLES") == "all" or not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        available = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
        free = shutil.disk_usage(MEMORY).free
    except (OSError, StopIteration):
        return None
    return MEMORY if min(available, free) >= ROOM else None


DATA = Path(tempfile.mkdtemp(prefix="gridward-tests-", dir=roomy_memory()))
# The process that only hands out tests starts no cluster, and so removes none.
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
DATA.chmod(0o755)  # the database server is another user and must be able to pass
os.environ["GRIDWARD_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "gridward.wiring.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser driver runs an event loop in the test's thread
