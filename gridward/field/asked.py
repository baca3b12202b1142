"""Says which forms are asked where a worker works, and which households of the day they may be about."""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridward.dispatch import api as dispatch
from gridward.field import rules
from gridward.forms import api as forms
from gridward.kernel.actor import Actor

#: The file from which a form lets a worker choose a household of the day.
TASKS = "tasks.csv"
COLUMNS = ("name", "label", "__version", "priority", "due_at", "people_count")
#: A cell that a spreadsheet would work out begins so.
_WORKED_OUT = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class PhoneForms:
    """The forms asked where a worker works, and a stamp that changes with them."""

    stamp: str
    forms: list[forms.AskedForm]


def get_stamp(*, by: Actor, now: datetime) -> str:
    """Return a stamp that changes with the forms asked where a worker works."""
    return _stamp(forms.get_asked_ids(_places(by), now=now))


def get_phone_forms(*, by: Actor, now: datetime) -> PhoneForms:
    """Return the forms asked where a worker works."""
    found = forms.get_asked_forms(_places(by), now=now)
    return PhoneForms(_stamp(one.id for one in found), found)


def _places(by: Actor) -> list[int]:
    return [scope.pos for scope in by.scopes]


def _stamp(ids: Iterable[UUID]) -> str:
    return hashlib.sha256(" ".join(map(str, ids)).encode()).hexdigest()[:12]


def get_tasks_file(*, by: Actor, now: datetime) -> bytes:
    """
    Return the worker's own open tasks as a phone with ODK Collect keeps them: doors and how many people, no name.

    Opens no household: what stands here the address book says.
    """
    said = io.StringIO()
    writer = csv.writer(said, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in dispatch.get_day(by=by, now=now).rows:
        label = row.address_text or " ".join(
            part for part in (row.building or row.area.name, row.door) if part
        )
        due = row.due_at.isoformat(timespec="minutes")
        writer.writerow([row.id, _plain(label), 1, row.priority, due, row.people_count])
    return said.getvalue().encode()


def get_over(ids: Iterable[str], *, by: Actor, now: datetime) -> list[tuple[str, bool]]:
    """Return of each household a phone asks about whether it is in the worker's hand no more."""
    held = {str(task_id) for task_id in dispatch.get_marks(by=by, now=now).tasks}
    return [(one, one not in held) for one in list(ids)[: rules.MOST_ASKED_OVER]]


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_WORKED_OUT) else text
