"""
Owns the stages that clues lie in while they are put into tasks or answered: ids and codes only. Refuses to decide
anything.

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

KNOWN = (
    "household_id", "person_id", "purpose", "kind", "outcome", "outcome_at", "subject_id", "task_id", "area_pos",
)  # fmt: skip
ANSWER = (
    "clue_id", "batch_id", "person_id", "resident_id", "priority", "purpose", "kind", "channel_code", "match_rule",
    "subject_id", "task_id", "area_pos", "outcome", "outcome_at", "reason",
)  # fmt: skip
STAGES = ("dispatch_stageclue", "dispatch_stagehousehold", "dispatch_stageknown", "dispatch_stageanswer")


def clues_stage(run: UUID, ready: Rows) -> int:
    """Stage clues (see `intake.ready_clues`) and return how many there are."""
    return _stage("dispatch_stageclue", CLUE, run, ready)


def households_stage(run: UUID, asked: Rows) -> None:
    """Stage the households that the clues are about, each with its task."""
    _stage("dispatch_stagehousehold", HOUSEHOLD, run, asked)


def known_stage(run: UUID, known: Rows) -> int:
    """Stage what is known about the households that the clues are about, and return how many answers there are."""
    return _stage("dispatch_stageknown", KNOWN, run, known)


def answers_stage(run: UUID, answered: Rows) -> int:
    """Stage the clues that are answered by what is known, and return how many there are."""
    return _stage("dispatch_stageanswer", ANSWER, run, answered)


def clear(run: UUID) -> None:
    """Empty the stages of a run."""
    for stage in STAGES:
        bulk.run(f"delete from {stage} where run = %s", [run])


def _stage(table: str, columns: tuple[str, ...], run: UUID, rows: Rows) -> int:
    listed = ", ".join(columns)
    sql = f"insert into {table} (run, {listed}) select %(run)s, {listed} from ({rows.sql}) q"
    count = bulk.run(sql, {**rows.params, "run": run})
    if count >= LEAST_ANALYZED:
        bulk.run("select dispatch_analyze(%s)", [table])
    return count
