"""
Owns the one door of every URL: method, actor, right, database scope, transaction, gate, answer, ledger.

A view is wrapped in `endpoint(...)` and contains no `if` about any of these. Success commits; a refusal rolls back,
and the denial is then recorded in a transaction of its own. Refuses views that are not wrapped (see tests/house).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import render

from gridward.kernel import clock, ledger, once, scope
from gridward.kernel.actor import ANONYMOUS, Actor
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.kernel.ports import Ports

#: A right that everybody has: pages before sign-in, health, static tiles. Such views enter no scope.
PUBLIC = "public"
#: Anybody who is signed in, whatever the role.
SIGNED_IN = "signed-in"
#: Where machines ask: by a token and never by a cookie; every answer is JSON.
API = "/api/v1/"
#: Where a worker's enrolled phone asks, and nobody else.
SYNC = f"{API}sync"
#: Where a phone with ODK Collect asks; the part behind it is the phone's token.
OPENROSA = "/openrosa/"


class Request(HttpRequest):
    """What a wrapped view gets: Django's request with the actor and the moment."""

    actor: Actor
    now: datetime
    refusal: Refusal | None


Answer = HttpResponseBase | Refusal
View = Callable[..., Answer]


@dataclass(frozen=True)
class Door:
    """What a URL asks for; readable by tests and by the generated reference."""

    right: str
    methods: tuple[str, ...]
    collects: bool
    takes_files: bool = False


def endpoint(
    *, right: str, methods: tuple[str, ...] = ("GET",), collects: bool = False, takes_files: bool = False
) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """
    Wrap a view with the door it stands behind.

    `right` is PUBLIC, SIGNED_IN or a right of the role; `methods` are those accepted; `collects` asks the gate for
    a live legal basis before the view runs; `takes_files` leaves reading the body, and how much of it, to the view.
    A view returns a response, or a refusal; `Refused` may be raised.
    """
    door = Door(right, methods, collects, takes_files)

    def wrap(view: View) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def opened(request: Request, **kwargs: Any) -> HttpResponseBase:
            with once.request():
                request.now = clock.now()
                request.actor = Ports.actor_loader(request, request.now)
                request.refusal = None
                outcome = _knock(door, request, lambda: view(request, **kwargs))
                if not isinstance(outcome, Refusal):
                    return outcome
                _record_denial(view.__name__, outcome, request)
                return _refused(request, outcome)

        opened.door = door  # type: ignore[attr-defined]  # read by tests/house and the reference
        return opened

    return wrap


def _knock(door: Door, request: Request, call: Callable[[], Answer]) -> Answer:
    if request.method not in (*door.methods, "HEAD" if "GET" in door.methods else ""):
        return refuse("method")
    if holds_nul(request.path, request.GET, *([] if door.takes_files else [request.POST])):
        return refuse("form_invalid")
    if door.right == PUBLIC:
        return _inside(call)
    if request.actor is ANONYMOUS:
        return refuse("login_required")
    if door.right != SIGNED_IN and not request.actor.may(door.right):
        return refuse("forbidden")
    return _inside(lambda: _scoped(door, request, call))


def holds_nul(text: str, *forms: QueryDict) -> bool:
    """Tell whether text or form holds the one sign no text column can hold: PostgreSQL would answer with an error."""
    said = [text, *(value for form in forms for _name, values in form.lists() for value in values)]
    return any("\0" in value for value in said if isinstance(value, str))


def _scoped(door: Door, request: Request, call: Callable[[], Answer]) -> Answer:
    with scope.entered("select workforce_enter(%s)", (request.actor.session_key,), to_end=True):
        if door.collects and (shut := Ports.gate(request.actor, request.now)):
            return shut
        return call()


def _inside(call: Callable[[], Answer]) -> Answer:
    try:
        with transaction.atomic():
            answer = call()
            if isinstance(answer, Refusal):
                raise Refused(answer)
            return answer
    except Refused as refused:
        return refused.refusal


def _record_denial(view: str, refusal: Refusal, request: Request) -> None:
    # Somebody who is not signed in leaves no entry: anybody could fill the ledger from outside.
    if request.actor is ANONYMOUS:
        return
    with transaction.atomic():
        ledger.record(
            "endpoint.refuse", obj=("view", view), by=request.actor, now=request.now, result=refusal.code
        )


def _refused(request: Request, refusal: Refusal) -> HttpResponse:
    request.refusal = refusal
    if wants_json(request):
        body = {"code": refusal.code, "title": refusal.title, "advice": refusal.advice, "fields": []}
        return JsonResponse(body, status=refusal.status)
    if refusal.code == "login_required":
        return render(request, "login_needed.html", {"next": request.get_full_path()}, status=401)
    return render(request, "refused.html", {"refusal": refusal}, status=refusal.status)


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the client asked for JSON rather than a page."""
    if request.path.startswith(API):
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
