"""The pages of supervision: what has risen, set times, the checks of a sample; one task, and the two things to say."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.dispatch import actions, escalated, queries, supervised, supervising
from gridward.dispatch.web import raising, show, watching
from gridward.dispatch.web.parse import after_of, number_of, text_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of

MOST = 200


@endpoint(right="task.supervise")
def supervision(request: Request) -> Answer:
    """Show a supervisor the area: what has risen and to which level, whistles, set times, and what is to be checked."""
    by = request.actor
    risen = supervised.get_risen(by=by, after=after_of(request.GET.get("after", "")))
    return render(
        request,
        "dispatch/supervision.html",
        {
            "counts": raising.counts(escalated.count_by_level(by=by)),
            "risen": [watching.risen(one) for one in risen],
            "risen_columns": watching.risen_columns(),
            "more": raising.more_token(risen),
            "set_times": [watching.row(one) for one in supervised.get_set_times(by=by)],
            "set_columns": watching.row_columns("due_at"),
            "checks": [watching.row(one) for one in supervised.get_checks(by=by)],
            "check_columns": watching.row_columns("at"),
            "whistles": [watching.whistle(one) for one in supervised.get_whistles(by=by)],
            "whistle_columns": watching.whistle_columns(),
        },
    )


@endpoint(right="task.supervise")
def task(request: Request, task_id: str) -> Answer:
    """Show one task to its supervisor: its whole trail, without people; a time may be set, or a check answered."""
    seen = queries.access_task(id_of(task_id), by=request.actor, now=request.now)
    if isinstance(seen, Refusal):
        return seen
    check = supervised.get_check(seen.id)
    page = {
        "check": check,
        "verdicts": list(supervising.VERDICTS.items()),
        "most_hours": supervising.MOST_HOURS,
    }
    return render(request, "dispatch/supervised.html", show.task_page(seen) | page)


@endpoint(right="task.supervise", methods=("POST",))
def order(request: Request, task_id: str) -> Answer:
    """Order a task to be dealt with by a time."""
    outcome = actions.supervision_order(
        task_id=id_of(task_id), hours=number_of(request, "hours"), words=text_of(request, "words", MOST),
        by=request.actor, now=request.now,
    )  # fmt: skip
    return _back(request, outcome, _("The time is set. Its worker and every centre above read it."))


@endpoint(right="task.supervise", methods=("POST",))
def judge(request: Request, check_id: str) -> Answer:
    """Say of a closed task whether it was properly done."""
    outcome = actions.check_judge(
        check_id=id_of(check_id), verdict=text_of(request, "verdict", 10), words=text_of(request, "words", MOST),
        by=request.actor, now=request.now,
    )  # fmt: skip
    return _back(request, outcome, _("The check is recorded."))


def _back(request: Request, outcome: object, said: str) -> Answer:
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, said)
    return HttpResponseRedirect(reverse("dispatch:supervision"))
