"""The door look-up of a community centre: one exact door, open tasks, masked names."""

from django.shortcuts import render

from gridward.dispatch.actions.doors import DoorFound, door_look
from gridward.dispatch.rules import ASKERS
from gridward.dispatch.web import show
from gridward.dispatch.web.parse import text_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal


@endpoint(right="door.look")
def doors(request: Request) -> Answer:
    """Show the form of the door look-up."""
    return _page(request)


@endpoint(right="door.look", methods=("POST",))
def look(request: Request) -> Answer:
    """Look one door up. The text is posted, so that no address stands in an address line or a log."""
    text = text_of(request, "door", 120)
    outcome = door_look(text=text, asker=text_of(request, "asker"), by=request.actor, now=request.now)
    return outcome if isinstance(outcome, Refusal) else _page(request, text, outcome)


def _page(request: Request, text: str = "", found: DoorFound | None = None) -> Answer:
    page = {
        "text": text,
        "asker": text_of(request, "asker"),
        "askers": ASKERS.items(),
        "found": found,
        "tasks": [(task, show.people(task)) for task in found.tasks] if found else [],
    }
    answer = render(request, "dispatch/doors.html", page)
    answer["Cache-Control"] = "no-store"
    return answer
