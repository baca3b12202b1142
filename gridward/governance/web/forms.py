"""Owns the forms an order is drafted and extended on. Refuses to decide: the rules do."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from gridward.governance import rules
from gridward.governance.queries import OrderView
from gridward.kernel import clock


class DraftForm(forms.Form):
    """What an order must say."""

    number = forms.CharField(
        label=_("Number"), max_length=40, help_text=_("As it stands on the paper decision.")
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(rules.ORDER_KINDS.items()))
    authority = forms.CharField(label=_("Issuing authority"), max_length=120)
    area_code = forms.CharField(
        label=_("Area"),
        max_length=24,
        help_text=_("The code of the area, for example 3201 for the whole city."),
    )
    population_scope = forms.ChoiceField(
        label=_("Whom it is about"), choices=list(rules.POPULATION_SCOPES.items())
    )
    necessity_note = forms.CharField(
        label=_("Why fewer people would not do"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed only for an order about all residents."),
    )
    purposes = forms.MultipleChoiceField(
        label=_("Purposes"),
        choices=[(p.code, p.label) for p in rules.PURPOSES.values() if p.basis == "order"],
        widget=forms.CheckboxSelectMultiple,
    )
    bodies = forms.CharField(
        label=_("Departments"),
        max_length=400,
        help_text=_("Codes, separated by commas. Only these may send lists."),
    )
    starts_at = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("At most 30 days later; then collection stops by itself."),
    )

    @classmethod
    def fresh(cls) -> "DraftForm":
        """Return an empty form that proposes two weeks from now."""
        now = localtime(clock.now()).replace(second=0, microsecond=0)
        return cls(initial={"starts_at": now, "ends_at": now + timedelta(days=14), "area_code": "3201"})

    def clean_bodies(self) -> list[str]:
        """Return the codes; nothing but commas names nobody, and an order for nobody lets nobody send."""
        codes = [code.strip() for code in self.cleaned_data["bodies"].replace("，", ",").split(",")]
        if not any(codes):
            raise forms.ValidationError(self.fields["bodies"].error_messages["required"], code="required")
        return list(dict.fromkeys(code for code in codes if code))

    def draft(self) -> rules.Draft:
        """Return what the form says."""
        return rules.Draft(**self.cleaned_data)


class ExtendForm(forms.Form):
    """Until when an order shall last, and why."""

    ends_at = forms.DateTimeField(
        label=_("New end"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("At most 30 days after the present end; about all residents, at most 14."),
    )
    reason = forms.CharField(
        label=_("Why it has to go on"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    assessment = forms.CharField(
        label=_("Number of the new impact assessment"),
        required=False,
        max_length=80,
        help_text=_("Needed from the third extension on."),
    )

    @classmethod
    def fresh(cls, ends_at: datetime) -> "ExtendForm":
        """Return an empty form that proposes a week more."""
        return cls(initial={"ends_at": localtime(ends_at) + timedelta(days=7)})

    def extension(self) -> rules.Extension:
        """Return what the form says."""
        return rules.Extension(**self.cleaned_data)


class CarryOverForm(forms.Form):
    """Which order takes the register over, and why."""

    successor = forms.ChoiceField(
        label=_("Order that takes it over"),
        help_text=_("Only orders that are signed, not over, and cover people of this one."),
    )
    reason = forms.CharField(
        label=_("Why the register is still needed"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: QueryDict | None = None, *, successors: Iterable[OrderView]) -> None:
        """Offer these orders."""
        super().__init__(data)
        offered = [(str(order.id), f"{order.number} · {order.title}") for order in successors]
        cast("forms.ChoiceField", self.fields["successor"]).choices = offered
