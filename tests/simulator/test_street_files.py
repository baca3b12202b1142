"""The street as files: bytes, encodings, columns, and all of them or none."""

import errno
import resource
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.city.words import KNOWN_ROADS
from simulator.street import make_street, write_street
from tests.simulator import cities
from tests.simulator.streets import ground, street, table

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DAY_FILES = {f"{name}.csv" for name in cities.DAY} | {f"{name}.parquet" for name in cities.LARGE}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_street(street(1), tmp_path_factory.mktemp("street"), places=ground().places)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_same_seed_gives_the_same_bytes_in_every_file(tmp_path: Path, files: dict[str, Path]) -> None:
    again = make_street(ground().grids, ground().places, seed=1)
    write_street(again, tmp_path / "again", places=ground().places)
    write_street(street(2), tmp_path / "other", places=ground().places)
    first = contents(files["truth"].parent)

    assert contents(tmp_path / "again") == first
    assert len(first) == 5 + 17 + 2 + len(DAY_FILES)
    other = contents(tmp_path / "other")
    assert other.keys() == first.keys()
    assert [name for name in first if first[name] == other[name]] == []


def test_a_folder_gets_its_files_and_nothing_else(files: dict[str, Path]) -> None:
    folder = files["truth"].parent

    assert sorted(path.name for path in folder.iterdir()) == [
        "addresses.csv", "checkpoints.csv", "day", "lists", "premises.csv", "residents.csv", "truth.csv",
        "truth.parquet", "workers.csv",
    ]  # fmt: skip
    assert {path.name for path in (folder / "day").iterdir()} == DAY_FILES
    assert {path for path in folder.rglob("*") if path.is_file()} == set(files.values())


def test_the_register_file_has_one_row_for_each_resident_and_leads_to_the_door(
    files: dict[str, Path],
) -> None:
    rows = table(files["residents"])
    people = street(1).people

    assert [row["resident_ref"] for row in rows] == [person.resident_ref for person in people]
    for row, person in zip(rows, people, strict=True):
        assert row["id_kind"] == ("01" if row["id_number"] else "")
        assert row["address"] == ground().places[person.area_code] + person.door.short
        assert (row["name"], row["phone"], row["household_ref"]) == (
            person.name,
            person.phone,
            person.household_ref,
        )


def test_no_household_is_in_two_grids_and_all_grids_are_known(files: dict[str, Path]) -> None:
    rows = table(files["residents"])
    codes = {grid.code for grid in ground().grids}
    where = {(row["household_ref"], row["area_code"]) for row in rows}

    assert {code for _household, code in where} == codes
    assert max(Counter(household for household, _code in where).values()) == 1


def test_the_address_book_holds_every_door_with_a_position(files: dict[str, Path]) -> None:
    rows = table(files["addresses"])
    doors = {door.short for door in street(1).doors}

    assert len(rows) == len(street(1).doors)
    assert all(118.7 < float(row["longitude"]) < 118.9 and 32 < float(row["latitude"]) < 32.1 for row in rows)
    written = {
        f"{row['road']}{row['number']}号{row['compound']}"
        + (f"{row['building']}幢{row['unit']}单元{row['room']}室" if row["building"] else "")
        for row in rows
    }
    assert written == doors
    assert set(KNOWN_ROADS[:1]) < {row["road"] for row in rows}


def test_the_roster_file_names_one_responsible_worker_a_grid(files: dict[str, Path]) -> None:
    rows = table(files["workers"])

    responsible = Counter(row["area_code"] for row in rows if row["responsible"] == "yes")
    assert responsible == Counter({grid.code: 1 for grid in ground().grids})
    assert {row["role"] for row in rows} == {"grid_worker"}


def test_written_again_into_the_same_folder_replaces_what_was_there(tmp_path: Path) -> None:
    write_street(street(2), tmp_path, places=ground().places)
    (tmp_path / "notes.txt").write_text("mine")

    files = write_street(street(1), tmp_path, places=ground().places)

    assert len(table(files["residents"])) == len(street(1).people)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_street_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    unwritable = street(1).people[0]
    broken = replace(street(1), people=(replace(unwritable, name="\ud800"),))

    with pytest.raises(UnicodeEncodeError):
        write_street(broken, tmp_path / "city" / "street", places=ground().places)

    assert list(tmp_path.iterdir()) == []


def test_a_street_that_cannot_be_written_leaves_the_one_that_is_there(tmp_path: Path) -> None:
    write_street(street(1), tmp_path, places=ground().places)
    before = contents(tmp_path)
    broken = replace(street(2), people=(replace(street(2).people[0], name="\ud800"),))

    with pytest.raises(UnicodeEncodeError):
        write_street(broken, tmp_path, places=ground().places)

    assert contents(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


FULL_DISK = """
import errno, resource, sys
from pathlib import Path
from simulator.street import write_street
from tests.simulator import cities
from tests.simulator.streets import ground, street
made = street(1)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    write_street(made, Path(sys.argv[1]), places=ground().places)
except OSError as error:
    sys.exit(errno.errorcode[error.errno])
"""


def test_a_disk_that_fills_up_leaves_nothing_half_made(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "street"), "200000"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stderr.strip() == errno.errorcode[errno.EFBIG]
    assert list(tmp_path.iterdir()) == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
