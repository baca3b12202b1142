"""The desk of the small street, founded once a module in a copy of the city; what a test does is rolled back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridward.dispatch.models import Task
from gridward.kernel.actor import Actor
from gridward.wiring.supervisor import Supervisor
from tests import people
from tests.dispatch.desk import MOTHER, STUDENT, Desk, moment
from tests.dispatch.scene import Scene
from tests.house.conftest import copied_city


@pytest.fixture(scope="module")
def founded(
    cluster: Supervisor,
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    """The street under an order, with a responsible worker in its first grid."""
    with copied_city(
        cluster, django_db_blocker, lambda: Desk.founded(tmp_path_factory.mktemp("street"))
    ) as made:
        yield made


@pytest.fixture
def desk(founded: Desk, db: None, tmp_path: Path) -> Desk:
    """The desk on its first morning."""
    return Desk(founded.order, founded.worker, tmp_path, founded.officer)


@pytest.fixture
def family(desk: Desk) -> Task:
    """The family of whom two departments ask."""
    desk.list_comes("health-list", STUDENT, MOTHER, at=moment(12))
    desk.list_comes("police-list", STUDENT, at=moment(12))
    return desk.task()


@pytest.fixture
def officer(desk: Desk) -> Actor:
    """The officer of their community."""
    return people.actor_of("community_officer", people.city().chengxianjie)


@pytest.fixture(scope="module")
def founded_scene(
    cluster: Supervisor,
    django_db_setup: None,
    django_db_blocker: object,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    """What rises, whistles and is supervised, once for a module that asks for no desk."""
    folder = tmp_path_factory.mktemp("street")
    with copied_city(cluster, django_db_blocker, lambda: Scene(Desk.founded(folder))) as made:
        yield made


@pytest.fixture
def scene(founded_scene: Scene, db: None) -> Scene:
    """The scene, at which nobody has signed in."""
    return founded_scene.entered()
