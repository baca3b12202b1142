"""
Owns how a room opens an operation of the JSON API: which door it stands behind, what it answers, how it is described.

A view returns the thing or a refusal, as a page's does; the endpoint does everything else. Only what the answer's
schema lists leaves: a column nobody listed is invisible. Refuses cookies: whoever calls carries a token.
"""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from ninja import Router, Schema
from ninja.constants import NOT_SET
from pydantic import BeforeValidator, TypeAdapter

from gridward.kernel.endpoint import PUBLIC, Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse

Item = TypeVar("Item")
PACKER = GZipMiddleware(lambda _request: HttpResponse())
#: A value that leaves under its mask: `张**`. What is masked shows nothing else when it becomes a text.
Masked = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))]
#: Words that may be translated: they become a text in the language of the request.
Words = Annotated[str, BeforeValidator(str)]
#: Where the following page begins, as the page before said.
AFTER = "Where the page begins: the `next` of the page before; the first page without it."

#: Path of the API -> method -> the wrapped view. Read by the reference and by tests/house.
OPERATIONS: dict[str, dict[str, Callable[..., HttpResponseBase]]] = {}


class Field(Schema):
    """One part of a request that could not be read: where it stands and what is wrong with it."""

    where: str
    problem: str


class Problem(Schema):
    """A refusal: a stable code, what is wrong and what to do next, in the language of `Accept-Language`."""

    code: str
    title: str
    advice: str
    fields: list[Field] = []


class Page(Schema, Generic[Item]):
    """A page of a list. `next` is the `after` of the following page; nothing when this is the last."""

    items: list[Item]
    next: str = ""


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    right: str,
    answers: Any,
    status: int = 200,
    collects: bool = False,
    takes_files: bool = False,
    extra: dict[str, Any] | None = None,
    packed: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponseBase]]:
    """
    Open an operation under `/api/v1`: `right`, `collects` and `takes_files` as for `endpoint`.

    `answers` is the schema of what the view returns (anything with these attributes); the docstring's first sentence is
    the summary, all of it the description. `extra` goes into the OpenAPI description as it is. `packed`: as gzip for
    whoever takes it; its length says little then (the library adds a random part).
    """
    leaves = TypeAdapter(answers)
    said = {status: answers, 401: Problem, 403: Problem, 404: Problem, 422: Problem}

    def wrap(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        door = endpoint(right=right, methods=(method,), collects=collects, takes_files=takes_files)
        opened = door(_listed(view, leaves, status, packed))
        words = (view.__doc__ or "").strip()
        router.add_api_operation(
            path, [method], opened, response=said, operation_id=view.__name__, summary=words.split("\n")[0],
            description=words, openapi_extra=extra, auth=None if right == PUBLIC else NOT_SET,
        )  # fmt: skip
        OPERATIONS.setdefault(path, {})[method] = opened
        return opened

    return wrap


def _listed(
    view: Callable[..., Any], leaves: TypeAdapter[Any], status: int, packed: bool
) -> Callable[..., Answer]:
    """Return the view with what its schema lists as the answer."""

    @wraps(view)
    def said(request: Request, **given: Any) -> Answer:
        outcome = view(request, **given)
        if isinstance(outcome, Refusal | HttpResponseBase):
            return outcome
        thing = leaves.validate_python(outcome, from_attributes=True)
        answer = HttpResponse(
            leaves.dump_json(thing, by_alias=True), content_type="application/json", status=status
        )
        return PACKER.process_response(request, answer) if packed else answer

    return said


def problem_answer(request: HttpRequest, refusal: Refusal, fields: list[Field] | None = None) -> HttpResponse:
    """Return a refusal as the API says it."""
    said = Problem(code=refusal.code, title=refusal.title, advice=refusal.advice, fields=fields or [])
    return HttpResponse(said.model_dump_json(), content_type="application/json", status=refusal.status)


def unreadable(request: HttpRequest, errors: list[dict[str, Any]]) -> HttpResponse:
    """Return what of a request could not be read, part by part; never what stood there."""
    fields = [
        Field(where=".".join(str(step) for step in error["loc"]), problem=str(error["msg"])[:200])
        for error in errors[:20]
    ]
    return problem_answer(request, refuse("form_invalid"), fields)
