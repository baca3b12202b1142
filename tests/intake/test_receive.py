"""Taking a list in: the gate, the content, the columns; and nothing of a refused list is kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import orjson
import pytest
from django.conf import settings
from openpyxl import Workbook

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Batch, Clue
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.kernel.tabular.old_books import old_book

pytestmark = pytest.mark.django_db
HEAD = "姓名,证件号码,手机号,现住址"
STUDENT = ",".join(people.row_about(people.returning_student))


def send(path: Path, *, channel: str = "health-list", by: Actor | None = None, **more: object) -> object:
    by = by or people.actor_of("intake_officer", "3201")
    with people.acting(by):
        return intake.batch_receive(
            channel_code=channel, path=path, filename=path.name, by=by, now=clock.now(), **more
        )


def resolved(outcome: object) -> intake.BatchReport:
    assert isinstance(outcome, intake.BatchView), outcome
    report = intake.batch_resolve(batch_id=outcome.id, by=SYSTEM, now=clock.now())
    assert isinstance(report, intake.BatchReport), report
    return report


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(folder: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["同乘人员名单(人员均为虚构)"])
    sheet.append(["报送单位:演练"])
    sheet.append(HEAD.split(","))
    sheet.append(list(people.row_about(people.returning_student)))
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def entries(folder: Path) -> Path:
    rows = [dict(zip(HEAD.split(","), people.row_about(people.returning_student), strict=True))]
    return written(folder, "list.json", orjson.dumps(rows))


def old_workbook(folder: Path) -> Path:
    row = people.row_about(people.returning_student)
    return written(folder, "list.xls", old_book(["同乘人员名单(人员均为虚构)"], HEAD.split(","), row))


def parquet(folder: Path) -> Path:
    row = people.row_about(people.returning_student)
    columns = ", ".join(f'? as "{name}"' for name in HEAD.split(","))
    duckdb.execute(f"copy (select {columns}) to '{folder / 'list.parquet'}' (format parquet)", row)
    return folder / "list.parquet"


FORMATS: dict[str, tuple[Callable[[Path], Path], int]] = {
    "utf-8": (lambda folder: written(folder, "a.csv", f"{HEAD}\n{STUDENT}\n"), 2),
    "utf-8 with a mark": (lambda folder: written(folder, "a.csv", f"\ufeff{HEAD}\r\n{STUDENT}\r\n"), 2),
    "gb18030": (lambda folder: written(folder, "a.csv", f"{HEAD}\n{STUDENT}\n".encode("gb18030")), 2),
    "title rows": (lambda folder: written(folder, "a.csv", f"名单,,,\n,,,\n{HEAD}\n{STUDENT}\n"), 4),
    "full-width digits": (
        lambda folder: written(
            folder,
            "a.csv",
            f"{HEAD}\n{STUDENT.translate(str.maketrans('0123456789', '０１２３４５６７８９'))}\n",
        ),
        2,
    ),
    "xlsx with title rows": (workbook, 4),
    "json": (entries, 1),
    "xls with a title row": (old_workbook, 3),
    "parquet": (parquet, 1),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_a_department_sends_is_read_with_its_physical_row(
    name: str, street: governance.OrderView, tmp_path: Path
) -> None:
    make, row_number = FORMATS[name]

    report = resolved(send(make(tmp_path)))

    assert (report.rows, report.new, report.rejected) == (1, 1, 0)
    with people.as_owner():
        clue = Clue.objects.get()
        assert (clue.row_number, clue.match_rule, clue.state) == (row_number, "id", "ready")


def test_the_same_list_again_is_the_same_batch(street: governance.OrderView, tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n")
    first = send(path)
    renamed = written(tmp_path, "b.csv", path.read_bytes())

    again = send(renamed)

    assert isinstance(first, intake.BatchView) and isinstance(again, intake.BatchView)
    assert (again.id, again.is_known, first.is_known) == (first.id, True, False)


def test_the_same_list_through_another_channel_is_another_batch(
    street: governance.OrderView, tmp_path: Path
) -> None:
    path = written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n")

    resolved(send(path))
    second = resolved(send(path, channel="police-list"))

    assert (second.merged, second.new) == (1, 0)


def test_resolving_a_resolved_list_counts_the_same_and_writes_nothing(
    street: governance.OrderView, tmp_path: Path
) -> None:
    batch = send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n"))
    first = resolved(batch)

    assert resolved(batch) == first
    with people.as_owner():
        assert Clue.objects.count() == 1


def test_what_a_channel_called_its_columns_is_remembered(
    street: governance.OrderView, tmp_path: Path
) -> None:
    resolved(send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n")))

    with people.as_owner():
        assert Batch.objects.get().channel.mapping == {
            "姓名": "name",
            "证件号码": "id_number",
            "手机号": "phone",
            "现住址": "address",
        }


@pytest.mark.parametrize(
    "header", ["民族", "所属民族", "宗教信仰", "政治面貌", "籍贯", "民族(必填)", "人脸", "户籍地址"]
)
def test_a_list_with_a_column_that_must_not_be_collected_is_refused_whole(
    header: str, street: governance.OrderView, tmp_path: Path
) -> None:
    outcome = send(written(tmp_path, "a.csv", f"{HEAD},{header}\n{STUDENT},x\n"))

    assert isinstance(outcome, Refusal) and outcome.code == "forbidden_column"
    assert header in outcome.title
    with people.as_owner():
        batch = Batch.objects.get()
        assert (batch.state, batch.refusal, batch.row_count) == ("refused", "forbidden_column", 0)
        assert LedgerEntry.objects.filter(action="batch.refuse", result="forbidden_column").exists()
    assert not (Path(settings.DATA) / "inbox" / str(batch.id)).exists()


def test_a_refused_list_may_come_again_corrected(street: governance.OrderView, tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"{HEAD},民族\n{STUDENT},x\n")
    assert isinstance(send(path), Refusal)
    assert isinstance(send(path), Refusal)

    path.write_text(f"{HEAD}\n{STUDENT}\n", encoding="utf-8")

    assert resolved(send(path)).new == 1


def test_without_an_order_nothing_is_taken_in(city: people.City, tmp_path: Path) -> None:
    order = people.signed_order()
    people.found_street(order, tmp_path)
    end(order)

    outcome = send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n"))

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"


def end(order: governance.OrderView) -> None:
    ended = governance.order_end(
        order_id=order.id, reason="the drill is over", by=people.actor_of("issuing_officer"), now=clock.now()
    )
    assert not isinstance(ended, Refusal), ended


def test_a_department_the_order_does_not_name_sends_nothing(
    street: governance.OrderView, tmp_path: Path
) -> None:
    intake.channel_create(
        code="bank-list", agency_code="bank", name="bank", purpose="case_finding", clue_kind="other",
        priority="P3", by=SYSTEM, now=clock.now(),
    )  # fmt: skip

    outcome = send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n"), channel="bank-list")

    assert isinstance(outcome, Refusal) and outcome.code == "agency_not_in_order"


def test_a_purpose_the_order_does_not_name_collects_nothing(
    street: governance.OrderView, tmp_path: Path
) -> None:
    intake.channel_create(
        code="support", agency_code="health", name="support", purpose="quarantine_support",
        clue_kind="other", priority="P3", by=SYSTEM, now=clock.now(),
    )  # fmt: skip

    outcome = send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n"), channel="support")

    assert isinstance(outcome, Refusal) and outcome.code == "purpose_not_named"


def test_an_order_over_one_district_takes_lists_in_for_that_district(
    city: people.City, tmp_path: Path
) -> None:
    order = people.signed_order(area=city.xuanwu)
    people.found_street(order, tmp_path)

    report = resolved(send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n")))

    assert report.new == 1


def test_two_orders_in_force_ask_which_one_is_meant(street: governance.OrderView, tmp_path: Path) -> None:
    other = people.signed_order(kind="flood")
    path = written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n")

    unclear = send(path)
    named = send(path, order_id=other.id)

    assert isinstance(unclear, Refusal) and unclear.code == "order_unclear"
    assert isinstance(named, intake.BatchView) and named.order_id == other.id


def test_the_file_lies_in_the_inbox_for_nobody_else_to_read(
    street: governance.OrderView, tmp_path: Path
) -> None:
    batch = send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n"))

    assert isinstance(batch, intake.BatchView)
    kept = Path(settings.DATA) / "inbox" / str(batch.id)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_the_file_is_gone_once_the_list_is_resolved(
    street: governance.OrderView, tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    batch = send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n"))
    assert isinstance(batch, intake.BatchView)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        resolved(batch)

    assert not (Path(settings.DATA) / "inbox" / str(batch.id)).exists()


def test_neither_ledger_nor_facts_hold_anything_of_a_row(
    street: governance.OrderView, tmp_path: Path
) -> None:
    student = people.returning_student
    people.send_list(tmp_path, "health-list", [people.row_about(student)])
    batch = replace(student)

    with people.as_owner():
        told = str(list(LedgerEntry.objects.values_list()))
    for value in (batch.name, batch.id_number, batch.phone, "珠江路"):
        assert value not in told


def test_an_unknown_channel_is_named(street: governance.OrderView, tmp_path: Path) -> None:
    outcome = send(written(tmp_path, "a.csv", f"{HEAD}\n{STUDENT}\n"), channel="nobody's")

    assert isinstance(outcome, Refusal) and outcome.code == "channel_unknown"
    assert "nobody's" in outcome.title


def test_a_list_refused_before_says_so_again(street: governance.OrderView, tmp_path: Path) -> None:
    assert isinstance(send(written(tmp_path, "a.csv", f"{HEAD},民族\n{STUDENT},x\n")), Refusal)
    with people.as_owner():
        batch = Batch.objects.get()

    again = intake.batch_resolve(batch_id=batch.id, by=SYSTEM, now=clock.now())

    assert isinstance(again, Refusal) and again.code == "forbidden_column"
    assert "…" in again.title
