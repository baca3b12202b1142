"""All writes of dispatch by people: phone checks, visits, releases, a look by the centre, a reveal."""

from collections.abc import Mapping, Sequence
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
from gridward.kernel.actor import SYSTEM, Actor
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
    order = governance.gate_ask(purpose=PURPOSE, area_pos=task.area_pos, now=now, order_id=task.order_id)
    if isinstance(order, Refusal):
        return order
    return _Hand(task, order, governance.profile_of(order))


def _may_ask(hand: _Hand, reason: str, now: datetime) -> Refusal | None:
    """Refuse an enquiry in quiet time or over the household's budget; P1 with a reason may go on (H-21)."""
    if hand.task.priority == "P1" and len(reason.strip()) >= LEAST_REASON:
        return None
    hours = rules.Hours.of(hand.profile, settings.TIME_ZONE)
    released_by_hand = hand.task.released_at is not None and hand.task.released_at < hand.task.release_at
    if hours.quiet(now) and not released_by_hand and hand.task.priority != "P1":
        return refuse("quiet_hours", **{"from": hours.quiet_from, "until": hours.quiet_until})
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = {
        step.at for step in hand.task.trail if step.pass_kind in ("phone", "visit") and step.result != "skipped"
        and step.at >= midnight
    }  # fmt: skip
    if len(asked) >= hand.profile.number("household_attempts_a_day"):
        return refuse("contact_budget", count=len(asked))
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
) -> TaskView | Refusal:
    """Record a phone check of one person; a call may settle some outcomes (moved, wrong person) by itself."""
    hand = _in_hand(task_id, by, now)
    if isinstance(hand, Refusal):
        return hand
    person = _person(hand.task, person_id)
    if person is None:
        return refuse("not_found")
    refusal = rules.may_record("phone", result, reason) or rules.may_come_now(person.next_pass, "phone")
    if not refusal and result != "skipped":
        refusal = _may_ask(hand, reason, now)
    if not refusal and outcome:
        refusal = rules.may_conclude(outcome, by_phone=True, visits_not_home=hand.task.visits_not_home)
    if refusal:
        return refusal
    _passes_write(hand.task, [person_id], "phone", result, reason, by, now)
    if outcome:
        _passes_write(hand.task, [person_id], "visit", "skipped", "settled_by_phone", by, now)
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
) -> TaskView | Refusal:
    """
    Record a visit: what was found at the door, and an outcome for each person met or asked about.

    A visit belongs to the household: it writes one pass for everybody who has no outcome yet. When everybody has
    one, the task closes and the outcomes go back to each sender.
    """
    hand = _in_hand(task_id, by, now)
    if isinstance(hand, Refusal):
        return hand
    open_people = [person for person in hand.task.people if not person.outcome]
    outcomes = {key: value for key, value in outcomes.items() if value}
    if refusal := _may_visit(hand, open_people, result, outcomes, reason, now):
        return refusal
    at_the_door = [person.person_id for person in open_people if person.next_pass == "phone"]
    _passes_write(hand.task, at_the_door, "phone", "skipped", "at_the_door", by, now)
    _passes_write(hand.task, [person.person_id for person in open_people], "visit", result, reason, by, now)
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
        if refusal := rules.may_conclude(outcome, by_phone=False, visits_not_home=not_home):
            return refusal
    return None


def _person(task: TaskView, person_id: UUID) -> PersonView | None:
    return next((p for p in task.people if p.person_id == person_id and not p.outcome), None)


def _passes_write(
    task: TaskView, people: Sequence[UUID], pass_kind: str, result: str, reason: str, by: Actor, now: datetime
) -> None:
    """Write one pass for every clue about these people, and move each subject to its next pass."""
    subjects = list(TaskSubject.objects.filter(task_id=task.id, person_id__in=people))
    PassResult.objects.bulk_create(
        PassResult(
            id=new_id(),
            subject=subject,
            task_id=task.id,
            area_pos=task.area_pos,
            pass_kind=pass_kind,
            result=result,
            reason=reason.strip()[:200],
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
    subjects = list(TaskSubject.objects.filter(task_id=task.id, person_id__in=outcomes))
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
    everybody = [person.person_id for person in task.people]
    _passes_write(task, everybody, "update", "closed", "", by, now)
    Task.objects.filter(id=task.id).update(state="closed", closed_at=now)
    closed = queries.access_task(task.id, by=by, now=now)
    governance.grants_end(task_ids=[task.id], by=by, now=now)
    ledger.record(
        "task.close", obj=("task", task.id), by=by, now=now, purpose=PURPOSE, basis=str(task.order_id),
        task=str(task.id), people_count=len(everybody),
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


def tasks_release_due(*, now: datetime) -> int:
    """Release every task whose time has come, order by order; run every minute by the schedule."""
    released = 0
    for order in governance.get_active_orders(now=now):
        with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
            count = Task.objects.filter(
                order_id=order.id, state="open", released_at__isnull=True, release_at__lte=now
            ).update(released_at=now)
            if count:
                ledger.record(
                    "task.release_due",
                    obj=("order", order.id),
                    by=SYSTEM,
                    now=now,
                    basis=str(order.id),
                    count=count,
                )
                live.ring("task", pos=order.area_pos, end=order.area_end)
            released += count
    return released
