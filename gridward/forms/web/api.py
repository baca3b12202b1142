"""The forms of the JSON API: which there are, and what one asks."""

from datetime import datetime
from uuid import UUID

from ninja import P, QueryEx, Router, Schema

from gridward.forms import queries
from gridward.forms.queries import PAGE, FormHead
from gridward.forms.rules import Question
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import refuse
from gridward.kernel.web.operations import AFTER, Page, operation
from gridward.kernel.web.tokens import after_of, moment_and_id

router = Router()
After = QueryEx[str, P(description=AFTER, max_length=80)]


class Form(Schema):
    """A version of a form: what stands beside it. `state` is draft, published or ended, by the clock."""

    id: UUID
    form_code: str
    version: str
    title: str
    owner_code: str
    purpose: str
    replaces: str
    state: str
    field_count: int
    sunset_at: datetime
    published_at: datetime | None
    ended_at: datetime | None


class Asked(Schema):
    """One question, note or group; texts are by language. `kind` is of the house, not of XLSForm."""

    path: str
    kind: str
    label: dict[str, str]
    hint: dict[str, str]
    purpose: dict[str, str]
    is_required: bool
    relevant: str
    constraint: str
    choices: list[dict[str, object]]


class FormWhole(Form):
    """A version of a form with its questions, and the codes of the areas where it is asked."""

    areas: list[str]
    questions: list[Asked]


@operation(router, "GET", "/forms", right="form.read", answers=Page[Form])
def forms(request: Request, after: After = "") -> object:
    """Give every version of every form, newest first."""
    rows = queries.get_forms(now=request.now, after=moment_and_id(after))
    more = after_of(rows[-1].drafted_at, rows[-1].id) if len(rows) == PAGE else ""
    return {"items": [_head(row) for row in rows], "next": more}


@operation(router, "GET", "/forms/{form_id}", right="form.read", answers=FormWhole)
def form(request: Request, form_id: UUID) -> object:
    """Give one version: what it asks, and where."""
    view = queries.get_form(form_id, now=request.now)
    if view is None:
        return refuse("not_found")
    asked = [_question(one) for one in view.questions]
    return {**_head(view.head), "areas": list(view.area_codes), "questions": asked}


def _head(head: FormHead) -> dict[str, object]:
    return {name: getattr(head, name) for name in Form.model_fields}


def _question(one: Question) -> dict[str, object]:
    return {
        **{name: getattr(one, name) for name in Asked.model_fields if name != "choices"},
        "choices": [{"name": name, "label": label} for name, label in one.choices],
    }
