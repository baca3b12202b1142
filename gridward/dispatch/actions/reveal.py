"""Shows one person of a task in the open, with a reason, for a few minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from gridward.dispatch import queries
from gridward.dispatch.actions.hand import LEAST_REASON
from gridward.dispatch.queries import PURPOSE
from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import api as registry


@dataclass(frozen=True)
class Revealed:
    """One person in the open, for five minutes."""

    person_id: UUID
    name: str
    phone: str
    until: datetime


@transaction.atomic
def person_reveal(
    *, task_id: UUID, person_id: UUID, reason: str, by: Actor, now: datetime
) -> Revealed | Refusal:
    """Open one person of a task, with a reason, for as long as the profile says (H-08)."""
    if len(reason.strip()) < LEAST_REASON:
        return refuse("reason_needed", least=LEAST_REASON)
    task = queries.access_task(task_id, by=by, now=now)
    if isinstance(task, Refusal):
        return task
    person = next((p for p in task.people if p.person_id == person_id), None)
    if person is None or person.name is None or person.phone is None:
        return refuse("not_found")
    if person.resident_id is not None:
        shown = registry.resident_reveal(
            resident_id=person.resident_id, purpose=PURPOSE, task_id=task_id, reason=reason, by=by, now=now
        )
        if isinstance(shown, Refusal):
            return shown
        return Revealed(person_id, shown.name, shown.phone, shown.until)
    order = governance.get_order(task.order_id, now=now)
    minutes = governance.profile_of(order).number("reveal_minutes") if order else 5
    ledger.record(
        "clue.reveal", obj=("person", person_id), by=by, now=now, purpose=PURPOSE, basis=str(task.order_id),
        task=str(task_id), reason=reason.strip()[:200],
    )  # fmt: skip
    return Revealed(person_id, person.name.reveal(), person.phone.reveal(), now + timedelta(minutes=minutes))
