"""Weighs processes from outside: memory of a house's processes while they work, disk when they are done."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

EVERY_SECONDS = 0.5


class Peak:
    """The most memory seen, in bytes: of Python's processes, of PostgreSQL's, of both at one moment."""

    python = 0
    postgres = 0
    together = 0


@contextmanager
def weighed(*, itself: bool = False) -> Iterator[Peak]:
    """
    Watch this process's descendants for the length of the block, and this process `itself` where it does the work.

    Memory is the sum of proportional set sizes (PSS): what processes share, such as PostgreSQL's buffers, counts once.
    """
    peak, ended = Peak(), threading.Event()
    thread = threading.Thread(target=_watch, args=(peak, ended, itself), daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def _watch(peak: Peak, ended: threading.Event, itself: bool) -> None:
    while not ended.wait(EVERY_SECONDS):
        python = proportional(os.getpid()) if itself else 0
        postgres = 0
        for pid, name in descendants(os.getpid()):
            if name == "postgres":
                postgres += proportional(pid)
            else:
                python += proportional(pid)
        peak.python, peak.postgres = max(peak.python, python), max(peak.postgres, postgres)
        peak.together = max(peak.together, python + postgres)


def processor_seconds() -> float:
    """Return the processor time that this process's descendants have taken so far, the ended ones included."""
    ended = os.times()
    ticks = 0
    for pid, _name in descendants(os.getpid()):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ended.children_user + ended.children_system + ticks / os.sysconf("SC_CLK_TCK")


def descendants(parent: int) -> list[tuple[int, str]]:
    """Return process id and name of all that descend from a process."""
    children: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
                children.setdefault(int(rest.split()[1]), []).append((int(folder.name), name))
    found, todo = [], [parent]
    while todo:
        for child in children.get(todo.pop(), ()):
            found.append(child)
            todo.append(child[0])
    return found


def proportional(pid: int) -> int:
    """Return a process's share of the memory in bytes; 0 when it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def disk(folder: Path) -> int:
    """Return the bytes that lie below a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
