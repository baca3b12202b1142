"""Which model city a data directory holds, and whether the disk has room for it, asked before anything is made."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from gridward.wiring.cli import demo_scale
from gridward.wiring.cli.demo_scale import Scale, scale_choose, scale_held, scale_write
from gridward.wiring.cli.environment import Environment
from gridward.wiring.cli.problems import ENVIRONMENT, USAGE, CommandError


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def here(tmp_path: Path) -> Environment:
    return Environment(data=tmp_path / "data", host="127.0.0.1", port=8420, database_url="")


def begun(environment: Environment, chosen: Scale) -> None:
    environment.data.mkdir()
    scale_write(environment.data, chosen)


def test_a_new_directory_gets_what_is_asked_for_and_the_street_when_nothing_is(here: Environment) -> None:
    assert scale_choose(here, None, None) == Scale("street", 1)
    assert scale_choose(here, "district", 7) == Scale("district", 7)
    assert not here.data.exists(), "asking makes nothing"


def test_a_directory_goes_on_with_what_it_holds(here: Environment) -> None:
    begun(here, Scale("district", 7))

    assert scale_choose(here, None, None) == Scale("district", 7)
    assert scale_choose(here, "district", None) == Scale("district", 7)


@pytest.mark.parametrize(("scale", "seed"), [("city", None), ("street", None), (None, 8), ("district", 8)])
def test_another_model_city_than_the_directory_holds_is_refused_in_words(
    here: Environment, scale: str | None, seed: int | None
) -> None:
    begun(here, Scale("district", 7))

    with pytest.raises(CommandError) as refused:
        scale_choose(here, scale, seed)

    assert (refused.value.code, refused.value.exit_code) == ("scale.held", USAGE)
    assert "holds the model district of seed 7" in str(refused.value)
    assert scale_held(here.data) == Scale("district", 7)


def test_a_directory_from_before_there_were_scales_holds_the_street(here: Environment) -> None:
    (here.data / "model-city").mkdir(parents=True)
    (here.data / "model-city" / "grids.csv").touch()

    assert scale_held(here.data) == Scale("street", 1)
    with pytest.raises(CommandError):
        scale_choose(here, "city", None)


def test_a_disk_without_room_is_refused_before_anything_is_made(
    here: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, 5 * 10**9))

    with pytest.raises(CommandError) as refused:
        scale_choose(here, "city", None)

    assert (refused.value.code, refused.value.exit_code) == ("disk.small", ENVIRONMENT)
    assert "takes about 12.7 GB" in str(refused.value) and "5.0 GB free" in str(refused.value)
    assert not here.data.exists()
    assert scale_choose(here, "district", None).scale == "district", "a smaller one fits"


def test_what_is_there_already_needs_no_room_again(
    here: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(here, Scale("district", 1))
    monkeypatch.setattr(demo_scale, "MEGABYTES", {"district": (1, 2)})
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, 2 * 10**6))
    with pytest.raises(CommandError):
        scale_choose(here, None, None)

    (here.data / "residents.csv").write_bytes(bytes(1_100_000))

    assert scale_choose(here, None, None).scale == "district"


def test_a_database_elsewhere_takes_no_room_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Environment(tmp_path, "127.0.0.1", 8420, "postgresql://app@elsewhere/city")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, 4 * 10**9))

    assert scale_choose(elsewhere, "city", None).scale == "city"
