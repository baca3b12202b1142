"""The page of duty: who is away, who stands in, where nobody is on duty. Entered by the community or the street."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridward.dispatch import duties
from gridward.dispatch.duties import DutyRow
from gridward.dispatch.web.parse import moment_of, text_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.tabular import neutralise
from gridward.kernel.web.tokens import id_of
from gridward.territory import api as territory
from gridward.workforce import api as workforce

STATES = {
    "own": (gettext_lazy("on duty"), "good"),
    "cover": (gettext_lazy("stands in"), "info"),
    "nobody": (gettext_lazy("nobody on duty"), "bad"),
}


@endpoint(right="duty.keep")
def duty(request: Request) -> Answer:
    """Show who is on duty in the centre's grids, who is away and who stands in; grids with nobody come first."""
    rows = duties.get_duty(by=request.actor, now=request.now)
    workers = workforce.get_workers(by=request.actor, now=request.now)
    labels = territory.get_labels(worker.area_pos for worker in workers)
    page = {
        "nobody": [row for row in rows if row.state == "nobody"],
        "rows": [_row(row) for row in rows],
        "columns": _columns(),
        "absences": [_absence(one) for one in workforce.get_absences(by=request.actor, now=request.now)],
        "workers": [
            {"handle": one.handle, "grid": labels[one.area_pos].name, "is_away": one.is_away}
            for one in workers
        ],
        "kinds": list(workforce.ABSENCES.items()),
    }
    return render(request, "dispatch/duty.html", page)


#: The file's columns; the words are the API's, so that a program reads either.
FIELDS = ("grid", "name", "responsible", "on_duty", "state", "waiting_count", "away_from", "away_until")


@endpoint(right="duty.keep")
def download(request: Request) -> Answer:
    """Give who is on duty in each grid now, and until when the worker of the grid is away, as CSV (UTF-8 with mark)."""
    rows = duties.get_duty(by=request.actor, now=request.now)
    absences = workforce.get_absences(by=request.actor, now=request.now)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(FIELDS)
    writer.writerows(_line(row, absences) for row in rows)
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="duty-{localtime(request.now):%Y-%m-%d-%H%M}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _line(row: DutyRow, absences: list[workforce.AbsenceView]) -> tuple[object, ...]:
    away = next((one for one in absences if one.is_now and one.worker == row.responsible), None)
    times = [f"{localtime(at):%Y-%m-%d %H:%M}" for at in (away.starts_at, away.ends_at)] if away else ["", ""]
    words = [neutralise(word) for word in (row.area.name, row.responsible, row.on_duty)]
    return (row.area.code, *words, row.state, row.waiting_count, *times)


def _columns() -> list[dict[str, str]]:
    return [
        {"key": "grid", "label": _("Grid")},
        {"key": "responsible", "label": _("Answers for it")},
        {"key": "on_duty", "label": _("On duty now")},
        {"key": "state", "label": _("State"), "kind": "badge"},
        {"key": "waiting", "label": _("Tasks without a hand"), "kind": "number"},
    ]


def _row(row: DutyRow) -> dict[str, Any]:
    return {
        "grid": row.area.name,
        "responsible": row.responsible or _("nobody yet"),
        "on_duty": row.on_duty or "–",
        "state": STATES[row.state],
        "waiting": row.waiting_count,
    }


def _absence(one: workforce.AbsenceView) -> dict[str, Any]:
    return {
        "id": one.id,
        "worker": one.worker,
        "is_now": one.is_now,
        "facts": [
            (_("Reason"), workforce.ABSENCES[one.kind]),
            (_("Away from"), one.starts_at),
            (_("Away until"), one.ends_at),
            (_("Named to stand in"), one.substitute or _("whoever has the fewest households")),
        ],
    }


@endpoint(right="duty.keep", methods=("POST",))
def enter(request: Request) -> Answer:
    """Enter that a worker is away from – until."""
    outcome = workforce.absence_enter(
        worker=text_of(request, "worker"),
        kind=text_of(request, "kind"),
        starts_at=moment_of(request, "starts_at"),
        ends_at=moment_of(request, "ends_at"),
        substitute=text_of(request, "substitute"),
        by=request.actor,
        now=request.now,
    )
    return _back(request, outcome, _("The absence is entered. Open tasks go to whoever stands in."))


@endpoint(right="duty.keep", methods=("POST",))
def back(request: Request, absence_id: str) -> Answer:
    """End an absence: the worker is back."""
    outcome = workforce.absence_end(absence_id=id_of(absence_id), by=request.actor, now=request.now)
    return _back(request, outcome, _("The absence is ended. What nobody has begun comes back."))


@endpoint(right="duty.keep", methods=("POST",))
def name(request: Request, code: str) -> Answer:
    """Name somebody who stands in a grid."""
    outcome = workforce.cover_name(
        grid=code, worker=text_of(request, "worker"), by=request.actor, now=request.now
    )
    return _back(request, outcome, _("Named. The tasks of the grid go there now."))


def _back(request: Request, outcome: object, said: str) -> Answer:
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, said)
    return HttpResponseRedirect(reverse("dispatch:duty"))
