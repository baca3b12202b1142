"""
Owns reading answers: one submission against the version of the form that it answers. Pure.

What a phone would have refused is refused here as well, question by question, because not every phone is one of ours.
What is asked under a condition that does not hold is left out; what the phone worked out is taken as it was sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from gridward.forms.compiling import JUDGED, CompiledForm, compiled
from gridward.forms.documents import MOST_XML, InstanceHead, Opened, instance_head, submission_open
from gridward.forms.instances import Instance, Instances, TooMany, walk
from gridward.forms.kinds import READ, choice_wrong, photo_name_wrong
from gridward.forms.texts import text_of
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

__all__ = [
    "MOST_XML", "Answers", "AnswersWrong", "CompiledForm", "InstanceHead", "Opened", "Wrong", "answers_read",
    "compiled", "instance_head", "submission_open",
]  # fmt: skip

#: Longer than any answer in words; a form's own limit is usually far below.
LONGEST: Final = 1_000
#: After so many nobody reads on.
WRONG_MOST: Final = 50
LISTS: Final = frozenset({"select_one", "select_many", "rank", "household"})

WRONGS: Mapping[str, Text] = {
    "unknown_question": _("The form does not ask this, or asks it once."),
    "required_missing": _("This needs an answer."),
    "not_a_choice": _("This is not one of the choices."),
    "not_a_number": _("This is not a number of the kind that is asked."),
    "not_a_date": _("This is not a day of the calendar."),
    "not_a_time": _("This is not a time of day."),
    "constraint_broken": _("The form does not accept this answer."),
    "photo_name": _("A photo's name is of letters, digits, dots, hyphens and underscores, 80 at most."),
    "too_long": _("This is longer than %(most)s characters."),
}

declare(
    {
        "answers_wrong": Problem(
            422,
            _("Some of the answers do not fit the form."),
            _("Correct them in the form and send it again."),
        ),
        "form_unknown": Problem(
            404,
            _("These answers belong to a form that is not known here."),
            _("Load the forms anew, and fill in the one that is asked now."),
        ),
    }
)


@dataclass(frozen=True)
class Wrong:
    """
    What is wrong with one answer: the question's path, a code of WRONGS, and words in the reader's language.

    `place` is the path with the number in each group that repeats: people[2]/name.
    """

    question: str
    code: str
    message: str
    place: str


@dataclass(frozen=True)
class AnswersWrong:
    """Answers that do not fit their form: what is wrong with each."""

    problems: tuple[Wrong, ...]

    def as_outcome(self) -> Refusal:
        """Return it as the refusal it is."""
        return refuse("answers_wrong")


@dataclass(frozen=True)
class Answers:
    """
    Answers that fit their form.

    `values`: of each question that was asked and answered, by its path, what was answered, in the order it was sent;
    more than one only in a group that repeats. `photos`: the names of the photos that belong to it.
    """

    instance_id: UUID
    values: Mapping[str, tuple[str, ...]]
    photos: tuple[str, ...]


def answers_read(
    form: CompiledForm, xml: bytes | Opened, *, at: datetime
) -> Answers | AnswersWrong | Refusal:
    """
    Read a submission to a version of a form; say everything that is wrong with the answers, or refuse it as a whole.

    `at` is when they were given: today and now of the form's conditions, by the clock of the house.
    """
    opened = submission_open(xml) if isinstance(xml, bytes) else xml
    if isinstance(opened, Refusal):
        return opened
    head = opened.head
    if (head.form_code, head.version) != (form.form_code, form.version):
        return refuse("form_unknown")
    try:
        instances = Instances(form, opened.root, localtime(at))
    except TooMany:
        return refuse("submission_too_large")
    wrong = [_wrong(place, "unknown_question") for place in instances.unknown[:WRONG_MOST]]
    values: dict[str, list[str]] = {}
    photos: list[str] = []
    for instance in walk(instances):
        if (code := _judged(instance)) and len(wrong) < WRONG_MOST:
            wrong.append(_wrong_answer(instance, code))
        if instance.text and instance.node.question:
            values.setdefault(instance.node.question.path, []).append(instance.text)
            if instance.node.kind == "image":
                photos.append(instance.text)
    if wrong:
        return AnswersWrong(tuple(wrong))
    return Answers(head.instance_id, _frozen(values), tuple(dict.fromkeys(photos)))


def _frozen(values: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    return {path: tuple(said) for path, said in values.items()}


def _judged(instance: Instance) -> str:
    """Return the code of what is wrong with an answer; '' where nothing is."""
    node = instance.node
    if node.kind not in JUDGED:
        return ""
    if not instance.text:
        # Whether it is asked at all only the phone knows, where the house does not know the condition.
        is_missing = node.question is not None and node.question.is_required and node.is_sure
        return "required_missing" if is_missing else ""
    if len(instance.text) > LONGEST:
        return "too_long"
    if code := _kind_wrong(instance):
        return code
    return "" if node.constraint is None or node.constraint.is_true(instance) else "constraint_broken"


def _kind_wrong(instance: Instance) -> str:
    kind, text = instance.node.kind, instance.text
    if kind in READ:
        _value = instance.value
        return "" if instance.fits else READ[kind][1]
    if kind in LISTS:
        return "not_a_choice" if choice_wrong(kind, text, instance.node.choices) else ""
    return "photo_name" if kind == "image" and photo_name_wrong(text) else ""


def _wrong_answer(instance: Instance, code: str) -> Wrong:
    question = instance.node.question
    if question is None:
        return _wrong(instance.place, code)
    own = {"constraint_broken": question.constraint_message, "required_missing": question.required_message}
    said = text_of(own.get(code, {})) or _said(code)
    return Wrong(question.path, code, said, instance.place)


def _wrong(place: str, code: str) -> Wrong:
    return Wrong(place, code, _said(code), place)


def _said(code: str) -> str:
    return str(WRONGS[code]) % {"most": LONGEST}
