"""The page of premises: those of an area, found by the first characters of a name or a credit code."""

from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.registry import premises as register
from gridward.registry.premises import KINDS, PAGE, PremisesView

MOST_ASKED = 40


@endpoint(right="area.read")
def premises(request: Request) -> Answer:
    """Show the premises of the actor's area, or of one inside it, page by page."""
    asked, code = asked_of(request), request.GET.get("area", "")[:24]
    rows = register.get_premises(
        by=request.actor, area_code=code, begins=asked, after=after_of(request.GET.get("after", ""))
    )
    if isinstance(rows, Refusal):
        return rows
    page = {
        "columns": [
            {"key": "name", "label": pgettext("premises", "Name")},
            {"key": "kind", "label": _("Kind")},
            {"key": "credit_code", "label": _("Credit code")},
            {"key": "address", "label": _("Address")},
            {"key": "area", "label": _("Area")},
        ],
        "rows": [_row(one) for one in rows],
        "more": more_token(rows),
        "asked": asked,
        "code": code,
    }
    return render(request, "registry/premises.html", page)


def _row(one: PremisesView) -> dict[str, object]:
    return {
        "name": one.name, "kind": KINDS[one.kind], "credit_code": one.credit_code, "address": one.address,
        "area": one.area.name,
    }  # fmt: skip


def asked_of(request: HttpRequest) -> str:
    """Return the first characters that are looked for."""
    return request.GET.get("q", "")[:MOST_ASKED].strip()


def more_token(rows: list[PremisesView], limit: int = PAGE) -> str:
    """Return the keyset token of the next page, or nothing when this one is not full."""
    return f"{rows[-1].area_pos}~{rows[-1].credit_code}" if len(rows) == limit else ""


def after_of(token: str) -> tuple[int, str] | None:
    """Return the keyset position a token names: area position and credit code, joined by `~`."""
    pos, _sep, code = token.partition("~")
    if not token:
        return None
    if not (
        pos.isascii() and pos.isdigit() and len(pos) < 19 and code and len(code) < 40 and "\0" not in code
    ):
        raise Refused(refuse("not_found"))
    return int(pos), code
