"""Lists as they should not be: a report or a refusal in words, nothing imported, never a stack trace."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from gridward.governance import api as governance
from gridward.intake.models import Batch, BatchReject, Clue
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.intake.test_receive import HEAD, STUDENT, resolved, send, workbook, written

pytestmark = pytest.mark.django_db
GOOD = f"{HEAD}\n{STUDENT}\n"


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le")

#: What is sent, under which file name, and the code it is refused with.
REFUSED: dict[str, tuple[str, bytes | str, str]] = {
    "nothing": ("a.csv", b"", "table_empty"),
    "only blank lines": ("a.csv", "\n\n \n", "table_empty"),
    "only the column names": ("a.csv", f"{HEAD}\n", "table_no_rows"),
    "no column names": ("a.csv", f"{STUDENT}\n{STUDENT}\n", "table_header_not_found"),
    "zeros": ("a.csv", bytes(1_000_000), "table_binary"),
    "zeros that call themselves a workbook": ("a.xlsx", bytes(1_000_000), "table_binary"),
    "a picture": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200), "table_image"),
    "a document to print": ("a.csv", b"%PDF-1.7\n" + bytes(200), "table_pdf"),
    "the beginning of an old workbook": ("a.xls", OLD_WORKBOOK, "table_damaged"),
    "a web page": ("a.csv", "<html><body><table><tr><td>姓名</td></tr></table></body></html>", "table_html"),
    "an archive": ("a.csv", zipped("list.csv", GOOD.encode()), "table_archive"),
    "half a workbook": ("a.xlsx", b"PK\x03\x04" + bytes(90), "table_damaged"),
    "half a JSON": ("a.json", '[{"姓名": "王小明", "手机号": "1', "table_json_broken"),
    "a JSON that is no list": ("a.json", '{"姓名": "王小明"}', "table_json_shape"),
    "a JSON nested too deeply": ("a.json", "[" * 5_000 + "]" * 5_000, "table_json_"),
    "two encodings in one file": (
        "a.csv", GOOD.encode() + GOOD.encode("gb18030") * 3, "table_encoding_"
    ),
    "a quotation mark without an end": ("a.csv", f'{HEAD}\n"王小明,,,\n{STUDENT}\n', "table_unclosed_quote"),
    "no name": ("a.csv", "证件号码,手机号,现住址\n1,2,3\n", "table_column_missing"),
    "two columns that could be the name": ("a.csv", "姓名,姓名,手机号\n王小明,李建国,1\n", "table_column_ambiguous"),
    "names and nothing to find them by": ("a.csv", "姓名,备注,单位\n王小明,x,y\n", "table_header_not_found"),
    "more columns than a table has": (
        "a.csv", f"{HEAD},{','.join(f'c{i}' for i in range(400))}\n{STUDENT}\n", "table_too_many_columns"
    ),
    "a line without an end": ("a.csv", f"{HEAD}\n" + "王" * 3_000_000, "table_record_too_long"),
    "a column that must not be collected": ("a.csv", f"{HEAD},宗教信仰\n{STUDENT},x\n", "forbidden_column"),
    "a forbidden column in a JSON": (
        "a.json", '[{"姓名": "王小明", "手机号": "19900000001", "民族": "x"}]', "forbidden_column"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_is_refused_and_nothing_of_it_is_kept(
    name: str, street: governance.OrderView, tmp_path: Path
) -> None:
    filename, content, code = REFUSED[name]

    outcome = send(written(tmp_path, filename, content))

    assert isinstance(outcome, Refusal), outcome
    assert outcome.code.startswith(code) if code.endswith("_") else outcome.code == code
    assert outcome.title and outcome.advice
    with people.as_owner():
        assert not Clue.objects.exists()
        batch = Batch.objects.get()
    assert (batch.state, batch.row_count) == ("refused", 0)
    assert not (Path(settings.DATA) / "inbox" / str(batch.id)).exists()


#: Rows that cannot be taken, and what the sender reads; the good row beside each is taken.
ROWS: dict[str, tuple[str, str, str]] = {
    "no name": (",,19900000009,", "name", "name_missing"),
    "nothing to find the person by": ("王小明,,,", "id_number", "no_key"),
    "a number with a swapped digit and nothing else": (
        "王小明,320199200003040012,,",
        "id_number",
        "id_wrong",
    ),
    "a telephone cut short and nothing else": ("王小明,,138,", "phone", "phone_wrong"),
    "a formula": ('王小明,,"=HYPERLINK(""x"")",珠江路273号', "phone", "formula"),
    "a command in a name": ("=cmd|' /C calc'!A0,,19900000009,", "name", "formula"),
    "a stray separator": ("王小明,,19900000009,珠江路273号,更多", "", "shifted_cells"),
    "the column names again": (HEAD, "", "repeated_header"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_cannot_be_taken_is_named_by_its_number_and_the_others_are_taken(
    name: str, street: governance.OrderView, tmp_path: Path
) -> None:
    row, column, code = ROWS[name]

    report = resolved(send(written(tmp_path, "a.csv", f"{HEAD}\n{row}\n{STUDENT}\n")))

    assert (report.rows, report.accepted, report.rejected, report.new) == (2, 1, 1, 1)
    with people.as_owner():
        batch = Batch.objects.get()
        rejects = batch_rejects(batch)
    assert rejects == [(2, column, code)]


def batch_rejects(batch: Batch) -> list[tuple[int, str, str]]:
    rows = BatchReject.objects.filter(batch=batch).order_by("row_number")
    return list(rows.values_list("row_number", "column", "code"))


SPELLINGS: dict[str, Callable[[Path], Path]] = {
    "a wrong extension": lambda folder: written(folder, "a.xlsx", GOOD),
    "a workbook called csv": lambda folder: workbook(folder).rename(folder / "b.csv"),
    "semicolons": lambda folder: written(folder, "a.csv", GOOD.replace(",", ";")),
    "tabs": lambda folder: written(folder, "a.txt", GOOD.replace(",", "\t")),
    "blank rows between": lambda folder: written(folder, "a.csv", f"{HEAD}\n\n,,,\n{STUDENT}\n\n"),
    "no line end": lambda folder: written(folder, "a.csv", GOOD.strip()),
    "spaces in the column names": lambda folder: written(
        folder, "a.csv", f" 姓 名 ,证件号码(必填),手机号*,现住址 \n{STUDENT}\n"
    ),
    "UTF-16": lambda folder: written(folder, "a.csv", GOOD.encode("utf-16")),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_list_that_is_only_untidy_is_read(name: str, street: governance.OrderView, tmp_path: Path) -> None:
    report = resolved(send(SPELLINGS[name](tmp_path)))

    assert (report.rows, report.new, report.rejected) == (1, 1, 0)


def test_a_very_large_file_of_zeros_takes_no_memory(street: governance.OrderView, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)

    tracemalloc.start()
    outcome = send(path)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(outcome, Refusal) and outcome.code == "table_binary"
    assert most < 20 * 1024 * 1024
