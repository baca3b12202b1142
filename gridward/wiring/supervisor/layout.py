"""
Owns the shape of the data directory: which path holds what, its modes, its format version, and whether we may
use it.

    VERSION        format of the data, one number       postgres/   the cluster (the server's user)
    lock*          who is at work on it                 run/        the socket (the server's user)
    secrets/       passwords of the database roles      logs/       the server's logs (the server's user)
    keystore/      domain keys, filled by governance    heads/      exported heads of the ledger

Refuses a directory that holds anything else, that another user made, that a newer Gridward wrote, or that has
no room.
"""

import errno
import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gridward.wiring.supervisor import refusals

DATA_FORMAT = 1
FIRST_START_BYTES = 300 * 2**20
LATER_START_BYTES = 32 * 2**20
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107 if sys.platform == "linux" else 103

PRIVATE_FOLDERS = ("secrets", "keystore", "heads")
SERVER_FOLDERS = ("run", "logs")
FIRST_FILES = frozenset({*PRIVATE_FOLDERS, "static", "lost+found"})
"""
What may lie in a data directory before its first start: a command that needs no database may have made it.
"""


@dataclass(frozen=True)
class Layout:
    """The paths inside one data directory. Making one reads and writes nothing."""

    root: Path

    @property
    def cluster(self) -> Path:
        """The PostgreSQL cluster; it exists only when it is complete."""
        return self.root / "postgres"

    @property
    def logs(self) -> Path:
        """Where the server and the supervisor write their logs."""
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        """Where the passwords of the database roles lie."""
        return self.root / "secrets"

    @property
    def keystore(self) -> Path:
        """Where governance keeps the domain keys; never part of a backup."""
        return self.root / "keystore"

    @property
    def heads(self) -> Path:
        """Where the ledger's signed heads are written."""
        return self.root / "heads"

    @property
    def version_file(self) -> Path:
        """Holds the format version of everything beside it."""
        return self.root / "VERSION"

    @property
    def lock_file(self) -> Path:
        """Held by the one supervisor."""
        return self.root / "lock"

    @property
    def users_file(self) -> Path:
        """Held, shared, by every process that uses the database."""
        return self.root / "lock.users"

    @property
    def starting_file(self) -> Path:
        """Held while somebody starts or stops the server."""
        return self.root / "lock.starting"

    @property
    def socket_note(self) -> Path:
        """Says where the socket is when its usual place has too long a path."""
        return self.root / "run" / "socket"

    def socket_folder(self) -> Path:
        """Return the directory of the server's socket, as a client has to name it."""
        if self.socket_too_long() and self.socket_note.exists():
            return Path(self.socket_note.read_text(encoding="utf-8").strip())
        return self.root / "run"

    def socket_too_long(self) -> bool:
        """Return whether the kernel refuses the path of the socket in its usual place."""
        return len(os.fsencode(self.root / "run" / SOCKET_NAME)) > SOCKET_PATH_LIMIT

    def leftovers(self) -> list[Path]:
        """Return the clusters whose making was interrupted."""
        return sorted(self.root.glob("init-*"))


def layout_prepare(layout: Layout) -> None:
    """
    Make what is missing of the data directory, or refuse it and leave nothing behind.

    May be called again at any time; it changes nothing on a directory that is in order.
    """
    with disk_errors(layout.root):
        check_usable(layout)
        check_room(layout)
        fresh = not layout.root.exists()
    try:
        with disk_errors(layout.root):
            _make(layout)
    except refusals.SupervisorError:
        if fresh:
            shutil.rmtree(layout.root, ignore_errors=True)
        raise


def _make(layout: Layout) -> None:
    layout.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The server's user only has to pass through; the files in here are closed one by one.
    layout.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
    # The version comes first: a directory without it is somebody else's.
    if not layout.version_file.exists():
        write_private(layout.version_file, f"{DATA_FORMAT}\n")
    for name in (*PRIVATE_FOLDERS, *SERVER_FOLDERS):
        (layout.root / name).mkdir(mode=0o700, exist_ok=True)


def check_usable(layout: Layout) -> None:
    """Refuse a directory that is not ours, not this user's, or newer than this program."""
    if layout.root.exists() and not layout.root.is_dir():
        raise refusals.DataForeignError(
            f"{layout.root} is a file, not a directory. Set GRIDWARD_DATA to a directory."
        )
    try:
        names = {entry.name for entry in layout.root.iterdir()} if layout.root.exists() else set()
    except PermissionError:
        raise refusals.DataOfAnotherUserError(_another_user(layout.root)) from None
    if layout.version_file.name not in names:
        if not all(name in FIRST_FILES or name.startswith(".VERSION-") for name in names):
            raise refusals.DataForeignError(
                f"{layout.root} holds files that are not Gridward's. Set GRIDWARD_DATA to an empty directory."
            )
        return
    if layout.version_file.stat().st_uid != os.geteuid():
        raise refusals.DataOfAnotherUserError(_another_user(layout.version_file))
    check_version(layout)


def check_version(layout: Layout) -> None:
    """Refuse data in a format that this program does not know."""
    text = layout.version_file.read_text(encoding="utf-8", errors="replace").strip()
    if not text.isdecimal():
        raise refusals.DataForeignError(
            f"{layout.version_file} holds no version number. Restore it from a backup."
        )
    if int(text) > DATA_FORMAT:
        raise refusals.DataNewerError(
            f"The data in {layout.root} has format {text}, this Gridward knows formats up to {DATA_FORMAT}."
            " Use a newer Gridward, or set GRIDWARD_DATA to another directory."
        )


def check_room(layout: Layout) -> None:
    """Refuse a disk on which the database could not be made or could not go on."""
    place = layout.root
    while not place.exists():
        place = place.parent
    needed = LATER_START_BYTES if layout.cluster.exists() else FIRST_START_BYTES
    free = shutil.disk_usage(place).free
    if free < needed:
        raise refusals.DiskFullError(
            f"Disk full: {layout.root} has {free // 2**20} MB free, the database needs {needed // 2**20} MB."
            " Make room, or set GRIDWARD_DATA to a directory on another disk."
        )


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn what a disk may answer into refusals that name the place."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(place) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR):
            raise refusals.DataNotWritableError(
                f"{place} cannot be written ({error.strerror})."
                " Set GRIDWARD_DATA to a directory you may write to."
            ) from error
        raise


def disk_full(place: Path) -> refusals.DiskFullError:
    """Return the refusal for a disk that filled up while we were writing."""
    return refusals.DiskFullError(
        f"Disk full: there was no room left while writing {place}."
        " Make room, or set GRIDWARD_DATA to a directory on another disk."
    )


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user may read, wholly or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _another_user(path: Path) -> str:
    uid = path.stat().st_uid
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return (
        f"The data directory belongs to user {name}. Run this as {name},"
        " or set GRIDWARD_DATA to a directory of your own."
    )
