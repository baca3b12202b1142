"""Headers find their columns, and a doubt is put to a person instead of being decided."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from gridward.kernel.tabular import Column, Hint, TableRefusal, propose_mapping
from tests.kernel.tabular.samples import HEADERS, STUDENT, WANTED, csv_bytes, read, table_of


def hint(values: Sequence[str]) -> Hint | None:
    """Judge sample values as a caller with knowledge of ids and phones would."""
    lengths = {len(value) for value in values}
    if lengths == {18}:
        return "id"
    return "phone" if lengths == {11} else None


@pytest.mark.parametrize(
    ("header", "column", "how"),
    [
        ("姓名", "name", "exact"),
        ("名字", "name", "exact"),
        ("人员姓名", "name", "exact"),
        ("name", "name", "exact"),
        ("身份证号", "id_number", "exact"),
        ("身份证号码", "id_number", "exact"),
        ("证件号码", "id_number", "exact"),
        ("手机", "phone", "exact"),
        ("手机号", "phone", "exact"),
        ("联系电话", "phone", "exact"),
        ("电话", "phone", "exact"),
        ("住址", "address", "exact"),
        ("现住址", "address", "exact"),
        ("居住地址", "address", "exact"),
        ("地址", "address", "exact"),
        ("备注", "remarks", "exact"),
        ("姓 名", "name", "normalised"),
        ("姓\u3000名*", "name", "normalised"),
        ("*姓名（必填）", "name", "normalised"),
        ("1、姓名", "name", "contains"),
        ("（姓名）", "name", "normalised"),
        ("【姓名】", "name", "normalised"),
        ("身份证号：", "id_number", "normalised"),
        ("身份证号(18位)", "id_number", "normalised"),
        ("ID Number", "id_number", "normalised"),
        ("ＮＡＭＥ", "name", "normalised"),
        ("电话1", "phone", "normalised"),
        ("居民姓名", "name", "contains"),
        ("本人手机号码", "phone", "contains"),
        ("身份证地址", "address", "contains"),
    ],
)
def test_a_header_finds_its_column(header: str, column: str, how: str) -> None:
    mapping = propose_mapping([header], WANTED)

    assert (dict(mapping.columns), dict(mapping.how)) == ({column: 0}, {column: how})


@pytest.mark.parametrize("header", ["", "序号", "性别", "姓名拼音", "grid", "filename", "户籍", "号"])
def test_a_header_nobody_asked_for_is_not_mapped(header: str) -> None:
    assert not propose_mapping([header], WANTED).columns


def test_the_better_fit_wins_and_the_rest_is_reported() -> None:
    mapping = propose_mapping(["序号", "户主姓名", "姓名", "身份证号", "紧急联系人电话", "手机号"], WANTED)

    assert mapping.columns == {"name": 2, "id_number": 3, "phone": 5}
    assert mapping.unmapped == ("序号", "户主姓名", "紧急联系人电话")
    assert not mapping.ambiguous


def test_two_headers_for_one_column_are_listed_and_not_chosen() -> None:
    mapping = propose_mapping(["姓名", "身份证号", "手机", "联系电话"], WANTED)

    assert "phone" not in mapping.columns
    assert [(item.column, item.headers, item.indexes) for item in mapping.ambiguous] == [
        ("phone", ("手机", "联系电话"), (2, 3))
    ]


def test_a_doubtful_header_is_listed_without_samples_and_settled_by_them() -> None:
    headers = ["姓名", "号码"]
    samples = [["甲", "13812345678"], ["乙", ""], ["丙", "13912345678"]]

    without = propose_mapping(headers, WANTED)
    with_samples = propose_mapping(headers, WANTED, samples=samples, sample_hint=hint)

    assert without.columns == {"name": 0}
    assert {item.column for item in without.ambiguous} == {"id_number", "phone"}
    assert with_samples.columns == {"name": 0, "phone": 1}
    assert with_samples.how["phone"] == "sample"
    assert with_samples.missing == ("id_number",)


def test_samples_settle_two_headers_of_one_name() -> None:
    mapping = propose_mapping(
        ["姓名", "号码", "号码"],
        WANTED,
        samples=[["甲", "320102199001011234", "13812345678"]],
        sample_hint=hint,
    )

    assert mapping.columns == {"name": 0, "id_number": 1, "phone": 2}


def test_an_alias_of_two_columns_is_never_guessed() -> None:
    wanted = (Column("home", ("地址",)), Column("work", ("地址",)))

    mapping = propose_mapping(["地址"], wanted)

    assert not mapping.columns
    assert [item.column for item in mapping.ambiguous] == ["home", "work"]


def test_a_table_without_a_required_column_says_which(tmp_path: Path) -> None:
    table = table_of(tmp_path, csv_bytes(["姓名", "手机号"], STUDENT[:2]))

    refusal = table.incomplete()

    assert table.missing == ("id_number",)
    assert isinstance(refusal, TableRefusal)
    assert refusal.code == "column_missing"
    assert "id_number" in refusal.message
    assert refusal.as_outcome().code == "table_column_missing"
    assert "id_number" in refusal.as_outcome().title


def test_a_table_with_a_doubtful_required_column_says_which(tmp_path: Path) -> None:
    table = table_of(tmp_path, csv_bytes(["姓名", "身份证号", "证件号码"], ["甲", "1", "2"]))

    refusal = table.incomplete()

    assert isinstance(refusal, TableRefusal)
    assert (refusal.code, refusal.params["columns"]) == ("column_ambiguous", "id_number")


def test_a_complete_table_is_complete(tmp_path: Path) -> None:
    assert table_of(tmp_path, csv_bytes(HEADERS, STUDENT)).incomplete() is None


def test_samples_reach_the_proposal_through_the_reader(tmp_path: Path) -> None:
    content = csv_bytes(["姓名", "地址", "号码"], ["甲", "珠江路", "320102199001011234"])

    table = table_of(tmp_path, content, sample_hint=hint)

    assert table.columns["id_number"] == 2


def test_a_hint_that_fails_never_escapes(tmp_path: Path) -> None:
    def failing(_values: Sequence[str]) -> Hint | None:
        raise KeyError("boom")

    refusal = read(tmp_path, csv_bytes(["姓名", "地址", "号码"], ["甲", "乙", "丙"]), sample_hint=failing)

    assert isinstance(refusal, TableRefusal)
    assert refusal.code == "unreadable"
