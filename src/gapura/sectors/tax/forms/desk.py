"""What tax officers send."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class LookUpForm(forms.Form):
    taxpayer = forms.CharField(label=_("Person number or business number"), max_length=16)
    reason = forms.CharField(
        label=_("Why do you open this account?"),
        help_text=_("The taxpayer reads it."),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
    )


class AuditForm(forms.Form):
    why = forms.CharField(
        label=_("Why is it to be examined?"),
        help_text=_("Another person reads it and decides."),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
    )


class WriteOffForm(forms.Form):
    ground = forms.ChoiceField(label=_("Ground in law"), widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("What was found"),
        help_text=_("Another person reads it and decides."),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data: Any = None, *, grounds: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, use_required_attribute=False)
        self.fields["ground"].choices = list(grounds)  # type: ignore[attr-defined]  # a ChoiceField, which stubs do not know


class DecisionForm(forms.Form):
    note = forms.CharField(
        label=_("What you found"),
        help_text=_("The taxpayer reads it. Without it nothing can be refused."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class FindingsForm(forms.Form):
    findings = forms.CharField(
        label=_("Findings"),
        help_text=_("The taxpayer reads them."),
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
    )
    amount = forms.IntegerField(
        label=_("Tax to be paid in addition"),
        help_text=_("0 if nothing is owed."),
        min_value=0,
        max_value=10**15,
        initial=0,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
