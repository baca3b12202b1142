"""
Looks a door up (H-07): what a gate, a hotline or a dispatcher asks who stands before one door of the own community.

The only way from an address to people: one exact door, open tasks only, names masked, so many an hour, each look kept.
What is no door of the community, what is outside of it and what has no open task get the same answer: nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from gridward.dispatch import queries
from gridward.dispatch.models import DoorLook, Task
from gridward.dispatch.queries import PURPOSE, TaskView
from gridward.dispatch.rules import ASKERS
from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import api as registry
from gridward.territory import api as territory

HOUR = timedelta(hours=1)
#: How long the masked names of a look may be shown again, in minutes.
SHOWN = 5


@dataclass(frozen=True)
class DoorFound:
    """The open tasks behind one door, with their people masked; no task is as good as no door."""

    tasks: tuple[TaskView, ...]
    left: int


@transaction.atomic
def door_look(*, text: str, asker: str, by: Actor, now: datetime) -> DoorFound | Refusal:
    """Return what is open behind one exact door of the actor's community; `asker` says who wants to know."""
    if asker not in ASKERS or by.id is None:
        return refuse("form_invalid")
    order = next(iter(governance.get_active_orders(now=now, scopes=by.scopes)), None)
    if order is None:
        return refuse("order_inactive")
    profile = governance.profile_of(order)
    most, misses = int(profile.number("door_looks_an_hour")), int(profile.number("door_misses_an_hour"))
    looks = _looks(by.id, now)
    missed = sum(not hit for hit in looks)
    if len(looks) >= most or missed >= misses:
        return refuse("door_looks_many", most=most, misses=misses)
    door = _door(text, by)
    DoorLook.objects.create(
        id=new_id(), account_id=by.id, area_pos=by.scopes[0].pos, hit=door is not None, at=now
    )
    if len(looks) + 1 == most or missed + (door is None) == misses:
        # Somebody tries doors. Whoever reads the ledger hears of it; the actor only that it is enough for an hour.
        ledger.record("door.alert", obj=("account", by.id), by=by, now=now, count=len(looks) + 1)
    tasks = _tasks(door, asker, by, now) if door else ()
    ledger.record(
        "door.look", obj=("door", door.id if door else ""), by=by, now=now, purpose=PURPOSE,
        basis=str(order.id), reason_code=asker, count=len(tasks),
    )  # fmt: skip
    return DoorFound(tasks, most - len(looks) - 1)


def _looks(account_id: UUID, now: datetime) -> list[bool]:
    """Return the actor's looks of the last hour, whether each was at a door; two at once are one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"door:{account_id}"])
    return list(
        DoorLook.objects.filter(account_id=account_id, at__gt=now - HOUR).values_list("hit", flat=True)
    )


def _door(text: str, by: Actor) -> territory.AddressView | None:
    """Return the one door that a text names to the room, if it lies in the actor's community."""
    found = territory.locate_text(text, within=by.scopes[0].code)
    if found.status != territory.FOUND or found.address_id is None:
        return None
    door = territory.get_addresses([found.address_id]).get(found.address_id)
    return door if door and by.covers(door.area_pos) else None


def _tasks(door: territory.AddressView, asker: str, by: Actor, now: datetime) -> tuple[TaskView, ...]:
    households = registry.get_households_at(door.id)
    tasks = Task.objects.filter(household_id__in=households, state="open").order_by(
        "priority", "due_at", "id"
    )
    seen = (_seen(task, asker, by, now) for task in tasks)
    return tuple(task for task in seen if not isinstance(task, Refusal))


def _seen(task: Task, asker: str, by: Actor, now: datetime) -> TaskView | Refusal:
    granted: UUID | Refusal = governance.grant_brief(
        household_id=task.household_id,
        area_pos=task.area_pos,
        purpose=PURPOSE,
        basis_id=task.order_id,
        reason=f"door look-up for: {asker}",
        by=by,
        now=now,
        minutes=SHOWN,
    )
    return granted if isinstance(granted, Refusal) else queries.access_task(task.id, by=by, now=now)
