"""What a row of the register file is read as, cell by cell, before anything is asked of a database."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.kernel.tabular import Table, read_table
from gridward.registry.reading import COLUMNS, PROBLEMS, Person, read_people
from tests.examples import examples
from tests.people import date
from tests.registry.town import Line, number, phone, written

ID = number(date(1990, 1, 1), 8)
GOOD = Line("R1", id_number=ID, phone=phone(1))


def read(folder: Path, *lines: Line) -> tuple[list[Person], list[tuple[int, str, str]]]:
    path = written(folder, lines)
    table = read_table(path, filename=path.name, wanted=COLUMNS)
    assert isinstance(table, Table), table
    people: list[Person] = []
    problems = []
    for chunk, wrong in read_people(table, size=2):
        people += chunk
        problems += [(problem.row, problem.column, problem.code) for problem in wrong]
    return people, problems


NAMES = {
    "王小明": ("王小明", "wang", "wang xiaoming"),
    "王 小 明": ("王小明", "wang", "wang xiaoming"),
    "王小明先生": ("王小明", "wang", "wang xiaoming"),
    "王小明(租户)": ("王小明", "wang", "wang xiaoming"),
    "欧阳修": ("欧阳修", "ouyang", "ouyang xiu"),
    "阿依古丽·买买提": ("阿依古丽·买买提", "ayiguli", "ayiguli maimaiti"),
    "Zhang San": ("zhang san", "zhang", "zhang san"),
    "李": ("李", "li", "li"),
}


@pytest.mark.parametrize("cell", NAMES)
def test_a_name_is_kept_plain_and_matched_by_its_sound(cell: str, tmp_path: Path) -> None:
    (person,), problems = read(tmp_path, GOOD.but(name=cell))

    assert (person.name, person.surname_sound, person.name_sound) == NAMES[cell]
    assert problems == []


IDS = {
    ID: ("01", ID),
    f"{ID[:6]} {ID[6:]}": ("01", ID),
    "32019919900101001x": ("01", "32019919900101001X"),
    "320199900101001": ("01", "32019919900101001X"),
    "E12345678": ("03", "E12345678"),
    "": ("", ""),
    ID[:17] + str((int(ID[17]) + 1) % 10): None,
    ID[:10] + "13" + ID[12:]: None,
    "无": None,
    "12345": None,
}


@pytest.mark.parametrize("cell", IDS)
def test_a_document_number_is_read_or_its_row_is_named(cell: str, tmp_path: Path) -> None:
    people, problems = read(tmp_path, GOOD.but(id_number=cell))

    if IDS[cell] is None:
        assert (people, problems) == ([], [(2, "id_number", "id_wrong")])
    else:
        assert [(person.id_kind, person.id_number) for person in people] == [IDS[cell]]
        assert problems == []


PHONES = {
    phone(1): phone(1),
    f"+86 {phone(1)}": phone(1),
    f"{phone(1)}/{phone(2)}": phone(1),
    "025-83200000": "02583200000",
    "": "",
    "1540000000": None,
    "问邻居": None,
}


@pytest.mark.parametrize("cell", PHONES)
def test_a_telephone_is_read_or_its_row_is_named(cell: str, tmp_path: Path) -> None:
    people, problems = read(tmp_path, GOOD.but(phone=cell))

    if PHONES[cell] is None:
        assert (people, problems) == ([], [(2, "phone", "phone_wrong")])
    else:
        assert [person.phone for person in people] == [PHONES[cell]]
        assert problems == []


def test_every_fault_of_a_row_is_named_and_the_rows_around_it_are_read(tmp_path: Path) -> None:
    wrong = Line("", name="", id_number="12345", phone="问邻居", household_ref="")

    people, problems = read(tmp_path, GOOD, wrong, GOOD.but(resident_ref="R3"))

    assert [(person.row, person.resident_ref) for person in people] == [(2, "R1"), (4, "R3")]
    assert sorted(problems) == [
        (3, "household_ref", "household_missing"),
        (3, "id_number", "id_wrong"),
        (3, "name", "name_missing"),
        (3, "phone", "phone_wrong"),
        (3, "resident_ref", "ref_missing"),
    ]


#: A header a district wrote, and where the register finds its columns in it.
HEADERS = {
    "编号在前": "居民编号,姓名,证件类型,身份证号,手机号,住址,网格编码,户编号",
    "another order of the same words": "人员编号,人员姓名,证件种类,证件号码,联系电话,现住址,区域编码,家庭编号",
    "with a column nobody asked for": "resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref,备注",
}


@pytest.mark.parametrize("header", HEADERS)
def test_the_columns_are_found_by_the_names_districts_give_them(header: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f"{HEADERS[header]}\nR1,王小明,01,{ID},{phone(1)},珠江路1号,320102003015001,H1,\n", encoding="utf-8"
    )
    table = read_table(path, filename=path.name, wanted=COLUMNS)
    assert isinstance(table, Table)

    ((people, problems),) = read_people(table)

    (person,) = people
    assert (person.resident_ref, person.household_ref, person.area_code) == ("R1", "H1", "320102003015001")
    assert (person.id_number, person.phone, person.address) == (ID, phone(1), "珠江路1号")
    assert problems == []


def test_columns_that_may_be_missing_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "resident_ref,name,area_code,household_ref\nR1,王小明,320102003015001,H1\n", encoding="utf-8"
    )
    table = read_table(path, filename=path.name, wanted=COLUMNS)
    assert isinstance(table, Table)

    ((people, problems),) = read_people(table)

    assert [(p.id_number, p.phone, p.address) for p in people] == [("", "", "")]
    assert problems == []


cell = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=',"'), max_size=24)


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    drawn=st.lists(st.builds(Line, cell, cell, cell, cell, cell, cell, cell, cell), min_size=1, max_size=5)
)
def test_whatever_stands_in_the_cells_a_row_is_a_person_or_is_named(
    tmp_path: Path, drawn: list[Line]
) -> None:
    people, problems = read(tmp_path, GOOD, *drawn)

    rows = {person.row for person in people}
    named = {row for row, _column, code in problems if code in PROBLEMS}
    assert rows.isdisjoint(named)
    assert 2 in rows
    assert len(rows) == len(people), "no row twice"
    for person in people:
        assert person.name and person.resident_ref and person.household_ref
        assert person.name_sound.startswith(person.surname_sound)
