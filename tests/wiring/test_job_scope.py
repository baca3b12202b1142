"""The doors into `gridward_job`: a closed list, each with where it runs, and what the role is worth without a scope."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from gridward.governance import api as governance
from gridward.kernel import clock, scope
from tests import people
from tests.house.test_walls import guarded_tables
from tests.people import returning_student, row_about, send_list
from tests.wiring.supervisor_cases import ROOT

HOUSE = ROOT / "gridward"
ENTRANCES = ("job_scope", "job_transaction", "as_role")

#: Who becomes `gridward_job` -> where that runs. See docs/architecture/logins.md before you add a line.
DOORS = {
    "intake/actions/review.py": "in a request: a decision joins, seals and provides a household across the order",
    "intake/actions/undo.py": "in a request: a decision that is taken back leaves its task and is sealed as it was",
    "intake/candidates.py": "in a request: which people of earlier lists share a key with a row, by id",
    "dispatch/actions/handover.py": "in a request: whoever takes a task over moves it from one area into another",
    "dispatch/actions/corrections.py": "in a request: what is accepted is renewed in every list and task of the order",
    "dispatch/actions/merges.py": "in a request: two entries become one person, and what is asked follows",
    "registry/duplicates.py": "in a request: which entries share a key with somebody whose household is open, by id",
    "registry/merging.py": "in a request: two entries are said to be one person",
    "registry/corrections.py": "in a request: a correction is taken into hand or rejected",
    "intake/actions/resolve.py": "in the worker: a list is resolved",
    "intake/actions/watching.py": "in the worker: lists are taken out of the folders departments put them into",
    "intake/actions/pushing.py": "in the worker: what is due is pushed, read in the order's scope at that moment",
    "intake/listeners.py": "in the worker: answered rows are put down to be pushed",
    "dispatch/listeners.py": "in the worker: what was resolved is put into tasks",
    "dispatch/schedule.py": "in the worker, by the clock: tasks are released; on the command line: what would go out",
    "registry/carrying.py": "on the command line: a register is copied to a successor order, chunk by chunk",
    "registry/checking.py": "on the command line: a register's file is checked against who is there",
    "registry/importing.py": "on the command line: a register is written, chunk by chunk",
    "registry/preparing.py": "on the command line: who of a chunk is known, and behind which door",
    "registry/runs.py": "on the command line: an import that was killed is resumed",
    "wiring/cli/territory.py": "on the command line: areas and doors are imported",
    "wiring/demo.py": "on the command line: the model street is prepared",
    "wiring/demo_city.py": "on the command line: a model district or city is prepared",
    "wiring/demo_forms.py": "on the command line: whether the model city asks anything yet",
    "wiring/demo_steps.py": "on the command line: the model city's areas are imported",
}
#: The definitions themselves, and the sealer, which becomes another role.
NOT_JOBS = {"kernel/scope.py", "governance/actions.py", "kernel/ledger/sealer.py", "kernel/ledger/heads.py"}


def callers() -> Iterator[str]:
    for path in sorted(HOUSE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ENTRANCES:
                    yield path.relative_to(HOUSE).as_posix()


def test_every_door_into_the_job_role_is_written_down_with_where_it_runs() -> None:
    assert set(callers()) - NOT_JOBS == set(DOORS)


def test_four_acts_alone_become_a_job_in_a_request_and_the_page_about_logins_says_so() -> None:
    in_requests = [path for path, where in DOORS.items() if where.startswith("in a request")]
    page = (ROOT / "docs" / "architecture" / "logins.md").read_text(encoding="utf-8")

    assert [Path(path).parts[0] for path in in_requests] == [
        "intake",
        "intake",
        "intake",
        "dispatch",
        "dispatch",
        "dispatch",
        "registry",
        "registry",
        "registry",
    ]
    assert "intake.review_decide" in page and "intake.review_undo" in page
    assert "dispatch.handover_accept" in page and "dispatch.handover_decline" in page
    assert "dispatch.merge_confirm" in page and "dispatch.merge_undo" in page
    assert "registry.merge_propose" in page and "registry.access_duplicates" in page
    assert "dispatch.correction_accept" in page and "registry.correction_reject" in page


# --- what it is worth -------------------------------------------------------------------------------------------------


@pytest.fixture
def full(street: governance.OrderView, tmp_path: Path) -> governance.OrderView:
    """An active order with people, a list and tasks in it."""
    send_list(tmp_path, "health-list", [row_about(returning_student)])
    return street


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return int(cursor.fetchone()[0])


def readable(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select has_table_privilege('gridward_job', %s, 'select')", [table])
        return bool(cursor.fetchone()[0])


def test_the_role_without_a_scope_sees_no_row_of_a_guarded_table(full: governance.OrderView) -> None:
    tables = [table for table in sorted(guarded_tables()) if readable(table)]
    with people.as_owner():
        filled = [table for table in tables if count(table)]

    with transaction.atomic(), scope.as_role("gridward_job"):
        seen = {table: count(table) for table in tables}

    assert {"registry_resident", "intake_clue", "dispatch_task"} <= set(filled)
    assert {table: rows for table, rows in seen.items() if rows} == {}


@pytest.mark.parametrize(
    ("purpose", "number", "opens"),
    [("case_finding", 0, True), ("labour_record", 0, False), ("", 0, False), ("case_finding", 1, False)],
    ids=["of the order", "another purpose", "no purpose", "an order that is not there"],
)
def test_a_scope_is_given_for_an_order_s_own_purpose_only(
    full: governance.OrderView, purpose: str, number: int, opens: bool
) -> None:
    wanted = full.id if number == 0 else "01a00000-0000-7000-8000-000000000000"

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select governance_enter_job(%s, %s)", [wanted, purpose])
        (role,) = cursor.fetchone()

    assert (role == "gridward_job") is opens


def test_when_the_order_is_over_nobody_becomes_a_job_for_it_and_an_old_scope_opens_nothing(
    full: governance.OrderView,
) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select governance_enter_job(%s, 'case_finding')", [full.id])
        cursor.execute("select current_setting('gridward.scope')")
        (remembered,) = cursor.fetchone()
        cursor.execute("set local role gridward_job")
        inside = count("registry_resident")
        cursor.execute("set local role gridward_app")
    issuer = people.actor_of("issuing_officer")
    governance.order_end(order_id=full.id, reason="the drill is over", by=issuer, now=clock.now())

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select governance_enter_job(%s, 'case_finding')", [full.id])
        refused = cursor.fetchone()
        # A page that could run SQL of its own would try the words it once saw.
        cursor.execute("select set_config('gridward.scope', %s, true)", [remembered.replace("1", "2")])
        cursor.execute("set local role gridward_job")
        after = count("registry_resident")

    assert inside > 0
    assert refused == (None,)
    assert after == 0
