"""The centre's pages of phones: which worker has one, enrol one by a code, end one that is lost or given back."""

import base64
import json
import zlib

import segno
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.field import actions, queries
from gridward.field.rules import ENDS
from gridward.kernel.endpoint import OPENROSA, Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of
from gridward.territory import api as territory

#: A square of a code on the screen, in pixels: big enough for an old phone's camera at arm's length.
SQUARE = 6


@endpoint(right="duty.keep")
def devices(request: Request) -> Answer:
    """Show the workers of the area and the phone each has."""
    return _page(request)


def _page(request: Request, wrong: Refusal | None = None) -> Answer:
    found = queries.get_devices(by=request.actor, now=request.now)
    wanted = request.GET.get("worker", "")[:150].strip()
    shown = [one for one in found if wanted.casefold() in one.handle.casefold()]
    labels = territory.get_labels({one.area_pos for one in shown})
    page = {
        "rows": [{"worker": one, "area": labels[one.area_pos]} for one in shown],
        "count": len(found),
        "with_phone": sum(one.device is not None for one in found),
        "wanted": wanted,
        "ends": list(ENDS.items()),
        "wrong": wrong,
    }
    return render(request, "field/devices.html", page, status=wrong.status if wrong else 200)


@endpoint(right="duty.keep", methods=("POST",))
def enrol(request: Request) -> Answer:
    """Show the code with which one phone becomes a worker's, once."""
    outcome = actions.enrolment_open(
        handle=request.POST.get("worker", "")[:150].strip(), by=request.actor, now=request.now
    )
    if isinstance(outcome, Refusal):
        return _page(request, wrong=outcome)
    address = f"{request.scheme}://{request.get_host()}/handheld/#enrol={outcome.code}"
    code = segno.make(address, error="m")
    page = {
        "asked": outcome,
        "address": address,
        "picture": code.svg_data_uri(scale=SQUARE, border=4, light="white"),
    }
    answer = render(request, "field/code.html", page)
    answer["Cache-Control"] = "no-store"
    return answer


@endpoint(right="duty.keep", methods=("POST",))
def collect(request: Request) -> Answer:
    """Show the settings with which a phone with ODK Collect becomes a worker's, once."""
    outcome = actions.collect_open(
        handle=request.POST.get("worker", "")[:150].strip(), by=request.actor, now=request.now
    )
    if isinstance(outcome, Refusal):
        return _page(request, wrong=outcome)
    address = f"{request.scheme}://{request.get_host()}{OPENROSA}{outcome.token}"
    page = {
        "asked": outcome,
        "address": address,
        "picture": segno.make(settings_of(address), error="m").svg_data_uri(
            scale=SQUARE, border=4, light="white"
        ),
    }
    answer = render(request, "field/collect.html", page)
    answer["Cache-Control"] = "no-store"
    return answer


def settings_of(address: str) -> str:
    """Return what ODK Collect reads from a code: where its server is, and that it sends and renews by itself."""
    general = {
        "server_url": address, "form_update_mode": "match_exactly", "autosend": "wifi_and_cellular",
        "delete_send": True,
    }  # fmt: skip
    said = json.dumps({"general": general, "admin": {}, "project": {"name": "Gridward"}}).encode()
    return base64.b64encode(zlib.compress(said)).decode()


@endpoint(right="duty.keep", methods=("POST",))
def end(request: Request, device_id: str) -> Answer:
    """End a phone at once."""
    reason = request.POST.get("reason", "")[:20]
    refusal = actions.device_end(device_id=id_of(device_id), reason=reason, by=request.actor, now=request.now)
    if refusal:
        return refusal
    messages.success(request, _("The phone is ended. It learns nothing more, and wipes itself when it asks."))
    return HttpResponseRedirect(reverse("field:devices"))
