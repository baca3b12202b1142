"""The pages. A view takes the parcel, carries it to one action or query, and brings back the receipt."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.dispatch import actions, contacts, days, queries, whistled
from gridward.dispatch.queries import TaskView
from gridward.dispatch.web import blowing, show
from gridward.dispatch.web.parse import after_of, ask_of, outcomes_of, phones_of, text_of
from gridward.kernel import ledger
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of
from gridward.workforce import api as workforce


@endpoint(right="task.work")
def today(request: Request) -> Answer:
    """Show the worker's released open tasks in the order of the walk: what is urgent first, building by building."""
    day = days.get_day(by=request.actor, now=request.now)
    away_until = workforce.own_absence(by=request.actor, now=request.now)
    return render(request, "dispatch/today.html", show.day_page(day) | {"away_until": away_until})


@endpoint(right="task.read")
def tasks(request: Request) -> Answer:
    """Show the tasks of the centre's area, those due first at the top, or those closed."""
    state = "closed" if request.GET.get("state") == "closed" else "open"
    after = after_of(request.GET.get("after", ""))
    rows = queries.get_tasks(by=request.actor, now=request.now, state=state, after=after)
    page = {"rows": [show.list_row(row) for row in rows], "columns": show.columns(state), "state": state}
    return render(request, "dispatch/tasks.html", page | {"more": show.more_token(rows, state)})


@endpoint(right="task.read")
def passes(request: Request) -> Answer:
    """Show what became of the four passes in the centre's area: what was left out and why, where passes disagree."""
    counted = queries.get_pass_quality(by=request.actor, now=request.now)
    return render(request, "dispatch/passes.html", show.passes_page(counted))


@endpoint(right="task.work")
def work(request: Request, task_id: str) -> Answer:
    """Show one task to its worker, with the forms of the pass that comes next."""
    task = queries.access_task(id_of(task_id), by=request.actor, now=request.now)
    return task if isinstance(task, Refusal) else _work_page(request, task)


def _work_page(request: Request, task: TaskView, **more: object) -> Answer:
    return render(request, "dispatch/work.html", show.work_page(task) | _contacts(request, task) | more)


def _contacts(request: Request, task: TaskView) -> dict[str, object]:
    """Return how often the household was asked today, and the reasons for which P1 goes on."""
    asked, most = contacts.asks_today(task, request.now)
    return {
        "asked": asked,
        "most": most,
        "asked_out": asked >= most > 0,
    }


@endpoint(right="task.read")
def task(request: Request, task_id: str) -> Answer:
    """Show one task to its centre: where, how urgent, its whole trail; people only with a live grant."""
    seen = queries.access_task(id_of(task_id), by=request.actor, now=request.now)
    if isinstance(seen, Refusal):
        return seen
    called = {
        "whistles": blowing.about(whistled.whistles_of(seen.id)),
        "may_merge": request.actor.may("correction.decide"),
        "may_blow": request.actor.may("whistle.blow"),
    }
    return render(request, "dispatch/task.html", show.task_page(seen) | called)


def _back(request: Request, outcome: TaskView | actions.Known | Refusal, said: str) -> Answer:
    if isinstance(outcome, Refusal):
        return outcome
    if isinstance(outcome, actions.Known):
        messages.info(request, _("This was recorded before. Nothing was counted twice."))
    else:
        messages.success(request, said)
    if request.actor.may("task.work"):
        done = outcome.state == "closed"
        return HttpResponseRedirect(
            reverse("dispatch:today") if done else reverse("dispatch:work", args=[outcome.id])
        )
    return HttpResponseRedirect(reverse("dispatch:task", args=[outcome.id]))


def _again(request: Request, task_id: str, refusal: Refusal) -> Answer:
    """Show the form again with what is wrong on top and what was chosen kept; the denial stands in the ledger."""
    task = queries.access_task(id_of(task_id), by=request.actor, now=request.now)
    if isinstance(task, Refusal):
        return task
    ledger.record(
        "endpoint.refuse", obj=("task", task.id), by=request.actor, now=request.now, result=refusal.code
    )
    page = show.work_page(task, posted=request.POST) | _contacts(request, task) | {"wrong": refusal}
    return render(request, "dispatch/work.html", page, status=refusal.status)


@endpoint(right="task.work", methods=("POST",), collects=True)
def phone(request: Request, task_id: str) -> Answer:
    """Record a phone check of one person, or why there is none: `skipped:<reason>`."""
    result, _sep, why = text_of(request, "result").partition(":")
    outcome = actions.phone_record(
        task_id=id_of(task_id),
        person_id=id_of(request.POST.get("person", "")),
        result=result,
        reason=why or text_of(request, "reason"),
        outcome=text_of(request, "outcome"),
        by=request.actor,
        now=request.now,
        ask=ask_of(request),
        said=text_of(request, "said"),
        excess=text_of(request, "excess"),
    )
    if isinstance(outcome, Refusal):
        return _again(request, task_id, outcome)
    return _back(request, outcome, _("The phone check is recorded."))


@endpoint(right="task.work", methods=("POST",), collects=True)
def visit(request: Request, task_id: str) -> Answer:
    """Record a visit and what was found for each person."""
    outcome = actions.visit_record(
        task_id=id_of(task_id),
        result=text_of(request, "result"),
        outcomes=outcomes_of(request.POST),
        reason=text_of(request, "reason"),
        by=request.actor,
        now=request.now,
        ask=ask_of(request),
        found_by=text_of(request, "found_by"),
        excess=text_of(request, "excess"),
        phones=phones_of(request.POST),
    )
    if isinstance(outcome, Refusal):
        return _again(request, task_id, outcome)
    said = _("The visit is recorded and the task is closed. Every sender gets its outcome.")
    return _back(request, outcome, said if outcome.state == "closed" else _("The visit is recorded."))


@endpoint(right="task.work", methods=("POST",))
def reveal(request: Request, task_id: str) -> Answer:
    """Show one person's name and telephone for five minutes, with a reason."""
    task_uuid = id_of(task_id)
    shown = actions.person_reveal(
        task_id=task_uuid,
        person_id=id_of(request.POST.get("person", "")),
        reason=text_of(request, "reason"),
        by=request.actor,
        now=request.now,
    )
    if isinstance(shown, Refusal):
        return shown
    task = queries.access_task(task_uuid, by=request.actor, now=request.now)
    return task if isinstance(task, Refusal) else _work_page(request, task, revealed=shown)


@endpoint(right="task.release", methods=("POST",))
def release(request: Request, task_id: str) -> Answer:
    """Give a task to its worker now, with a reason."""
    outcome = actions.task_release_now(
        task_id=id_of(task_id), reason=text_of(request, "reason"), by=request.actor, now=request.now
    )
    return _back(request, outcome, _("The task is released to its worker."))


@endpoint(right="task.read", methods=("POST",))
def open_household(request: Request, task_id: str) -> Answer:
    """Let the centre see the masked people of a task for half an hour, with a reason."""
    outcome = actions.household_open(
        task_id=id_of(task_id), reason=text_of(request, "reason"), by=request.actor, now=request.now
    )
    return _back(request, outcome, _("You see this household, masked, for 30 minutes."))
