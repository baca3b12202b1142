"""What the tests of the centres share: tasks anywhere on the area line, and what they should add up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from gridward.command.rules import Counts
from gridward.dispatch.models import Task
from gridward.kernel import clock
from gridward.kernel.ids import new_id
from gridward.territory import api as territory
from tests import people

CITY = people.city()
#: Places a task can be at: grids, and wider areas whose grid nobody knows yet.
PLACES = (CITY.grid, CITY.next_grid, CITY.other_community_grid, CITY.other_district_grid, CITY.chengxianjie,
          CITY.xinjiekou, CITY.qinhuai)  # fmt: skip
LEVELS = {"city": CITY.city, "district": CITY.xuanwu, "street": CITY.xinjiekou, "community": CITY.chengxianjie,
          "grid": CITY.grid}  # fmt: skip
OFFICERS = {"city_officer": CITY.city, "district_officer": CITY.xuanwu, "street_officer": CITY.xinjiekou,
            "community_officer": CITY.chengxianjie}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One task: where, opened and due and closed so many minutes from now."""

    place: str
    opened: int = -60
    due: int = 600
    closed: int | None = None
    is_ours: bool = True


def put(cases: Sequence[Case], *, order_id: UUID, now: datetime) -> None:
    """Write tasks as they stand in the table, under the order or (not ours) under one that nobody knows."""
    minute = timedelta(minutes=1)
    with people.as_owner():
        made = [
            Task(
                id=new_id(), order_id=order_id, household_id=new_id(),
                area_pos=CITY.pos(case.place), priority="P2", state="open" if case.closed is None else "closed",
                opened_at=now + case.opened * minute, due_at=now + case.due * minute,
                release_at=now + case.opened * minute,
                closed_at=None if case.closed is None else now + case.closed * minute,
            )
            for case in cases
        ]  # fmt: skip
        Task.objects.bulk_create(made)
        connection.check_constraints()  # as the commit does: the gate is asked then
        foreign = [task.id for task, case in zip(made, cases, strict=True) if not case.is_ours]
        Task.objects.filter(id__in=foreign).update(order_id=new_id())


def area(code: str) -> territory.AreaView:
    """Return an area that exists."""
    found = territory.get_area(code)
    assert found is not None, code
    return found


def expected(cases: Iterable[Case], code: str, now: datetime) -> Counts:
    """Count by hand what an area should show."""
    there, start = area(code), clock.midnight(now)
    ours = [case for case in cases if case.is_ours and there.pos <= CITY.pos(case.place) < there.end]
    still = [case for case in ours if case.closed is None]
    closed = [now + timedelta(minutes=case.closed) for case in ours if case.closed is not None]
    return Counts(
        open=len(still),
        late=sum(case.due < 0 for case in still),
        done=len(closed),
        done_today=sum(at >= start for at in closed),
        due=len(ours),
    )
