"""The tasks of the JSON API: what is open, one task with its passes, the worker's day, a phone check, a visit."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Router, Schema

from gridward.dispatch import actions, days, queries
from gridward.dispatch import plans as plans_read
from gridward.dispatch.actions import doors
from gridward.dispatch.web import (
    api_corrections,
    api_duty,
    api_escalations,
    api_merges,
    api_supervision,
    api_whistles,
)
from gridward.dispatch.web.parse import after_of
from gridward.dispatch.web.schemas import After, Area, Reason, Recorded
from gridward.dispatch.web.show import more_token
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.operations import Masked, Page, operation

router = Router()
router.add_router("", api_escalations.router)
router.add_router("", api_whistles.router)
router.add_router("", api_supervision.router)
router.add_router("", api_corrections.router)
router.add_router("", api_merges.router)
router.add_router("", api_duty.router)
#: What a day says of its walk.
WALK = ("metres", "arrival_metres", "minutes", "shorter_percent", "unmeasured_count")


class TaskLine(Schema):
    """A task in a list: where, how urgent, for whom, how many people and clues. Nobody's name."""

    id: UUID
    area: Area
    priority: str
    state: str
    assignee: str
    due_at: datetime
    release_at: datetime
    released_at: datetime | None
    closed_at: datetime | None
    is_late: bool
    waits: Literal["", "time", "nobody", "full"]
    people_count: int
    clue_count: int


class DayLine(TaskLine):
    """A task of the worker's own day: its place in the order of the walk, and its door."""

    order: int
    building: str
    address_text: str


class WorkersDay(Schema):
    """
    The worker's day in the order of the walk.

    Metres and minutes are estimated from the doors of the address book and the profile, never from a phone;
    `arrival_metres` is the same walk in the order the tasks came; `unmeasured_count` doors have no point.
    """

    items: list[DayLine]
    next: str = ""
    metres: int
    arrival_metres: int
    minutes: int
    shorter_percent: int
    unmeasured_count: int


class Person(Schema):
    """A person of a task; the name only with a live grant, and masked."""

    number: int
    person_id: UUID
    name: Masked
    phone: Masked
    channels: list[str]
    next_pass: str
    outcome: str
    outcome_at: datetime | None
    asks: list[Literal["residence", "health"]]


class Known(Schema):
    """What an earlier task of the household found about somebody, and holds yet: not to be asked again."""

    person_id: UUID
    name: Masked
    phone: Masked
    outcome: str
    at: datetime


class Step(Schema):
    """One pass that was recorded: when, by whom, for which person of the task, for which channel."""

    at: datetime
    by: str
    person_number: int
    channel_name: str
    pass_kind: str
    result: str
    reason: str


class Task(Schema):
    """One task with its people and its whole trail."""

    id: UUID
    order_id: UUID
    area: Area
    address_text: str
    priority: str
    state: str
    assignee: str
    opened_at: datetime
    due_at: datetime
    release_at: datetime
    released_at: datetime | None
    closed_at: datetime | None
    is_late: bool
    visits_not_home: int
    people: list[Person]
    known: list[Known]
    trail: list[Step]


class Door(Schema):
    """One exact door, and for whom it is looked up: gate, hotline, resident or department."""

    door: str
    asker: str


class DoorTask(Schema):
    """An open task behind a door, its people masked."""

    id: UUID
    priority: str
    due_at: datetime
    assignee: str
    people: list[Person]


class DoorFound(Schema):
    """What is open behind a door, and how many looks are left in this hour."""

    tasks: list[DoorTask]
    left: int


class PhoneCheck(Schema):
    """
    A phone check of one person. `ask` names the form: recorded once, however often it comes.

    `excess` says why P1 goes on when the household's attempts of the day are used up.
    """

    ask: UUID
    person: UUID
    result: str
    outcome: str = ""
    reason: str = ""
    excess: str = ""


class Visit(Schema):
    """A visit: what was found at the door, and an outcome for each person. `ask` names the form."""

    ask: UUID
    result: str
    outcomes: dict[UUID, str] = {}
    reason: str = ""
    excess: str = ""
    #: Whose one other telephone, given by the lists of the task, was found to be right.
    phones: list[UUID] = []


@operation(router, "GET", "/tasks", right="task.read", answers=Page[TaskLine])
def tasks(
    request: Request,
    state: Literal["open", "closed"] = "open",
    after: After = "",
) -> object:
    """Give the tasks of the account's area, those due first at the top."""
    rows = queries.get_tasks(by=request.actor, now=request.now, state=state, after=after_of(after))
    return {"items": rows, "next": more_token(rows, state)}


@operation(router, "GET", "/tasks/{task_id}", right="task.read", answers=Task)
def task_get(request: Request, task_id: UUID) -> object:
    """Give one task to its centre: where, how urgent, its whole trail; people only with a live grant, masked."""
    return queries.access_task(task_id, by=request.actor, now=request.now)


@operation(router, "POST", "/tasks/{task_id}/release", right="task.release", answers=Recorded)
def task_release(request: Request, task_id: UUID, said: Reason) -> object:
    """Give a task to its worker before its time, with a reason."""
    return actions.task_release_now(
        task_id=task_id, reason=said.reason[:200], by=request.actor, now=request.now
    )


class Plan(Schema):
    """
    What went out to one worker at a set time, and the order of everything then in the hand.

    `batch_hour` is -1 for P1 that found its worker beside the set times; `over_count` P1 went over the day's budget.
    """

    worker: str
    area: Area
    plan_date: date
    batch_hour: int
    released_at: datetime
    fresh_count: int
    held_count: int
    over_count: int
    metres: int
    arrival_metres: int
    minutes: int
    tasks: list[UUID]


@operation(router, "GET", "/plans", right="task.read", answers=Page[Plan])
def plans(request: Request, day: date) -> object:
    """Give the batches of a day in the account's area, by grid and set time."""
    return {"items": plans_read.get_plans(by=request.actor, day=day)}


@operation(router, "GET", "/today", right="task.work", answers=WorkersDay)
def today(request: Request) -> object:
    """Give the worker's released open tasks in the order of the walk, and how far it is."""
    day = days.get_day(by=request.actor, now=request.now)
    return {"items": day.rows, **{name: getattr(day, name) for name in WALK}}


@operation(router, "GET", "/today/{task_id}", right="task.work", answers=Task)
def today_task(request: Request, task_id: UUID) -> object:
    """Give one task to the worker it is assigned to."""
    return queries.access_task(task_id, by=request.actor, now=request.now)


@operation(router, "POST", "/today/{task_id}/phone", right="task.work", answers=Recorded, collects=True)
def phone_check(request: Request, task_id: UUID, said: PhoneCheck) -> object:
    """Record a phone check of one person. The same form again is answered as before and counted once."""
    return actions.phone_record(
        task_id=task_id,
        person_id=said.person,
        result=said.result[:40],
        reason=said.reason[:200].strip(),
        outcome=said.outcome[:40],
        by=request.actor,
        now=request.now,
        ask=said.ask,
        excess=said.excess[:40],
    )


@operation(router, "POST", "/today/{task_id}/visit", right="task.work", answers=Recorded, collects=True)
def visit(request: Request, task_id: UUID, said: Visit) -> object:
    """Record a visit and what was found for each person. The same form again is counted once."""
    outcome: object | Refusal = actions.visit_record(
        task_id=task_id,
        result=said.result[:40],
        outcomes={person: found[:40] for person, found in said.outcomes.items()},
        reason=said.reason[:200].strip(),
        by=request.actor,
        now=request.now,
        ask=said.ask,
        excess=said.excess[:40],
        phones=set(said.phones[:200]),
    )
    return outcome


@operation(router, "POST", "/doors", right="door.look", answers=DoorFound)
def door_look(request: Request, said: Door) -> object:
    """
    Look one door of the own community up: open tasks, masked names.

    Only a door that is named to the room is found; anything else has no task. So many an hour, each in the ledger.
    """
    return doors.door_look(text=said.door[:120], asker=said.asker[:20], by=request.actor, now=request.now)
