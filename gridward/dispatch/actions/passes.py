"""What a worker records: telephone checks and visits, outcomes, and the close that follows the last of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Value, When

from gridward.dispatch import asking, queries, rules
from gridward.dispatch.actions.escalation import escalations_end
from gridward.dispatch.actions.hand import (
    Form,
    Hand,
    Known,
    excess_keep,
    in_hand,
    may_ask,
    recorded,
)
from gridward.dispatch.actions.handover import handover_void
from gridward.dispatch.actions.supervision import supervision_follow_close
from gridward.dispatch.events import TaskClosed
from gridward.dispatch.models import PassDisagreement, PassResult, Task, TaskSubject
from gridward.dispatch.queries import PURPOSE, PersonView, TaskView
from gridward.dispatch.told import phones_propose
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock, ledger, live, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse


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
    said: str = "",
    excess: str = "",
    done_at: datetime | None = None,
) -> TaskView | Known | Refusal:
    """
    Record a phone check of one person; a call may settle some outcomes (moved, wrong person) by itself.

    `ask` names the form, which is recorded once; `said` is what was heard (`rules.SAID`); `excess` why P1 goes over the
    household's budget (`rules.EXCESSES`); `done_at` when a phone without network recorded it.
    """
    hand = in_hand(task_id, by, now, done_at)
    form = Form(ask, "phone", result, {person_id: outcome} if outcome else {})
    if before := recorded(task_id, form, by):
        return before
    if isinstance(hand, Refusal):
        return hand
    if (person := _person(hand.task, person_id)) is None:
        return refuse("not_found")
    if isinstance(evidence := rules.evidence_of("phone", said), Refusal):
        return evidence
    if refusal := _may_call(hand, person, form, reason, excess):
        return refusal
    if result != "skipped":
        excess_keep(hand, excess, by=by, now=now)
    asked = _open_subjects(hand.task, [person_id])
    _passes_write(hand.task, asked, "phone", result, reason, by, now, ask, evidence, at=hand.at)
    if outcome:
        _settle(hand, asked, form, reason, by, now, is_evidenced=rules.is_heard(result, evidence))
    return _after(hand, by, now)


def _settle(
    hand: Hand,
    asked: Sequence[TaskSubject],
    form: Form,
    reason: str,
    by: Actor,
    now: datetime,
    *,
    is_evidenced: bool,
) -> None:
    """Let a call settle what it was about: nobody has to visit for it any more."""
    _passes_write(hand.task, asked, "visit", "skipped", "settled_by_phone", by, now, form.ask, at=hand.at)
    _outcomes_set(hand.task, form.outcomes, reason, by, now, is_evidenced=is_evidenced)


def _may_call(hand: Hand, person: PersonView, form: Form, reason: str, excess: str) -> Refusal | None:
    refusal = rules.may_record("phone", form.result, reason) or rules.may_come_now(person.next_pass, "phone")
    if not refusal and form.result != "skipped":
        refusal = may_ask(hand, excess)
    for outcome in form.outcomes.values():
        refusal = refusal or rules.may_settle(outcome, form.result)
    return refusal


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
    found_by: str = "",
    excess: str = "",
    phones: Collection[UUID] = (),
    done_at: datetime | None = None,
) -> TaskView | Known | Refusal:
    """
    Record a visit: what was found at the door, and an outcome for each person met or asked about.

    A visit belongs to the household: it writes one pass for everybody who has no outcome yet. When everybody has
    one, the task closes and the outcomes go back to each sender. `ask` names the form: recorded once, however often
    it comes; `found_by` how it was found out, `phones` whose `told` one is right, `done_at` when a phone recorded it.
    """
    hand = in_hand(task_id, by, now, done_at)
    outcomes = {key: value for key, value in outcomes.items() if value}
    if before := recorded(task_id, Form(ask, "visit", result, outcomes), by):
        return before
    if isinstance(hand, Refusal):
        return hand
    open_people = [person for person in hand.task.people if not person.outcome]
    if isinstance(evidence := rules.evidence_of("visit", found_by), Refusal):
        return evidence
    refusal = _may_visit(hand, open_people, result, outcomes, excess)
    if refusal := refusal or phones_propose(hand.task, phones, outcomes, by, now):
        return refusal
    excess_keep(hand, excess, by=by, now=now)
    asked = _open_subjects(hand.task, [person.person_id for person in open_people])
    _calls_left_out(hand, asked, by, now, ask)
    _passes_write(hand.task, asked, "visit", result, reason, by, now, ask, evidence, at=hand.at)
    _disagreements_write(hand.task, asked, outcomes, by, now)
    _outcomes_set(hand.task, outcomes, reason, by, now, is_evidenced=_met(task_id, result, evidence, now))
    return _after(hand, by, now)


def _met(task_id: UUID, result: str, evidence: Mapping[str, str], now: datetime) -> bool:
    """Keep when a task's people were first met, and return whether this visit met somebody, by its evidence."""
    met = rules.is_met(result, evidence)
    if met:
        Task.objects.filter(id=task_id, visited_at__isnull=True).update(visited_at=now)
    return met


def _may_visit(
    hand: Hand,
    people: Sequence[PersonView],
    result: str,
    outcomes: Mapping[UUID, str],
    excess: str,
) -> Refusal | None:
    if result == "skipped" or result not in rules.RESULTS["visit"]:
        return refuse("pass_result")
    if refusal := may_ask(hand, excess):
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


def _calls_left_out(
    hand: Hand, asked: Sequence[TaskSubject], by: Actor, now: datetime, ask: UUID | None
) -> None:
    """Say why nobody called before this visit: there is no number, or the worker was at the door already."""
    numbers = {person.person_id: bool(person.phone and str(person.phone)) for person in hand.task.people}
    for reason, has_number in (("at_the_door", True), ("no_number", False)):
        left_out = [s for s in asked if s.next_pass == "phone" and numbers[s.person_id] is has_number]
        _passes_write(hand.task, left_out, "phone", "skipped", reason, by, now, ask, at=hand.at)


def _disagreements_write(
    task: TaskView, asked: Sequence[TaskSubject], outcomes: Mapping[UUID, str], by: Actor, now: datetime
) -> None:
    """Keep where a visit says the contrary of the desk or of the telephone, as a result of its own."""
    told: dict[UUID, dict[str, str]] = {subject.id: {} for subject in asked}
    for one in PassResult.objects.filter(subject__in=asked).order_by("at", "id"):
        heard = one.result if one.pass_kind == "desk" else one.evidence.get("said", "")
        if heard:
            told[one.subject_id][one.pass_kind] = heard
    found = [
        PassDisagreement(
            id=new_id(), subject=subject, task_id=task.id, order_id=task.order_id, area_pos=task.area_pos,
            pass_kind=kind, was=told[subject.id][kind], outcome=outcomes[subject.person_id],
            by=by.ledger_name, at=now,
        )
        for subject in asked if subject.person_id in outcomes
        for kind in rules.disagreements(
            outcomes[subject.person_id], desk=told[subject.id].get("desk", ""), said=told[subject.id].get("phone", "")
        )
    ]  # fmt: skip
    PassDisagreement.objects.bulk_create(found)
    if found:
        ledger.record(
            "pass.disagree", obj=("task", task.id), by=by, now=now, purpose=PURPOSE, basis=str(task.order_id),
            task=str(task.id), subjects_count=len({one.subject_id for one in found}),
        )  # fmt: skip


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
    evidence: Mapping[str, str] | None = None,
    *,
    at: datetime | None = None,
) -> None:
    """Write one pass for each of these clues, done at a moment or now, and move each to its next pass."""
    at = at or now
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
            evidence=evidence or {},
            by=by.ledger_name,
            at=at,
        )
        for subject in subjects
    )
    _move_on(subjects, pass_kind, result, reason)
    if subjects and pass_kind in rules.SKIPS and result != "skipped":
        _asked_keep(task, at)
    if subjects:
        ledger.record(
            f"pass.{pass_kind}", obj=("task", task.id), by=by, now=now, purpose=PURPOSE,
            basis=str(task.order_id), task=str(task.id), outcome=result, subjects_count=len(subjects),
        )  # fmt: skip


def _move_on(subjects: Sequence[TaskSubject], pass_kind: str, result: str, reason: str) -> None:
    """Move each to its next pass, and keep what became of this one."""
    for subject in subjects:
        subject.next_pass = rules.next_after(pass_kind, result, subject.next_pass)
        if pass_kind in rules.SKIPS:
            name = f"{pass_kind}_pass"
            setattr(subject, name, rules.pass_after(getattr(subject, name), result, reason.strip()))
    TaskSubject.objects.bulk_update(subjects, ["next_pass", "phone_pass", "visit_pass"])


def _asked_keep(task: TaskView, at: datetime) -> None:
    """Keep how often a task's people were asked on the day they were last asked; one moment is one ask."""
    day = clock.midnight(at)
    known = Task.objects.filter(id=task.id).exclude(asked_at__gte=day + timedelta(days=1))
    again = Case(
        When(asked_at=at, then=F("asked_count")),
        When(asked_at__gte=day, then=F("asked_count") + 1),
        default=1,
    )
    latest = Case(When(asked_at__gt=at, then=F("asked_at")), default=Value(at))
    known.update(asked_at=latest, asked_count=again)


def _outcomes_set(
    task: TaskView,
    outcomes: Mapping[UUID, str],
    reason: str,
    by: Actor,
    now: datetime,
    *,
    is_evidenced: bool,
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
            intake.ClueOutcome(
                clue_id=s.clue_id, outcome=s.outcome, at=now,
                proved=asking.proved_count(s.outcome, s.kind, is_evidenced=is_evidenced),
            )
            for s in subjects
        ],
        by=by,
        now=now,
    )  # fmt: skip


def _after(hand: Hand, by: Actor, now: datetime) -> TaskView | Refusal:
    """Close the task when everybody has an outcome; ring the boards; return the task as it is now."""
    task = hand.task
    live.ring("task", pos=task.area_pos)
    if TaskSubject.objects.filter(task_id=task.id, outcome="").exists():
        return queries.access_task(task.id, by=by, now=now)
    everything = list(TaskSubject.objects.filter(task_id=task.id).order_by("id"))
    _passes_write(task, everything, "update", "closed", "", by, now)
    Task.objects.filter(id=task.id).update(state="closed", closed_at=now)
    handover_void(task_id=task.id, by=by, now=now)
    escalations_end(task_id=task.id, by=by, now=now)
    supervision_follow_close(task=task, profile=hand.profile, by=by, now=now)
    closed = queries.access_task(task.id, by=by, now=now)
    governance.grants_end(task_ids=[task.id], by=by, now=now)
    ledger.record(
        "task.close", obj=("task", task.id), by=by, now=now, purpose=PURPOSE, basis=str(task.order_id),
        task=str(task.id), people_count=len(task.people),
    )  # fmt: skip
    outbox.announce(TaskClosed(task.id, task.order_id), now=now)
    return closed
