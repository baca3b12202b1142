"""The centre's pages of answers: which came in and what became of them, and one in the open, with a reason."""

import base64
from typing import Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.field import answered as queries
from gridward.field.answered import Opened, SubmissionHead
from gridward.field.steps import STANDS
from gridward.forms import api as forms
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.web.tokens import after_of, id_of, moment_and_id

TONES = {"done": "good", "known": "good", "nothing": "quiet", "refused": "warn"}


@endpoint(right="task.read")
def submissions(request: Request) -> Answer:
    """Show what was answered in the area, newest first; nothing of what it says."""
    after = moment_and_id(request.GET.get("after", ""))
    found = queries.get_submissions(by=request.actor, now=request.now, after=after)
    more = after_of(found[-1].taken_at, found[-1].id) if len(found) == queries.PAGE else ""
    return render(
        request,
        "field/answers.html",
        {"columns": columns(), "rows": [_row(one) for one in found], "more": more},
    )


def columns() -> list[dict[str, str]]:
    """Return the columns of the list."""
    return [
        {"key": "form", "label": pgettext("form", "Form"), "href": "url"},
        {"key": "area", "label": _("Area")},
        {"key": "worker", "label": _("Worker")},
        {"key": "done_at", "label": pgettext("form", "Answered"), "kind": "moment"},
        {"key": "photos", "label": _("Photos")},
        {"key": "steps", "label": _("Steps"), "kind": "badge"},
    ]


def _row(one: SubmissionHead) -> dict[str, Any]:
    return {
        "url": reverse("field:answer", args=[one.id]),
        "form": one.form.title if one.form else "",
        "area": one.area.name,
        "worker": one.worker,
        "done_at": one.done_at,
        "photos": _photos(one),
        "steps": _stands(one),
    }


def _photos(one: SubmissionHead) -> str:
    if not one.photo_count:
        return "–"
    return _("%(count)s of %(most)s") % {"count": one.photos_here, "most": one.photo_count}


def _stands(one: SubmissionHead) -> tuple[str, str]:
    refused = sum(step.status == "refused" for step in one.steps)
    if refused:
        return _("%(count)s refused") % {"count": refused}, "warn"
    return (_("done"), "good") if one.steps else (_("none"), "quiet")


@endpoint(right="task.read")
def submission(request: Request, submission_id: str) -> Answer:
    """Show one: where, by whom, what became of its steps. What it says is opened with a reason."""
    head = queries.get_submission(id_of(submission_id), now=request.now)
    return refuse("not_found") if head is None else _page(request, head)


@endpoint(right="task.read", methods=("POST",))
def opened(request: Request, submission_id: str) -> Answer:
    """Show what one says, with a reason, on this page and no longer."""
    shown = queries.submission_open(
        submission_id=id_of(submission_id), reason=request.POST.get("reason", "")[:200], by=request.actor,
        now=request.now,
    )  # fmt: skip
    return shown if isinstance(shown, Refusal) else _page(request, shown.head, shown)


def _page(request: Request, head: SubmissionHead, shown: Opened | None = None) -> Answer:
    page = {
        "head": head,
        "facts_list": [
            (pgettext("form", "Form"), f"{head.form.title} · {head.form.version}" if head.form else ""),
            (_("Area"), head.area.name),
            (_("Worker"), head.worker),
            (pgettext("form", "Answered"), head.done_at),
            (_("Came in"), head.taken_at),
            (_("Photos"), _photos(head)),
        ],
        "steps": [
            {
                "text": forms.STEPS[one.step],
                "state": (STANDS[one.status], TONES[one.status]),
                "why": one.title,
            }
            for one in head.steps
        ],
        "opened": shown is not None,
        "answers": [_answer(question, values) for question, values in shown.answers] if shown else [],
        "photos": [
            {"name": one.name, "source": f"data:{one.kind};base64,{base64.b64encode(one.content).decode()}"}
            for one in shown.photos
        ]
        if shown
        else [],
    }
    answer = render(request, "field/answer.html", page)
    answer["Cache-Control"] = "no-store"
    return answer


def _answer(question: forms.Question, values: tuple[str, ...]) -> tuple[str, str]:
    labels = {name: forms.text_of(label) for name, label in question.choices}
    several = [
        one for value in values for one in (value.split() if question.kind == "select_many" else [value])
    ]
    return forms.text_of(question.label) or question.name, " · ".join(
        labels.get(one) or one for one in several
    )
