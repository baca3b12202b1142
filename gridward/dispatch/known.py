"""
Answers what was found about a household in its earlier tasks and still holds, so that only what is new is asked.

Refuses names of its own: whoever may see the household's people masked gets these masked as well.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from gridward.dispatch import asking
from gridward.dispatch.models import Task, TaskSubject
from gridward.governance import api as governance
from gridward.kernel.masking import Masked


@dataclass(frozen=True)
class KnownView:
    """What is known already about one person of the household, and when it was found."""

    person_id: UUID
    name: Masked | None
    phone: Masked | None
    outcome: str
    at: datetime


@dataclass(frozen=True)
class Found:
    """What is known about the people of a household, the newest answer first, and what is still asked about each."""

    subjects: tuple[TaskSubject, ...] = ()
    asks: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)

    def views(self, names: Mapping[UUID, tuple[Masked, Masked]]) -> tuple[KnownView, ...]:
        """Return what is known, one line a person."""
        newest: dict[UUID, TaskSubject] = {}
        for subject in self.subjects:
            newest.setdefault(subject.person_id, subject)
        views = []
        for one in newest.values():
            name, phone = names.get(one.person_id, (None, None))
            if one.outcome_at is not None:
                views.append(KnownView(one.person_id, name, phone, one.outcome, one.outcome_at))
        return tuple(views)


def known_of(task: Task, subjects: Sequence[TaskSubject], now: datetime) -> Found:
    """Return what earlier tasks of the household under this order found, and what is therefore still asked in this."""
    order = governance.get_order(task.order_id, now=now)
    if order is None or task.state != "open":
        return Found()
    profile = governance.profile_of(order)
    earlier = _holding(task, {one.purpose for one in subjects}, profile, now)
    told: dict[UUID, list[tuple[str, str, datetime]]] = defaultdict(list)
    kinds: dict[UUID, list[str]] = defaultdict(list)
    for one in (*earlier, *subjects):
        if one.outcome_at is not None:
            told[one.person_id].append((one.outcome, one.kind, one.outcome_at))
        else:
            kinds[one.person_id].append(one.kind)
    asks = {
        person: asking.still_asked(asked, told[person], profile=profile, now=now)
        for person, asked in kinds.items()
    }
    return Found(tuple(earlier), asks)


def _holding(
    task: Task, purposes: set[str], profile: governance.ProfileView, now: datetime
) -> list[TaskSubject]:
    """Return what was found in closed tasks of the household and answers anything yet, the newest first."""
    found = TaskSubject.objects.filter(
        task__household_id=task.household_id, task__order_id=task.order_id, task__state="closed",
        task__closed_at__gte=asking.oldest(profile=profile, now=now),
        outcome__in=list(asking.HOLDS), purpose__in=purposes,
    )  # fmt: skip
    return [
        one
        for one in found.order_by("-outcome_at", "id")
        if one.outcome_at is not None
        and asking.holds(one.outcome, one.kind, one.outcome_at, profile=profile, now=now)
    ]
