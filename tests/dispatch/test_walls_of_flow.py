"""What rises, whistles and supervision as the real database roles may touch them, with every rule of ours off."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.dispatch.models import Escalation, Supervision, Task, Whistle, WhistleCall
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import STUDENT, Desk, moment

pytestmark = pytest.mark.django_db

CITY = people.city()
#: Somebody of each role, in whose area the family's task lies, and elsewhere.
HERE = {
    "community_officer": CITY.chengxianjie,
    "street_officer": CITY.xinjiekou,
    "district_officer": CITY.xuanwu,
    "city_officer": CITY.city,
    "supervisor": CITY.xuanwu,
}
ELSEWHERE = {
    "community_officer": CITY.dashiqiao,
    "street_officer": "320104001",
    "district_officer": CITY.qinhuai,
    "supervisor": CITY.qinhuai,
}
MakeActor = Callable[..., Actor]


@pytest.fixture
def family(desk: Desk) -> Task:
    """A task that lies with its street, about which a whistle is blown, and that was drawn to be checked."""
    desk.list_comes("health-list", STUDENT, at=moment(12))
    task, street = desk.task(), CITY.pos(CITY.xinjiekou)
    shared = {"order_id": task.order_id, "area_pos": street}
    with people.as_owner():
        Escalation.objects.create(
            id=new_id(),
            task=task,
            run_id=new_id(),
            level="street",
            from_pos=task.area_pos,
            kind="late",
            state="open",
            raised_by="SYSTEM",
            raised_at=clock.now(),
            **shared,
        )
        blown = Whistle.objects.create(
            id=new_id(),
            task_id=task.id,
            level="street",
            from_pos=street,
            place_pos=CITY.pos(CITY.chengxianjie),
            question="advice",
            words="how is it to be done",
            priority="P1",
            lead_code="health",
            agency_codes=["health"],
            state="open",
            blown_by="",
            blown_at=clock.now(),
            **shared,
        )
        WhistleCall.objects.create(
            id=new_id(),
            whistle=blown,
            agency_code="health",
            is_lead=True,
            place_pos=blown.place_pos,
            state="waiting",
            is_open=True,
            reply_by=clock.now() + timedelta(hours=1),
            **shared,
        )
        Supervision.objects.create(
            id=new_id(),
            task=task,
            order_id=task.order_id,
            area_pos=task.area_pos,
            kind="check",
            state="waiting",
            at=clock.now(),
        )
    return task


TABLES = (
    "dispatch_escalation",
    "dispatch_whistle",
    "dispatch_whistlecall",
    "dispatch_supervision",
)
#: How many rows of each table each of them sees of the one there is.
SEEN = {
    "community_officer": (1, 1, 1, 1),
    "street_officer": (1, 1, 1, 1),
    "district_officer": (1, 1, 1, 1),
    "city_officer": (1, 1, 1, 1),
    "supervisor": (1, 1, 1, 1),
}


def counted(by: Actor, table: str) -> int:
    with people.acting(by), connection.cursor() as cursor:
        cursor.execute(f"select count(id) from {table}")
        return int(cursor.fetchone()[0])


def changed(by: Actor, sql: str) -> int | str:
    """Return how many rows a statement changes as this actor, or that it is refused."""
    with people.acting(by), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(sql)
                count = int(cursor.rowcount)
                transaction.set_rollback(True)
                return count
        except DatabaseError:
            return "refused"


@pytest.mark.parametrize("role", sorted(HERE))
def test_whoever_answers_for_the_place_sees_what_goes_on_there(
    family: Task, actor_of: MakeActor, role: str
) -> None:
    by = actor_of(role, HERE[role])

    assert tuple(counted(by, table) for table in TABLES) == SEEN[role]


@pytest.mark.parametrize("role", sorted(ELSEWHERE))
def test_whoever_answers_for_another_place_sees_nothing_of_it(
    family: Task, actor_of: MakeActor, role: str
) -> None:
    by = actor_of(role, ELSEWHERE[role])

    assert tuple(counted(by, table) for table in TABLES) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("dispatch_escalation", 1),
        ("dispatch_whistle", 1),
        ("dispatch_whistlecall", 1),
        ("dispatch_supervision", 0),
    ],
)
def test_its_worker_reads_where_it_lies_and_the_whistle_about_it_and_not_what_was_drawn(
    desk: Desk, family: Task, table: str, count: int | str
) -> None:
    assert changed(desk.worker, f"select id from {table}") == count


@pytest.mark.parametrize(
    ("role", "rows"),
    [
        ("community_officer", 0),
        ("street_officer", 1),
        ("district_officer", 1),
        ("city_officer", 1),
    ],
)
def test_below_where_it_lies_nobody_changes_it(
    family: Task, actor_of: MakeActor, role: str, rows: int
) -> None:
    by = actor_of(role, HERE[role])

    assert changed(by, "update dispatch_escalation set state = 'returned'") == rows
    assert changed(by, "update dispatch_whistle set state = 'closed'") == rows


@pytest.mark.parametrize(
    "sql",
    [
        "update dispatch_escalation set level = 'city'",
        "update dispatch_escalation set area_pos = 1",
        "update dispatch_escalation set raised_by = 'SYSTEM'",
        "delete from dispatch_escalation",
        "update dispatch_whistle set words = ''",
        "update dispatch_whistle set lead_code = 'police'",
        "delete from dispatch_whistle",
        "update dispatch_whistlecall set state = 'answered'",
        "update dispatch_whistlecall set reply_by = now()",
        "delete from dispatch_whistlecall",
        "update dispatch_supervision set kind = 'order'",
        "update dispatch_supervision set due_at = now()",
        "update dispatch_supervision set area_pos = 1",
        "delete from dispatch_supervision",
    ],
)
def test_what_is_written_down_stays_so_for_every_centre(family: Task, actor_of: MakeActor, sql: str) -> None:
    assert changed(actor_of("city_officer", CITY.city), sql) == "refused"


@pytest.mark.parametrize(
    ("agency", "seen"),
    [
        ("health", (1, 1)),
        ("police", (0, 0)),
        ("transport", (0, 0)),
    ],
)
def test_a_department_sees_the_whistle_to_it_and_no_other_table_of_these(
    family: Task, actor_of: MakeActor, agency: str, seen: tuple[int, int]
) -> None:
    by = actor_of("agency_liaison", agency=agency)

    assert (counted(by, "dispatch_whistle"), counted(by, "dispatch_whistlecall")) == seen
    assert changed(by, "select id from dispatch_escalation") == "refused"
    assert changed(by, "select id from dispatch_supervision") == "refused"
    assert changed(by, "update dispatch_whistlecall set is_lead = false") == "refused"
    assert changed(by, "update dispatch_whistlecall set state = 'coming'") == seen[1]
