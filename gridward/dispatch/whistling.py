"""
Owns the rules of a whistle: which question a street asks which departments, who leads, until when they answer. Pure.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gridward.dispatch.rules import PRIORITIES
from gridward.governance.api import ProfileView
from gridward.kernel import notes
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

#: What a department is asked. What has to be said beside it passes `notes.lint`.
QUESTIONS: Mapping[str, Text] = {
    "on_site": _("Come to the place"),
    "repair": _("Repair something (lift, water, power)"),
    "goods": _("Bring goods or equipment"),
    "medical": _("Help medically or psychologically"),
    "safety": _("Settle a conflict, keep people safe"),
    "records": _("Check what your records say"),
    "advice": _("Say how it is to be handled"),
}
#: What a department answers; `coming` may be followed by one of the others.
ANSWERS: Mapping[str, Text] = {
    "coming": _("We are coming"),
    "answered": _("Dealt with"),
    "not_ours": _("Not a matter of ours"),
}
STATES: Mapping[str, Text] = {"waiting": _("waits for an answer"), **ANSWERS}
MOST_AGENCIES = 17

declare(
    {
        "whistle_agencies": Problem(
            422, _("Name the departments that are needed."), _("Choose one or more from the list.")
        ),
        "whistle_lead": Problem(
            422, _("Name the one department that leads."), _("It has to be one of those that are called.")
        ),
        "whistle_question": Problem(
            422, _("Say what the departments are to do."), _("Choose one from the list.")
        ),
        "whistle_priority": Problem(422, _("Say how urgent it is."), _("Choose P1, P2, P3 or P4.")),
        "whistle_closed": Problem(409, _("This whistle is closed."), _("Open the list again.")),
        "whistle_answer": Problem(
            422, _("That is no answer to a whistle."), _("Choose one from the list.")
        ),
        "whistle_answered": Problem(
            409, _("Your department has answered this before."), _("What was said stays.")
        ),
    }
)  # fmt: skip


def may_blow(
    agencies: Sequence[str], lead: str, *, known: Collection[str], question: str, priority: str, words: str
) -> Refusal | None:
    """Refuse a whistle to nobody or to a department nobody knows, without a lead, a question, an urgency, or words."""
    if not agencies or len(agencies) > MOST_AGENCIES or set(agencies) - set(known):
        return refuse("whistle_agencies")
    if lead not in agencies:
        return refuse("whistle_lead")
    if question not in QUESTIONS:
        return refuse("whistle_question")
    return notes.lint(words) if priority in PRIORITIES else refuse("whistle_priority")


def may_answer(state: str, answer: str, words: str) -> Refusal | None:
    """Refuse an answer that is none, a second one after the last word, and one without a reason."""
    if answer not in ANSWERS:
        return refuse("whistle_answer")
    if state in ("answered", "not_ours") or state == answer:
        return refuse("whistle_answered")
    return notes.lint(words)


def reply_by(profile: ProfileView, priority: str, now: datetime) -> datetime:
    """Return until when a department has to answer, and how long each level waits for it."""
    return now + timedelta(minutes=profile.number(f"whistle_reply_minutes_{priority.lower()}"))
