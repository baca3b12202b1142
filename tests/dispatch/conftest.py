"""The desk of the small street."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gridward.governance import api as governance
from gridward.kernel.actor import Actor
from tests import people
from tests.dispatch.desk import Desk


@pytest.fixture
def desk(
    street: governance.OrderView, city: people.City, actor_of: Callable[..., Actor], tmp_path: Path
) -> Desk:
    """The street with a responsible worker in its first grid."""
    worker = actor_of("grid_worker", city.grid, responsible=True)
    return Desk(street, worker, tmp_path, actor_of("intake_officer", city.city))
