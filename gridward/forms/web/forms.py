"""Owns the forms a form is sent in and published on. Refuses to decide: the actions do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridward.forms.actions import Answers
from gridward.governance import api as governance
from gridward.kernel import clock

LIMIT_MB = 2
ACCEPT = ".xlsx,.csv"
DAYS = 30


class UploadForm(forms.Form):
    """The workbook, and what stands beside it: owner, purpose, end, what it replaces (H-20)."""

    file = forms.FileField(
        label=_("Form"),
        max_length=120,
        help_text=_("An XLSForm: Excel, or one CSV with its sheets below each other; at most 2 MB."),
    )
    owner_code = forms.ChoiceField(
        label=pgettext_lazy("form", "Owner"), help_text=_("Which department answers for what is asked.")
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[(one.code, one.label) for one in governance.PURPOSES.values()]
    )
    sunset_at = forms.DateTimeField(
        label=_("Asked until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("At most 180 days ahead. Nobody is asked after that."),
    )
    replaces = forms.CharField(
        label=_("Which form it replaces"),
        required=False,
        max_length=200,
        help_text=_("Its name, on paper or here. A new form should spare an old one."),
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        owner = cast("forms.ChoiceField", self.fields["owner_code"])
        owner.choices = [("", _("Choose a department")), *owners]

    @classmethod
    def fresh(cls, owners: Sequence[tuple[str, str]]) -> "UploadForm":
        """Return an empty form that proposes thirty days."""
        end = localtime(clock.now()).replace(second=0, microsecond=0) + timedelta(days=DAYS)
        return cls(owners=owners, initial={"sunset_at": end})

    def answers(self) -> Answers:
        """Return what stands beside the workbook."""
        said = self.cleaned_data
        return Answers(
            owner_code=said["owner_code"],
            purpose=said["purpose"],
            sunset_at=cast("datetime", said["sunset_at"]),
            replaces=said["replaces"],
        )


class PublishForm(forms.Form):
    """Where a form is asked."""

    areas = forms.CharField(
        label=_("Areas"),
        max_length=2_000,
        help_text=_("Codes of areas within yours, separated by commas; everything in them is meant."),
    )

    def codes(self) -> list[str]:
        """Return the codes, each once."""
        told = self.cleaned_data["areas"].replace("，", ",").replace("、", ",").split(",")
        return list(dict.fromkeys(code.strip() for code in told if code.strip()))


class EndForm(forms.Form):
    """Why a form is asked no more."""

    reason = forms.CharField(max_length=200)
