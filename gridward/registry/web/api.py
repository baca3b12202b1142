"""The premises of the JSON API."""

from uuid import UUID

from ninja import P, QueryEx, Router, Schema

from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.operations import AFTER, Page, operation
from gridward.registry import premises as register
from gridward.registry.web.views import after_of, more_token

router = Router()
After = QueryEx[str, P(description=AFTER, max_length=80)]
Area = QueryEx[
    str, P(description="The code of an area within the account's; its own without one.", max_length=24)
]
Begins = QueryEx[str, P(description="The first characters of a name or a credit code.", max_length=40)]


class PremisesArea(Schema):
    """Where premises are."""

    code: str
    level: str
    name: str
    path: str


class Premises(Schema):
    """A shop or an institution. `kind` is one of the words of the import file."""

    id: UUID
    credit_code: str
    name: str
    kind: str
    address: str
    area: PremisesArea


@operation(router, "GET", "/premises", right="area.read", answers=Page[Premises])
def premises(request: Request, area: Area = "", q: Begins = "", after: After = "") -> object:
    """Give the premises of an area, page by page."""
    rows = register.get_premises(by=request.actor, area_code=area, begins=q.strip(), after=after_of(after))
    return rows if isinstance(rows, Refusal) else {"items": rows, "next": more_token(rows)}
