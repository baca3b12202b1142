"""Answers about tasks. `access_task` is the handle on a task; it gives people only with a live grant."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gridward.dispatch import rollups, rules
from gridward.dispatch.escalated import EscalationView, escalations_of
from gridward.dispatch.handed import UUID_LENGTH, HandoverView, handovers_of
from gridward.dispatch.known import KnownView, known_of
from gridward.dispatch.models import PassDisagreement, PassResult, Task, TaskSubject
from gridward.dispatch.supervised import SupervisionView, supervisions_of
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.masking import Masked
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import api as registry
from gridward.territory import api as territory
from gridward.workforce import api as workforce

PURPOSE = "case_finding"
PAGE = 50
PASS_ORDER = (*rules.PASSES, "done")


@dataclass(frozen=True)
class TrailStep:
    """One recorded pass, as the trail of a task shows it."""

    at: datetime
    by: str
    person_number: int
    channel_name: str
    pass_kind: str
    result: str
    reason: str
    evidence: tuple[str, ...] = ()
    #: When an officer decided in review whom it is about, where that was the desk check.
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Contradiction:
    """A visit that said the contrary of an earlier pass: for whom, of which pass, what either said."""

    at: datetime
    person_number: int
    pass_kind: str
    was: str
    outcome: str


@dataclass(frozen=True)
class PersonView:
    """One person of a task with everything all channels ask about him or her, asked once."""

    number: int
    person_id: UUID
    resident_id: UUID | None
    name: Masked | None
    phone: Masked | None
    channels: tuple[str, ...]
    purposes: tuple[str, ...]
    next_pass: str
    outcome: str
    outcome_at: datetime | None
    skipped: frozenset[str] = frozenset()
    #: What is asked about this person yet, of `asking.FIELDS`.
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class TaskView:
    """A task as its worker or its centre sees it. `opened` says whether people are shown (masked) or only counted."""

    id: UUID
    order_id: UUID
    household_id: UUID
    area_pos: int
    area: territory.AreaLabel
    address_text: str
    household_kind: str
    priority: str
    state: str
    assignee: str
    opened_at: datetime
    due_at: datetime
    release_at: datetime
    released_at: datetime | None
    closed_at: datetime | None
    is_late: bool
    opened: bool
    people: tuple[PersonView, ...]
    trail: tuple[TrailStep, ...]
    visits_not_home: int
    contradictions: tuple[Contradiction, ...] = ()
    handovers: tuple[HandoverView, ...] = ()
    known: tuple[KnownView, ...] = ()
    escalations: tuple[EscalationView, ...] = ()
    supervisions: tuple[SupervisionView, ...] = ()
    corrections: tuple[registry.CorrectionView, ...] = ()


def access_task(
    task_id: UUID,
    *,
    by: Actor,
    now: datetime,
    purpose: str = PURPOSE,
    lock: bool = False,
    brief: bool = False,
) -> TaskView | Refusal:
    """
    Return a task: whole for the worker it is released to, without people for the centre that answers for its area.

    Anybody else is told that it does not exist. A centre sees people (masked) only while it holds a brief grant.
    What is `brief` has what is asked and known, and nothing of what was done about it.
    """
    tasks = Task.objects.filter(id=task_id)
    task = (tasks.select_for_update() if lock else tasks).first()
    if task is None or not by.covers(task.area_pos):
        return refuse("not_found")
    if by.may("task.work") and (task.assignee_id != by.id or task.released_at is None):
        return refuse("not_found")
    household = registry.access_household(
        household_id=task.household_id, purpose=purpose, by=by, now=now, task_id=task.id
    )
    opened = not isinstance(household, Refusal)
    if not opened and by.may("task.work"):
        return refuse("not_found")
    ledger.record(
        "task.access", obj=("task", task.id), by=by, now=now, purpose=purpose, basis=str(task.order_id),
        task=str(task.id), people_shown=opened,
    )  # fmt: skip
    return _task_view(task, household if not isinstance(household, Refusal) else None, now, brief)


#: What a task's view shows just as the task's row holds it.
COPIED = (
    "id", "order_id", "household_id", "area_pos", "priority", "state", "opened_at", "due_at", "release_at",
    "released_at", "closed_at",
)  # fmt: skip


def _task_view(task: Task, household: registry.HouseholdView | None, now: datetime, brief: bool) -> TaskView:
    subjects = list(TaskSubject.objects.filter(task=task).order_by("id"))
    # By the subjects, and not by the task: what is asked about a person who moves goes along, with its passes.
    passes = list(PassResult.objects.filter(subject__in=subjects).order_by("at", "id"))
    channels = intake.get_channel_names(subject.channel_code for subject in subjects)
    found = known_of(task, subjects, now)
    people = _people(subjects, household, channels, _only_skipped(passes), found.asks)
    accounts = [UUID(p.by) for p in passes if len(p.by) == UUID_LENGTH and not brief]
    handles = workforce.get_handles([*accounts, task.assignee_id] if task.assignee_id else accounts)
    view = TaskView(
        **{name: getattr(task, name) for name in COPIED},
        area=territory.get_labels([task.area_pos])[task.area_pos],
        address_text=household.address_text if household else "",
        household_kind=household.kind if household else "",
        assignee=handles.get(task.assignee_id, "") if task.assignee_id else "",
        is_late=task.state == "open" and task.due_at < now,
        opened=household is not None,
        people=people,
        trail=() if brief else _trail(passes, subjects, people, channels, handles),
        visits_not_home=count_not_home(passes),
        known=found.views(_names(found.subjects, household)) if household else (),
    )
    if brief:
        return view
    return replace(
        view,
        contradictions=_contradictions(task, subjects, people),
        handovers=handovers_of(task.id),
        escalations=escalations_of(task.id),
        supervisions=supervisions_of(task.id),
        # What is wrong about somebody is seen by whoever may see somebody.
        corrections=tuple(
            registry.get_corrections_of([s.resident_id for s in subjects if s.resident_id], now=now)
        )
        if household
        else (),
    )


def _only_skipped(passes: Sequence[PassResult]) -> dict[UUID, set[str]]:
    """Return, for each subject, the passes that were left out and never made up for."""
    left_out: dict[UUID, set[str]] = defaultdict(set)
    for one in passes:
        if one.result == "skipped":
            left_out[one.subject_id].add(one.pass_kind)
    for one in passes:
        if one.result != "skipped":
            left_out[one.subject_id].discard(one.pass_kind)
    return left_out


def _contradictions(
    task: Task, subjects: Sequence[TaskSubject], people: Sequence[PersonView]
) -> tuple[Contradiction, ...]:
    number_of = {person.person_id: person.number for person in people}
    person_of = {subject.id: subject.person_id for subject in subjects}
    found = PassDisagreement.objects.filter(subject_id__in=person_of).order_by("at", "id")
    # Several lists may ask about one person: one contradiction.
    return tuple(
        dict.fromkeys(
            Contradiction(d.at, number_of[person_of[d.subject_id]], d.pass_kind, d.was, d.outcome)
            for d in found
        )
    )


def _trail(
    passes: Sequence[PassResult],
    subjects: Sequence[TaskSubject],
    people: Sequence[PersonView],
    channels: Mapping[str, str],
    handles: Mapping[UUID, str],
) -> tuple[TrailStep, ...]:
    number_of = {person.person_id: person.number for person in people}
    subject_of = {subject.id: subject for subject in subjects}
    decided = {p.subject_id for p in passes if p.result in rules.BY_AN_OFFICER}
    decided_at = intake.get_decided_at(subject_of[one].clue_id for one in decided) if decided else {}
    return tuple(
        TrailStep(
            at=p.at,
            by=handles.get(UUID(p.by), "") if len(p.by) == UUID_LENGTH else p.by,
            person_number=number_of[subject_of[p.subject_id].person_id],
            channel_name=channels[subject_of[p.subject_id].channel_code],
            pass_kind=p.pass_kind,
            result=p.result,
            reason=p.reason,
            evidence=tuple(p.evidence.get(name, "") for name, _known in rules.EVIDENCE.values()),
            decided_at=decided_at.get(subject_of[p.subject_id].clue_id)
            if p.result in rules.BY_AN_OFFICER
            else None,
        )
        for p in passes
    )


def count_not_home(passes: Sequence[PassResult]) -> int:
    """Return how many visits of a household found nobody; a visit writes one pass a person, at one moment."""
    return len({p.at for p in passes if p.pass_kind == "visit" and p.result == "not_home"})


def _people(
    subjects: Sequence[TaskSubject],
    household: registry.HouseholdView | None,
    channels: Mapping[str, str],
    left_out: Mapping[UUID, set[str]],
    asks: Mapping[UUID, tuple[str, ...]],
) -> tuple[PersonView, ...]:
    groups: dict[UUID, list[TaskSubject]] = defaultdict(list)
    for subject in subjects:
        groups[subject.person_id].append(subject)
    names = _names(subjects, household) if household else {}
    views = []
    for number, (person_id, group) in enumerate(groups.items(), start=1):
        # A list that comes while the household is being asked adds a question: then the person is open again.
        asked = [subject for subject in group if not subject.outcome]
        shown = asked[0] if asked else group[-1]
        name, phone = names.get(person_id, (None, None))
        views.append(
            PersonView(
                number=number,
                person_id=person_id,
                resident_id=next((s.resident_id for s in group if s.resident_id), None),
                name=name,
                phone=phone,
                channels=tuple(channels[code] for code in dict.fromkeys(s.channel_code for s in group)),
                purposes=tuple(dict.fromkeys(s.purpose for s in group)),
                next_pass=min((s.next_pass for s in asked or group), key=PASS_ORDER.index),
                outcome=shown.outcome,
                outcome_at=shown.outcome_at,
                skipped=frozenset(left_out.get(shown.id, ())),
                asks=asks.get(person_id, ()),
            )
        )
    return tuple(views)


def _names(
    subjects: Sequence[TaskSubject], household: registry.HouseholdView
) -> dict[UUID, tuple[Masked, Masked]]:
    registered = {resident.id: (resident.name, resident.phone) for resident in household.residents}
    registered |= {gone: registered[stays] for gone, stays in registry.get_merged(registered).items()}
    unknown = [subject for subject in subjects if subject.resident_id not in registered]
    clues = intake.open_clue_people(clue_ids=[subject.clue_id for subject in unknown]) if unknown else {}
    names = {
        s.person_id: (clues[s.clue_id].name, clues[s.clue_id].phone) for s in unknown if s.clue_id in clues
    }
    names |= {s.person_id: registered[s.resident_id] for s in subjects if s.resident_id in registered}
    return names


@dataclass(frozen=True)
class TaskRow:
    """A task in a list: where, how urgent, how many people; nobody's name."""

    id: UUID
    area: territory.AreaLabel
    address_text: str
    priority: str
    state: str
    assignee: str
    due_at: datetime
    release_at: datetime
    released_at: datetime | None
    closed_at: datetime | None
    is_late: bool
    #: Why it is not with its worker: '' | time (the next set time) | nobody (on duty) | full (the worker's day).
    waits: str
    people_count: int
    clue_count: int


def get_tasks(
    *,
    by: Actor,
    now: datetime,
    state: str = "open",
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[TaskRow]:
    """Return a keyset page of the tasks of the orders in force in the actor's areas, those due first at the top."""
    rows: list[Task] = []
    column = "due_at" if state == "open" else "closed_at"
    orders = [order.id for order in governance.get_active_orders(now=now, scopes=by.scopes)]
    for scope in by.scopes:
        tasks = Task.objects.filter(area_pos__gte=scope.pos, area_pos__lt=scope.end, state=state)
        tasks = tasks.filter(order_id__in=orders, **{f"{column}__isnull": False})  # as the index says
        if after:
            at, task_id = after
            tasks = tasks.filter(**{f"{column}__gte": at}).exclude(**{column: at, "id__lte": task_id})
        rows += tasks.order_by(column, "id")[:limit]
    rows.sort(key=lambda task: (getattr(task, column), task.id))
    return task_rows(rows[:limit], now)


def task_rows(tasks: Sequence[Task], now: datetime) -> list[TaskRow]:
    """Return tasks as rows of a list, with their doors' addresses and how many people and clues they hold."""
    counts: dict[UUID, tuple[set[UUID], int]] = {}
    for task_id, person_id in TaskSubject.objects.filter(task__in=tasks).values_list("task_id", "person_id"):
        people, clues = counts.get(task_id, (set(), 0))
        counts[task_id] = (people | {person_id}, clues + 1)
    places = registry.get_household_places([task.household_id for task in tasks])
    addresses = territory.get_addresses([door for _pos, door in places.values() if door is not None])
    labels = territory.get_labels({task.area_pos for task in tasks})
    handles = workforce.get_handles([task.assignee_id for task in tasks if task.assignee_id])
    rows = []
    for task in tasks:
        door = places.get(task.household_id, (0, None))[1]
        people, clue_count = counts.get(task.id, (set(), 0))
        rows.append(
            TaskRow(
                task.id,
                labels[task.area_pos],
                addresses[door].text if door in addresses else "",
                task.priority,
                task.state,
                handles.get(task.assignee_id, "") if task.assignee_id else "",
                task.due_at,
                task.release_at,
                task.released_at,
                task.closed_at,
                task.state == "open" and task.due_at < now,
                _waits(task, now),
                len(people),
                clue_count,
            )
        )
    return rows


def get_pass_quality(*, by: Actor, now: datetime) -> list[tuple[str, str, str, int]]:
    """Return (what, pass, reason, count) over the actor's areas; see `rollups.pass_quality`."""
    orders = [order.id for order in governance.get_active_orders(now=now, scopes=by.scopes)]
    ranges = [(scope.pos, scope.end) for scope in by.scopes]
    return [tuple(row) for row in rollups.run(rollups.pass_quality(order_ids=orders, ranges=ranges))]


def _waits(task: Task, now: datetime) -> str:
    if task.state != "open" or task.released_at is not None:
        return ""
    if task.assignee_id is None:
        return "nobody"
    return "time" if task.release_at > now else "full"
