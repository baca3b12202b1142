"""One city of each size for all tests of one process."""

import pytest

from tests.simulator import cities
from tests.simulator.cities import Files

SCALES = [
    pytest.param("street", id="street"),
    pytest.param("district", id="district", marks=pytest.mark.slow),
    pytest.param("city", id="whole", marks=pytest.mark.heavy),
]


@pytest.fixture(params=SCALES, scope="session")
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The files of a synthetic city, at three scales; its data directory is the process's own."""
    return Files(cities.write(request.param, tmp_path_factory.mktemp(request.param, numbered=False)))
