"""`gridward simulate city`, as a person types it: what it makes, and its words when it cannot."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from gridward.wiring.cli import main
from tests.simulator.streets import table

pytestmark = pytest.mark.slow

COMMUNITY = "320102003015"


@pytest.fixture
def gridward(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Run a command in this process; give (exit code, what it said, what it complained about)."""
    monkeypatch.setenv("GRIDWARD_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("GRIDWARD_PORT", "8420")

    def run(*words: object) -> tuple[int, str, str]:
        try:
            code = main(["simulate", "city", *map(str, words)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        return code, *capsys.readouterr()

    return run


def test_a_community_of_a_street_is_made_and_each_file_is_named(gridward, tmp_path: Path) -> None:
    out = tmp_path / "new" / "city"

    code, said, complained = gridward("--out", out, "--street", COMMUNITY, "--seed", 5)

    assert code == 0
    # Only how far it is may be said beside the result, and only where that takes long.
    assert [line for line in complained.splitlines() if not re.match(r"\[ *\d+\.\d s\] ", line)] == []
    assert {Path(line) for line in said.splitlines()} == {path for path in out.rglob("*") if path.is_file()}
    grids = table(out / "grids.csv")
    assert [row["code"] for row in grids] == [f"{COMMUNITY}{number:03d}" for number in range(1, 10)]
    for file in ("addresses", "residents", "workers"):
        assert {row["area_code"] for row in table(out / f"{file}.csv")} == {row["code"] for row in grids}
    assert table(out / "residents.csv")[0]["address"].startswith("玄武区新街口街道成贤街社区居委会")
    # The day is about these lists and these people.
    sent = {row["file"] for row in table(out / "day" / "arrivals.csv")}
    assert sent == {path.name for path in (out / "lists").iterdir()}
    asked = [row["resident_ref"] for row in table(out / "day" / "answers.csv")]
    assert asked == [row["resident_ref"] for row in table(out / "residents.csv")]


def test_the_same_words_make_the_same_bytes_and_another_seed_another_city(gridward, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    made = {}
    for name, seed in (("new", 5), ("empty", 5), ("other", 6)):
        ended, _said, _complained = gridward("--out", tmp_path / name, "--street", COMMUNITY, "--seed", seed)
        assert ended == 0
        files = (path for path in (tmp_path / name).rglob("*") if path.is_file())
        made[name] = {path.name: path.read_bytes() for path in files}

    assert made["new"] == made["empty"]
    # Codes and names of areas and teams are facts; where they lie and who lives there is invented anew.
    same = {name for name in made["new"] if made["new"][name] == made["other"][name]}
    assert same == {"areas.csv", "grids.csv", "teams.csv"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--scale", "planet"), "invalid choice: 'planet' (choose from 'street', 'district', 'city')"),
        (("--seed", "seven"), "'seven' is no whole number"),
        (("--seed", "-1"), "'-1' is no whole number"),
        (("--seed", "1.5"), "'1.5' is no whole number"),
        (("--seed", "１"), "'１' is no whole number"),
        (("--seed", ""), "'' is no whole number"),
        (("--colour", "red"), "unrecognized arguments"),
        (("--scale", "city", "--street", COMMUNITY), "leave it out. [scale.other]"),
        (("--scale", "street", "--district", "320102"), "leave it out. [scale.other]"),
    ],
)
def test_words_that_mean_nothing_are_a_mistake_of_use(
    gridward, tmp_path: Path, words, complaint: str
) -> None:
    code, said, complained = gridward("--out", tmp_path / "out", *words)

    assert (code, said) == (2, "")
    assert complaint in complained
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("code", ["999", "", "3201", "320102", "320102003015001", "32010200", "新街口街道"])
def test_what_is_neither_a_street_nor_a_community_is_refused(gridward, tmp_path: Path, code: str) -> None:
    ended, said, complained = gridward("--out", tmp_path / "out", "--street", code)

    assert (ended, said) == (3, "")
    assert re.fullmatch(r"gridward: There is no street .* \[area_unknown\]\n", complained)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("code", ["999", "3201", COMMUNITY, "玄武区"])
def test_what_is_no_district_is_refused(gridward, tmp_path: Path, code: str) -> None:
    ended, _said, complained = gridward("--out", tmp_path / "out", "--scale", "district", "--district", code)

    assert ended == 3
    assert re.fullmatch(r"gridward: There is no district .* \[area_unknown\]\n", complained)
    assert not (tmp_path / "out").exists()


def test_a_city_says_what_disk_it_takes_and_refuses_a_smaller_one(
    gridward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 1_000 * 2**20
    monkeypatch.setattr("shutil.disk_usage", lambda place: SimpleNamespace(free=free))

    ended, said, complained = gridward("--out", tmp_path / "new" / "out", "--scale", "city")

    assert (ended, said) == (4, "")
    needed, there = (int(number.replace(",", "")) for number in re.findall(r"([\d,]+) MB", complained))
    assert there == 1_000 < needed < 5_000
    assert complained.endswith("Make room or give --out a folder on another disk. [disk.small]\n")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(gridward, tmp_path: Path) -> None:
    register = tmp_path / "out" / "residents.csv"
    register.parent.mkdir()
    register.write_text("a real register")

    ended, said, complained = gridward("--out", register.parent, "--street", COMMUNITY)

    assert (ended, said) == (2, "")
    assert complained.endswith("Give --out a new or an empty folder. [out.not_empty]\n")
    assert [path.read_text() for path in register.parent.iterdir()] == ["a real register"]


@pytest.mark.parametrize("place", ["file", "file/under"])
def test_a_place_where_nothing_can_be_written_is_one_line(gridward, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("a file")

    ended, said, complained = gridward("--out", tmp_path / place, "--street", COMMUNITY)

    assert (ended, said) == (4, "")
    assert re.fullmatch(r"gridward: [^\n]+ \[file\.unusable\]\n", complained)
    assert (tmp_path / "file").read_text() == "a file"


def test_no_place_is_no_command(gridward) -> None:
    ended, _said, complained = gridward()

    assert ended == 2
    assert "--out" in complained
