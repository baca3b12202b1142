"""The stages that clues lie in while they become tasks: emptied at once, analyzed when long, shut to everybody else."""

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.dispatch import stages
from gridward.dispatch.merging import DispatchReport, clues_dispatch
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import bulk
from gridward.kernel.actor import SYSTEM
from gridward.kernel.bulk import Rows
from gridward.kernel.ids import new_id
from tests import people
from tests.dispatch.desk import ACROSS, MOTHER, STUDENT, Desk, clues, moment, tasks

pytestmark = pytest.mark.django_db

NOON = moment(12)
TABLES = ("dispatch_stageclue", "dispatch_stagehousehold")


def counted(table: str) -> int:
    with people.as_owner():
        ((count,),) = bulk.answers(Rows(f"select count(*) from {table}"))
    return int(count)


def test_nothing_stays_in_the_stages(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, MOTHER, ACROSS, at=NOON)

    assert [counted(table) for table in TABLES] == [0, 0]


def test_a_long_list_comes_to_the_same_as_a_short_one(desk: Desk) -> None:
    asked = [STUDENT, MOTHER, ACROSS] * (stages.LEAST_ANALYZED // 3 + 1)

    report = desk.list_comes("health-list", *asked, at=NOON)

    many = len(asked)
    assert report == DispatchReport(clues=many, opened=2, joined=many - 2, asks_avoided=many - 2)
    assert len(tasks()) == 2
    assert {clue.state for clue in clues()} == {"dispatched"} and len(clues()) == many


def test_clues_that_are_in_a_task_already_are_not_asked_twice(desk: Desk) -> None:
    desk.list_comes("health-list", STUDENT, at=NOON)
    (clue,) = clues()

    with governance.job_transaction(order_id=desk.order.id, purpose="case_finding"):
        again = clues_dispatch(
            ready=intake.ready_clues(clue_ids=[clue.id]), order=desk.order, by=SYSTEM, now=NOON
        )

    assert again == DispatchReport(0, 0, 0, 0)


def test_clues_of_two_lists_at_once_are_counted_list_by_list(desk: Desk) -> None:
    desk.list_resolved("health-list", STUDENT, ACROSS)
    desk.list_resolved("police-list", MOTHER)
    ids = [clue.id for clue in clues()]

    with governance.job_transaction(order_id=desk.order.id, purpose="case_finding"):
        report = clues_dispatch(ready=intake.ready_clues(clue_ids=ids), order=desk.order, by=SYSTEM, now=NOON)

    assert report == DispatchReport(clues=3, opened=2, joined=1, asks_avoided=1)
    with people.as_owner():
        avoided = dict(bulk.answers(Rows("select channel_id, asks_avoided_count from intake_batch")))
    # The student's row stands first in its list and opened the family's task; his mother's ask was avoided.
    assert avoided == {"health-list": 0, "police-list": 1}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "role", ["gridward_app", "gridward_centre", "gridward_worker", "gridward_agency", "gridward_audit"]
)
def test_nobody_but_a_job_looks_into_the_stages(db: None, role: str, table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"set local role {role}")
        cursor.execute(f"select 1 from {table}")


def test_a_run_empties_its_own_rows_and_leaves_those_of_others(db: None) -> None:
    mine, other = new_id(), new_id()
    row = (
        "select %(a)s::uuid as household_id, 5 as area_pos, %(a)s::uuid as batch_id, 'P2' as priority, true as is_new,"
        " %(a)s::uuid as task_id, null::uuid as assignee_id"
    )
    with people.as_owner():
        for run in (mine, other):
            stages.households_stage(run, Rows(row, {"a": new_id()}))
        stages.clear(mine)
        left = bulk.answers(Rows("select run from dispatch_stagehousehold"))

    assert left == [(other,)]
