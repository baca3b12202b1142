"""The door of forms: what rooms above may call."""

from gridward.forms.actions import Answers, FormReport, form_check, form_draft, form_end, form_publish
from gridward.forms.queries import FormHead, FormView, get_asked, get_form, get_forms, get_workbook, get_xform
from gridward.forms.rules import FormProblem, Question

__all__ = [
    "Answers",
    "FormHead",
    "FormProblem",
    "FormReport",
    "FormView",
    "Question",
    "form_check",
    "form_draft",
    "form_end",
    "form_publish",
    "get_asked",
    "get_form",
    "get_forms",
    "get_workbook",
    "get_xform",
]
