"""JSON lists are read entry by entry; what a flat row cannot hold is marked."""

import json
from pathlib import Path

import pytest

from tests.kernel.tabular.samples import (
    HEADERS,
    NEIGHBOUR,
    STUDENT,
    codes_of,
    entry,
    json_bytes,
    rows_of,
    table_of,
)


def test_an_array_and_an_object_with_rows_read_the_same(tmp_path: Path) -> None:
    entries = [entry(STUDENT), entry(NEIGHBOUR)]
    wrapped = {"made": {"by": ["x", 1.5]}, "count": 2, "rows": entries, "more": None}

    plain = rows_of(tmp_path, json_bytes(entries), "list.json")
    inside = rows_of(tmp_path, json_bytes(wrapped), "list.json")

    assert plain == inside
    assert [(row.number, list(row.cells)) for row in plain] == [(1, STUDENT), (2, NEIGHBOUR)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_json_is_known_by_its_content_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    content = json.dumps([entry(STUDENT)], ensure_ascii=False, indent=2).encode(encoding)

    table = table_of(tmp_path, content, "list.txt")

    assert (table.format, table.header_row, table.headers) == ("json", 0, tuple(HEADERS))


def test_keys_may_come_later_or_be_left_out(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, json_bytes([{"姓名": "甲"}, {}, {"电话": "1", "姓名": "乙"}]), "list.json")

    assert [(row.number, row.cells) for row in rows] == [(1, ("甲", "")), (3, ("乙", "1"))]


@pytest.mark.parametrize(
    ("value", "kept", "code"),
    [
        ("13812345678", "13812345678", ""),
        ("13812345678.0", "13812345678", ""),
        ("320102199001011234", "320102199001011234", "number_precision"),
        ("3.2e17", "320000000000000000", "number_precision"),
        ("1e999999", "1e999999", "number_precision"),
        ("9" * 4_000, "9" * 4_000, "number_precision"),
        ("37.2", "37.2", ""),
        ("NaN", "", "not_a_number"),
        ("-Infinity", "", "not_a_number"),
        ("null", "", ""),
        ("true", "TRUE", ""),
        ("[1]", "", "nested_value"),
        ('{"a": 1}', "", "nested_value"),
        ('"\\ud800x"', "\ufffdx", "bad_character"),
        ('"=1+1"', "=1+1", "formula"),
        ('"3.2E+17"', "3.2E+17", ""),
        ('"a", "备注": "b"', "b", "duplicate_key"),
    ],
)
def test_a_value_is_kept_as_text_and_marked_when_it_cannot_be_trusted(
    tmp_path: Path, value: str, kept: str, code: str
) -> None:
    rows = rows_of(tmp_path, f'[{{"姓名": "甲", "电话": "1", "备注": {value}}}]'.encode(), "list.json")

    assert rows[0].cells[2] == kept
    assert codes_of(rows[0]) == ([("备注", code)] if code else [])


def test_entries_across_the_edge_of_a_block_stay_whole(tmp_path: Path) -> None:
    entries = [
        {"姓名": f"甲{number}", "电话": number, "备注": "长" * (number % 97)} for number in range(5_000)
    ]

    rows = rows_of(tmp_path, json_bytes(entries), "list.json")

    assert [row.cells for row in rows] == [(e["姓名"], str(e["电话"]), e["备注"]) for e in entries]
