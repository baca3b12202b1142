"""
Says how to reach the embedded database as one of its roles. Opens nothing.

The superuser exists for the supervisor alone; pages and jobs log in as `app`, migrations as `owner`.
"""

from dataclasses import dataclass

from psycopg.conninfo import make_conninfo

from gridward.wiring.supervisor.layout import Layout
from gridward.wiring.supervisor.passwords import LOGINS, password_read

DATABASE = "gridward"
PORT = 5432


@dataclass(frozen=True)
class Connection:
    """Where the database is and as whom to enter it. Never print it: it holds the password."""

    host: str
    port: int
    database: str
    user: str
    password: str

    def dsn(self) -> str:
        """Return it as a psycopg connection string."""
        return make_conninfo(
            host=self.host, port=self.port, dbname=self.database, user=self.user, password=self.password
        )

    def django(self) -> dict[str, str]:
        """Return it in the words of Django's DATABASES."""
        return {
            "ENGINE": "gridward.kernel.postgresql",
            "HOST": self.host,
            "PORT": str(self.port),
            "NAME": self.database,
            "USER": self.user,
            "PASSWORD": self.password,
        }

    def __repr__(self) -> str:
        return f"Connection(host={self.host!r}, database={self.database!r}, user={self.user!r})"


def connection_for(layout: Layout, kind: str, *, database: str = DATABASE) -> Connection:
    """
    Return the connection of `superuser`, `owner` or `app`.

    Raises FileNotFoundError before the first start, KeyError for another word. The server need not be
    running.
    """
    return Connection(
        host=str(layout.socket_folder()),
        port=PORT,
        database=database,
        user=LOGINS[kind],
        password=password_read(layout, kind),
    )
