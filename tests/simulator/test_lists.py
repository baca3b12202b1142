"""Seventeen departments' lists, read back by other people's readers and held against register and truth."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from gridward.country.api import pack
from simulator.lists import KINDS, SHAPES, ListShape, Written, write_lists
from simulator.lists.departments import PERSON
from simulator.lists.outsiders import ELSEWHERE
from simulator.street import write_street
from simulator.street.write import RESIDENT_COLUMNS
from tests.simulator.streets import ground, passes_gb11643, street, table

CN = pack("cn")
ROWS = 6_000
Row = dict[str, str]


def text_rows(shape: ListShape, text: str) -> dict[int, Row]:
    lines = list(csv.reader(text.splitlines(), strict=True))
    top = len(shape.titles) + len(shape.groups[:1])
    assert lines[top] == list(shape.headers)
    return {
        number: dict(zip(lines[top], line, strict=True))
        for number, line in enumerate(lines[top + 1 :], start=top + 2)
    }


def sheet_rows(path: Path, shape: ListShape) -> dict[int, Row]:
    sheet: Any = load_workbook(path)["名单"]
    values = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    top = values.index(list(shape.headers))
    return {
        number: dict(zip(values[top], row, strict=True))
        for number, row in enumerate(values[top + 1 :], start=top + 2)
    }


def read_back(path: Path, shape: ListShape) -> dict[int, Row]:
    """Read one list as a clerk's program would: physical row -> header -> cell."""
    if path.suffix == ".xlsx":
        return sheet_rows(path, shape)
    if path.suffix == ".json":
        found = json.loads(path.read_text(encoding="utf-8"))
        return dict(enumerate(found["rows"] if shape.format == "json-rows" else found, start=1))
    return text_rows(shape, path.read_bytes().decode(shape.format))


def person(shape: ListShape, row: Mapping[str, str]) -> Row:
    """The four fields of a person under one name each, whatever the department calls them."""
    return {source: row[header] for header, source in shape.columns if source in PERSON}


@dataclass(frozen=True)
class Made:
    """A street, the lists about it, and both sides of every row."""

    written: Written
    residents: dict[str, Row]
    said: dict[tuple[str, int], Row]
    truth: dict[tuple[str, int], Row]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("street")
    return write_street(street(1), folder, places=ground().places)["residents"]


@pytest.fixture(scope="module")
def made(register: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    written = write_lists(register, tmp_path_factory.mktemp("lists"), seed=3, rows=ROWS)
    said = {}
    for shape in SHAPES:
        (path,) = written.lists[shape.channel]
        for number, row in read_back(path, shape).items():
            said[shape.channel, number] = person(shape, row)
    truth = {(row["channel"], int(row["row_number"])): row for row in table(written.truth)}
    return Made(written, {row["resident_ref"]: row for row in table(register)}, said, truth)


def kinds_of(truth: Row) -> set[str]:
    return set(truth["kind"].split("+")[1:])


def test_every_row_of_every_list_has_one_truth_and_every_truth_its_row(made: Made) -> None:
    assert made.said.keys() == made.truth.keys()
    assert len(table(made.written.truth)) == len(made.truth) == ROWS == sum(made.written.rows.values())
    assert {row["file"] for row in made.truth.values()} == {shape.filename for shape in SHAPES}
    assert Counter(channel for channel, _number in made.said) == made.written.rows


def test_every_row_is_about_a_resident_where_the_register_says_or_about_a_declared_outsider(
    made: Made,
) -> None:
    elsewhere = set()
    for key, truth in made.truth.items():
        base = truth["kind"].partition("+")[0]
        if base == "resident":
            lives = made.residents[truth["resident_ref"]]
            assert (truth["household_ref"], truth["area_code"]) == (
                lives["household_ref"],
                lives["area_code"],
            )
            continue
        assert truth["resident_ref"].startswith("outsider:X") and truth["household_ref"] == ""
        assert base in ("outsider_here", "outsider_elsewhere")
        assert (truth["area_code"] == "") == (base == "outsider_elsewhere")
        if base == "outsider_elsewhere" and not kinds_of(truth) & {"no_name", "wrong_column", "dropped_word"}:
            elsewhere.add(made.said[key]["address"])

    assert elsewhere == set(ELSEWHERE)
    outside = sum(truth["resident_ref"].startswith("outsider:") for truth in made.truth.values())
    assert 0.06 < outside / ROWS < 0.09


def test_a_clean_row_says_what_the_register_says_behind_the_name_of_the_city(made: Made) -> None:
    clean = 0
    for key, truth in made.truth.items():
        if truth["kind"] == "resident":
            lives = made.residents[truth["resident_ref"]]
            expected = {name: lives[name] for name in ("name", "id_number", "phone")}
            assert made.said[key] == expected | {"address": "南京市" + lives["address"]}
            clean += 1

    assert clean > ROWS / 6


#: Which kinds may change a field; whatever else differs from the register is dirt nobody declared.
TOUCHES = {
    "name": {"homophone", "dropped_character", "title", "spaces", "no_name"},
    "id_number": {"swapped_digits", "cut_id", "rounded_id", "old_id", "no_id", "full_width", "spaces"},
    "phone": {"old_phone", "no_phone", "full_width", "country_code", "dashes", "wrong_column", "no_name"},
    "address": {"short_address", "dropped_word", "wrong_column", "no_name"},
}


def test_dirt_that_is_seen_is_named_and_dirt_that_is_named_is_seen(made: Made) -> None:
    for key, truth in made.truth.items():
        if not truth["household_ref"]:
            continue
        lives = dict(made.residents[truth["resident_ref"]])
        lives["address"] = "南京市" + lives["address"]
        changed = {name for name in PERSON if made.said[key][name] != lives[name]}
        assert all(TOUCHES[name] & kinds_of(truth) for name in changed), (key, truth)
        assert bool(changed) == bool(kinds_of(truth)), (key, truth)


def test_each_kind_of_dirt_happens_about_as_often_as_the_table_says(made: Made) -> None:
    happened = Counter(kind for truth in made.truth.values() for kind in kinds_of(truth))
    # Not every name holds a character that sounds like another; the old number is for those who had one.
    least = {"homophone": 0.2, "old_id": 0.4, "cut_id": 0.5, "rounded_id": 0.5, "dropped_character": 0.4}

    assert set(happened) == set(KINDS)
    for kind, (_soil, share) in KINDS.items():
        assert share * least.get(kind, 0.7) - 0.004 < happened[kind] / ROWS < share * 1.2 + 0.005, kind


def test_spelling_hides_nobody_and_no_number_becomes_somebody_else_s(made: Made) -> None:
    known, phones = defaultdict(set), defaultdict(set)
    for ref, row in made.residents.items():
        known[row["id_number"]].add(ref)
        phones[row["phone"]].add(ref)
    unread = {"swapped_digits", "cut_id", "rounded_id", "no_id"}
    for key, truth in made.truth.items():
        said, kinds = made.said[key], kinds_of(truth)
        number = CN.read_id(said["id_number"]).value
        assert not number or (passes_gb11643(number) and number.startswith("320199"))
        phone = CN.read_phone(said["address" if "wrong_column" in kinds else "phone"]).value
        assert phone[:3] in ("", "154")
        if not truth["household_ref"]:
            assert phone not in phones.keys() - {""} and number not in known.keys() - {""}
            assert not number or number[14:17] >= "900"  # the end of each birthday, which no resident has
            continue
        assert phone not in phones or "old_phone" not in kinds or not phone
        assert not phone or "old_phone" in kinds or truth["resident_ref"] in phones[phone]
        assert not number or truth["resident_ref"] in known.get(number, {truth["resident_ref"]})
        if not unread & kinds:
            assert number == made.residents[truth["resident_ref"]]["id_number"], (key, truth)


def test_names_written_by_ear_sound_as_they_were_said(made: Made) -> None:
    heard = 0
    for key, truth in made.truth.items():
        kinds = kinds_of(truth)
        if truth["household_ref"] and "homophone" in kinds and not kinds & {"no_name", "dropped_character"}:
            said = CN.read_name(made.said[key]["name"])
            lives = CN.read_name(made.residents[truth["resident_ref"]]["name"])
            assert (said.sound, said.surname) == (lives.sound, lives.surname)
            assert said.value != lives.value
            heard += 1

    assert heard > 50


def test_people_stand_in_several_lists_twice_in_one_and_families_are_asked_after_together(made: Made) -> None:
    lists, members = defaultdict(set), defaultdict(set)
    repeats: Counter[tuple[str, str]] = Counter()
    for (channel, _number), truth in made.truth.items():
        lists[truth["resident_ref"]].add(channel)
        repeats[channel, truth["resident_ref"]] += 1
        members[truth["household_ref"]].add(truth["resident_ref"])
    size = Counter(row["household_ref"] for row in made.residents.values())
    large = [home for home in members if size[home] > 2]

    several = sum(len(found) > 1 for found in lists.values())
    assert several > len(lists) / 2
    assert {channel for (channel, _ref), count in repeats.items() if count > 1} == made.written.rows.keys()
    whole = sum(len(members[home]) == size[home] for home in large)
    alone = sum(len(members[home]) == 1 for home in large)
    assert whole > len(large) / 8 and alone > len(large) / 3


def test_a_sheet_has_its_titles_across_and_a_second_row_of_merged_headers(made: Made) -> None:
    (path,) = made.written.lists["education-returns"]
    sheet: Any = load_workbook(path)["名单"]

    assert sheet["A1"].value.endswith("(演练用,人员均为虚构)")
    assert {str(span) for span in sheet.merged_cells.ranges} == {"A1:E1", "B2:C2", "D2:E2"}
    assert [cell.value for cell in sheet[2]] == [None, "个人信息", None, "联系信息", None]
    assert [cell.value for cell in sheet[3]] == ["序号", "姓名", "身份证号", "联系方式", "家庭地址"]


def test_each_encoding_is_what_it_says_and_only_one_has_a_mark(made: Made) -> None:
    for shape in SHAPES:
        (path,) = made.written.lists[shape.channel]
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") == (shape.format == "utf-8-sig")
        assert raw.startswith(b"PK") == (shape.format == "xlsx")
        if shape.format == "gb18030":
            with pytest.raises(UnicodeDecodeError):
                raw.decode("utf-8")


def test_the_truth_in_parquet_is_the_truth_in_text(made: Made) -> None:
    parquet = made.written.truth.with_suffix(".parquet")
    with duckdb.connect() as db:
        found = db.execute(f"select * from read_parquet('{parquet}')").fetchall()

    plain = [tuple(row.values()) for row in table(made.written.truth)]
    assert [tuple(str(cell) for cell in row) for row in found] == plain


def sums(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_other_ones(register: Path, tmp_path: Path) -> None:
    for name, seed in (("first", 1), ("again", 1), ("other", 2)):
        write_lists(register, tmp_path / name, seed=seed, rows=900)

    first, other = sums(tmp_path / "first"), sums(tmp_path / "other")
    assert len(first) == 19
    assert sums(tmp_path / "again") == first
    assert first.keys() == other.keys() and not set(first.values()) & set(other.values())


def test_a_register_in_parquet_gives_the_lists_of_the_one_in_text(register: Path, tmp_path: Path) -> None:
    parquet = tmp_path / "residents.parquet"
    duckdb.execute(f"copy (from read_csv('{register}', all_varchar = true)) to '{parquet}'").fetchall()

    for source in (register, parquet):
        write_lists(source, tmp_path / source.suffix, seed=1, rows=400)

    assert sums(tmp_path / ".csv") == sums(tmp_path / ".parquet")


def test_a_list_longer_than_a_sheet_goes_on_in_another_file(register: Path, tmp_path: Path) -> None:
    (shape,) = (shape for shape in SHAPES if shape.channel == "transport-contacts")
    written = write_lists(register, tmp_path, rows=250, shapes=[shape], sheet_rows=103)

    read = {path.name: read_back(path, shape) for path in written.lists["transport-contacts"]}
    assert {name: (min(rows), max(rows)) for name, rows in read.items()} == {
        "交通局-同乘人员.xlsx": (4, 103), "交通局-同乘人员-2.xlsx": (4, 103), "交通局-同乘人员-3.xlsx": (4, 53),
    }  # fmt: skip
    residents = {row["resident_ref"]: row for row in table(register)}
    for truth in table(written.truth):
        row = person(shape, read[truth["file"]][int(truth["row_number"])])
        if truth["kind"] == "resident":
            assert row["name"] == residents[truth["resident_ref"]]["name"]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [("", "nobody in the register"), ("R1,李明,01,,,某路1号,1,H1\n", "too few for a list")],
)
def test_too_small_a_register_is_refused_and_leaves_nothing(rows: str, problem: str, tmp_path: Path) -> None:
    register = tmp_path / "residents.csv"
    register.write_text(",".join(RESIDENT_COLUMNS) + "\n" + rows)

    with pytest.raises(ValueError, match=problem):
        write_lists(register, tmp_path / "out", rows=500)
    assert list(tmp_path.iterdir()) == [register]


def test_what_a_cell_holds_does_not_break_the_format_it_is_written_in(tmp_path: Path) -> None:
    register = tmp_path / "residents.csv"
    hostile = "张\"三,<b>&'李"
    with register.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(RESIDENT_COLUMNS)
        writer.writerows(
            (f"R{i}", "王平", "01", "", "", hostile + str(i), "320102003015001", f"H{i}") for i in range(400)
        )
    written = write_lists(register, tmp_path / "out", rows=600)

    truths = {(row["channel"], int(row["row_number"])): row for row in table(written.truth)}
    for shape in SHAPES:
        (path,) = written.lists[shape.channel]
        for number, row in read_back(path, shape).items():
            truth = truths[shape.channel, number]
            if truth["kind"] == "resident":
                address = person(shape, row)["address"]
                assert address == "南京市" + hostile + truth["resident_ref"][1:]
