"""The same people in another file, channel, order or moment: known again, and counted for what they are."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from openpyxl import Workbook

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Batch, Clue
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import Fact
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.intake.test_decisions import undone
from tests.intake.test_receive import HEAD, end, resolved, send, written

pytestmark = pytest.mark.django_db

ROWS = [
    people.row_about(people.returning_student),
    people.row_about(people.neighbour_across, id_number=False),
    ("赵大年", "", "15400000701", people.returning_student.address.replace("101室", "301室")),
    ("赵无处", "", "15400000702", ""),
    ("", "", "15400000703", ""),
]
LINES = [HEAD, *[",".join(row) for row in ROWS]]
TEXT = "\n".join(LINES) + "\n"


def workbook(folder: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in LINES:
        sheet.append([cell or None for cell in line.split(",")])
    book.save(folder / "b.xlsx")
    return folder / "b.xlsx"


def entries(folder: Path) -> Path:
    return written(
        folder, "b.json", orjson.dumps([dict(zip(HEAD.split(","), row, strict=True)) for row in ROWS])
    )


#: The same rows in another dress; the offset is how far its row numbers lie from those of the csv.
DRESSES: dict[str, tuple[Callable[[Path], Path], int]] = {
    "gb18030": (lambda folder: written(folder, "b.csv", TEXT.encode("gb18030")), 0),
    "utf-16 with tabs": (lambda folder: written(folder, "b.txt", TEXT.replace(",", "\t").encode("utf-16")), 0),
    "xlsx": (workbook, 0),
    "json": (entries, -1),
    "other columns first, and one more": (
        lambda folder: written(
            folder, "b.csv",
            "\n".join(["备注,现住址,手机号,证件号码,姓名", *[",".join(["x", *reversed(row)]) for row in ROWS]]),
        ), 0,
    ),
    "two title rows": (lambda folder: written(folder, "b.csv", f"名单,,,\n报送单位,,,\n{TEXT}"), 2),
}  # fmt: skip


def test_the_same_rows_in_another_dress_are_the_same_people(
    street: governance.OrderView, tmp_path: Path
) -> None:
    first = resolved(send(written(tmp_path, "a.csv", TEXT)))
    assert (first.rows, first.rejected, first.new, first.merged, first.waiting) == (5, 1, 3, 0, 1)
    for name, (make, offset) in DRESSES.items():
        with undone():
            second = resolved(send(make(tmp_path), channel="police-list"))
            one, other = kept_of(first), kept_of(second)

        counted = (second.rows, second.rejected, second.new, second.merged, second.waiting)
        assert counted == (5, 1, 0, 3, 1), name
        assert [row[1:] for row in one] == [row[1:] for row in other], name
        assert [row[0] + offset for row in one] == [row[0] for row in other], name


def kept_of(report: intake.BatchReport) -> list[tuple[int, list[bytes], object, str]]:
    """Return of every row taken its number, the keys of whom it is about, the person, and why it waits."""
    columns = (
        "row_number",
        "person_id",
        "waiting_reason",
        "id_key",
        "id_surname_key",
        "phone_key",
        "door_key",
    )
    with people.as_owner():
        clues = Clue.objects.filter(batch_id=report.batch_id).order_by("row_number").values_list(*columns)
        return [
            (number, [bytes(key or b"") for key in keys], person, why) for number, person, why, *keys in clues
        ]


def test_a_file_sent_again_at_any_moment_is_the_list_it_was(
    street: governance.OrderView, tmp_path: Path
) -> None:
    path = written(tmp_path, "a.csv", TEXT)
    first = send(path)
    waiting = send(path)
    report = resolved(first)
    outbox.drain_all()
    done = send(written(tmp_path, "another name.txt", TEXT))

    assert isinstance(first, intake.BatchView)
    for known, state in ((waiting, "received"), (done, "resolved")):
        assert isinstance(known, intake.BatchView)
        assert (known.id, known.is_known, known.state) == (first.id, True, state)
    assert isinstance(done, intake.BatchView) and done.rows == report.rows == 5
    with people.as_owner():
        assert (Batch.objects.count(), Clue.objects.count()) == (1, 4)
        assert Fact.objects.filter(kind="intake.batch_received").count() == 1


def test_one_more_row_makes_it_another_list_whose_known_people_are_merged(
    street: governance.OrderView, tmp_path: Path
) -> None:
    resolved(send(written(tmp_path, "a.csv", TEXT)))

    longer = resolved(
        send(written(tmp_path, "a.csv", TEXT + ",".join(people.row_about(people.students_mother))))
    )

    assert (longer.merged, longer.new) == (3, 1)


def test_a_list_that_was_refused_for_its_order_may_come_under_the_next(
    street: governance.OrderView, tmp_path: Path
) -> None:
    path = written(tmp_path, "a.csv", TEXT)
    late = send(path)
    assert isinstance(late, intake.BatchView)
    from_now_on_checked()
    end(street)
    refused = intake.batch_resolve(batch_id=late.id, by=SYSTEM, now=clock.now())
    people.signed_order(kind="flood")

    again = send(path)

    assert isinstance(refused, Refusal) and refused.code == "order_inactive"
    assert isinstance(again, intake.BatchView)
    assert (again.is_known, again.id != late.id, again.order_id != street.id) == (False, True, True)


def from_now_on_checked() -> None:
    """Let what the commit would have checked be checked now, while the order is in force."""
    with people.connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def test_under_another_order_the_same_people_are_other_people(
    street: governance.OrderView, tmp_path: Path
) -> None:
    resolved(send(written(tmp_path, "a.csv", TEXT)))
    other = people.signed_order(kind="flood")

    report = resolved(send(written(tmp_path, "a.csv", TEXT), order_id=other.id))

    with people.as_owner():
        persons = Clue.objects.exclude(person_id=None)
        mine, theirs = ({c.person_id for c in persons.filter(order_id=o.id)} for o in (street, other))
        keys = [
            {bytes(key) for key in Clue.objects.filter(order_id=o.id).exclude(phone_key=None)
             .values_list("phone_key", flat=True)} for o in (street, other)
        ]  # fmt: skip
    assert report.merged == 0 and not mine & theirs
    # Blind keys of two orders have nothing in common: whoever holds both tables cannot join them.
    assert keys[0] and keys[1] and not keys[0] & keys[1]
