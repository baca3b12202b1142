"""The worlds of R3, made once a module, each in a copy of the database."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from django.db import connections, transaction

from gridward.wiring.supervisor import Supervisor
from tests.conftest import point_at
from tests.house import world as worlds

T = TypeVar("T")


@contextmanager
def copied_city(cluster: Supervisor, blocker: object, found: Callable[[], T]) -> Iterator[T]:
    """Found something in a copy of the city and commit it; what a test changes is rolled back by `db`."""
    with blocker.unblock():  # type: ignore[attr-defined]
        name = f"world_{os.urandom(4).hex()}"
        connections.close_all()
        cluster.database_copy(name, template="gridward")
        point_at(name, cluster)
        try:
            with transaction.atomic():
                made = found()
            connections.close_all()
        except BaseException:
            point_at("gridward", cluster)
            raise
    yield made
    with blocker.unblock():  # type: ignore[attr-defined]
        point_at("gridward", cluster)
        cluster.database_drop(name)


@pytest.fixture(scope="module")
def world(
    cluster: Supervisor,
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[worlds.World]:
    """A family, three departments and everybody, committed in a database of its own."""
    with copied_city(
        cluster, django_db_blocker, lambda: worlds.found(tmp_path_factory.mktemp("world"))
    ) as made:
        yield made
