"""Owns the few pages of no room: home, health, and what Django shows when it refuses by itself."""

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gridward.kernel.actor import ANONYMOUS
from gridward.kernel.endpoint import PUBLIC, Answer, Request, endpoint
from gridward.kernel.outcomes import refuse
from gridward.wiring.navigation import home_of


@endpoint(right=PUBLIC)
def home(request: Request) -> Answer:
    """Send everybody to where their work starts."""
    if request.actor is ANONYMOUS:
        return HttpResponseRedirect("/login")
    links = home_of(request.actor)
    if links == "/login":
        return render(request, "no_pages.html")
    return HttpResponseRedirect(links)


@endpoint(right=PUBLIC)
def health(request: Request) -> Answer:
    """Answer `{"status": "ok"}` when the database answers too."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok", "version": settings.VERSION, "at": request.now.isoformat()})


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say plainly that the form was too old."""
    page = {"title": _("This form is too old."), "advice": _("Open the page again and repeat.")}
    return render(request, "plain_refusal.html", page, status=403)


def request_bad(request: HttpRequest, exception: Exception) -> HttpResponse:
    """
    Answer a request that cannot be read.

    Django says the same of a session it could not save, whatever the cause. When the database did not take it, disk
    full or gone, nothing is wrong with the request, and what it asked for may be done: that is an error of ours.
    """
    if isinstance(exception, SessionInterrupted) and _is_caused_by_database(exception):
        return page_failed(request, status=503)
    return render(request, "400.html", status=400)


def _is_caused_by_database(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, OperationalError):
        error = error.__cause__ or error.__context__
    return error is not None


def page_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere like one that may not be opened."""
    return render(request, "refused.html", {"refusal": refuse("not_found")}, status=404)


def page_failed(request: HttpRequest, status: int = 500) -> HttpResponse:
    """Answer an error of ours without a word of its inside."""
    return HttpResponse(render(request, "failed.html").content, status=status)
