"""
One real PostgreSQL for the whole run, in a data directory of its own, and the people of the tests.

The connection of a test logs in as the owner and steps down to `gridward_app` at once, so that the code under test
has the rights it has in production, and a test can still arrange by stepping up (`with owner(): ...`).
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.signals import connection_created
from django.test import Client
from django.utils import translation

from gridward.governance import api as governance
from gridward.wiring.supervisor import Supervisor
from tests import people
from tests.chromium import browser
from tests.examples import profile_load
from tests.settled import DATA

__all__ = ["browser"]  # a fixture, for everybody


profile_load()
#: The longest way through the house goes first, so that no process waits for it at the end.
FIRST = ("tests/journeys/test_the_walk.py", "tests/journeys/", "tests/wiring/")


@pytest.hookimpl(tryfirst=True)  # before the choice by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; `--dist loadfile` keeps the tests of one file in one process."""

    def rank(item: pytest.Item) -> int:
        return next((place for place, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST))

    items.sort(key=rank)
    for item in items:
        # Whoever commits needs a copy of the database, and half a second for it.
        if {"fresh_database", "world"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Let the collector leave alone what stays to the end: a million objects of twelve thousand tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def in_english(django_test_environment: None) -> None:
    """Let what is made once for all tests be made in English: pytest-django begins without a language."""
    translation.activate("en")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin every test in English, whatever page the last one opened."""
    translation.activate("en")


def _step_down(connection: object, **_kwargs: object) -> None:
    if getattr(connection, "alias", "") == "default":
        with connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("set role gridward_app")


#: The database the connections lead to, and the worlds found so far: databases with what many tests begin with.
_pointed: list[str] = [""]
_founded: dict[str, governance.OrderView] = {}
PLAIN = "gridward"
WORLDS = {"street": "with_street", "order": "with_order"}


def point_at(database: str, supervisor: Supervisor) -> None:
    """Let Django's two connections lead to a database of the test cluster, both logged in as the owner."""
    connections.close_all()
    _pointed[0] = database
    entry = supervisor.connection("owner", database=database).django()
    for alias in ("default", "owner"):
        settings.DATABASES[alias].update(entry)
        connections[alias].settings_dict.update(entry)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Supervisor]:
    """A running cluster in the data directory of this run."""
    supervisor = Supervisor(DATA, durable=False)
    supervisor.start()
    yield supervisor
    connections.close_all()
    supervisor.stop()
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(cluster: Supervisor, django_db_blocker: object) -> None:
    """Migrate as the owner and import the city, committed, once."""
    connection_created.connect(_step_down)
    # The real hash is slow on purpose; a run makes hundreds of accounts.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_at("gridward", cluster)
        call_command("migrate", database="owner", verbosity=0)
        people.found_city()
        connections.close_all()


@pytest.fixture(scope="session")
def world_of(
    cluster: Supervisor,
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], None]:
    """Lead the connections to the database in which a world (`order`, `street`) is committed, founding it once."""

    def lead(world: str) -> None:
        name = WORLDS.get(world, PLAIN)
        if _pointed[0] == name or _pointed[0] not in (PLAIN, *WORLDS.values()):
            return
        if world and name not in _founded:
            connections.close_all()
            cluster.database_copy(name, template=PLAIN)
        point_at(name, cluster)
        if world and name not in _founded:
            with django_db_blocker.unblock():  # type: ignore[attr-defined]
                _founded[name] = people.signed_order(lasts=timedelta(days=14))
                if world == "street":
                    people.found_street(_founded[name], tmp_path_factory.mktemp(world))

    return lead


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Before a test's transaction opens, see that it opens in the database with the test's world."""
    if fixturedef.argname == "_django_db_helper":
        wanted = next((world for world in WORLDS if world in request.fixturenames), "")
        alone = request.node.get_closest_marker("own_order") is not None
        request.getfixturevalue("world_of")("" if alone else wanted)


@pytest.fixture
def fresh_database(cluster: Supervisor, django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """A copy of the database with the city, for tests that commit, kill or open several connections."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        name = f"copy_{os.urandom(4).hex()}"
        connections.close_all()
        cluster.database_copy(name, template="gridward")
        point_at(name, cluster)
        try:
            yield name
        finally:
            point_at("gridward", cluster)
            cluster.database_drop(name)


@pytest.fixture
def owner() -> Callable[[], AbstractContextManager[None]]:
    """Step up to the owner for the length of a block, to arrange or to look behind the walls."""
    return people.as_owner


@pytest.fixture
def city(db: None) -> people.City:
    """The real tree with a few synthetic grids in 新街口街道, imported once for the run."""
    return people.city()


@pytest.fixture
def order(city: people.City) -> object:
    """An active order over the whole city, twice signed, for case_finding and home_service."""
    return _founded.get(_pointed[0]) or people.signed_order(lasts=timedelta(days=14))


@pytest.fixture
def actor_of(city: people.City) -> Callable[..., object]:
    """Make an account with one role and a session: `actor_of("grid_worker", "320102003015001")`."""
    return people.actor_of


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """Sign an actor in and return the client: the front door."""
    return people.client_of


@pytest.fixture
def street(order: governance.OrderView, tmp_path: Path) -> governance.OrderView:
    """Four synthetic people behind three doors, registered under the order; three departments' channels."""
    if _pointed[0] != WORLDS["street"]:
        people.found_street(order, tmp_path)
    return order
