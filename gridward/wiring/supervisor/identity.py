"""
Decides as which user the server runs, and how its directory is named to it.

PostgreSQL refuses to run as root. Root therefore hands the server to an unprivileged user; everybody else
runs it as himself. Refuses to create users: it takes one that exists.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FALLBACK_ID = 65534


@dataclass(frozen=True)
class Identity:
    """The user the server runs as; `dropped` says that root gave up its rights for it."""

    uid: int
    gid: int
    dropped: bool

    def process_arguments(self) -> dict[str, Any]:
        """Return the arguments for `subprocess.Popen` that make the child this user."""
        if not self.dropped:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make the server's user the owner of one path."""
        if self.dropped:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def name_of(self, folder: Path) -> str:
        """
        Return the name under which the server finds a folder that is its working directory.

        The dropped user may be unable to walk to it from the top (a data directory below /root): the kernel's
        link to a process's own working directory asks for no right on the way, and every server process stays
        in there.
        """
        return "/proc/self/cwd" if self.dropped else str(folder)


def identity_choose(cluster: Path) -> Identity:
    """
    Return the user for the server.

    A cluster that exists keeps its user; for a new one root prefers a user called gridward, else nobody.
    """
    if os.geteuid() != 0:
        return Identity(uid=os.geteuid(), gid=os.getegid(), dropped=False)
    if cluster.exists() and cluster.stat().st_uid != 0:
        status = cluster.stat()
        return Identity(uid=status.st_uid, gid=status.st_gid, dropped=True)
    for name in ("gridward", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Identity(uid=entry.pw_uid, gid=entry.pw_gid, dropped=True)
    return Identity(uid=FALLBACK_ID, gid=FALLBACK_ID, dropped=True)


def may_reach(path: Path, identity: Identity) -> bool:
    """Return whether the server's user may walk to a path and read and enter it, judged by modes alone."""
    if not identity.dropped:
        return True
    return all(_may_enter(folder, identity) for folder in (path, *path.parents))


def _may_enter(path: Path, identity: Identity) -> bool:
    status = path.stat()
    if status.st_uid == identity.uid:
        return status.st_mode & 0o500 == 0o500
    if status.st_gid == identity.gid:
        return status.st_mode & 0o050 == 0o050
    return bool(status.st_mode & 0o001)
