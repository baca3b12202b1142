"""Owns reading what an address or a form sent. Refuses business: what it cannot read becomes a refusal."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from gridward.kernel.outcomes import Refused, refuse

MOST_ROW = 2_000_000_000


def id_of(text: str) -> UUID:
    """Return the id, or refuse as for something that does not exist."""
    try:
        return UUID(text)
    except ValueError:
        raise Refused(refuse("not_found")) from None


def maybe_id(text: str) -> UUID | None:
    """Return the id of an optional choice, or None when nothing was chosen."""
    return id_of(text) if text else None


def moment_and_id(token: str) -> tuple[datetime, UUID] | None:
    """Return the keyset position an `after=` token names: moment and id, joined by `~`."""
    at, _sep, row_id = token.partition("~")
    try:
        return (datetime.fromisoformat(at), UUID(row_id)) if row_id else None
    except ValueError:
        raise Refused(refuse("not_found")) from None


def after_of(at: datetime, row_id: UUID) -> str:
    """Return the `after=` token of a row, which `moment_and_id` reads."""
    return f"{at.isoformat()}~{row_id}"


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
