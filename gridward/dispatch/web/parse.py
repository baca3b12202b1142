"""Owns reading what a form or an address sent. Refuses business: what it cannot read becomes a refusal."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.timezone import make_aware

from gridward.kernel.outcomes import Refused, refuse
from gridward.kernel.web.tokens import id_of


def text_of(request: HttpRequest, name: str, most: int = 200) -> str:
    """Return a posted text, trimmed and bounded."""
    return request.POST.get(name, "")[:most].strip()


def moment_of(request: HttpRequest, name: str) -> datetime:
    """Return a posted moment, which a form gives in local time."""
    try:
        moment = datetime.fromisoformat(text_of(request, name, 40))
        return moment if moment.tzinfo else make_aware(moment)
    except (ValueError, OverflowError):
        raise Refused(refuse("form_invalid")) from None


def ask_of(request: HttpRequest) -> UUID | None:
    """Return which form this is; a page that was open before forms had names says nothing."""
    text = request.POST.get("ask", "")
    return id_of(text) if text else None


def outcomes_of(posted: QueryDict) -> dict[UUID, str]:
    """Return the outcome chosen for each person: fields `outcome-<person id>`."""
    chosen = {}
    for name, value in list(posted.items())[:200]:
        if name.startswith("outcome-") and isinstance(value, str):
            chosen[id_of(name.removeprefix("outcome-"))] = value[:40]
    return chosen


def phones_of(posted: QueryDict) -> set[UUID]:
    """Return whose other telephone was found to be right: fields `phone-<person id>` that are ticked."""
    names = [name for name in list(posted)[:200] if name.startswith("phone-")]
    return {id_of(name.removeprefix("phone-")) for name in names}


def after_of(token: str) -> tuple[datetime, UUID] | None:
    """Return the keyset position a `after=` token names: moment and id, joined by `~`."""
    at, _sep, task_id = token.partition("~")
    try:
        place = (datetime.fromisoformat(at), UUID(task_id)) if task_id else None
    except ValueError:
        raise Refused(refuse("not_found")) from None
    if place and place[0].tzinfo is None:
        raise Refused(refuse("not_found"))
    return place


def number_of(request: HttpRequest, name: str) -> int:
    """Return a posted whole number; 0 for anything else, which every rule refuses in its own words."""
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
