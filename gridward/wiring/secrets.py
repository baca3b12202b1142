"""Owns the reading and making of Gridward's own secrets in the data directory. Refuses secrets in the repository."""

import secrets
from contextlib import suppress
from pathlib import Path


def secret_key(data: Path) -> str:
    """Return the key that signs sessions, made on first use in `<data>/secrets/session.key` (mode 0600)."""
    path = data / "secrets" / "session.key"
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError:
        # A command such as `--help` may run where nothing can be written; nothing it signs outlives it.
        return secrets.token_urlsafe(48)
    return path.read_text().strip()
