"""
Owns writing small secret files so that a crash leaves the old state or the new one, never half of either.

Refuses to follow links, and directories that others may read.
"""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridward.kernel.sealing.errors import KeyStoreBroken

TEMPORARY = ".tmp-"


def private_directory(directory: Path) -> None:
    """Make the directory with mode 0700, or raise KeyStoreBroken when it is open to others."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077 or found.st_uid != os.geteuid():
        raise KeyStoreBroken("the key directory must be a directory of this user alone (mode 0700)")


def read_private(path: Path) -> bytes:
    """Return a file's bytes without following a link."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def write_private(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Put a whole file in place at once: temporary file, fsync, rename, fsync of the directory."""
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    sync_directory(path.parent)


def shred(path: Path) -> None:
    """
    Overwrite a file, then remove it.

    On flash and copy-on-write disks the old block may survive below the file system; there, keep the key
    directory on an encrypted volume. The overwrite costs nothing and helps everywhere else.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "wb") as file:
        size = os.fstat(file.fileno()).st_size
        file.write(secrets.token_bytes(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make renames and removals in this directory survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory's lock against other processes, and sweep what a killed writer left behind."""
    descriptor = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        for leftover in directory.glob(f"{TEMPORARY}*"):
            shred(leftover)
        yield
    finally:
        os.close(descriptor)
