"""The pages of forms: which there are, what one asks, sending one in, publishing and ending it."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gridward.forms import actions, queries
from gridward.forms.actions import FormReport
from gridward.forms.queries import PAGE, FormView
from gridward.forms.web import show
from gridward.forms.web.forms import ACCEPT, LIMIT_MB, EndForm, PublishForm, UploadForm
from gridward.governance import api as governance
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.web.tokens import after_of, id_of, moment_and_id
from gridward.kernel.web.uploads import bounded
from gridward.workforce import api as workforce


@endpoint(right="form.read")
def forms(request: Request) -> Answer:
    """Show every version of every form, newest first."""
    found = queries.get_forms(now=request.now, after=moment_and_id(request.GET.get("after", "")))
    owners = _owners()
    page = {
        "columns": show.columns(),
        "rows": [show.row(head, owners) for head in found],
        "more": after_of(found[-1].drafted_at, found[-1].id) if len(found) == PAGE else "",
        "may_draft": request.actor.may("form.draft"),
    }
    return render(request, "forms/forms.html", page)


@csrf_exempt  # bounded checks the token, as soon as it is sure how much there is to read
@endpoint(right="form.draft", methods=("GET", "POST"), takes_files=True)
@bounded(LIMIT_MB)
def upload(request: Request) -> HttpResponseBase:
    """Take a form in as a draft. What speaks against it is said question by question, and nothing of it is kept."""
    owners = list(_owners().items())
    if request.method != "POST":
        return _upload_page(request, UploadForm.fresh(owners))
    form = UploadForm(request.POST, request.FILES, owners=owners)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    outcome = _drafted(request, form)
    if isinstance(outcome, Refusal):
        form.add_error("file", f"{outcome.title} {outcome.advice}")
        return _upload_page(request, form, status=outcome.status)
    if outcome.form_id is None:
        return _upload_page(request, form, outcome, status=422)
    if outcome.is_known:
        messages.info(request, _("This version was sent before. Nothing was changed."))
    return HttpResponseRedirect(reverse("forms:form", args=[outcome.form_id]))


def _drafted(request: Request, form: UploadForm) -> FormReport | Refusal:
    """Put the workbook where only this process reads it, draft it, and let go of it."""
    file = form.cleaned_data["file"]
    inbox = Path(settings.DATA) / "inbox"
    inbox.mkdir(mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=inbox) as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        return actions.form_draft(
            path=Path(kept.name),
            filename=file.name or "form",
            answers=form.answers(),
            by=request.actor,
            now=request.now,
        )


def _upload_page(
    request: Request, form: UploadForm, report: FormReport | None = None, status: int = 200
) -> HttpResponseBase:
    page = {
        "form": form,
        "limit_mb": LIMIT_MB,
        "accept": ACCEPT,
        "problems": report.problems if report else [],
        "most": int(governance.profile_standing().number("form_fields")),
    }
    return render(request, "forms/upload.html", page, status=status)


@endpoint(right="form.read")
def form(request: Request, form_id: str) -> Answer:
    """Show one version: what it asks, as whoever is asked will read it, and who answers for it."""
    view = queries.get_form(id_of(form_id), now=request.now)
    return refuse("not_found") if view is None else _form_page(request, view, _publish_form(request, view))


def _publish_form(request: Request, view: FormView) -> PublishForm | None:
    may = request.actor.may("form.publish") and view.head.state == "draft"
    if not may or view.head.drafted_by == request.actor.id:
        return None
    return PublishForm(initial={"areas": ", ".join(scope.code for scope in request.actor.scopes)})


def _form_page(
    request: Request, view: FormView, publish: PublishForm | None, status: int = 200
) -> HttpResponse:
    most = int(governance.profile_standing().number("form_fields"))
    page = {
        "head": view.head,
        "state": show.state_of(view.head),
        "facts_list": show.facts(view, _owners(), most),
        "questions": show.questions(view.questions),
        "steps": show.steps(view.questions),
        "publish": publish,
        "may_end": request.actor.may("form.publish")
        and view.head.ended_at is None
        and view.head.state != "ended",
        "is_own_draft": view.head.state == "draft" and view.head.drafted_by == request.actor.id,
    }
    return render(request, "forms/form.html", page, status=status)


@endpoint(right="form.publish", methods=("POST",))
def publish(request: Request, form_id: str) -> Answer:
    """Have a draft asked from now on."""
    view = queries.get_form(id_of(form_id), now=request.now)
    if view is None:
        return refuse("not_found")
    asked = PublishForm(request.POST)
    if not asked.is_valid():
        return _form_page(request, view, asked, status=422)
    outcome = actions.form_publish(
        form_id=view.head.id, area_codes=asked.codes(), by=request.actor, now=request.now
    )
    if isinstance(outcome, Refusal) and outcome.code == "form_places":
        asked.add_error("areas", f"{outcome.title} {outcome.advice}")
        return _form_page(request, view, asked, status=outcome.status)
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("The form is asked from now on."))
    return HttpResponseRedirect(reverse("forms:form", args=[outcome]))


@endpoint(right="form.publish", methods=("POST",))
def end(request: Request, form_id: str) -> Answer:
    """Ask a form no more, with a reason."""
    asked = EndForm(request.POST)
    reason = asked.cleaned_data["reason"] if asked.is_valid() else ""
    outcome = actions.form_end(form_id=id_of(form_id), reason=reason, by=request.actor, now=request.now)
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("The form is not asked any more."))
    return HttpResponseRedirect(reverse("forms:form", args=[outcome]))


@endpoint(right="form.read")
def workbook(request: Request, form_id: str) -> Answer:
    """Give the workbook as it came, to change and to send in again."""
    found = queries.get_workbook(id_of(form_id))
    if found is None:
        return refuse("not_found")
    name, content = found
    kind = "text/csv; charset=utf-8" if name.lower().endswith(".csv") else "application/octet-stream"
    return _file(content, kind, name)


@endpoint(right="form.read")
def xform(request: Request, form_id: str) -> Answer:
    """Give the XForm that phones get."""
    found = queries.get_xform(id_of(form_id))
    if found is None:
        return refuse("not_found")
    code, text = found
    return _file(text.encode(), "text/xml; charset=utf-8", f"{code}.xml")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


def _owners() -> Mapping[str, str]:
    return {agency.code: agency.name for agency in workforce.get_agencies()}
