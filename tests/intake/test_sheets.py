"""Sheets as offices write them: titles above, headings in two rows, sums and signatures below. Every row is told."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake import rules
from gridward.intake.models import Batch, BatchReject, Clue
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.intake.test_receive import HEAD, resolved, send, written

pytestmark = pytest.mark.django_db
STUDENT = people.returning_student


def office_sheet(
    folder: Path, *, group: str = "联系方式", words: tuple[str, str] = ("手机号", "座机")
) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["南京市某单位返宁人员名单(人员均为虚构)"],
        ["报送单位:演练", None, None, None, "2020年2月3日"],
        ["序号", "姓名", "证件号码", group, None, "现住址"],
        [None, None, None, *words, None],
        [1, STUDENT.name, STUDENT.id_number, STUDENT.phone, None, STUDENT.address],
        [2, None, None, "15400000901", None, None],
        ["合计", None, None, "2人", None, None],
        [None, "填表人:演练员", None, "审核人:演练员", None, None],
    ):
        sheet.append(row)
    for one in ("A1:F1", "A2:D2", "E2:F2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "A7:C7"):
        sheet.merge_cells(one)
    path = folder / "office.xlsx"
    book.save(path)
    return path


def test_an_offices_sheet_is_read_with_its_physical_rows_and_its_footers_told(
    street: governance.OrderView, tmp_path: Path
) -> None:
    report = resolved(send(office_sheet(tmp_path)))

    assert (report.rows, report.accepted, report.rejected) == (4, 1, 3)
    with people.as_owner():
        assert (Clue.objects.get().row_number, Clue.objects.get().match_rule) == (5, "id")
        told = dict(BatchReject.objects.values_list("row_number", "code"))
        batch = Batch.objects.get()
    assert told == {6: "name_missing", 7: "footer", 8: "footer"}
    assert batch.columns["phone"] == "联系方式 手机号" and batch.columns["name"] == "姓名"
    assert set(batch.notes) >= {"title_rows", "stacked_header"}
    assert "nobody" in str(rules.REJECTS["footer"])


@pytest.mark.parametrize(("group", "words"), [("户籍地", ("手机号", "座机")), ("情况", ("手机号", "民族"))])
def test_what_must_not_be_collected_is_known_over_and_under_a_group(
    group: str, words: tuple[str, str], street: governance.OrderView, tmp_path: Path
) -> None:
    outcome = send(office_sheet(tmp_path, group=group, words=words))

    assert isinstance(outcome, Refusal) and outcome.code == "forbidden_column"


FOOTERS = [
    "合计,,,", "合计,2,,", ",,合计,", "总计:2人,,,", "共 12 人,,,", "填表人:演练员,,15400000902,", "审核人,演练员,,",
    "备注:以上人员均为虚构,,,", "制表日期 2020-02-03,,,", "Total,,2,", "注:仅供演练,,,南京市玄武区",
]  # fmt: skip
NO_FOOTERS = [
    "合志明,,15400000903,",
    "总管,,15400000904,",
    "注文,,15400000905,",
    "共人杰,,15400000906,",
    "备,,15400000907,",
]


@pytest.mark.parametrize("row", FOOTERS)
def test_what_stands_below_a_list_is_told_as_that(
    row: str, street: governance.OrderView, tmp_path: Path
) -> None:
    report = resolved(
        send(written(tmp_path, "a.csv", f"{HEAD}\n{','.join(people.row_about(STUDENT))}\n{row}\n"))
    )

    assert (report.accepted, report.rejected) == (1, 1)
    with people.as_owner():
        assert BatchReject.objects.values_list("row_number", "column", "code").get() == (3, "", "footer")


@pytest.mark.parametrize("row", NO_FOOTERS)
def test_nobody_is_taken_for_a_footer(row: str, street: governance.OrderView, tmp_path: Path) -> None:
    report = resolved(send(written(tmp_path, "a.csv", f"{HEAD}\n{row}\n")))

    assert isinstance(report, intake.BatchReport) and (report.accepted, report.rejected) == (1, 0)
