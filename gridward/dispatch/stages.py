"""
Owns the two stages that clues lie in while they are put into tasks: ids and codes only. Refuses to decide anything.

The stages are unlogged and only `gridward_job` may touch them; a run empties them in the transaction that filled them.
"""

from uuid import UUID

from gridward.kernel import bulk
from gridward.kernel.bulk import Rows

#: From so many rows on the planner is told what the stages hold: a plan for one row costs minutes with a million.
LEAST_ANALYZED = 200
CLUE = (
    "clue_id", "batch_id", "household_id", "person_id", "resident_id", "area_pos", "priority", "purpose", "kind",
    "channel_code", "match_rule", "row_number",
)  # fmt: skip
HOUSEHOLD = ("household_id", "area_pos", "batch_id", "priority", "is_new", "task_id", "assignee_id")


def clues_stage(run: UUID, ready: Rows) -> int:
    """Stage clues (see `intake.ready_clues`) and return how many there are."""
    return _stage("dispatch_stageclue", CLUE, run, ready)


def households_stage(run: UUID, asked: Rows) -> None:
    """Stage the households that the clues are about, each with its task."""
    _stage("dispatch_stagehousehold", HOUSEHOLD, run, asked)


def clear(run: UUID) -> None:
    """Empty the stages of a run."""
    bulk.run("delete from dispatch_stageclue where run = %s", [run])
    bulk.run("delete from dispatch_stagehousehold where run = %s", [run])


def _stage(table: str, columns: tuple[str, ...], run: UUID, rows: Rows) -> int:
    listed = ", ".join(columns)
    sql = f"insert into {table} (run, {listed}) select %(run)s, {listed} from ({rows.sql}) q"
    count = bulk.run(sql, {**rows.params, "run": run})
    if count >= LEAST_ANALYZED:
        bulk.run("select dispatch_analyze(%s)", [table])
    return count
