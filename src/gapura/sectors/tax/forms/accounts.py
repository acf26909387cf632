"""What taxpayers send about their account."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.sectors.tax.queries.terms import get_account_term


class RefundForm(forms.Form):
    """Only bank accounts that the register knows as the taxpayer's own can be chosen."""

    account_number = forms.ChoiceField(label=_("To which of your bank accounts?"), widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, accounts: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(*arguments)
        field = self.fields["account_number"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one["account_number"], f"{one['institution']} · {one['account_number']}") for one in accounts]
        if len(accounts) == 1:
            self.initial["account_number"] = accounts[0]["account_number"]


class PayForm(forms.Form):
    """A part of what is owed; empty: all of it."""

    amount = forms.IntegerField(min_value=1, max_value=10**15, required=False)


class PlanForm(forms.Form):
    way = forms.ChoiceField(
        label=_("How do you want to pay?"),
        choices=[("parts", _("In equal parts, one each month")), ("later", _("All at once, but later"))],
        widget=forms.RadioSelect,
        initial="parts",
    )
    months = forms.TypedChoiceField(label=_("Within how many months?"), coerce=int)
    reason = forms.CharField(
        label=_("Why can you not pay at once?"), max_length=300, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        field = self.fields["months"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (number, str(number)) for number in range(1, get_account_term("installments", "most_months") + 1)
        ]
        self.initial["months"] = 3
