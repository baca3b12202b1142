"""
Owns writing who is away and who stands in. A reason is one word of a short list: nothing about anybody's health.

A centre enters absences of its own area's workers and may name who stands in; dispatch chooses where nobody did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from gridward.kernel import bulk, ledger, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, Text, refuse
from gridward.kernel.tabular import Column, RowProblem, TableRefusal, read_table
from gridward.territory import api as territory
from gridward.workforce import rules
from gridward.workforce.events import DutyChanged
from gridward.workforce.models import Absence, Assignment, Cover

COLUMNS = (
    Column("worker", ("账号",), required=True),
    Column("starts_at", ("离岗开始",), required=True),
    Column("ends_at", ("离岗结束",), required=True),
    Column("kind", ("原因",), required=True),
    Column("substitute", ("代班",)),
)
TIME_WRONG: Text = _("This is no moment: write 2026-03-01 08:00.")


@dataclass(frozen=True)
class AbsencesReport:
    """What an import of absences did: all rows or none."""

    rows: int
    entered: int
    problems: Sequence[RowProblem] = ()


@transaction.atomic
def absences_import(*, path: Path, filename: str, by: Actor, now: datetime) -> AbsencesReport | Refusal:
    """Enter the absences of a file, all or nothing: worker, starts_at, ends_at, kind and, where named, substitute."""
    table = read_table(path, filename=filename, wanted=COLUMNS)
    if isinstance(table, TableRefusal):
        return table.as_outcome()
    if incomplete := table.incomplete():
        return incomplete.as_outcome()
    problems: list[RowProblem] = []
    for rows in table.chunks(1_000):
        for row in rows:
            problems += row.problems
            cells = {name: row.cells[place] for name, place in table.columns.items()}
            starts_at, ends_at = (_moment(cells[name]) for name in ("starts_at", "ends_at"))
            if starts_at is None or ends_at is None:
                wrong = "starts_at" if starts_at is None else "ends_at"
                problems.append(RowProblem(row.number, wrong, "time_wrong", TIME_WRONG))
                continue
            outcome = absence_enter(
                worker=cells["worker"], kind=cells["kind"], starts_at=starts_at, ends_at=ends_at,
                substitute=cells.get("substitute", ""), by=by, now=now,
            )  # fmt: skip
            if isinstance(outcome, Refusal):
                problems.append(RowProblem(row.number, "worker", outcome.code, outcome.title))
    if problems:
        transaction.set_rollback(True)
    return AbsencesReport(table.row_count, 0 if problems else table.row_count, sorted(problems))


def _moment(text: str) -> datetime | None:
    """Return a moment of a file, which is in local time unless it says another."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment if moment.tzinfo else make_aware(moment)
    except (ValueError, OverflowError):
        return None


@transaction.atomic
def absence_enter(
    *,
    worker: str,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    substitute: str = "",
    by: Actor,
    now: datetime,
) -> Absence | Refusal:
    """
    Enter that a worker of the actor's area is away from – until; `substitute` is who stands in, if the centre says so.

    Tasks move when it begins and come back when it ends; see dispatch.
    """
    grid = _grid_of(worker, by, now)
    if isinstance(grid, Refusal):
        return grid
    account_id, area_pos = grid
    if refusal := rules.may_be_away(kind, starts_at=starts_at, ends_at=ends_at, now=now):
        return refusal
    named = _grid_of(substitute, by, now) if substitute else (None, 0)
    if isinstance(named, Refusal):
        return named
    if named[0] == account_id:
        return refuse("substitute_self")
    # Whoever enters a second absence of the same worker at the same time waits here.
    bulk.run("select pg_advisory_xact_lock(hashtextextended(%s, 8))", [str(account_id)])
    others = Absence.objects.filter(account_id=account_id, ended_at__isnull=True)
    if others.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        return refuse("absence_twice", worker=worker[:40])
    absence = Absence.objects.create(
        id=new_id(), account_id=account_id, area_pos=area_pos, kind=kind, starts_at=starts_at, ends_at=ends_at,
        substitute_id=named[0], entered_by=by.ledger_name, entered_at=now,
    )  # fmt: skip
    ledger.record("absence.enter", obj=("account", account_id), by=by, now=now, kind=kind)
    outbox.announce(DutyChanged(account_id), now=now)
    return absence


def _grid_of(handle: str, by: Actor, now: datetime) -> tuple[UUID, int] | Refusal:
    """Return a grid worker of the actor's area and the first grid; anybody else is told not to exist."""
    held = Assignment.objects.filter(
        account__handle=handle, account__is_active=True, role="grid_worker", starts_at__lte=now, ends_at__isnull=True
    ).order_by("starts_at", "id")  # fmt: skip
    for one in held:
        if one.area_pos is not None and by.covers(one.area_pos):
            return one.account_id, one.area_pos
    return refuse("worker_unknown", worker=handle[:40])


@transaction.atomic
def absence_end(*, absence_id: UUID, by: Actor, now: datetime) -> Absence | Refusal:
    """End an absence now: the worker is back, or does not leave after all."""
    absence = Absence.objects.select_for_update(no_key=True).filter(id=absence_id).first()
    if absence is None or not by.covers(absence.area_pos):
        return refuse("not_found")
    if absence.ended_at is not None or absence.ends_at <= now:
        return refuse("absence_over")
    Absence.objects.filter(id=absence_id).update(ended_at=now, ended_by=by.ledger_name)
    ledger.record("absence.end", obj=("account", absence.account_id), by=by, now=now)
    outbox.announce(DutyChanged(absence.account_id), now=now)
    return absence


@transaction.atomic
def cover_name(*, grid: str, worker: str, by: Actor, now: datetime) -> Cover | Refusal:
    """Name who stands in a grid of the actor's area until its own worker is on duty; the one before is let go."""
    area = territory.get_area(grid)
    if area is None or area.level != "grid" or not by.covers(area.pos):
        return refuse("not_found")
    named = _grid_of(worker, by, now)
    if isinstance(named, Refusal):
        return named
    outbox.announce(DutyChanged(named[0]), now=now)
    return cover_open(area_pos=area.pos, account_id=named[0], named=True, by=by, now=now)


@transaction.atomic
def cover_open(*, area_pos: int, account_id: UUID, named: bool, by: Actor, now: datetime) -> Cover | Refusal:
    """Let an account stand in a grid from now on, in place of whoever did."""
    code = territory.get_codes([area_pos]).get(area_pos)
    if code is None:
        return refuse("not_found")
    Cover.objects.filter(area_pos=area_pos, ended_at__isnull=True).update(ended_at=now)
    cover = Cover.objects.create(
        id=new_id(), account_id=account_id, area_code=code, area_pos=area_pos, named=named, starts_at=now,
        by=by.ledger_name,
    )  # fmt: skip
    ledger.record("cover.open", obj=("account", account_id), by=by, now=now, named=named)
    return cover


@transaction.atomic
def covers_end(*, positions: list[int], by: Actor, now: datetime) -> int:
    """Let go of whoever stands in these grids."""
    ended = Cover.objects.filter(area_pos__in=positions, ended_at__isnull=True).update(ended_at=now)
    if ended:
        ledger.record("cover.end", by=by, now=now, count=ended)
    return ended
