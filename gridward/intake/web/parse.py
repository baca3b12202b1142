"""Owns reading what an address or a form sent. Refuses business: what it cannot read becomes a refusal."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from gridward.kernel.outcomes import Refused, refuse
from gridward.kernel.web.tokens import id_of

MOST_ROW = 2_000_000_000


def maybe_id(text: str) -> UUID | None:
    """Return the id of an optional choice, or None when nothing was chosen."""
    return id_of(text) if text else None


def row_of(token: str) -> int:
    """Return the row number an `after=` token names; the start without one."""
    if not token:
        return 0
    if not (token.isascii() and token.isdigit() and int(token[:12]) < MOST_ROW):
        raise Refused(refuse("not_found"))
    return int(token)


def text_of(request: HttpRequest, name: str, most: int = 200) -> str:
    """Return a posted text, trimmed and bounded."""
    return request.POST.get(name, "")[:most].strip()


def csv_answer(content: bytes, name: str) -> HttpResponse:
    """Return a CSV file for download; no cache keeps it."""
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
