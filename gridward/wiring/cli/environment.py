"""
Owns what the command line reads from the environment before Django is there: data directory, address,
database.

Refuses values that make no sense with one line instead of a stack trace from deep below.
"""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from gridward.wiring.cli.problems import USAGE, CommandError

DEFAULT_DATA = ".gridward"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = "8420"


@dataclass(frozen=True)
class Environment:
    """Where this command works."""

    data: Path
    host: str
    port: int
    database_url: str

    @property
    def embedded(self) -> bool:
        """Whether the database is our own embedded one."""
        return not self.database_url

    @property
    def url(self) -> str:
        """The address a browser on this machine opens."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


def environment_read() -> Environment:
    """Return the environment of this command, or refuse a value in it."""
    port = os.environ.get("GRIDWARD_PORT", "") or DEFAULT_PORT
    if not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
        raise CommandError(
            f"GRIDWARD_PORT is {port!r}, not a port number.", code="settings.wrong", exit_code=USAGE
        )
    data = Path(os.environ.get("GRIDWARD_DATA", "") or DEFAULT_DATA).expanduser().resolve()
    # Settings and child processes read these again, perhaps from another working directory.
    os.environ["GRIDWARD_DATA"] = str(data)
    os.environ["GRIDWARD_PORT"] = port
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridward.wiring.settings")
    return Environment(
        data=data,
        host=os.environ.get("GRIDWARD_HOST", "") or DEFAULT_HOST,
        port=int(port),
        database_url=os.environ.get("DATABASE_URL", ""),
    )


def port_check(environment: Environment) -> None:
    """Refuse when somebody else already listens on our port."""
    family = socket.AF_INET6 if ":" in environment.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((environment.host, environment.port))
            probe.listen(1)
    except OSError as error:
        raise CommandError(
            f"Port {environment.port} on {environment.host} cannot be used ({error.strerror})."
            " Stop what uses it, or set GRIDWARD_PORT to another number.",
            code="port.taken",
        ) from error


def terminal_language() -> str:
    """Return the language of whoever sits at the terminal; English when we do not speak it."""
    wish = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not wish.lower().startswith("zh"):
        return "en"
    return "zh-hant" if any(place in wish for place in ("TW", "HK", "MO", "Hant")) else "zh-hans"
