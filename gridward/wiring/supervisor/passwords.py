"""
Owns the passwords of the database roles: made once, kept in files that only the supervisor's user may read.

Refuses to show them to anybody but `connections` and `roles`; they are in no log, no environment and no
command line.
"""

import secrets

from gridward.wiring.supervisor.layout import Layout, write_private

LOGINS = {"superuser": "gridward_superuser", "owner": "gridward_owner", "app": "gridward_app"}
"""What a caller asks for -> the role that logs in."""


def passwords_make(layout: Layout) -> None:
    """Make each missing password; one that exists is kept."""
    for kind in LOGINS:
        if not (layout.secrets / kind).exists():
            write_private(layout.secrets / kind, secrets.token_urlsafe(32) + "\n")


def password_read(layout: Layout, kind: str) -> str:
    """Return one password. Raises FileNotFoundError before the first start."""
    return (layout.secrets / kind).read_text(encoding="ascii").strip()
