"""Makes the data directory and the database of one benchmark, and removes both. Import before Django is set up."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.ready import database_ready, tables_migrate

FOREIGN = ("DATABASE_URL", "DATABASE_OWNER_URL", "GRIDWARD_HEADS_MIRROR", "GRIDWARD_SUITE", "GRIDWARD_DEMO")


@contextmanager
def own_house() -> Iterator[Path]:
    """Have a durable database with all tables, Django pointed at it, in a new directory; yield the directory."""
    data = Path(tempfile.mkdtemp(prefix="gridward-bench-"))
    data.chmod(0o755)  # the database server is another user and must be able to pass
    try:
        with house_at(data):
            yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def house_at(data: Path) -> Iterator[None]:
    """Have the database of a data directory with all tables, and Django pointed at it; the directory stays."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ["GRIDWARD_DATA"] = str(data)
    os.environ["GRIDWARD_PORT"] = str(free_port())
    with database_ready(environment_read()):
        tables_migrate()
        yield


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
