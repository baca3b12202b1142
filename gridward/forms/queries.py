"""Owns reading forms: which there are, what a version asks, and what is asked somewhere now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from gridward.forms.converting import question_read
from gridward.forms.models import FormPlace, FormVersion
from gridward.forms.rules import Question

PAGE = 50
HEAD = (
    "id", "form_code", "version", "title", "owner_code", "purpose", "replaces", "state", "field_count", "sunset_at",
    "drafted_by", "drafted_at", "published_at", "ended_at", "end_reason",
)  # fmt: skip


@dataclass(frozen=True)
class FormHead:
    """A version of a form as lists show it. `state` is by the clock: a published form past its end is over."""

    id: UUID
    form_code: str
    version: str
    title: str
    owner_code: str
    purpose: str
    replaces: str
    state: str
    field_count: int
    sunset_at: datetime
    drafted_by: UUID
    drafted_at: datetime
    published_at: datetime | None
    ended_at: datetime | None
    end_reason: str


@dataclass(frozen=True)
class FormView:
    """A version of a form, whole: what it asks and where."""

    head: FormHead
    questions: Sequence[Question]
    area_codes: Sequence[str]


def get_forms(*, now: datetime, after: tuple[datetime, UUID] | None = None) -> list[FormHead]:
    """Return versions of forms, newest first, behind (drafted_at, id), one page of them."""
    rows = FormVersion.objects.order_by("-drafted_at", "id")
    if after:
        at, form_id = after
        rows = rows.filter(drafted_at__lte=at).exclude(drafted_at=at, id__lte=form_id)
    return [_head(row, now) for row in rows.values_list(*HEAD)[:PAGE]]


def get_form(form_id: UUID, *, now: datetime) -> FormView | None:
    """Return a version of a form, whole, or None."""
    row = FormVersion.objects.filter(id=form_id).values_list(*HEAD, "questions").first()
    if row is None:
        return None
    places = (
        FormPlace.objects.filter(version_id=form_id).order_by("area_pos").values_list("area_code", flat=True)
    )
    return FormView(_head(row[:-1], now), tuple(map(question_read, row[-1])), tuple(places))


def get_workbook(form_id: UUID) -> tuple[str, bytes] | None:
    """Return the workbook of a version as it came: file name and content."""
    row = FormVersion.objects.filter(id=form_id).values_list("filename", "workbook").first()
    return (row[0], bytes(row[1])) if row else None


def get_xform(form_id: UUID) -> tuple[str, str] | None:
    """Return what phones get of a version: its code and the XForm."""
    return FormVersion.objects.filter(id=form_id).values_list("form_code", "xform").first()


def get_heads(form_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, FormHead]:
    """Return the heads of these versions, by id."""
    rows = FormVersion.objects.filter(id__in=set(form_ids)).values_list(*HEAD)
    return {row[0]: _head(row, now) for row in rows}


def _head(row: tuple[Any, ...], now: datetime) -> FormHead:
    head = FormHead(*row)
    is_over = head.state == "published" and head.sunset_at <= now
    return replace(head, state="ended") if is_over else head
