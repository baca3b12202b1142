"""Owns the form a list is uploaded on. Refuses to decide: the action does."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from gridward.governance.api import OrderView
from gridward.intake.models import Channel

LIMIT_MB = 64
ACCEPT = ".csv,.tsv,.txt,.xlsx,.xls,.json,.parquet"


class UploadForm(forms.Form):
    """Whose list it is, under which order it comes, and the file."""

    channel = forms.ChoiceField(label=_("Channel"), help_text=_("Which department's list this is."))
    order = forms.ChoiceField(label=_("Order"), help_text=_("The order the list is collected under."))
    file = forms.FileField(
        label=_("List"),
        max_length=200,
        help_text=_(
            "CSV, Excel, JSON or parquet, at most 64 MB. It is deleted once every row is accounted for."
        ),
    )

    def __init__(
        self, *args: Any, channels: Sequence[Channel], orders: Sequence[OrderView], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._choose("channel", [(one.code, one.name) for one in channels], _("Choose a channel"))
        self._choose(
            "order", [(str(one.id), f"{one.number} · {one.title}") for one in orders], _("Choose an order")
        )

    def _choose(self, name: str, choices: list[tuple[str, str]], empty: Any) -> None:
        """Offer the choices; a single one needs no choosing."""
        chosen = cast("forms.ChoiceField", self.fields[name])
        chosen.choices = choices if len(choices) == 1 else [("", empty), *choices]
