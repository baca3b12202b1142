"""
Owns the folders departments' machines put lists into: which files are complete, how they are opened, where they go.

A folder is somebody else's: a name is only a name, a link is not followed, and what is no plain file is not opened.
Refuses to know what a list is.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO, Final

#: A list under this name is complete, whatever it was before.
DONE: Final = ".done"
#: What programs call a file they are still writing.
UNFINISHED: Final = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", "~")
TAKEN, REFUSED = "taken", "refused"
#: A refused list lies here for its sender to correct, a receipt for whoever asks later; then both are gone.
REFUSED_KEEPS, TAKEN_KEEPS = timedelta(days=1), timedelta(days=30)
_NAME_BYTES: Final = 160
_BLOCK: Final = 1024 * 1024
_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

Stamp = tuple[int, int, int]


@dataclass
class Looks:
    """What was seen at the last look: a file that has not changed since is complete."""

    seen: dict[tuple[str, str], Stamp] = field(default_factory=dict)

    def is_settled(self, folder: str, name: str, stamp: Stamp) -> bool:
        """Tell whether a file is as it was at the last look, and remember how it is now."""
        before = self.seen.get((folder, name))
        self.seen[folder, name] = stamp
        return before == stamp

    def forget(self, folder: str, names: set[str]) -> None:
        """Forget files that are gone."""
        self.seen = {key: one for key, one in self.seen.items() if key[0] != folder or key[1] in names}


class Folder:
    """One channel's folder, open: everything goes by its handle, so that nothing can be put in its way."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle

    def names(self) -> list[str]:
        """Return what may be a list, by name: no hidden file, no unfinished one, no marker, no folder."""
        with os.scandir(self._handle) as entries:
            found = [one.name for one in entries if not one.is_dir(follow_symlinks=False)]
        return sorted(
            name for name in found if not name.startswith(".") and not name.endswith((DONE, *UNFINISHED))
        )

    def stamp(self, name: str) -> Stamp | None:
        """Return what tells one state of a file from another, None when it is gone or can have no such name."""
        try:
            seen = os.stat(name, dir_fd=self._handle, follow_symlinks=False)
        except OSError:
            return None
        return seen.st_ino, seen.st_size, seen.st_mtime_ns

    def is_marked(self, name: str) -> bool:
        """Tell whether its sender says that a file is complete: `name.done` lies beside it."""
        return self.stamp(name + DONE) is not None

    @contextmanager
    def opened(self, name: str, most: int) -> Iterator[IO[bytes] | str]:
        """Open a plain file of a bounded size, or say in a word what it is instead."""
        try:
            handle = os.open(name, _FILE_FLAGS, dir_fd=self._handle)
        except OSError:
            # A link, a socket, or nothing we may read.
            yield "no_plain_file"
            return
        with os.fdopen(handle, "rb") as file:
            seen = os.fstat(handle)
            if not stat.S_ISREG(seen.st_mode) or seen.st_nlink != 1:
                yield "no_plain_file"
            elif seen.st_size > most:
                yield "too_large"
            else:
                yield file

    def take(self, name: str, stamp: Stamp, receipt: str, *, mark: str) -> None:
        """Leave a receipt for a list that was received, and delete the list: it lies in the house now."""
        self._write(TAKEN, f"{mark}-{_short(name)}.txt", receipt)
        # Whatever came under the same name meanwhile is another list.
        if self.stamp(name) == stamp:
            self._gone(name)

    def refuse(self, name: str, stamp: Stamp, report: str, *, mark: str) -> None:
        """Put a list aside with a report beside it."""
        if self.stamp(name) != stamp:
            return
        kept = f"{mark}-{_short(name)}"
        self._write(REFUSED, f"{kept}.txt", report)
        with self._inside(REFUSED) as inside, suppress(FileNotFoundError):
            os.rename(name, kept, src_dir_fd=self._handle, dst_dir_fd=inside)
            # Its day begins now, whenever it was written.
            os.utime(kept, dir_fd=inside, follow_symlinks=False)
        with suppress(OSError):
            os.unlink(name + DONE, dir_fd=self._handle)

    def sweep(self, now: datetime) -> None:
        """Delete refused lists and old receipts whose time is over."""
        for folder, keeps in ((REFUSED, REFUSED_KEEPS), (TAKEN, TAKEN_KEEPS)):
            oldest = (now - keeps).timestamp()
            with self._inside(folder) as inside:
                with os.scandir(inside) as entries:
                    names = [one.name for one in entries]
                for name in names:
                    with suppress(OSError):
                        if os.stat(name, dir_fd=inside, follow_symlinks=False).st_mtime < oldest:
                            os.unlink(name, dir_fd=inside)

    def _gone(self, name: str) -> None:
        for one in (name, name + DONE):
            with suppress(OSError):
                os.unlink(one, dir_fd=self._handle)

    def _write(self, folder: str, name: str, text: str) -> None:
        with self._inside(folder) as inside:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(name, flags, 0o640, dir_fd=inside)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)

    @contextmanager
    def _inside(self, folder: str) -> Iterator[int]:
        with suppress(FileExistsError):
            os.mkdir(folder, 0o750, dir_fd=self._handle)
        handle = os.open(folder, _FOLDER_FLAGS, dir_fd=self._handle)
        try:
            yield handle
        finally:
            os.close(handle)


@contextmanager
def folder_of(root: Path, code: str) -> Iterator[Folder | None]:
    """Open a channel's folder for this process alone; None when there is none or another process is in it."""
    try:
        handle = os.open(root / code, _FOLDER_FLAGS)
    except OSError:
        yield None
        return
    try:
        flock(handle, LOCK_EX | LOCK_NB)
        yield Folder(root / code, handle)
    except BlockingIOError:
        yield None
    finally:
        os.close(handle)


def copied(source: IO[bytes], target: IO[bytes], most: int) -> bool:
    """Copy a file where nobody else can change it; False when there is more of it than there may be."""
    left = most
    while block := source.read(min(_BLOCK, left + 1)):
        left -= len(block)
        if left < 0:
            return False
        target.write(block)
    target.flush()
    return True


def shown(name: str) -> str:
    """Return a file's name as text that can be stored and printed."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _short(name: str) -> str:
    """Return a name that stays a name when something is put before and behind it; its ending is kept."""
    raw = os.fsencode(name)
    if len(raw) <= _NAME_BYTES:
        return name
    suffix = os.fsencode(Path(name).suffix)[:12]
    return os.fsdecode(raw[: _NAME_BYTES - len(suffix)] + suffix)
