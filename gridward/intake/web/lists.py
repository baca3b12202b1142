"""The pages about lists: what came in, how it adds up, and taking one in."""

import tempfile
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.core.files.base import File
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gridward.governance import api as governance
from gridward.intake import queries
from gridward.intake.actions.quota import get_shares
from gridward.intake.actions.receive import Said, batch_receive
from gridward.intake.actions.returns import rejects_export
from gridward.intake.inbox import inbox_path
from gridward.intake.queries import BatchView
from gridward.intake.web import shares, show
from gridward.intake.web.forms import ACCEPT, LIMIT_MB, UploadForm
from gridward.intake.web.parse import csv_answer
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import after_of, id_of, moment_and_id
from gridward.kernel.web.uploads import bounded


@endpoint(right="batch.read")
def batches(request: Request) -> Answer:
    """Show the lists of the actor's area, newest first, each with its count."""
    found = queries.get_batches(after=moment_and_id(request.GET.get("after", "")))
    names = queries.get_channel_names(batch.channel_code for batch in found)
    more = after_of(found[-1].received_at, found[-1].id) if len(found) == queries.PAGE else ""
    page = {
        "columns": show.list_columns(),
        "rows": [show.list_row(batch, names) for batch in found],
        "more": more,
        "may_upload": request.actor.may("batch.upload"),
    }
    return render(request, "intake/lists.html", page)


@endpoint(right="batch.read")
def batch(request: Request, batch_id: str) -> Answer:
    """Show one list: how its rows add up, what was read as what, why rows were rejected."""
    seen = queries.access_batch(id_of(batch_id))
    if isinstance(seen, Refusal):
        return seen
    rejects = [
        (code, count, queries.get_reject_rows(seen.id, code))
        for code, count in queries.count_rejects(seen.id).items()
    ]
    names = queries.get_channel_names([seen.channel_code])
    may = {"may_review": request.actor.may("review.work"), "may_upload": request.actor.may("batch.upload")}
    return render(request, "intake/list.html", show.list_page(seen, names, rejects) | may)


@endpoint(right="batch.read")
def rejects(request: Request, batch_id: str) -> Answer:
    """Give the rejected rows of a list as CSV: numbers and reasons, no cell of the list."""
    seen = queries.access_batch(id_of(batch_id))
    if isinstance(seen, Refusal):
        return seen
    content = rejects_export(batch_id=seen.id, by=request.actor, now=request.now)
    return content if isinstance(content, Refusal) else csv_answer(content, f"rejects-{seen.id}.csv")


@csrf_exempt  # bounded checks the token, as soon as it is sure how much there is to read
@endpoint(right="batch.upload", methods=("GET", "POST"), collects=True, takes_files=True)
@bounded(LIMIT_MB)
def upload(request: Request) -> HttpResponseBase:
    """Take a list in. What is refused is said on the form, and nothing of it is kept."""
    orders = governance.get_active_orders(now=request.now, scopes=request.actor.scopes)
    channels = queries.get_channels()
    if request.method != "POST":
        return _upload_page(request, UploadForm(channels=channels, orders=orders))
    form = UploadForm(request.POST, request.FILES, channels=channels, orders=orders)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    file = form.cleaned_data["file"]
    received = _received(request, file, form.cleaned_data["channel"], UUID(form.cleaned_data["order"]))
    if isinstance(received, Refusal):
        form.add_error("file", f"{received.title} {received.advice}")
        return _upload_page(request, form, status=received.status)
    if received.is_known:
        messages.info(request, _("This list was sent before. Nothing was counted twice."))
    page = "intake:mapping" if received.state == "mapping" else "intake:batch"
    return HttpResponseRedirect(reverse(page, args=[received.id]))


def _upload_page(request: Request, form: UploadForm, status: int = 200) -> HttpResponseBase:
    orders = governance.get_active_orders(now=request.now, scopes=request.actor.scopes)
    page = {
        "form": form,
        "limit_mb": LIMIT_MB,
        "accept": ACCEPT,
        "has_channels": bool(queries.get_channels()),
        "warnings": shares.warnings(get_shares(orders=orders, now=request.now)),
    }
    return render(request, "intake/upload.html", page, status=status)


def _received(request: Request, file: "File[bytes]", channel: str, order_id: UUID) -> BatchView | Refusal:
    """Put the upload where only this process reads it, take it in, and let go of it."""
    name = file.name or "list"
    inbox = inbox_path(UUID(int=0)).parent
    inbox.mkdir(mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=inbox, suffix=Path(name).suffix[:8]) as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        return batch_receive(
            channel_code=channel,
            path=Path(kept.name),
            filename=name,
            order_id=order_id,
            by=request.actor,
            now=request.now,
            said=Said(look="unknown"),
        )
