"""
Owns what a form may ask: how much, for what, until when, and what nobody may ask at all (H-20, H-24). Pure.

A problem names the question and says what to do; a form with any is not kept.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse

Texts = Mapping[str, str]

#: Kinds of questions somebody answers. The budget counts these; notes, groups and what is worked out cost nobody time.
ASKED: Mapping[str, Text] = {
    "text": _("Words"),
    "integer": _("Whole number"),
    "decimal": pgettext_lazy("form", "Number"),
    "range": _("Number on a scale"),
    "select_one": _("One of a list"),
    "select_many": _("Several of a list"),
    "rank": _("Order of a list"),
    "date": _("Day"),
    "time": _("Time of day"),
    "moment": _("Day and time"),
    "barcode": _("Code to scan"),
    "image": _("Photo of a thing"),
    "tick": _("Tick"),
}
SHOWN: Mapping[str, Text] = {
    "note": _("Words to read"),
    "group": _("Group"),
    "repeat": _("Group that repeats"),
    "calculate": _("Worked out"),
    "hidden": _("Hidden value"),
    "meta": _("Filled in by the phone"),
    "household": _("Household of the day"),
}
#: What an answer may be for the house, and the kinds of questions that give it (docs/architecture/field.md: the steps).
GIVES: Mapping[str, tuple[str, ...]] = {
    "task": ("household",),
    "person": ("integer",),
    "result": ("select_one",),
    "outcome": ("select_one",),
    "found_by": ("select_one",),
    "reason": ("text",),
    "name": ("text",),
    "phone": ("text",),
    "id_number": ("text",),
    "address": ("text",),
}
#: What nobody may ask, by the words that give it away (H-03, H-19, H-24; DOMAIN 3.3.1).
FORBIDDEN: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "ethnicity": (_("ethnicity"), ("民族", "族别", "种族", "ethnic", "race", "nationality group")),
    "religion": (_("religion"), ("宗教", "信仰", "信教", "religio", "faith", "church")),
    "politics": (_("politics"), ("政治面貌", "党派", "党员", "团员", "入党", "political", "party member")),
    "marriage": (_("marriage"), ("婚姻", "婚否", "婚育", "配偶", "marital", "marriage", "spouse")),
    "sexuality": (_("sexual life"), ("性取向", "性生活", "性伴侣", "sexual")),
    "income": (_("income"), ("收入", "工资", "存款", "银行卡", "income", "salary", "bank card", "bank account")),
    "biometrics": (
        _("face, finger or voice"),
        ("人脸", "面部", "自拍", "指纹", "虹膜", "声纹", "selfie", "fingerprint", "portrait", "biometric"),
    ),
    "score": (
        _("a score or colour of a person"),
        ("健康码颜色", "信用分", "评分", "风险等级", "score of", "risk level"),
    ),
    "trace": (
        _("where somebody has been all along"),
        ("行程轨迹", "活动轨迹", "行踪", "轨迹", "移动信令", "travel trace", "location history", "movement trace"),
    ),
    "contacts": (_("a telephone's contacts"), ("通讯录", "通话记录", "聊天记录", "address book", "call log")),
    "plate": (_("a licence plate"), ("车牌", "licence plate", "license plate", "plate number")),
}  # fmt: skip
#: Words in which a forbidden one stands by chance.
INNOCENT: Final = re.compile("民族(路|街|巷|大街|新村)|embrace|trace of disinfectant|brace")
#: A question in free words says how long its answer may be.
_BOUND: Final = re.compile(r"string-length\(\s*\.\s*\)\s*(<=?)\s*(\d+)|regex\(")
WORDS_MOST: Final = 100
PIXELS_MOST: Final = 1_280
#: Two characters of Chinese say what something is for; fewer say nothing.
LEAST_PURPOSE: Final = 2
LONGEST: Final = timedelta(days=180)
LEAST_REASON: Final = 4
CODE: Final = re.compile(r"[a-z][a-z0-9_]{2,47}")
VERSION: Final = re.compile(r"[0-9A-Za-z._-]{1,24}")


@dataclass(frozen=True)
class Question:
    """One line of a form that somebody sees, or that the phone fills in. Texts are by language."""

    path: str
    name: str
    kind: str
    repeat: str
    label: Texts
    hint: Texts
    purpose: Texts
    is_required: bool
    relevant: str
    constraint: str
    calculation: str
    constraint_message: Texts
    required_message: Texts
    pixels_most: str
    choices: tuple[tuple[str, Texts], ...]
    gives: str = ""
    #: Pictures, sounds or films stand beside its words or its choices.
    has_media: bool = False

    @property
    def is_asked(self) -> bool:
        """Tell whether somebody has to answer. Which person it is about the worker picks: that costs nobody time."""
        return self.kind in ASKED and self.gives != "person"


@dataclass(frozen=True)
class FormProblem:
    """What is wrong with a form: the question's name ('' for the form as a whole), a code, and words."""

    question: str
    code: str
    message: str


PROBLEMS: Mapping[str, Text] = {
    "code_wrong": _(
        "The form's id is 3 to 48 small letters, digits and underscores, and begins with a letter."
    ),
    "version_missing": _("The settings sheet needs a version."),
    "settings_refused": _(
        "Where answers go, when, and how they are written the house says. Take out of the settings: %(settings)s."
    ),
    "nothing_asked": _("The form asks nothing."),
    "too_many_fields": _("The form asks %(count)s things; %(most)s are allowed."),
    "language_missing": _("These languages are not complete: %(languages)s."),
    "kind_not_allowed": _("Questions of the kind “%(kind)s” are not asked."),
    "media_not_sent": _("Pictures, sounds and films beside the words do not reach a phone. Say it in words."),
    "purpose_missing": _("Say in the column “purpose” what this is needed for."),
    "forbidden": _("Nobody is asked about %(what)s."),
    "words_unbounded": _("Say how long the answer may be: string-length(.) <= 100 at most."),
    "photo_size": _("Photos are scaled down on the phone: max-pixels=1280 at most."),
    "photo_prompt": _("A photo shows a thing. Say in the hint that nobody may be on it."),
    "gives_unknown": _("The column “gives” takes one of these words: %(words)s."),
    "gives_twice": _("Another question gives “%(gives)s” already."),
    "gives_repeats": _("A question of a group that repeats gives nothing: whose answer would count?"),
    "gives_alone": _("What is given belongs to a household: one question has to give “task”."),
    "gives_kind": _(
        "“task” is given by select_one_from_file tasks.csv and by nothing else; “person” by integer; “result”, "
        "“outcome” and “found_by” by select_one; “name”, “phone”, “id_number”, “address” and “reason” by text."
    ),
}
#: How a hint says that nobody may be on a photo.
_NOBODY: Final = re.compile(
    "不得?(要|拍|含|出现|包含|露|照)|不要拍|不拍|没有人|无人|no people|no person|nobody|no face",
    re.IGNORECASE,
)


def form_problems(
    *, code: str, version: str, questions: Sequence[Question], fields_most: int, settings: Sequence[str] = ()
) -> list[FormProblem]:
    """
    Return everything that speaks against keeping a form, the form's own problems first.

    `settings` are those of its settings that are the house's to say.
    """
    asked = [question for question in questions if question.is_asked]
    found = [
        _problem("", "code_wrong") if not CODE.fullmatch(code) else None,
        _problem("", "version_missing") if not VERSION.fullmatch(version) else None,
        _problem("", "settings_refused", settings=", ".join(settings)) if settings else None,
        _problem("", "nothing_asked") if not asked else None,
        _problem("", "too_many_fields", count=len(asked), most=fields_most)
        if len(asked) > fields_most
        else None,
        _languages(questions),
    ]
    problems = [one for one in found if one]
    for question in questions:
        problems += _of_question(question)
    return problems + _of_giving(questions)


def _of_question(question: Question) -> Iterable[FormProblem]:
    name = question.name
    if question.kind not in ASKED and question.kind not in SHOWN:
        yield _problem(name, "kind_not_allowed", kind=question.kind.lstrip("?"))
        return
    if what := forbidden(question):
        yield _problem(name, "forbidden", what=FORBIDDEN[what][0])
    if question.has_media:
        yield _problem(name, "media_not_sent")
    if question.is_asked and not _is_said(question.purpose):
        yield _problem(name, "purpose_missing")
    if question.kind == "text" and not _is_bounded(question.constraint):
        yield _problem(name, "words_unbounded")
    if question.kind == "image":
        pixels = question.pixels_most
        if not (pixels.isascii() and pixels.isdigit() and 0 < int(pixels) <= PIXELS_MOST):
            yield _problem(name, "photo_size")
        if not question.hint or not all(_NOBODY.search(text) for text in question.hint.values()):
            yield _problem(name, "photo_prompt")


def _of_giving(questions: Sequence[Question]) -> list[FormProblem]:
    giving = [one for one in questions if one.gives or one.kind == "household"]
    given = [one.gives for one in giving]
    problems: list[FormProblem] = []
    for place, question in enumerate(giving):
        name, gives = question.name, question.gives
        if gives and gives not in GIVES:
            problems.append(_problem(name, "gives_unknown", words=", ".join(GIVES)))
        elif question.kind not in GIVES.get(gives, ()):
            problems.append(_problem(name, "gives_kind"))
        elif gives in given[:place]:
            problems.append(_problem(name, "gives_twice", gives=gives))
        elif question.repeat:
            problems.append(_problem(name, "gives_repeats"))
    # Once is enough: of a form that forgot its household every question would say the same.
    lonely = next((one.name for one in giving if one.gives in GIVES), None) if "task" not in given else None
    return [*problems, _problem(lonely, "gives_alone")] if lonely is not None else problems


def forbidden(question: Question) -> str | None:
    """Return which forbidden matter a question's name, words or choices give away, or None."""
    texts = [question.name.replace("_", " "), *question.label.values()]
    texts += [text for _name, label in question.choices for text in label.values()]
    plain = INNOCENT.sub(" ", unicodedata.normalize("NFKC", "\n".join(texts)).lower())
    for what, (_label, words) in FORBIDDEN.items():
        if any(_stands(word, plain) for word in words):
            return what
    return None


def _stands(word: str, plain: str) -> bool:
    if not word.isascii():
        return word in plain
    return re.search(rf"\b{re.escape(word)}", plain) is not None


def _is_said(purpose: Texts) -> bool:
    return bool(purpose) and all(len(text.strip()) >= LEAST_PURPOSE for text in purpose.values())


def _is_bounded(constraint: str) -> bool:
    found = _BOUND.search(constraint)
    return found is not None and (found[2] is None or int(found[2]) <= WORDS_MOST)


def _languages(questions: Sequence[Question]) -> FormProblem | None:
    spoken = {language for question in questions for language in question.label if language}
    lacking = {
        language
        for question in questions
        if question.label
        for language in spoken
        if language not in question.label
        or any(language not in label for _name, label in question.choices if label)
    }
    return _problem("", "language_missing", languages=", ".join(sorted(lacking))) if lacking else None


def _problem(question: str, code: str, **params: object) -> FormProblem:
    return FormProblem(question, code, str(PROBLEMS[code]) % params)


def may_end_at(sunset_at: datetime, *, now: datetime) -> Refusal | None:
    """Refuse a form that is over before it begins, or that nobody would ever take back."""
    if not now < sunset_at <= now + LONGEST:
        return refuse("form_sunset", most=LONGEST.days)
    return None


declare(
    {
        "form_file_kind": Problem(
            422,
            _("This is no form: only .xlsx and .csv are read."),
            _("Save the workbook as .xlsx and send that."),
        ),
        "form_too_large": Problem(
            422,
            _("The form is too large to be one."),
            _("A form has few questions. Take pictures and other sheets out."),
        ),
        "form_unreadable": Problem(
            422,
            _("The form cannot be read."),
            _("Correct the workbook, and send it again. %(why)s"),
        ),
        "form_version_known": Problem(
            409,
            _("This version of the form is here already, with other content."),
            _("Raise the version in the settings sheet."),
        ),
        "form_sunset": Problem(
            422,
            _("A form ends in the future, and after %(most)s days at most."),
            _("Choose an earlier or a later day."),
        ),
        "form_owner": Problem(422, _("This department is not known."), _("Choose one of the list.")),
        "form_purpose": Problem(422, _("This purpose is not known."), _("Choose one of the list.")),
        "form_own_draft": Problem(
            409, _("Whoever drafted a form does not publish it."), _("Ask somebody else of the centre.")
        ),
        "form_not_a_draft": Problem(409, _("This version is no draft any more."), _("Open the page again.")),
        "form_over": Problem(409, _("The form has ended."), _("Send a new version in.")),
        "form_elsewhere": Problem(
            403,
            _("The form is asked outside of your area as well."),
            _("Somebody who answers for all of its areas ends it."),
        ),
        "form_places": Problem(
            422,
            _("Say where the form is asked: one code of an area at least, within yours."),
            _("Check the codes."),
        ),
    }
)
