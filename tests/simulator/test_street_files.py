"""The street as files: bytes, encodings, columns, and all of them or none."""

import csv
import errno
import json
import resource
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from simulator.city.words import KNOWN_ROADS
from simulator.street import Street, make_street, write_street
from simulator.street.dirt import Line
from tests.simulator.streets import department_rows, ground, plain, street, table

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


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
    assert len(first) == 7
    other = contents(tmp_path / "other")
    assert other.keys() == first.keys()
    assert [name for name in first if first[name] == other[name]] == []


def test_a_folder_gets_its_files_and_nothing_else(files: dict[str, Path]) -> None:
    folder = files["truth"].parent

    assert sorted(path.name for path in folder.iterdir()) == [
        "addresses.csv", "lists", "residents.csv", "truth.csv", "workers.csv",
    ]  # fmt: skip
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


def test_every_truth_points_to_a_row_of_its_list_and_every_row_back(files: dict[str, Path]) -> None:
    residents = {row["resident_ref"]: row for row in table(files["residents"])}
    truths = table(files["truth"])

    for channel in ("health-returnees", "transport-contacts", "police-returnees"):
        rows = {number: plain(row) for number, row in department_rows(files[channel]).items()}
        mine = {int(truth["row_number"]): truth for truth in truths if truth["channel"] == channel}
        assert rows.keys() == mine.keys()
        clean = [number for number, truth in mine.items() if truth["kind"] == "resident"]
        assert len(clean) > 10
        for number in clean:
            resident = residents[mine[number]["resident_ref"]]
            for column in ("name", "id_number", "phone"):
                assert rows[number][column] == resident[column]
            assert rows[number]["address"] == "南京市" + resident["address"]


def test_each_list_is_in_the_encoding_its_department_uses(files: dict[str, Path]) -> None:
    health = files["health-returnees"].read_bytes()
    police = files["police-returnees"].read_bytes()

    with pytest.raises(UnicodeDecodeError):
        health.decode("utf-8")
    assert health.decode("gb18030").startswith("序号,姓名,证件号码,手机号,现住址,备注\r\n")
    assert police.decode("utf-8").startswith("[")
    assert "\\u" not in police.decode("utf-8")
    assert {tuple(row) for row in json.loads(police)} == {("name", "id_number", "phone", "address")}


def test_the_serial_numbers_of_the_health_list_run_without_holes(files: dict[str, Path]) -> None:
    rows = list(csv.DictReader(files["health-returnees"].read_bytes().decode("gb18030").splitlines()))

    assert [row["序号"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]


def test_the_workbook_has_titles_above_its_header_and_its_numbers_are_texts(files: dict[str, Path]) -> None:
    sheet = load_workbook(files["transport-contacts"])["名单"]

    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:D1", "A2:D2"]
    assert "演练" in sheet["A1"].value
    assert [cell.value for cell in sheet[3]] == ["旅客姓名", "身份证号码", "联系电话", "居住地址"]
    cells = [cell for row in sheet.iter_rows(min_row=4) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_workbook_tells_no_time_of_its_making(files: dict[str, Path]) -> None:
    with ZipFile(files["transport-contacts"]) as book:
        assert {entry.date_time for entry in book.infolist()} == {(2020, 2, 14, 0, 0, 0)}
        assert b"created" not in book.read("docProps/core.xml")


HOSTILE = ('张"三', "1,2", "15400000001\n", "一号\t楼,二单元")


def test_commas_quotes_and_line_ends_survive_every_format(tmp_path: Path) -> None:
    made = street(1)
    lists = tuple(replace(department, lines=(Line(*HOSTILE),)) for department in made.lists)

    files = write_street(replace(made, lists=lists), tmp_path, places=ground().places)

    text = files["health-returnees"].read_bytes().decode("gb18030")
    (_header, row) = csv.reader(text.splitlines(keepends=True), strict=True)
    assert tuple(row[1:5]) == HOSTILE
    assert tuple(json.loads(files["police-returnees"].read_bytes())[0].values()) == HOSTILE
    sheet = load_workbook(files["transport-contacts"])["名单"]
    assert tuple(cell.value for cell in sheet[4]) == HOSTILE


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


def test_an_independent_reader_needs_no_part_of_the_street(files: dict[str, Path]) -> None:
    # Reading the files alone gives the same figures as the street they were written from.
    made: Street = street(1)
    listed = sum(len(department_rows(files[department.shape.channel])) for department in made.lists)

    assert listed == len(table(files["truth"])) == len(made.truths)
    assert len({row["household_ref"] for row in table(files["residents"])}) == len(
        {person.household_ref for person in made.people}
    )
