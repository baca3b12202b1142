"""Sign in and sign out. Every failure and success reaches the lock-out; every success reaches the ledger."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from gridward.kernel.actor import ANONYMOUS
from gridward.kernel.endpoint import PUBLIC, Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse
from gridward.workforce import actions, queries
from gridward.workforce.models import Account
from gridward.workforce.rules import MOST_HANDLE, may_use_pages


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else "/"


@endpoint(right=PUBLIC, methods=("GET", "POST"))
def sign_in(request: Request) -> Answer:
    """Show the form; on POST check the password and open a session."""
    if request.method == "GET":
        return render(request, "workforce/login.html", {"next": _next(request)})
    handle = request.POST.get("handle", "")[:MOST_HANDLE].strip()
    account = authenticate(request, handle=handle, password=request.POST.get("password", "")[:200])
    refusal = _refusal(request, account)
    if refusal or not isinstance(account, Account):
        page = {"refusal": refusal, "handle": handle, "next": _next(request)}
        return render(request, "workforce/login.html", page, status=refusal.status if refusal else 401)
    if request.actor is not ANONYMOUS:
        # Whoever was signed in here is not any more; the old key opens nothing from now on.
        actions.session_end(key=request.actor.session_key, by=request.actor, now=request.now)
    login(request, account)
    if request.session.session_key is None:
        request.session.save()
    actions.web_session_open(account=account, key=request.session.session_key or "", now=request.now)
    return HttpResponseRedirect(_next(request))


def _refusal(request: Request, account: object) -> Refusal | None:
    """Return why these words do not open the pages, or None when they do."""
    if not isinstance(account, Account):
        return refuse("login_locked" if getattr(request, "axes_locked_out", False) else "login_failed")
    actor = queries.make_actor(account, session_key="", now=request.now)
    return may_use_pages(account.handle, actor.role if actor else None)


@endpoint(right=PUBLIC, methods=("POST",))
def sign_out(request: Request) -> Answer:
    """End the session here and in the database. Needs no scope: it only takes rights away."""
    if request.actor is not ANONYMOUS:
        actions.session_end(key=request.actor.session_key, by=request.actor, now=request.now)
    logout(request)
    return HttpResponseRedirect("/login")


def locked_out(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:
    """Answer for the lock-out library: the sign-in page with the reason."""
    refusal = refuse("login_locked")
    return render(request, "workforce/login.html", {"refusal": refusal, "next": "/"}, status=refusal.status)
