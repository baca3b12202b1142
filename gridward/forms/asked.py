"""
Owns what phones need of the forms that are asked: their XForm, what each answer is for, and against what an answer is
read. What a version asks never changes, so it is read once and kept.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gridward.forms.compiling import CompiledForm, compiled
from gridward.forms.converting import question_read
from gridward.forms.models import FormPlace, FormVersion
from gridward.kernel import prepared
from gridward.kernel.outcomes import Problem, Refusal, declare, refuse

#: What a phone filled in before it heard that the form had ended still comes in: a shift with the night before it.
LATE: timedelta = timedelta(hours=24)
#: The root of an XForm's answers, as the converter writes it.
_ANSWERED = """
select v.id, v.purpose, v.published_at, least(v.ended_at, v.sunset_at), array_agg(p.area_pos), array_agg(p.area_end)
  from forms_formversion v left join forms_formplace p on p.version_id = v.id
 where v.form_code = %s and v.version = %s group by v.id
"""
_ROOT = re.compile(r"<instance>\s*<([A-Za-z_][\w.-]*)")

declare(
    {
        "form_answers_late": Problem(
            409, _("This form is not asked any more."), _("Fill in the version that is asked now.")
        )
    }
)


@dataclass(frozen=True)
class AskedForm:
    """A form that is asked somewhere: what a phone shows of it, and `gives`: what its answers are for, by path."""

    id: UUID
    form_code: str
    version: str
    title: str
    purpose: str
    xform: str
    root: str
    gives: Mapping[str, str]

    @property
    def about(self) -> str:
        """Return whether it is about a household of the day or about the work."""
        return "household" if "task" in self.gives.values() else "work"

    @property
    def md5(self) -> str:
        """Return the checksum by which ODK Collect sees that it has this very form."""
        return hashlib.md5(self.xform.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class AnsweredForm:
    """A form as answers to it are read: where it is asked, for which purpose, and what it asks."""

    id: UUID
    form_code: str
    version: str
    purpose: str
    places: Sequence[tuple[int, int]]
    reads: CompiledForm
    gives: Mapping[str, str]

    def asks_at(self, pos: int) -> bool:
        """Tell whether it is asked at a position."""
        return any(start <= pos < end for start, end in self.places)


@dataclass(frozen=True)
class _Content:
    xform: str
    root: str
    gives: Mapping[str, str]
    reads: CompiledForm


@lru_cache(maxsize=128)
def _content(form_id: UUID) -> _Content:
    row = FormVersion.objects.get(id=form_id)
    questions = tuple(map(question_read, row.questions))
    found = _ROOT.search(row.xform)
    gives = {one.path: one.gives for one in questions if one.gives}
    reads = compiled(row.form_code, row.version, questions)
    return _Content(row.xform, found[1] if found else "data", gives, reads)


def get_asked_ids(positions: Iterable[int], *, now: datetime) -> list[UUID]:
    """Return the ids of the forms asked at any of these positions now, by the forms' codes."""
    return list(_asked(positions, now).values_list("id", flat=True))


def get_asked_forms(positions: Iterable[int], *, now: datetime) -> list[AskedForm]:
    """Return the forms asked at any of these positions now, by their codes."""
    copied = ("id", "form_code", "version", "title", "purpose")
    return [
        AskedForm(**row, xform=content.xform, root=content.root, gives=content.gives)
        for row in _asked(positions, now).values(*copied)
        if (content := _content(row["id"]))
    ]


def _asked(positions: Iterable[int], now: datetime) -> QuerySet[FormVersion]:
    here = Q(pk__in=[])
    for pos in sorted(set(positions)):
        here |= Q(area_pos__lte=pos, area_end__gt=pos)
    places = FormPlace.objects.filter(here).values("version_id")
    return FormVersion.objects.filter(id__in=places, state="published", sunset_at__gt=now).order_by(
        "form_code"
    )


def get_answered_form(*, form_code: str, version: str, now: datetime) -> AnsweredForm | Refusal:
    """
    Return the version that answers say they belong to, or refuse: unknown, never published, or over.

    Until a day after its end a version takes answers in: a phone without network cannot know.
    """
    row = prepared.one(_ANSWERED, [form_code, version])
    if row is None or row[2] is None:
        return refuse("form_unknown")
    form_id, purpose, _published_at, over_at, starts, ends = row
    if over_at + LATE <= now:
        return refuse("form_answers_late")
    places = list(zip(starts or (), ends or (), strict=True))
    content = _content(form_id)
    return AnsweredForm(form_id, form_code, version, purpose, places, content.reads, content.gives)


def get_reads(form_id: UUID) -> CompiledForm:
    """Return against what answers to a version are read, whatever became of it since."""
    return _content(form_id).reads
