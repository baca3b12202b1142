"""
Owns the files of lists that came in: plain until they are resolved, sealed while somebody has to look first.

Both are for this user alone and gone within a day. Refuses to know what is in them.
"""

import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from gridward.kernel.sealing import SealedFile, Sealer, seal_file

INBOX_KEEPS = timedelta(days=1)


def inbox_path(batch_id: UUID) -> Path:
    """Return where a received list lies until it is resolved; it is deleted then."""
    return Path(settings.DATA) / "inbox" / str(batch_id)


def sealed_path(batch_id: UUID) -> Path:
    """Return where a list lies that waits for somebody to say which of its columns is what."""
    return inbox_path(batch_id).with_suffix(".sealed")


def inbox_clear(batch_id: UUID) -> None:
    """Delete a list's file, plain or sealed, once what became of the list is committed."""

    def gone() -> None:
        inbox_path(batch_id).unlink(missing_ok=True)
        sealed_path(batch_id).unlink(missing_ok=True)

    transaction.on_commit(gone)


def inbox_sweep(now: datetime) -> int:
    """Delete files that nobody resolved within a day, or whose list was rolled back; return how many."""
    oldest = (now - INBOX_KEEPS).timestamp()
    stale = 0
    for path in inbox_path(UUID(int=0)).parent.glob("*"):
        # A list that is resolved at this moment takes its file away under our eyes.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
                stale += 1
    return stale


def keep(path: Path, batch_id: UUID) -> None:
    """Keep a received file until its list is resolved."""
    kept = inbox_path(batch_id)
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    kept.touch(mode=0o600)
    shutil.copyfile(path, kept)


def keep_sealed(path: Path, batch_id: UUID, *, head: bytes, sealer: Sealer) -> None:
    """Keep a file under the order's key until somebody has looked; `head` is what they look at."""
    kept = sealed_path(batch_id)
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("rb") as body:
        seal_file(sealer, kept, name=str(batch_id), head=head, body=body)


def sealed_head(batch_id: UUID, sealer: Sealer) -> bytes | None:
    """Return what there is to look at, or None when the file is gone."""
    path = sealed_path(batch_id)
    try:
        return SealedFile(sealer, path, name=str(batch_id)).head()
    except FileNotFoundError:
        return None


def unseal(batch_id: UUID, sealer: Sealer) -> bool:
    """Put a sealed list where it is resolved from; False when it is gone."""
    try:
        SealedFile(sealer, sealed_path(batch_id), name=str(batch_id)).unseal(inbox_path(batch_id))
    except FileNotFoundError:
        return False
    transaction.on_commit(lambda: sealed_path(batch_id).unlink(missing_ok=True))
    return True
