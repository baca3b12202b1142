"""The centre's pages of instructions: what was told whom, who received it and did it; writing one, taking one back."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.field import duty, instructed, instructing
from gridward.field.instructed import Heard, InstructionView
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.kernel.web.tokens import after_of, id_of, moment_and_id
from gridward.territory import api as territory
from gridward.workforce import api as workforce

TONES = {"live": "good", "morning": "info", "over": "quiet", "back": "quiet"}
#: So much of an instruction stands in the list; its own page has all of it.
LISTED = 80
#: What the form proposes; whoever writes changes it.
USUAL = timedelta(days=1)


@endpoint(right="duty.keep")
def instructions(request: Request) -> Answer:
    """Show what the centre has told its workers, the newest first, and the form of a new one."""
    return _page(request)


def _page(request: Request, wrong: Refusal | None = None) -> Answer:
    found = instructed.get_instructions(
        by=request.actor, now=request.now, after=moment_and_id(request.GET.get("after", ""))
    )
    page = {
        "columns": _columns(),
        "rows": [_row(one) for one in found],
        "more": after_of(found[-1].written_at, found[-1].id) if len(found) == instructed.PAGE else "",
        "areas": _areas(request),
        "workers": workforce.get_workers(by=request.actor, now=request.now),
        "most": instructing.MOST_WORDS,
        "until": localtime(request.now + USUAL),
        "said": request.POST,
        "wrong": wrong,
    }
    return render(request, "field/instructions.html", page, status=wrong.status if wrong else 200)


def _areas(request: Request) -> list[territory.AreaView]:
    """Return the areas whose workers may be told something: the actor's own and those right below."""
    own = territory.get_areas([scope.code for scope in request.actor.scopes])
    return [area for code, one in own.items() for area in (one, *territory.get_children(code))]


def _columns() -> list[dict[str, str]]:
    return [
        {"key": "words", "label": _("Instruction"), "href": "url"},
        {"key": "to", "label": _("To whom")},
        {"key": "written_at", "label": _("Written"), "kind": "moment"},
        {"key": "until", "label": _("Holds until"), "kind": "moment"},
        {"key": "received", "label": pgettext("instruction", "Received")},
        {"key": "done", "label": _("Done")},
        {"key": "stands", "label": _("State"), "kind": "badge"},
    ]


def _row(one: InstructionView) -> dict[str, Any]:
    words = Truncator(one.words).chars(LISTED)
    return {
        "url": reverse("field:instruction", args=[one.id]),
        "words": _("Urgent: %(words)s") % {"words": words} if one.is_urgent else words,
        "to": one.to or _("all in %(area)s") % {"area": one.area.name},
        "written_at": one.written_at,
        "until": one.expires_at,
        "received": _of(one.received_count, one),
        "done": _of(one.done_count, one),
        "stands": (instructing.STANDS[one.stands], TONES[one.stands]),
    }


def _of(count: int, one: InstructionView) -> str:
    return pgettext("instruction", "%(count)s of %(most)s") % {"count": count, "most": len(one.heard)}


@endpoint(right="duty.keep", methods=("POST",))
def write(request: Request) -> Answer:
    """Tell all workers of an area, or one worker, something."""
    outcome = duty.instruction_write(
        to=request.POST.get("to", "")[:200],
        words=request.POST.get("words", "")[: instructing.MOST_WORDS * 2],
        expires_at=_moment(request.POST.get("until", "")),
        is_urgent=request.POST.get("urgent") == "yes",
        by=request.actor,
        now=request.now,
    )
    if isinstance(outcome, Refusal):
        return outcome if outcome.status == 404 else _page(request, wrong=outcome)
    messages.success(request, _("Written. The phones get it as they next ask."))
    return HttpResponseRedirect(reverse("field:instruction", args=[outcome]))


def _moment(text: str) -> datetime:
    try:
        said = datetime.fromisoformat(text[:40])
        return said if said.tzinfo else make_aware(said)
    except (ValueError, OverflowError):
        raise Refused(refuse("form_invalid")) from None


@endpoint(right="duty.keep")
def instruction(request: Request, instruction_id: str) -> Answer:
    """Show one: what it says, who received it and who did it."""
    one = instructed.access_instruction(id_of(instruction_id), by=request.actor, now=request.now)
    if isinstance(one, Refusal):
        return one
    page = {
        "one": one,
        "state": (instructing.STANDS[one.stands], TONES[one.stands]),
        "may_end": one.stands in ("live", "morning"),
        "received": _of(one.received_count, one),
        "facts_list": [
            (_("To whom"), one.to or _("all in %(area)s") % {"area": one.area.name}),
            (_("Written by"), one.written_by),
            (_("Written"), one.written_at),
            (_("On the phones from"), one.given_at),
            (_("Holds until"), one.expires_at),
        ],
        "columns": [
            {"key": "worker", "label": _("Worker")},
            {"key": "received_at", "label": pgettext("instruction", "Received"), "kind": "moment"},
            {"key": "done_at", "label": _("Done"), "kind": "moment"},
            {"key": "state", "label": _("State"), "kind": "badge"},
        ],
        "rows": [_heard(other) for other in one.heard],
    }
    return render(request, "field/instruction.html", page)


def _heard(one: Heard) -> dict[str, Any]:
    state = (_("done"), "good") if one.done_at else (_("received"), "info")
    if one.received_at is None:
        state = (_("not yet received"), "quiet")
    return {"worker": one.worker, "received_at": one.received_at, "done_at": one.done_at, "state": state}


@endpoint(right="duty.keep", methods=("POST",))
def take_back(request: Request, instruction_id: str) -> Answer:
    """Take an instruction back."""
    refusal = duty.instruction_end(instruction_id=id_of(instruction_id), by=request.actor, now=request.now)
    if refusal:
        return refusal
    messages.success(request, _("Taken back. It leaves the phones as they next ask."))
    return HttpResponseRedirect(reverse("field:instructions"))
