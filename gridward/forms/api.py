"""The door of forms: what rooms above may call."""

from gridward.forms.actions import Answers, FormReport, form_check, form_draft, form_end, form_publish
from gridward.forms.answers import Answers as FormAnswers
from gridward.forms.answers import AnswersWrong, answers_read
from gridward.forms.asked import (
    AnsweredForm,
    AskedForm,
    get_answered_form,
    get_asked_forms,
    get_asked_ids,
    get_reads,
)
from gridward.forms.documents import MOST_XML, submission_open
from gridward.forms.queries import FormHead, FormView, get_form, get_forms, get_heads, get_workbook, get_xform
from gridward.forms.rules import FormProblem, Question
from gridward.forms.steps import STEPS, steps_of
from gridward.forms.texts import text_of

__all__ = [
    "MOST_XML",
    "STEPS",
    "AnsweredForm",
    "Answers",
    "AnswersWrong",
    "AskedForm",
    "FormAnswers",
    "FormHead",
    "FormProblem",
    "FormReport",
    "FormView",
    "Question",
    "answers_read",
    "form_check",
    "form_draft",
    "form_end",
    "form_publish",
    "get_answered_form",
    "get_asked_forms",
    "get_asked_ids",
    "get_form",
    "get_forms",
    "get_heads",
    "get_reads",
    "get_workbook",
    "get_xform",
    "steps_of",
    "submission_open",
    "text_of",
]
