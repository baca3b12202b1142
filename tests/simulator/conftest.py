"""One city of each size for all tests of one process."""

import pytest

from tests.simulator import cities
from tests.simulator.cities import Files

SCALES = [
    pytest.param("street", id="street"),
    pytest.param("district", id="district", marks=pytest.mark.heavy),
    pytest.param("city", id="whole", marks=pytest.mark.heavy),
]


@pytest.fixture(scope="session")
def made() -> dict[str, Files]:
    """The cities that this process has made so far, by scale: files of tests take turns with the scales."""
    return {}


@pytest.fixture(params=SCALES)
def city(
    request: pytest.FixtureRequest, made: dict[str, Files], tmp_path_factory: pytest.TempPathFactory
) -> Files:
    """The files of a synthetic city, at three scales; its data directory is the process's own."""
    scale = request.param
    if scale not in made:
        made[scale] = Files(cities.write(scale, tmp_path_factory.mktemp(scale, numbered=False)))
    return made[scale]
