"""The pages of the review queue: what waits, and one row beside the people it may be about."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.intake import queries, reviewing
from gridward.intake.actions.review import review_decide
from gridward.intake.actions.undo import review_undo
from gridward.intake.web import show
from gridward.intake.web.parse import maybe_id, text_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of

#: What can be put right on the form itself; every other refusal is a page of its own.
ON_THE_FORM = frozenset({"grid_needed", "reason_needed", "decision_unknown"})
#: A sitting's count comes from an address, so it is bounded.
MOST_DONE, MOST_DIGITS = 99_999, 7


@endpoint(right="review.work")
def queue(request: Request) -> Answer:
    """Show what waits in the actor's area, oldest first, masked."""
    after = maybe_id(request.GET.get("after", ""))
    rows = reviewing.access_review_page(by=request.actor, now=request.now, after=after)
    page = {
        "columns": show.queue_columns(),
        "rows": [show.queue_row(row) for row in rows],
        "more": str(rows[-1].clue.id) if len(rows) == queries.PAGE else "",
        "can_undo": reviewing.own_last(by=request.actor, now=request.now) is not None,
    }
    return render(request, "intake/review.html", page)


@endpoint(right="review.work")
def case(request: Request, clue_id: str) -> Answer:
    """Show one waiting row and the people it may be about, masked, with what agrees."""
    return _case_page(request, id_of(clue_id))


def _case_page(request: Request, clue_id: UUID, wrong: Refusal | None = None) -> Answer:
    seen = reviewing.access_case(clue_id, by=request.actor, now=request.now)
    if isinstance(seen, Refusal):
        return seen
    place, total = reviewing.count_queue(by=request.actor, now=request.now, until=clue_id)
    done = _done(request)
    page = show.case_page(seen) | {
        "wrong": wrong,
        "posted": request.POST,
        "done": done,
        "sitting": show.sitting_of(done, place, total),
        "skip_url": _next_url(request, clue_id, done),
        "can_undo": reviewing.own_last(by=request.actor, now=request.now) is not None,
    }
    return render(request, "intake/case.html", page, status=wrong.status if wrong else 200)


def _done(request: Request) -> int:
    """Return how many rows this sitting has decided: the page carries it along, nothing else keeps it."""
    said = request.POST.get("done") or request.GET.get("done") or "0"
    return min(int(said), MOST_DONE) if said.isascii() and said.isdigit() and len(said) < MOST_DIGITS else 0


def _next_url(request: Request, after: UUID, done: int) -> str:
    """Return where a sitting goes on: the next row that waits, or the queue when there is none behind it."""
    following = reviewing.get_waiting(by=request.actor, now=request.now, after=after, limit=1)
    url = reverse("intake:case", args=[following[0].id]) if following else reverse("intake:review")
    return f"{url}?done={done}" if done and following else url


@endpoint(right="review.work", methods=("POST",), collects=True)
def decide(request: Request, clue_id: str) -> Answer:
    """Record the decision on a row and go on to the next one."""
    row_id = id_of(clue_id)
    outcome = review_decide(
        clue_id=row_id,
        decision=text_of(request, "decision"),
        resident_id=maybe_id(text_of(request, "resident")),
        person_id=maybe_id(text_of(request, "person")),
        place=text_of(request, "place"),
        reason=text_of(request, "reason_code") or text_of(request, "reason"),
        by=request.actor,
        now=request.now,
    )
    if isinstance(outcome, Refusal):
        return _case_page(request, row_id, outcome) if outcome.code in ON_THE_FORM else outcome
    returned = outcome.state == "closed"
    messages.success(
        request,
        _("The row went back to its sender.") if returned else _("The row is decided and goes into a task."),
    )
    return HttpResponseRedirect(_next_url(request, row_id, _done(request) + ("done" in request.POST)))


@endpoint(right="review.work", methods=("POST",), collects=True)
def undo(request: Request) -> Answer:
    """Take the reviewer's own last decision back and show its row again; where that cannot be, say so in place."""
    outcome = review_undo(by=request.actor, now=request.now)
    if isinstance(outcome, Refusal):
        at = maybe_id(text_of(request, "at"))
        page = _case_page(request, at, outcome) if at else outcome
        return outcome if isinstance(page, Refusal) else page
    messages.success(request, _("Your last decision is taken back: the row waits again."))
    done = max(_done(request) - 1, 0)
    url = reverse("intake:case", args=[outcome.id])
    return HttpResponseRedirect(f"{url}?done={done}" if done else url)
