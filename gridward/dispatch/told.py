"""
Owns a telephone that a list gives and the register does not have: shown at the door, confirmed by a visit, proposed to
the centre, which decides it as a correction. So a number becomes the register's with its history, and ends with the
order's keys. Refuses what lists contradict each other about: of two numbers nobody is asked to confirm one.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gridward.dispatch.models import TaskSubject
from gridward.dispatch.queries import TaskView
from gridward.dispatch.rules import LIVES_HERE
from gridward.intake import api as intake
from gridward.kernel.actor import Actor
from gridward.kernel.masking import Masked
from gridward.kernel.outcomes import Problem, Refusal, declare, refuse
from gridward.registry import api as registry

REASON = "a visit confirmed the telephone of a list"

declare(
    {
        "phone_not_told": Problem(
            409,
            _("No list gives another telephone of this person, or several do."),
            _("Enter the number as a correction."),
        ),
        "phone_not_met": Problem(
            422,
            _("A telephone is confirmed of somebody who lives here."),
            _("Choose what you found for this person, or leave the telephone."),
        ),
    }
)


def phones_told(task: TaskView) -> dict[UUID, Masked]:
    """Return the one other telephone that the lists of a task give for a registered person, masked, by person."""
    if not task.opened:
        return {}
    people = {one.person_id: one for one in task.people if one.resident_id and one.phone and not one.outcome}
    subjects = TaskSubject.objects.filter(task_id=task.id, person_id__in=people, outcome="")
    asked = list(subjects.values_list("clue_id", "person_id"))
    rows = intake.open_clue_people(clue_ids=[clue for clue, _person in asked]) if asked else {}
    found: dict[UUID, dict[str, Masked]] = defaultdict(dict)
    for clue, person in asked:
        if clue in rows and (number := rows[clue].phone.reveal()):
            found[person][number] = rows[clue].phone
    told = {}
    for person, numbers in found.items():
        others = numbers.keys() - {(people[person].phone or Masked("", "")).reveal()}
        if len(others) == 1:
            told[person] = numbers[others.pop()]
    return told


def phones_propose(
    task: TaskView, confirmed: Collection[UUID], outcomes: Mapping[UUID, str], by: Actor, now: datetime
) -> Refusal | None:
    """
    Let the centre decide about the telephones that a visit confirmed, one correction a person.

    What waits already, or stands in the register by now, is not proposed again.
    """
    told = phones_told(task) if confirmed else {}
    people = {one.person_id: one.resident_id for one in task.people}
    # All are looked at before the first is proposed: a visit that is refused has proposed nothing.
    for person in confirmed:
        if person not in told or people.get(person) is None:
            return refuse("phone_not_told")
        if outcomes.get(person) not in LIVES_HERE:
            return refuse("phone_not_met")
    for person, resident in people.items():
        if person not in confirmed or resident is None:
            continue
        entered = registry.correction_enter(
            resident_id=resident, kind="phone", value=told[person].reveal(), found_by="person", reason=REASON,
            task_id=task.id, by=by, now=now,
        )  # fmt: skip
        if isinstance(entered, Refusal) and entered.code not in ("correction_waits", "correction_same"):
            transaction.set_rollback(True)
            return entered
    return None
