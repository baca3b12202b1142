"""Whatever the bytes are, the answer is a table or a refusal, and a table can be walked to its end."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.kernel.tabular import Limits, Table, TableRefusal, propose_mapping, read_table
from tests.examples import examples
from tests.kernel.tabular.samples import (
    GOOD_CSV,
    HEADERS,
    SHEET_PART,
    STUDENT,
    WANTED,
    csv_bytes,
    entry,
    good_xlsx,
    inline_row,
    json_bytes,
    raw_sheet,
    repacked,
    shared_xlsx,
)

pytestmark = pytest.mark.slow

SMALL = Limits(rows_max=1_000, bytes_max=1 << 20, unpacked_max=1 << 24, seconds_max=30)
SEEDS = [
    GOOD_CSV,
    csv_bytes(HEADERS, STUDENT, encoding="gb18030"),
    csv_bytes(HEADERS, STUDENT, encoding="utf-16"),
    json_bytes([entry(STUDENT)]),
    json_bytes({"made": 1, "rows": [entry(STUDENT)]}),
    good_xlsx(),
    shared_xlsx(HEADERS, STUDENT),
]
SHEET_XML = "".join((inline_row(1, HEADERS), inline_row(2, STUDENT))).encode()
FILENAMES = st.sampled_from(["list.csv", "list.xlsx", "list.json", "list", "名单.xls", ""])
QUICK = settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 3), st.binary(max_size=6)), min_size=1, max_size=6
)


def changed(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Return the content with pieces replaced, inserted or cut at relative places."""
    for place, cut, piece in changes:
        at = int(place * len(content))
        content = content[:at] + piece + content[at + cut * max(1, len(piece)) :]
    return content


def check(content: bytes, filename: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        result = read_table(path, filename=filename, wanted=WANTED, limits=SMALL)
        assert isinstance(result, Table | TableRefusal)
        if isinstance(result, TableRefusal):
            assert result.message
            return
        rows = [row for chunk in result.chunks(64) for row in chunk]
        assert len(rows) == result.row_count
        assert all(len(row.cells) == len(result.headers) for row in rows)
        numbers = [row.number for row in rows]
        assert numbers == sorted(set(numbers))
        for row in rows:
            text = "".join(row.cells)
            assert "\x00" not in text
            text.encode("utf-8")


@QUICK
@given(st.binary(max_size=2_000), FILENAMES)
def test_random_bytes_never_raise(content: bytes, filename: str) -> None:
    check(content, filename)


@QUICK
@given(st.text(max_size=500), FILENAMES)
def test_random_text_never_raises(content: str, filename: str) -> None:
    check(content.encode("utf-8", errors="surrogatepass"), filename)


@QUICK
@given(st.text(alphabet='姓名电话,;\t"\r\n =\x00{}[]:1e+.\ufeff', max_size=120), FILENAMES)
def test_text_of_meaningful_characters_never_raises(tail: str, filename: str) -> None:
    check(csv_bytes(HEADERS, STUDENT) + tail.encode(), filename)
    check(b'[{"name": "a", "phone": "1"}' + tail.encode(), filename)


@QUICK
@given(st.sampled_from(SEEDS), CHANGES, FILENAMES)
def test_a_good_file_damaged_anywhere_never_raises(
    seed: bytes, changes: list[tuple[float, int, bytes]], filename: str
) -> None:
    check(changed(seed, changes), filename)


@QUICK
@given(CHANGES)
def test_a_sheet_damaged_inside_a_sound_container_never_raises(
    changes: list[tuple[float, int, bytes]],
) -> None:
    sheet = b"<worksheet><sheetData>" + SHEET_XML + b"</sheetData></worksheet>"

    check(repacked(good_xlsx(), {SHEET_PART: changed(sheet, changes)}), "list.xlsx")


@QUICK
@given(
    st.sampled_from(["n", "s", "b", "e", "str", "d", "inlineStr", "?"]),
    st.text(alphabet="0123456789.eE+-NaInf_xD8", max_size=30),
    st.text(alphabet="ABXFD0129", max_size=8),
    st.text(alphabet="0123456789-", max_size=8),
)
def test_any_kind_value_place_and_style_of_a_cell_never_raise(
    kind: str, value: str, place: str, style: str
) -> None:
    cell = f'<c r="{place}" t="{kind}" s="{style}"><v>{value}</v></c>'

    check(raw_sheet(inline_row(1, HEADERS) + f'<row r="2">{cell}</row>'), "list.xlsx")


@QUICK
@given(st.lists(st.text(max_size=12) | st.sampled_from([*HEADERS, "号码", "证件"]), max_size=12))
def test_any_headers_give_a_proposal_that_maps_each_header_once(headers: list[str]) -> None:
    mapping = propose_mapping(headers, WANTED)

    used = list(mapping.columns.values())
    assert len(used) == len(set(used))
    doubtful = {item.column for item in mapping.ambiguous}
    assert not doubtful & set(mapping.columns)
    assert {c.name for c in WANTED if c.required} <= {*mapping.columns, *doubtful, *mapping.missing}
