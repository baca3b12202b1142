"""The reject file says where and why, opens in any spreadsheet program, and carries nobody's data."""

import csv
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from gridward.kernel.outcomes import CATALOGUE
from gridward.kernel.tabular import RowCode, RowProblem, neutralise, row_problem, write_rejects
from gridward.kernel.tabular.codes import NOTE_MESSAGES, ROW_MESSAGES, TABLE_PROBLEMS, NoteCode, TableCode
from tests.kernel.tabular.samples import HEADERS, csv_bytes, rows_of


def test_a_reject_file_lists_row_column_code_and_message(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"

    with translation.override("en"):
        count = write_rejects(
            path,
            [
                row_problem(7, "备注", RowCode.FORMULA),
                RowProblem(
                    9, "=cmd|' /C calc'!A0", "id_check_digit", gettext_lazy("The check digit is wrong.")
                ),
            ],
        )

    assert count == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["row_number", "column", "code", "message"]
    assert rows[1] == ["7", "备注", "formula", "The cell holds a formula. Replace it by its value."]
    assert rows[2] == ["9", "'=cmd|' /C calc'!A0", "id_check_digit", "The check digit is wrong."]


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", " ="]
)
def test_no_cell_can_start_a_formula(start: str) -> None:
    assert neutralise(f"{start}1+1").startswith("'")


def test_a_plain_text_is_not_touched() -> None:
    assert neutralise("姓名") == "姓名"


def test_no_value_of_the_source_reaches_a_problem(tmp_path: Path) -> None:
    secret = "320102199001011234"

    rows = rows_of(
        tmp_path, csv_bytes(HEADERS, [f"={secret}", f"{secret}.0", "x\x00" + secret, secret, secret])
    )

    assert len(rows[0].problems) == 3
    assert secret not in "".join(
        f"{problem.column}{problem.code}{problem.message}" for problem in rows[0].problems
    )


def test_every_code_has_words_and_a_place_in_the_catalogue() -> None:
    assert set(TABLE_PROBLEMS) == set(TableCode)
    assert set(ROW_MESSAGES) == set(RowCode)
    assert set(NOTE_MESSAGES) == set(NoteCode)
    assert {f"table_{code}" for code in TableCode} <= set(CATALOGUE)
    assert len(TableCode) >= 20
