"""What a personnel officer and an official in an emergency type."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gapura.foundation.jurisdictions import BadPersonNumber, load
from gapura.kernel.appointments.types import OrderKind, Verdict


class OrderForm(forms.Form):
    """Who shall hold which post, and by which order."""

    person_number = forms.CharField(
        label=_("Person number"), max_length=20, help_text=_("Of the official who shall hold the post.")
    )
    display_name = forms.CharField(label=_("Name"), max_length=150)
    kind = forms.ChoiceField(
        label=_("As"),
        choices=[
            (OrderKind.PRINCIPAL.value, _("Principal post: it ends the one held until now")),
            (OrderKind.DEPUTY.value, _("Deputy: beside the principal post, until the last day")),
        ],
        widget=forms.RadioSelect,
        initial=OrderKind.PRINCIPAL.value,
    )
    number = forms.CharField(label=_("Number of the personnel order"), max_length=80)
    valid_from = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}))
    valid_until = forms.DateField(
        label=_("First day without the post"),
        help_text=_("Leave empty for a principal post without an end."),
        widget=forms.DateInput({"type": "date"}),
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None, *, posts: Sequence[tuple[str, str]], today: date) -> None:
        super().__init__(data, initial={"valid_from": today, "kind": OrderKind.PRINCIPAL.value})
        self.fields["post"] = forms.ChoiceField(label=_("Post"), choices=posts)
        self.order_fields(["person_number", "display_name", "post", "kind", "number", "valid_from", "valid_until"])

    def clean_person_number(self) -> str:
        number = str(self.cleaned_data["person_number"]).strip()
        try:
            load(settings.GAPURA_JURISDICTION).person_numbers.parse(number)
        except BadPersonNumber as error:
            raise forms.ValidationError(_("This is not a person number. Check it digit by digit.")) from error
        return number


class TakePowerForm(forms.Form):
    """Which power, for which case, why and for how long."""

    case_number = forms.CharField(label=_("Case number"), max_length=64)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Why nobody who has this power can act now. A colleague reads it and reviews what you do."),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, roles: Sequence[tuple[str, str]], longest: int) -> None:
        super().__init__(data, initial={"minutes": longest})
        self.fields["role"] = forms.ChoiceField(label=_("Power"), choices=roles)
        self.fields["minutes"] = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=longest)
        self.order_fields(["role", "case_number", "reason", "minutes"])


class ReviewForm(forms.Form):
    """Whether an emergency access was justified, and what was looked at."""

    verdict = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[
            (Verdict.JUSTIFIED.value, _("It was justified")),
            (Verdict.UNJUSTIFIED.value, _("It was not justified")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What you looked at and what you found"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )
