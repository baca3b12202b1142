"""
Answers about what was answered: lists of submissions without a word of them, and one in the open, with a reason.

Refuses to open more than one at a time: nothing here is a list of people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from gridward.field.models import Photo, Submission
from gridward.field.photos import JPEG
from gridward.field.queries import in_areas
from gridward.field.steps import StepTaken
from gridward.field.submitting import TABLE, photo_place
from gridward.forms import api as forms
from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.sealing import KeyMissing
from gridward.territory import api as territory
from gridward.workforce import api as workforce

PAGE = 50
LEAST_REASON = 4
HEAD = ("id", "form_id", "area_pos", "account_id", "task_id", "done_at", "taken_at", "steps", "photo_count")


@dataclass(frozen=True)
class SubmissionHead:
    """Answers as a list shows them: which form, where, by whom, when, what became of the steps; no word of them."""

    id: UUID
    form: forms.FormHead | None
    area: territory.AreaLabel
    worker: str
    task_id: UUID | None
    done_at: datetime
    taken_at: datetime
    steps: tuple[StepTaken, ...]
    photo_count: int
    photos_here: int


@dataclass(frozen=True)
class OpenedPhoto:
    """A photo in the open: its name, its kind and its bytes."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Opened:
    """Answers in the open: question and answer, in the order of the form, and the photos that are here."""

    head: SubmissionHead
    answers: Sequence[tuple[forms.Question, tuple[str, ...]]]
    photos: Sequence[OpenedPhoto]


def get_submissions(
    *, by: Actor, now: datetime, after: tuple[datetime, UUID] | None = None
) -> list[SubmissionHead]:
    """Return answers of the actor's areas, newest first, behind (taken_at, id), one page of them."""
    rows = Submission.objects.filter(in_areas(by)).order_by("-taken_at", "-id")
    if after:
        at, submission_id = after
        rows = rows.filter(Q(taken_at__lt=at) | Q(taken_at=at, id__lt=submission_id))
    return _heads(list(rows.values_list(*HEAD)[:PAGE]), now)


def get_submission(submission_id: UUID, *, now: datetime) -> SubmissionHead | None:
    """Return one head, or None."""
    return next(iter(_heads(list(Submission.objects.filter(id=submission_id).values_list(*HEAD)), now)), None)


def _heads(rows: Sequence[tuple[Any, ...]], now: datetime) -> list[SubmissionHead]:
    labels = territory.get_labels({row[2] for row in rows})
    handles = workforce.get_handles(row[3] for row in rows)
    known = forms.get_heads({row[1] for row in rows}, now=now)
    here = Photo.objects.filter(submission_id__in=[row[0] for row in rows], taken_at__isnull=False)
    counts = dict(here.values_list("submission_id").annotate(count=Count("id")))
    return [
        SubmissionHead(
            row[0], known.get(row[1]), labels[row[2]], handles.get(row[3], ""), row[4],
            row[5], row[6], tuple(StepTaken(**step) for step in row[7]), row[8], counts.get(row[0], 0),
        )
        for row in rows
    ]  # fmt: skip


@transaction.atomic
def submission_open(*, submission_id: UUID, reason: str, by: Actor, now: datetime) -> Opened | Refusal:
    """Open one submission, with a reason that the ledger keeps (H-08)."""
    if len(reason.strip()) < LEAST_REASON:
        return refuse("reason_needed", least=LEAST_REASON)
    head = get_submission(submission_id, now=now)
    if head is None or head.form is None:
        return refuse("not_found")
    row = Submission.objects.get(id=submission_id)
    order = governance.gate_ask(
        purpose=head.form.purpose, area_pos=row.area_pos, now=now, order_id=row.order_id
    )
    if isinstance(order, Refusal):
        return order
    try:
        sealer = governance.sealer(row.domain)
        key = sealer.unwrap(row.key_id, row.key_wrapped)
    except KeyMissing:
        return refuse("order_inactive")
    content = sealer.open_(key, row.content_sealed, table=TABLE, column="content_sealed", row_id=row.id)
    photos = [
        _photo(
            photo.name, sealer.open_part(key, bytes(photo.content_sealed or b""), place=photo_place(photo.id))
        )
        for photo in Photo.objects.filter(submission_id=row.id, taken_at__isnull=False).order_by("id")
    ]
    ledger.record(
        "submission.open", obj=("submission", str(row.id)), by=by, now=now, purpose=head.form.purpose,
        basis=str(row.order_id), task=str(row.task_id or ""), reason=reason.strip()[:200],
    )  # fmt: skip
    return Opened(head, _answers(head.form, content, row.done_at, now), photos)


def _answers(
    form: forms.FormHead, content: str, done_at: datetime, now: datetime
) -> list[tuple[forms.Question, tuple[str, ...]]]:
    view = forms.get_form(form.id, now=now)
    reads = forms.get_reads(form.id)
    answers = forms.answers_read(reads, content.encode(), at=done_at)
    values = answers.values if isinstance(answers, forms.FormAnswers) else {}
    asked = view.questions if view else ()
    # Which household it is stands beside the answers, as its task.
    return [(one, values[one.path]) for one in asked if one.path in values and one.kind != "household"]


def _photo(name: str, content: bytes) -> OpenedPhoto:
    return OpenedPhoto(name, "image/jpeg" if content.startswith(JPEG) else "image/png", content)
