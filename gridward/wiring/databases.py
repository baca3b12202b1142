"""
Owns how the rooms reach PostgreSQL: `default` as the role that owns nothing, `owner` for migrations only.

With DATABASE_URL any PostgreSQL >= 15 is used (DATABASE_OWNER_URL for migrations); else the embedded one, through
the socket and the secrets its supervisor keeps in the data directory.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from gridward.wiring.supervisor.connections import DATABASE, connection_for
from gridward.wiring.supervisor.layout import Layout


def databases(data: Path) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES."""
    if url := os.environ.get("DATABASE_URL"):
        return {
            "default": from_url(url),
            "owner": from_url(os.environ.get("DATABASE_OWNER_URL", url)),
        }
    return {"default": embedded(data, "app"), "owner": embedded(data, "owner")}


def embedded(data: Path, kind: str, *, database: str = DATABASE) -> dict[str, Any]:
    """Return the connection as `app` or `owner` to the embedded cluster in a data directory."""
    try:
        connection = connection_for(Layout(data), kind, database=database)
    except FileNotFoundError:
        # Before the first start there is no password yet; nothing but `--help` and checks runs then.
        return _entry(
            NAME=database, USER=f"gridward_{kind}", PASSWORD="", HOST=str(data / "run"), PORT="5432"
        )
    return _entry(**connection.django())


def from_url(url: str) -> dict[str, Any]:
    """Return the connection a `postgresql://user:secret@host:port/name?option=value` URL describes."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return _entry(
        NAME=unquote(parts.path.lstrip("/")),
        USER=unquote(parts.username or ""),
        PASSWORD=unquote(parts.password or ""),
        HOST=query.pop("host", parts.hostname or ""),
        PORT=str(query.pop("port", parts.port or 5432)),
        OPTIONS=query,
    )


def _entry(**values: Any) -> dict[str, Any]:
    return {
        "ENGINE": "gridward.kernel.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        **values,
    }
