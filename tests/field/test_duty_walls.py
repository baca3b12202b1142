"""Behind the front door: whatever is asked of the tables of duty without a condition belongs to whoever asks."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.field.models import HelpCall, Instruction, Receipt, WorkPiece
from tests import people
from tests.dispatch.desk import Desk
from tests.field.conftest import SetClock
from tests.field.phone import moment, someone
from tests.house.asked import found_told
from tests.house.test_walls import GROUP_ROLES

pytestmark = pytest.mark.django_db

CITY = people.city()
TABLES = ("field_instruction", "field_receipt", "field_helpcall", "field_workpiece")
Seen = tuple[int, int, int, int]


@pytest.fixture
def told(desk: Desk, at: SetClock) -> UUID:
    with people.as_owner():
        instruction, _call = found_told(desk.worker)
    return instruction


def seen() -> Seen:
    found = []
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute("select has_table_privilege(%s, 'select')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f"select count(*) from {table}")
                found.append(cursor.fetchone()[0])
            else:
                found.append(-1)
    return (found[0], found[1], found[2], found[3])


@pytest.mark.parametrize(
    ("role", "area", "expected"),
    [
        ("community_officer", CITY.chengxianjie, (1, 1, 1, -1)),
        ("street_officer", CITY.xinjiekou, (1, 1, 1, -1)),
        ("community_officer", CITY.dashiqiao, (0, 0, 0, -1)),
        ("street_officer", "320104001", (0, 0, 0, -1)),
        ("grid_worker", CITY.grid, (0, 0, 0, 0)),
        ("grid_worker", CITY.next_grid, (0, 0, 0, 0)),
    ],
)
def test_who_is_given_what(desk: Desk, told: UUID, role: str, area: str, expected: Seen) -> None:
    with people.acting(someone(role, area)):
        assert seen() == expected


def test_the_worker_is_given_what_is_his_or_hers(desk: Desk, told: UUID) -> None:
    with people.acting(desk.worker):
        assert seen() == (1, 1, 1, 1)


@pytest.mark.parametrize("role", GROUP_ROLES)
def test_without_a_scope_nobody_is_given_anything(told: UUID, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {role}")
    assert set(seen()) <= {0, -1}


WRITES = {
    "words": "update field_instruction set words = 'x'",
    "taken back": "update field_instruction set ended_at = now()",
    "receipt": "update field_receipt set received_at = now()",
    "help": "update field_helpcall set taken_at = now()",
    "hours": "update field_workpiece set began_at = now()",
    "gone": "delete from field_workpiece",
    "gone as well": "delete from field_helpcall",
}


@pytest.mark.parametrize("write", sorted(WRITES))
def test_a_worker_changes_nothing_of_what_was_said_and_done(desk: Desk, told: UUID, write: str) -> None:
    with (
        people.acting(desk.worker),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(WRITES[write])


def test_nobody_confirms_what_is_not_addressed_to_him_or_her(desk: Desk, told: UUID) -> None:
    other = someone("grid_worker", CITY.next_grid)
    row = Receipt(
        id=uuid4(), instruction_id=told, account_id=other.id, area_pos=CITY.pos(CITY.grid), received_at=moment(12)
    )  # fmt: skip
    with people.acting(other), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Receipt.objects.bulk_create([row])


def test_nobody_calls_or_works_in_the_name_of_somebody_else(desk: Desk, told: UUID) -> None:
    other = someone("grid_worker", CITY.next_grid)
    made = HelpCall(
        id=uuid4(), account_id=desk.worker.id, area_pos=other.scopes[0].pos, kind="other", called_at=moment(12),
        received_at=moment(12),
    )  # fmt: skip
    worked = WorkPiece(
        id=uuid4(), account_id=desk.worker.id, area_pos=other.scopes[0].pos, began_at=moment(12), minutes_before=0,
        break_minutes=1, is_rest_short=False, rest_at=moment(13), stop_at=moment(14),
    )  # fmt: skip
    for row in (made, worked):
        with (
            people.acting(other),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            type(row).objects.bulk_create([row])  # type: ignore[attr-defined]


def test_no_centre_speaks_where_it_is_not(desk: Desk, told: UUID) -> None:
    elsewhere = someone("community_officer", CITY.dashiqiao)
    pos = CITY.pos(CITY.grid)
    row = Instruction(
        id=uuid4(), area_pos=pos, area_end=pos + 1, words="stay at home", is_urgent=True, from_name="a drill",
        written_by=elsewhere.id, written_at=moment(12), given_at=moment(12),
        expires_at=moment(12) + timedelta(hours=1),
    )  # fmt: skip
    with people.acting(elsewhere):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Instruction.objects.bulk_create([row])
        assert Instruction.objects.update(ended_at=moment(12)) == 0
