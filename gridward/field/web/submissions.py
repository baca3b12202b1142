"""The operations by which a handheld gets forms, and delivers answers and photos."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from gridward.field import actions, asked, rules, submitting
from gridward.field.submitting import Sent
from gridward.field.web.proving import proven, router
from gridward.forms import api as forms
from gridward.kernel import ledger
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.web.operations import Words, operation

Xml = Annotated[str, Field(max_length=forms.MOST_XML)]


class PhoneForm(Schema):
    """A form as a phone keeps it; `gives` says by path what an answer is for. `about` is household or work."""

    id: UUID
    code: str
    version: str
    title: str
    about: Literal["household", "work"]
    gives: dict[str, str]
    xform: str


class PhoneForms(Schema):
    """The forms asked where the worker works."""

    stamp: str
    forms: list[PhoneForm]


class SubmissionSent(Schema):
    """
    Answers to a form: the XML whose instanceID is `uuid:<id>`, and when they were given by the phone's clock.

    `form` is what the phone keeps them under; which version they answer the XML says itself.
    """

    id: UUID
    form: UUID
    at: AwareDatetime
    xml: Xml


class SubmissionsSent(Schema):
    """Answers, oldest first, and the phone's clock as it sends them. Each is taken in on its own."""

    sent_at: AwareDatetime
    submissions: list[SubmissionSent] = Field(min_length=1, max_length=rules.MOST_SUBMISSIONS)


class Wrong(Schema):
    """What is wrong with one answer: the question's path, and why."""

    where: str
    problem: Words


class StepSaid(Schema):
    """What became of one step that follows from answers."""

    step: str
    status: Literal["done", "known", "nothing", "refused"]
    title: Words
    advice: Words


class SubmissionTaken(Schema):
    """What became of answers; `stored` and `known` let the phone forget them, yet not the photos in `media`."""

    id: UUID
    status: Literal["stored", "known", "refused"]
    code: str = ""
    title: str = ""
    advice: str = ""
    fields: list[Wrong] = []
    media: list[str] = []
    steps: list[StepSaid] = []


class SubmissionsTaken(Schema):
    """What became of each, in the order they were sent."""

    results: list[SubmissionTaken]


class PhotoTaken(Schema):
    """A photo that is stored, or was before."""

    status: Literal["stored", "known"]


@operation(router, "GET", "/sync/forms", right="task.work", answers=PhoneForms, packed=True)
def phone_forms(request: Request) -> object:
    """Give the forms asked where the worker works."""
    proven(request)
    found = asked.get_phone_forms(by=request.actor, now=request.now)
    return {"stamp": found.stamp, "forms": [_form(one) for one in found.forms]}


def _form(one: forms.AskedForm) -> dict[str, object]:
    copied = ("id", "version", "title", "about", "xform")
    gives = {f"/{one.root}/{path}": use for path, use in one.gives.items()}
    return {**{name: getattr(one, name) for name in copied}, "code": one.form_code, "gives": gives}


@operation(
    router,
    "POST",
    "/sync/submissions",
    right="task.work",
    answers=SubmissionsTaken,
    status=201,
    collects=True,
)
def submissions(request: Request, said: SubmissionsSent) -> object:
    """Take in answers to forms; the same answers again are counted once."""
    device = proven(request)
    taken = []
    for one in said.submissions:
        done_at = rules.done_at(one.at, sent_at=said.sent_at, now=request.now)
        taken.append(_taken(request, one, Sent(one.xml.encode(), done_at, device, one.id)))
    actions.device_seen(device=device, now=request.now)
    return {"results": taken}


def _taken(request: Request, one: SubmissionSent, sent: Sent) -> dict[str, object]:
    outcome = submitting.submission_take(sent, by=request.actor, now=request.now)
    if isinstance(outcome, Refusal):
        # The endpoint does this for what is asked alone; here one of many is refused and the others stay.
        ledger.record(
            "endpoint.refuse",
            obj=("view", "submissions"),
            by=request.actor,
            now=request.now,
            result=outcome.code,
        )
        return {"id": one.id, "status": "refused", **_words(outcome)}
    if isinstance(outcome, forms.AnswersWrong):
        fields = [{"where": wrong.place, "problem": wrong.message} for wrong in outcome.problems]
        return {"id": one.id, "status": "refused", **_words(refuse("answers_wrong")), "fields": fields}
    status = "known" if outcome.is_known else "stored"
    return {"id": one.id, "status": status, "media": list(outcome.waiting), "steps": list(outcome.steps)}


def _words(wrong: Refusal) -> dict[str, str]:
    return {"code": wrong.code, "title": wrong.title, "advice": wrong.advice}


@operation(
    router, "POST", "/sync/media/{submission}/{name}", right="task.work", answers=PhotoTaken, status=201,
    collects=True,
    extra={"requestBody": {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
def photo(request: Request, submission: UUID, name: str) -> object:
    """Take in one photo that answers name, as it is in the body."""
    device = proven(request)
    is_new = submitting.photo_take(
        submission_id=submission, name=name, content=request.body, by=request.actor, now=request.now
    )
    if isinstance(is_new, Refusal):
        return is_new
    actions.device_seen(device=device, now=request.now)
    return {"status": "stored" if is_new else "known"}
