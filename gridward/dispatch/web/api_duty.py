"""Duty and budgets in the JSON API: who is away, who stands in, how much of the budgets is used."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import P, QueryEx, Router, Schema
from pydantic import AwareDatetime

from gridward.dispatch import budgets, duties
from gridward.dispatch.web.schemas import Area
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.operations import Page, operation
from gridward.workforce import api as workforce

router = Router()


class DutyLine(Schema):
    """A grid: who answers for it, who is on duty now (own worker, cover, nobody), how many tasks have no hand."""

    area: Area
    responsible: str
    on_duty: str
    state: Literal["own", "cover", "nobody"]
    waiting_count: int


class AbsenceIn(Schema):
    """A worker is away from – until; `kind` is leave, rest, quarantine or other. Nothing about health."""

    worker: str
    kind: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    substitute: str = ""


class AbsenceLine(Schema):
    """An absence that is entered; `substitute` only where the centre named one."""

    id: UUID
    worker: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    substitute: str
    is_now: bool


class Entered(Schema):
    """What was entered or ended."""

    id: UUID


class Named(Schema):
    """Who stands in: the name of an account."""

    worker: str


@operation(router, "GET", "/duty", right="duty.keep", answers=Page[DutyLine])
def duty(request: Request) -> object:
    """Give every grid of the account's area with who is on duty there now."""
    return {"items": duties.get_duty(by=request.actor, now=request.now)}


@operation(router, "POST", "/duty/{code}/name", right="duty.keep", answers=Entered)
def duty_name(request: Request, code: str, said: Named) -> object:
    """Name who stands in a grid until its own worker is on duty."""
    return workforce.cover_name(grid=code[:40], worker=said.worker[:150], by=request.actor, now=request.now)


@operation(router, "GET", "/absences", right="duty.keep", answers=Page[AbsenceLine])
def absences(request: Request) -> object:
    """Give who is away now or will be."""
    return {"items": workforce.get_absences(by=request.actor, now=request.now)}


@operation(router, "POST", "/absences", right="duty.keep", answers=Entered)
def absence_enter(request: Request, said: AbsenceIn) -> object:
    """Enter that a worker is away. Open tasks go to whoever stands in when it begins, and back when it ends."""
    return workforce.absence_enter(
        worker=said.worker[:150], kind=said.kind[:40], starts_at=said.starts_at, ends_at=said.ends_at,
        substitute=said.substitute[:150], by=request.actor, now=request.now,
    )  # fmt: skip


@operation(router, "POST", "/absences/{absence_id}/end", right="duty.keep", answers=Entered)
def absence_end(request: Request, absence_id: UUID) -> object:
    """End an absence now: the worker is back, or does not leave after all."""
    return workforce.absence_end(absence_id=absence_id, by=request.actor, now=request.now)


class BoundNumber(Schema):
    """A number of the profile that binds, with its unit and its source."""

    name: str
    value: float
    unit: str
    source: str


class BudgetsToday(Schema):
    """How much of today's budgets is used in an area: counts of workers in bands, of batches, households and tasks."""

    area: Area
    order_number: str
    counts: dict[str, int]
    waiting_since: datetime | None
    numbers: list[BoundNumber]


@operation(router, "GET", "/budgets", right="budget.read", answers=BudgetsToday)
def budgets_today(request: Request, area: QueryEx[str, P(max_length=24)] = "") -> object:
    """Give the counts of today's budgets in an area (the own one by default). No names, no ranking."""
    found = budgets.get_budgets(area, by=request.actor, now=request.now, parts=())
    return found if isinstance(found, Refusal) else budgets.told(found)
