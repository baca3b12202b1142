"""
Marking the clues of a list as dispatched stays a join, however few clues the planner expects to be ready.

What it knows of states is from before the list. Asked of the clues themselves, the state left one expected clue, and a
first list of 300,000 rows looked each of them up in all of them: it did not end in six minutes, and now does in two
seconds.
"""

import pytest
from django.db import connection

from gridward.governance import api as governance
from gridward.intake.actions import outcomes

pytestmark = pytest.mark.django_db

STATEMENTS = {
    "dispatched": (
        outcomes.DISPATCHED,
        "select gen_random_uuid() as clue_id, gen_random_uuid() as task_id from generate_series(1, 3000)",
    ),
    "answered": (
        outcomes.ANSWERED,
        "select gen_random_uuid() as clue_id, 'home' as outcome, now() as at, '' as reason"
        " from generate_series(1, 3000)",
    ),
}


@pytest.mark.parametrize("what", STATEMENTS)
def test_a_state_is_compared_in_the_join(what: str, order: governance.OrderView) -> None:
    statement, rows = STATEMENTS[what]

    with (
        governance.job_transaction(order_id=order.id, purpose="case_finding"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"explain (verbose) {statement.format(rows=rows)}")
        plan = [line.strip() for (line,) in cursor.fetchall()]

    conditions = [
        line for line in plan if line.startswith(("Filter", "Index Cond", "Join Filter", "Hash Cond"))
    ]
    of_states = [line for line in conditions if ".state" in line]
    assert of_states and not [line for line in of_states if "'ready'" in line or "'dispatched'" in line], plan
