"""
Owns doing what follows from answers, step by step. Refuses to lose answers over a step: each
is done or refused on its own, and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gridward.dispatch import api as dispatch
from gridward.forms import api as forms
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import CATALOGUE, Problem, Refusal, Refused, Text, declare, refuse
from gridward.registry import api as registry

STANDS: Mapping[str, Text] = {
    "done": _("done"),
    "known": _("done before"),
    "nothing": _("nothing to do"),
    "refused": _("refused"),
}
#: A correction says no more than what stands already, or what waits to be decided: nothing is left to do.
_SAID_BEFORE = frozenset({"correction_same", "correction_waits"})

declare(
    {
        "person_not_said": Problem(
            422,
            _("The answers do not say whom of the household they are about."),
            _("Open the form from the household and choose the person."),
        )
    }
)


@dataclass(frozen=True)
class StepTaken:
    """What became of one step: done, known, nothing, or refused and by which code."""

    step: str
    status: str
    code: str = ""

    @property
    def title(self) -> str:
        """Return why it was refused, in the reader's language."""
        return str(CATALOGUE[self.code].title) if self.code in CATALOGUE else ""

    @property
    def advice(self) -> str:
        """Return what to do then. Words that need a number the step did not keep are left out."""
        said = str(CATALOGUE[self.code].advice) if self.code in CATALOGUE else ""
        return "" if "%(" in said else said


@dataclass(frozen=True)
class Said:
    """What answers say for the house, by what they are given for; the last word where a group repeats."""

    id: UUID
    form: str
    task: dispatch.TaskView
    by_use: Mapping[str, str]
    person_id: UUID | None


def steps_take(said: Said, *, done_at: datetime, by: Actor, now: datetime) -> list[StepTaken]:
    """Do every step that follows, each on its own."""
    return [_take(step, said, done_at, by, now) for step in forms.steps_of(said.by_use)]


def _take(step: str, said: Said, done_at: datetime, by: Actor, now: datetime) -> StepTaken:
    try:
        with transaction.atomic():
            if step == "visit":
                outcome: object = _visit(said, done_at, by, now)
            else:
                outcome = _correction(step.removeprefix("correction_"), said, by, now)
            if isinstance(outcome, Refusal):
                raise Refused(outcome)
    except Refused as refused:
        code = refused.refusal.code
        return StepTaken(step, "nothing") if code in _SAID_BEFORE else StepTaken(step, "refused", code)
    return StepTaken(step, "known" if isinstance(outcome, dispatch.Known) else "done")


def _visit(
    said: Said, done_at: datetime, by: Actor, now: datetime
) -> dispatch.TaskView | dispatch.Known | Refusal:
    result = said.by_use["result"]
    # Whoever is refused or told that all have moved has found just that.
    outcome = said.by_use.get("outcome") or (result if result in ("refused", "moved") else "")
    asked = [person.person_id for person in said.task.people if not person.outcome]
    return dispatch.visit_record(
        task_id=said.task.id, result=result, outcomes=dict.fromkeys(asked, outcome) if outcome else {},
        reason=said.by_use.get("reason", ""), by=by, now=now, ask=said.id, found_by=said.by_use.get("found_by", ""),
        done_at=done_at,
    )  # fmt: skip


def _correction(kind: str, said: Said, by: Actor, now: datetime) -> object:
    person = said.person_id or (said.task.people[0].person_id if len(said.task.people) == 1 else None)
    if person is None:
        return refuse("person_not_said")
    found_by = said.by_use.get("found_by", "person")
    return dispatch.correction_enter(
        task_id=said.task.id, person_id=person, kind=kind, value=said.by_use[kind],
        found_by=found_by if found_by in registry.FOUND_BY else "person", reason=said.form, by=by, now=now,
    )  # fmt: skip
