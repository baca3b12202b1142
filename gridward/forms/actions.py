"""Owns all writes to forms: drafting, publishing by somebody else, ending. Each leaves an entry in the ledger."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from gridward.forms import rules
from gridward.forms.converting import Converted, form_convert, question_kept
from gridward.forms.models import FormPlace, FormVersion
from gridward.forms.rules import FormProblem
from gridward.governance import api as governance
from gridward.kernel import bulk, ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory
from gridward.workforce import api as workforce


@dataclass(frozen=True)
class FormReport:
    """What became of a form that was sent in: its id, or what is wrong with it, question by question."""

    form_id: UUID | None
    code: str
    version: str
    questions: int
    problems: Sequence[FormProblem] = field(default_factory=tuple)
    warnings: Sequence[str] = field(default_factory=tuple)
    is_known: bool = False


@dataclass(frozen=True)
class Answers:
    """What stands beside the workbook: who answers for the form, for what it asks, until when, what it replaces."""

    owner_code: str
    purpose: str
    sunset_at: datetime
    replaces: str = ""


def form_check(*, path: Path, filename: str) -> FormReport | Refusal:
    """Read an XLSForm and say everything that speaks against it; keeps nothing."""
    form = form_convert(path, filename=filename)
    return form if isinstance(form, Refusal) else _report(form)


@transaction.atomic
def form_draft(
    *, path: Path, filename: str, answers: Answers, by: Actor, now: datetime
) -> FormReport | Refusal:
    """
    Keep a form as a draft, if nothing speaks against it; the same content sent again is the same draft.

    Refuses an unknown owner or purpose, an end nobody would live to see, and other content under a known version.
    """
    if by.id is None:
        return refuse("forbidden")
    if refusal := _may_answer(answers, now):
        return refusal
    form = form_convert(path, filename=filename)
    if isinstance(form, Refusal):
        return form
    report = _report(form)
    if report.problems:
        return report
    _one_at_a_time(form.code)
    sent = _Sent(form, filename[:120], path.read_bytes())
    known = FormVersion.objects.filter(form_code=form.code, version=form.version).first()
    if known is None:
        made = _kept(sent, answers, report.questions, by.id, now)
        ledger.record("form.draft", obj=("form", made), by=by, now=now, content=sent.content_hash)
        return replace(report, form_id=made)
    if known.content_hash != sent.content_hash:
        return refuse("form_version_known")
    return replace(report, form_id=known.id, is_known=True)


@dataclass(frozen=True)
class _Sent:
    """A form as it came in."""

    form: Converted
    filename: str
    content: bytes

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def _kept(sent: _Sent, answers: Answers, asked: int, drafted_by: UUID, now: datetime) -> UUID:
    form = sent.form
    made = FormVersion.objects.create(
        id=new_id(),
        form_code=form.code,
        version=form.version,
        title=form.title[:120] or form.code,
        **{**asdict(answers), "replaces": answers.replaces.strip()[:200]},
        state="draft",
        filename=sent.filename,
        content_hash=sent.content_hash,
        workbook=sent.content,
        xform=form.xform,
        questions=[question_kept(question) for question in form.questions],
        field_count=asked,
        drafted_by=drafted_by,
        drafted_at=now,
    )
    return made.id


def _one_at_a_time(form_code: str) -> None:
    # Two who send the same version, or publish two, queue here instead of colliding.
    bulk.run("select pg_advisory_xact_lock(hashtextextended(%s, 12))", [form_code])


@transaction.atomic
def form_publish(*, form_id: UUID, area_codes: Sequence[str], by: Actor, now: datetime) -> UUID | Refusal:
    """
    Have a draft asked in these areas from now on; the version that was asked until now ends.

    Whoever drafted it does not publish it. Refuses areas outside the actor's.
    """
    form = _locked(form_id)
    if isinstance(form, Refusal):
        return form
    if form.state != "draft":
        return refuse("form_not_a_draft")
    if form.drafted_by == by.id:
        return refuse("form_own_draft")
    if refusal := rules.may_end_at(form.sunset_at, now=now):
        return refusal
    areas = territory.get_areas(set(area_codes))
    if (
        not area_codes
        or len(areas) < len(set(area_codes))
        or not all(by.covers(a.pos) for a in areas.values())
    ):
        return refuse("form_places")
    before = (
        FormVersion.objects.filter(form_code=form.form_code, state="published").select_for_update().first()
    )
    if before is not None:
        if refusal := _may_end(before, by):
            return refusal
        _end(before, f"{form.form_code} {form.version}", by, now)
    form.state, form.published_by, form.published_at = "published", by.id, now
    form.save(update_fields=["state", "published_by", "published_at"])
    FormPlace.objects.bulk_create(
        FormPlace(version=form, area_code=code, area_pos=area.pos, area_end=area.end)
        for code, area in areas.items()
    )
    ledger.record("form.publish", obj=("form", form.id), by=by, now=now, areas_count=len(areas))
    return form.id


@transaction.atomic
def form_end(*, form_id: UUID, reason: str, by: Actor, now: datetime) -> UUID | Refusal:
    """Ask a form no more from now on, or drop a draft, with a reason."""
    if len(reason.strip()) < rules.LEAST_REASON:
        return refuse("reason_needed", least=rules.LEAST_REASON)
    form = _locked(form_id)
    if isinstance(form, Refusal):
        return form
    if form.state == "ended":
        return refuse("form_over")
    if refusal := _may_end(form, by):
        return refusal
    _end(form, reason.strip()[:200], by, now)
    return form.id


def _end(form: FormVersion, reason: str, by: Actor, now: datetime) -> None:
    form.state, form.ended_by, form.ended_at, form.end_reason = "ended", by.id, now, reason
    form.save(update_fields=["state", "ended_by", "ended_at", "end_reason"])
    ledger.record("form.end", obj=("form", form.id), by=by, now=now, reason=reason)


def _may_end(form: FormVersion, by: Actor) -> Refusal | None:
    """Refuse to end what is asked outside of the actor's area as well."""
    places = FormPlace.objects.filter(version=form).values_list("area_pos", "area_end")
    within = all(any(scope.pos <= pos and end <= scope.end for scope in by.scopes) for pos, end in places)
    return None if within else refuse("form_elsewhere")


def _locked(form_id: UUID) -> FormVersion | Refusal:
    return FormVersion.objects.select_for_update().filter(id=form_id).first() or refuse("not_found")


def _may_answer(answers: Answers, now: datetime) -> Refusal | None:
    if answers.owner_code not in {agency.code for agency in workforce.get_agencies()}:
        return refuse("form_owner")
    if answers.purpose not in governance.PURPOSES:
        return refuse("form_purpose")
    return rules.may_end_at(answers.sunset_at, now=now)


def _report(form: Converted) -> FormReport:
    most = int(governance.profile_standing().number("form_fields"))
    problems = rules.form_problems(
        code=form.code,
        version=form.version,
        questions=form.questions,
        fields_most=most,
        settings=form.settings,
    )
    asked = sum(question.is_asked for question in form.questions)
    return FormReport(None, form.code, form.version, asked, problems, form.warnings)
