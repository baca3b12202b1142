"""Puts the rooms' operations together to one API under /api/v1, with one OpenAPI description."""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from gridward.kernel import clock
from gridward.kernel.actor import ANONYMOUS
from gridward.kernel.endpoint import PUBLIC, Answer, Request, endpoint
from gridward.kernel.outcomes import refuse
from gridward.kernel.ports import Ports
from gridward.kernel.web.operations import OPERATIONS, problem_answer, unreadable


class Token(HttpBearer):
    """A token that an administrator issued to an account; it opens that account's role and area, and no more."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return who it is, before anything of the request is read; the endpoint asks again for itself."""
        actor = Ports.actor_loader(request, clock.now())
        return None if actor is ANONYMOUS else actor


def api_make() -> NinjaAPI:
    """Return the API with every room's operations (`<room>/web/api.py`, a router called `router`)."""
    api = NinjaAPI(
        title="Gridward",
        version=settings.VERSION,
        description="Lists in, outcomes out, tasks and review, for the machines of a centre or a department.",
        openapi_url=None,
        docs_url=None,
        auth=Token(),
        urls_namespace="api",
    )
    for room in settings.ROOMS:
        if find_spec(f"gridward.{room}.web") and find_spec(f"gridward.{room}.web.api"):
            api.add_router("", import_module(f"gridward.{room}.web.api").router, tags=[room])
    api.add_exception_handler(AuthenticationError, _unknown)
    api.add_exception_handler(ValidationError, _unreadable)
    return api


def _unknown(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem_answer(request, refuse("login_required"))


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return unreadable(request, error.errors)


API = api_make()


@lru_cache(maxsize=1)
def description() -> bytes:
    """Return the OpenAPI description as JSON."""
    return orjson.dumps(API.get_openapi_schema(path_prefix="/api/v1/"), option=orjson.OPT_NON_STR_KEYS)


@endpoint(right=PUBLIC)
def openapi(request: Request) -> Answer:
    """Give the OpenAPI description of everything under /api/v1."""
    return HttpResponse(description(), content_type="application/json")


def urls() -> list[URLPattern]:
    """Return the URLs under /api/v1; the library's own root page is left out, it has no door."""
    patterns = [one for one in API.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    for one in patterns:
        # The library dispatches by method behind one callback; whoever lists the doors finds them here.
        route = "/" + str(one.pattern).replace("<", "{").replace(">", "}")
        one.callback.operations = OPERATIONS[route]  # type: ignore[attr-defined]  # ours, on a function
    return [path("openapi.json", openapi, name="openapi"), *patterns]
