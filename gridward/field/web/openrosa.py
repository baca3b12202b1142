"""
The addresses a phone with ODK Collect asks: the forms of its worker, their files, and a place for what was answered.

See docs/architecture/field.md for the table, and the OpenRosa specifications for the shapes.
"""

import hashlib
from uuid import UUID
from xml.sax.saxutils import quoteattr

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.field import actions, asked, queries, submitting
from gridward.field.asked import TASKS
from gridward.field.submitting import Sent, TakenIn
from gridward.field.web import rosa
from gridward.field.web.rosa import element, openrosa, xml
from gridward.forms import api as forms
from gridward.kernel.endpoint import Answer, Request
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.kernel.web.tokens import id_of


def _device(request: Request) -> queries.DeviceHead:
    """Return the phone this request's token belongs to, and let it last when it asks for the first time."""
    device = queries.own_device(by=request.actor)
    if device is None:
        raise Refused(refuse("login_required"))
    actions.collect_seen(device=device, now=request.now)
    return device


def _address(request: Request, name: str, **parts: object) -> str:
    token = request.path.split("/")[2]
    return request.build_absolute_uri(reverse(f"field:{name}", kwargs={"token": token, **parts}))


@openrosa()
def form_list(request: Request) -> Answer:
    """Give the forms asked where the worker works, all or one by its id."""
    _device(request)
    found = asked.get_phone_forms(by=request.actor, now=request.now).forms
    if wanted := request.GET.get("formID", "")[:100]:
        found = [one for one in found if one.form_code == wanted]
    return xml(f'<xforms xmlns="{rosa.LIST}">{"".join(_listed(request, one) for one in found)}</xforms>')


def _listed(request: Request, one: forms.AskedForm) -> str:
    said = [
        element("formID", one.form_code),
        element("name", one.title),
        element("version", one.version),
        element("hash", f"md5:{one.md5}"),
        element("downloadUrl", _address(request, "rosa_form", form_id=one.id)),
    ]
    if one.about == "household":
        said.append(element("manifestUrl", _address(request, "rosa_manifest", form_id=one.id)))
    return f"<xform>{''.join(said)}</xform>"


def _form(request: Request, form_id: str) -> forms.AskedForm:
    wanted: UUID = id_of(form_id)
    found = asked.get_phone_forms(by=request.actor, now=request.now).forms
    form = next((one for one in found if one.id == wanted), None)
    if form is None:
        raise Refused(refuse("form_unknown"))
    return form


@openrosa()
def form(request: Request, form_id: str) -> Answer:
    """Give one form."""
    _device(request)
    return HttpResponse(_form(request, form_id).xform, content_type=rosa.TEXT_XML)


@openrosa()
def manifest(request: Request, form_id: str) -> Answer:
    """Give the files of one form: the worker's own open tasks where it asks for one, otherwise none."""
    _device(request)
    files = ""
    if _form(request, form_id).about == "household":
        content = asked.get_tasks_file(by=request.actor, now=request.now)
        said = [
            element("filename", TASKS),
            element("hash", f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"),
            element("downloadUrl", _address(request, "rosa_tasks", form_id=form_id)),
            element("integrityUrl", _address(request, "rosa_integrity")),
        ]
        files = f'<mediaFile type="entityList">{"".join(said)}</mediaFile>'
    return xml(f'<manifest xmlns="{rosa.MANIFEST}">{files}</manifest>')


@openrosa()
def tasks(request: Request, form_id: str) -> Answer:
    """Give the worker's own open tasks, as a list of entities."""
    _device(request)
    if _form(request, form_id).about != "household":
        return refuse("form_unknown")
    content = asked.get_tasks_file(by=request.actor, now=request.now)
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@openrosa()
def integrity(request: Request) -> Answer:
    """Say of households a phone still keeps which are in the worker's hand no more."""
    _device(request)
    wanted = [one for one in request.GET.get("id", "").split(",") if one]
    over = asked.get_over(wanted, by=request.actor, now=request.now)
    said = "".join(
        f"<entity id={quoteattr(one)}>{element('deleted', str(is_over).lower())}</entity>"
        for one, is_over in over
    )
    return xml(f"<data><entities>{said}</entities></data>")


@openrosa(methods=("HEAD", "POST"), collects=True, takes_files=True)
def submission(request: Request) -> Answer:
    """Say that answers are taken in here (HEAD), or take them in with their photos (POST)."""
    device = _device(request)
    if wrong := actions.collect_bind(device=device, said=request.GET.get("deviceID", "")[:200]):
        return wrong
    if request.method == "HEAD":
        return HttpResponse(status=204)
    parts = rosa.parts_of(request)
    if isinstance(parts, Refusal):
        return parts
    answers, photos = parts
    sent = Sent(answers, request.now, device)
    taken = submitting.submission_take(sent, by=request.actor, now=request.now)
    if isinstance(taken, Refusal):
        return taken
    if isinstance(taken, forms.AnswersWrong):
        return _wrong(taken)
    for name, content in photos.items():
        kept = submitting.photo_take(
            submission_id=taken.id, name=name, content=content, by=request.actor, now=request.now
        )
        if isinstance(kept, Refusal):
            return kept
    return rosa.message(_said(taken), nature="submit_success", status=201)


def _wrong(taken: forms.AnswersWrong) -> Answer:
    first = "; ".join(f"{one.question}: {one.message}" for one in taken.problems[:5])
    refusal = refuse("answers_wrong")
    return rosa.message(f"{refusal.title} {first}", nature="submit_error", status=refusal.status)


def _said(taken: TakenIn) -> str:
    """Return what the phone shows: stored, and which of the steps were refused."""
    refused = [f"{one.title} {one.advice}".strip() for one in taken.steps if one.status == "refused"]
    return " ".join([_("Stored."), *refused])
