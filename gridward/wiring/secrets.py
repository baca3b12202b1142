"""Owns the reading and making of Gridward's own secrets in the data directory. Refuses secrets in the repository."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def secret_key(data: Path) -> str:
    """Return the key that signs sessions, made on first use in `<data>/secrets/session.key` (mode 0600)."""
    path = data / "secrets" / "session.key"
    with suppress(FileNotFoundError, NotADirectoryError):
        return path.read_text().strip()
    try:
        _make(path)
    except OSError:
        # A command such as `--help` may run where nothing can be written; nothing it signs outlives it.
        return secrets.token_urlsafe(48)
    return path.read_text().strip()


def _make(path: Path) -> None:
    """Make the key whole or not at all: a process that starts at the same time finds the same one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".session.key-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        Path(fresh).unlink()
