"""Answers about who is on duty where: every grid of a centre's areas, who has it now, and where nobody does."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from gridward.dispatch.models import Task
from gridward.kernel.actor import Actor
from gridward.territory import api as territory
from gridward.workforce import api as workforce


@dataclass(frozen=True)
class DutyRow:
    """A grid: who answers for it, who is on duty there now, how many open tasks wait for somebody."""

    area: territory.AreaLabel
    responsible: str
    on_duty: str
    #: own (worker) | cover (somebody stands in) | nobody
    state: str
    waiting_count: int


def get_duty(*, by: Actor, now: datetime) -> list[DutyRow]:
    """Return the grids of the actor's areas in the order of the line."""
    ranges = [(scope.pos, scope.end) for scope in by.scopes]
    grids = [grid for scope in by.scopes for grid in _grids(scope.code)]
    duties = {one.area_pos: one for one in workforce.grid_duties(ranges, now=now)}
    accounts = {
        who for one in duties.values() for who in (one.responsible_id, one.on_duty_id) if who is not None
    }
    handles = workforce.get_handles(accounts)
    labels = territory.get_labels(grid.pos for grid in grids)
    waiting = _waiting(ranges)
    rows = []
    for grid in grids:
        duty = duties.get(grid.pos)
        own, present = (duty.responsible_id, duty.on_duty_id) if duty else (None, None)
        state = "nobody" if present is None else "own" if present == own else "cover"
        names = [handles.get(who, "") if who else "" for who in (own, present)]
        rows.append(DutyRow(labels[grid.pos], names[0], names[1], state, waiting.get(grid.pos, 0)))
    return rows


def _grids(code: str) -> list[territory.AreaView]:
    found, below = [], [area for area in [territory.get_area(code)] if area is not None]
    while below:
        area = below.pop()
        if area.level == "grid":
            found.append(area)
        else:
            below += reversed(territory.get_children(area.code))
    return found


def _waiting(ranges: list[tuple[int, int]]) -> dict[int, int]:
    waiting: dict[int, int] = {}
    for pos, end in ranges:
        rows = Task.objects.filter(
            area_pos__gte=pos, area_pos__lt=end, state="open", assignee_id__isnull=True
        )
        waiting |= dict(rows.order_by().values_list("area_pos").annotate(Count("id")))
    return waiting
