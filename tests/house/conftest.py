"""The world of R3, made once a module in a copy of the database."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections, transaction

from gridward.wiring.supervisor import Supervisor
from tests.conftest import point_at
from tests.house import world as worlds


@pytest.fixture(scope="module")
def world(
    cluster: Supervisor,
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[worlds.World]:
    """A committed world in a database of its own; what a test changes is rolled back by `db`."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        name = f"world_{os.urandom(4).hex()}"
        connections.close_all()
        cluster.database_copy(name, template="gridward")
        point_at(name, cluster)
        try:
            folder: Path = tmp_path_factory.mktemp("world")
            with transaction.atomic():
                made = worlds.found(folder)
            connections.close_all()
        except BaseException:
            point_at("gridward", cluster)
            raise
    yield made
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_at("gridward", cluster)
        cluster.database_drop(name)
