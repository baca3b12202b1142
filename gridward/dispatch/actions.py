"""All writes of dispatch by people: phone checks, visits, releases, a look by the centre, a reveal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from gridward.dispatch import queries, rules
from gridward.dispatch.events import TaskClosed
from gridward.dispatch.models import PassResult, Task, TaskSubject
from gridward.dispatch.queries import PURPOSE, PersonView, TaskView
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import ledger, live, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import api as registry

LEAST_REASON = 4


@dataclass(frozen=True)
class _Hand:
    """A locked open task in its worker's hand, with the order it stands under."""

    task: TaskView
    order: governance.OrderView
    profile: governance.ProfileView


def _in_hand(task_id: UUID, by: Actor, now: datetime) -> _Hand | Refusal:
    task = queries.access_task(task_id, by=by, now=now, lock=True)
    if isinstance(task, Refusal):
        return task
    if task.state != "open":
        return refuse("task_closed")
    order = _gate(task, now)
    if isinstance(order, Refusal):
        return order
    return _Hand(task, order, governance.profile_of(order))


@dataclass(frozen=True)
class Known:
    """A task whose form was recorded when it came before; nothing was counted twice."""

    id: UUID
    state: str


@dataclass(frozen=True)
class _Form:
    """What a form says: which one it is, for which pass, and what was found for whom."""

    ask: UUID | None
    pass_kind: str
    result: str
    outcomes: Mapping[UUID, str]


def _recorded(task_id: UUID, form: _Form, by: Actor) -> Known | Refusal | None:
    """
    Return the task when this very form was recorded before, refuse one that says something else by then.

    To be asked with the task's row locked or gone from the hand: whoever sends a form twice at once waits there, and
    the form that closed a task took its worker's grants with it.
    """
    if form.ask is None:
        return None
    passes = list(
        PassResult.objects.filter(
            task_id=task_id, ask=form.ask, pass_kind=form.pass_kind, by=by.ledger_name
        ).select_related("subject")
    )
    if not passes:
        return None
    found = {one.subject.person_id: one.subject.outcome for one in passes}
    if passes[0].result != form.result or any(found.get(who) != what for who, what in form.outcomes.items()):
        return refuse("form_recorded")
    return Known(task_id, Task.objects.values_list("state", flat=True).get(id=task_id))


def _gate(task: TaskView, now: datetime) -> governance.OrderView | Refusal:
    return governance.gate_ask(purpose=PURPOSE, area_pos=task.area_pos, now=now, order_id=task.order_id)


def _may_ask(hand: _Hand, reason: str, now: datetime) -> Refusal | None:
    """Refuse an enquiry in quiet time or over the household's budget; P1 with a reason may go on (H-21)."""
    if hand.task.priority == "P1" and len(reason.strip()) >= LEAST_REASON:
        return None
    hours = rules.Hours.of(hand.profile, settings.TIME_ZONE)
    # Before its time a task is in a hand only because somebody released it; that opens this night, and no other.
    released_by_hand = now < hand.task.release_at
    if hours.quiet(now) and not released_by_hand and hand.task.priority != "P1":
        return refuse("quiet_hours", **{"from": hours.quiet_from, "until": hours.quiet_until})
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = queries.count_asks(hand.task.household_id, since=midnight)
    if asked >= hand.profile.number("household_attempts_a_day"):
        return refuse("contact_budget", count=asked)
    return None


@transaction.atomic
def phone_record(
    *,
    task_id: UUID,
    person_id: UUID,
    result: str,
    reason: str,
    outcome: str,
    by: Actor,
    now: datetime,
    ask: UUID | None = None,
) -> TaskView | Known | Refusal:
    """
    Record a phone check of one person; a call may settle some outcomes (moved, wrong person) by itself.

    `ask` names the form: recorded once, however often it comes.
    """
    hand = _in_hand(task_id, by, now)
    form = _Form(ask, "phone", result, {person_id: outcome} if outcome else {})
    if before := _recorded(task_id, form, by):
        return before
    if isinstance(hand, Refusal):
        return hand
    person = _person(hand.task, person_id)
    if person is None:
        return refuse("not_found")
    refusal = rules.may_record("phone", result, reason) or rules.may_come_now(person.next_pass, "phone")
    if not refusal and result != "skipped":
        refusal = _may_ask(hand, reason, now)
    if not refusal and outcome:
        refusal = rules.may_settle(outcome, result)
    if refusal:
        return refusal
    asked = _open_subjects(hand.task, [person_id])
    _passes_write(hand.task, asked, "phone", result, reason, by, now, ask)
    if outcome:
        _passes_write(hand.task, asked, "visit", "skipped", "settled_by_phone", by, now, ask)
        _outcomes_set(hand.task, {person_id: outcome}, reason, by, now)
    return _after(hand.task, by, now)


@transaction.atomic
def visit_record(
    *,
    task_id: UUID,
    result: str,
    outcomes: Mapping[UUID, str],
    reason: str,
    by: Actor,
    now: datetime,
    ask: UUID | None = None,
) -> TaskView | Known | Refusal:
    """
    Record a visit: what was found at the door, and an outcome for each person met or asked about.

    A visit belongs to the household: it writes one pass for everybody who has no outcome yet. When everybody has
    one, the task closes and the outcomes go back to each sender. `ask` names the form: recorded once, however often
    it comes.
    """
    hand = _in_hand(task_id, by, now)
    outcomes = {key: value for key, value in outcomes.items() if value}
    if before := _recorded(task_id, _Form(ask, "visit", result, outcomes), by):
        return before
    if isinstance(hand, Refusal):
        return hand
    open_people = [person for person in hand.task.people if not person.outcome]
    if refusal := _may_visit(hand, open_people, result, outcomes, reason, now):
        return refusal
    asked = _open_subjects(hand.task, [person.person_id for person in open_people])
    not_called = [subject for subject in asked if subject.next_pass == "phone"]
    _passes_write(hand.task, not_called, "phone", "skipped", "at_the_door", by, now, ask)
    _passes_write(hand.task, asked, "visit", result, reason, by, now, ask)
    _outcomes_set(hand.task, outcomes, reason, by, now)
    return _after(hand.task, by, now)


def _may_visit(
    hand: _Hand,
    people: Sequence[PersonView],
    result: str,
    outcomes: Mapping[UUID, str],
    reason: str,
    now: datetime,
) -> Refusal | None:
    if result == "skipped" or result not in rules.RESULTS["visit"]:
        return refuse("pass_result")
    if refusal := _may_ask(hand, reason, now):
        return refusal
    again = rules.next_after("visit", result, "visit") == "visit"
    not_home = hand.task.visits_not_home + (1 if result == "not_home" else 0)
    if not again and {person.person_id for person in people} != set(outcomes):
        return refuse("outcome_unknown")
    if again and set(outcomes) - {person.person_id for person in people}:
        return refuse("outcome_unknown")
    for outcome in outcomes.values():
        if again and outcome != "unreachable":
            return refuse("outcome_unknown")
        if refusal := rules.may_conclude(outcome, visits_not_home=not_home):
            return refusal
    return None


def _person(task: TaskView, person_id: UUID) -> PersonView | None:
    return next((p for p in task.people if p.person_id == person_id and not p.outcome), None)


def _open_subjects(task: TaskView, people: Iterable[UUID]) -> list[TaskSubject]:
    """Return what is still asked about these people; what has its outcome is asked no more."""
    return list(TaskSubject.objects.filter(task_id=task.id, person_id__in=people, outcome="").order_by("id"))


def _passes_write(
    task: TaskView,
    subjects: Sequence[TaskSubject],
    pass_kind: str,
    result: str,
    reason: str,
    by: Actor,
    now: datetime,
    ask: UUID | None = None,
) -> None:
    """Write one pass for each of these clues, and move each to its next pass."""
    PassResult.objects.bulk_create(
        PassResult(
            id=new_id(),
            subject=subject,
            task_id=task.id,
            area_pos=task.area_pos,
            pass_kind=pass_kind,
            result=result,
            reason=reason.strip()[:200],
            ask=ask,
            by=by.ledger_name,
            at=now,
        )
        for subject in subjects
    )
    for subject in subjects:
        subject.next_pass = rules.next_after(pass_kind, result, subject.next_pass)
    TaskSubject.objects.bulk_update(subjects, ["next_pass"])
    if subjects:
        ledger.record(
            f"pass.{pass_kind}", obj=("task", task.id), by=by, now=now, purpose=PURPOSE,
            basis=str(task.order_id), task=str(task.id), outcome=result, subjects_count=len(subjects),
        )  # fmt: skip


def _outcomes_set(
    task: TaskView, outcomes: Mapping[UUID, str], reason: str, by: Actor, now: datetime
) -> None:
    subjects = _open_subjects(task, outcomes)
    for subject in subjects:
        subject.outcome = outcomes[subject.person_id]
        subject.outcome_at = now
        subject.outcome_reason = reason.strip()[:200]
        subject.next_pass = "update"
    TaskSubject.objects.bulk_update(subjects, ["outcome", "outcome_at", "outcome_reason", "next_pass"])
    intake.clue_outcomes_record(
        outcomes=[
            intake.ClueOutcome(clue_id=s.clue_id, outcome=s.outcome, at=now, reason="") for s in subjects
        ],
        by=by,
        now=now,
    )


def _after(task: TaskView, by: Actor, now: datetime) -> TaskView | Refusal:
    """Close the task when everybody has an outcome; ring the boards; return the task as it is now."""
    live.ring("task", pos=task.area_pos)
    if TaskSubject.objects.filter(task_id=task.id, outcome="").exists():
        return queries.access_task(task.id, by=by, now=now)
    everything = list(TaskSubject.objects.filter(task_id=task.id).order_by("id"))
    _passes_write(task, everything, "update", "closed", "", by, now)
    Task.objects.filter(id=task.id).update(state="closed", closed_at=now)
    closed = queries.access_task(task.id, by=by, now=now)
    governance.grants_end(task_ids=[task.id], by=by, now=now)
    ledger.record(
        "task.close", obj=("task", task.id), by=by, now=now, purpose=PURPOSE, basis=str(task.order_id),
        task=str(task.id), people_count=len(task.people),
    )  # fmt: skip
    outbox.announce(TaskClosed(task.id, task.order_id), now=now)
    return closed


@transaction.atomic
def task_release_now(*, task_id: UUID, reason: str, by: Actor, now: datetime) -> TaskView | Refusal:
    """Give a task to its worker before its time, with a reason that the ledger keeps."""
    if len(reason.strip()) < LEAST_REASON:
        return refuse("reason_needed", least=LEAST_REASON)
    task = queries.access_task(task_id, by=by, now=now, lock=True)
    if isinstance(task, Refusal):
        return task
    if task.state != "open":
        return refuse("task_closed")
    if task.released_at is not None:
        return refuse("task_released")
    if isinstance(shut := _gate(task, now), Refusal):
        return shut
    Task.objects.filter(id=task_id).update(released_at=now)
    ledger.record(
        "task.release", obj=("task", task_id), by=by, now=now, purpose=PURPOSE, basis=str(task.order_id),
        task=str(task_id), reason=reason.strip()[:200],
    )  # fmt: skip
    live.ring("task", pos=task.area_pos)
    return queries.access_task(task_id, by=by, now=now)


@transaction.atomic
def household_open(*, task_id: UUID, reason: str, by: Actor, now: datetime) -> TaskView | Refusal:
    """Let a centre see the (masked) people of one task for half an hour, with a reason."""
    task = queries.access_task(task_id, by=by, now=now)
    if isinstance(task, Refusal):
        return task
    if isinstance(shut := _gate(task, now), Refusal):
        return shut
    granted = governance.grant_brief(
        household_id=task.household_id,
        area_pos=task.area_pos,
        purpose=PURPOSE,
        basis_id=task.order_id,
        reason=reason,
        by=by,
        now=now,
    )
    if isinstance(granted, Refusal):
        return granted
    return queries.access_task(task_id, by=by, now=now)


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
