"""The check of a synthetic city: a right one passes, and each thing that can be wrong with one is found by name."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gridward.wiring.cli import main
from tests.scripts.loading import load

pytestmark = pytest.mark.slow

COMMUNITY = "320102003015"
check = load("city_check")


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic city of one community, as the command makes it."""
    folder = tmp_path_factory.mktemp("right")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRIDWARD_DATA", str(folder / "data"))
        assert main(["simulate", "city", "--street", COMMUNITY, "--out", str(folder / "city")]) == 0
    return folder / "city"


@pytest.fixture
def city(right: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoiled."""
    return Path(shutil.copytree(right, tmp_path / "city"))


def change(path: Path, number: int, column: int, how: Callable[[str], str], encoding: str = "utf-8") -> None:
    """Change one cell of a csv file; `number` counts physical rows from 1."""
    with path.open(encoding=encoding, newline="") as file:
        rows = list(csv.reader(file))
    rows[number - 1][column] = how(rows[number - 1][column])
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)


def first_clean(city: Path, channel: str) -> int:
    """Return the physical row of the first person whose row in this list has no dirt."""
    with (city / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return next(
            int(row["row_number"]) for row in rows if (row["channel"], row["kind"]) == (channel, "resident")
        )


def test_a_city_that_was_just_made_is_as_it_must_be(right: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = check.main([str(right)])

    said = capsys.readouterr().out
    assert ended == 0
    assert "WRONG" not in said
    assert "ok       about nobody: 0\n" in said
    assert "ok     files read in their department's format: 17\n" in said
    assert "ok     areas, grid: 9\n" in said
    assert said.endswith("everything is as it must be\n")


def spoil_truth(city: Path) -> None:
    change(city / "truth.csv", 2, 2, lambda ref: "R99999999")


def spoil_household(city: Path) -> None:
    change(city / "truth.csv", first_truth_of_a_resident(city), 3, lambda ref: "H9999999")


def first_truth_of_a_resident(city: Path) -> int:
    with (city / "truth.csv").open(encoding="utf-8", newline="") as file:
        return next(number for number, row in enumerate(csv.reader(file), start=1) if row[2].startswith("R"))


def spoil_outsider(city: Path) -> None:
    with (city / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = enumerate(csv.reader(file), start=1)
        number = next(number for number, row in rows if row[2].startswith("outsider"))
    change(city / "truth.csv", number, 5, lambda kind: kind.replace("outsider", "resident"))


def spoil_row(city: Path) -> None:
    change(
        city / "lists" / "农业农村局-返乡人员.csv",
        first_clean(city, "agriculture-returns"),
        0,
        lambda n: "王某某",
    )


def spoil_length(city: Path) -> None:
    path = city / "lists" / "农业农村局-返乡人员.csv"
    path.write_bytes(path.read_bytes().rstrip().rpartition(b"\r\n")[0] + b"\r\n")


def spoil_encoding(city: Path) -> None:
    path = city / "lists" / "卫健委-返宁人员.csv"
    path.write_bytes(path.read_bytes().decode("gb18030").encode("utf-8-sig") + b"\xff")


def spoil_headers(city: Path) -> None:
    change(city / "lists" / "农业农村局-返乡人员.csv", 1, 0, lambda header: "姓氏")


def spoil_place(city: Path) -> None:
    change(city / "checkpoints.csv", 3, 0, lambda ref: "C00001")


def spoil_team(city: Path) -> None:
    change(city / "teams.csv", 2, 3, lambda ref: "W0")


def spoil_day(city: Path) -> None:
    change(city / "day" / "services.csv", 2, 1, lambda ref: "H9999999")


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (spoil_truth, "WRONG    about nobody: 1"),
        (spoil_household, "WRONG    about nobody: 1"),
        (spoil_outsider, "WRONG    about nobody: 1"),
        (spoil_row, "WRONG    that show somebody else: 1"),
        (spoil_length, "WRONG    physical rows in them: "),
        (spoil_encoding, "WRONG  卫健委-返宁人员.csv cannot be read"),
        (spoil_headers, "WRONG  农业农村局-返乡人员.csv cannot be read"),
        (spoil_place, "WRONG  checkpoints: "),
        (spoil_team, "WRONG  teams.leader_ref that lead nowhere: 1"),
        (spoil_day, "WRONG  day/services.household_ref that lead nowhere: 1"),
    ],
)
def test_what_is_wrong_with_a_city_is_found_and_named(
    city: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], None], found: str
) -> None:
    spoil(city)

    ended = check.main([str(city)])

    assert ended == 1
    assert found in capsys.readouterr().out


def test_what_is_no_city_is_a_mistake_of_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (check.main([]), check.main([str(tmp_path)])) == (2, 2)

    assert capsys.readouterr().err.count("usage: city_check.py FOLDER") == 2
