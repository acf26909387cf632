"""What a person may type into a return: one field for each input of the law that an item gives."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.foundation.rules.law import Input
from gapura.foundation.rules.units import Kind
from gapura.kernel.law.queries import get_law
from gapura.sectors.tax.return_kinds import ItemRule
from gapura.sectors.tax.return_pages import get_input
from gapura.web.languages import localized

_MARKS = str.maketrans("", "", ".,  \xa0")


class RevisionForm(forms.Form):
    """Which state of the draft the page showed."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class NewsForm(forms.Form):
    """The difference that the page showed."""

    difference = forms.IntegerField(widget=forms.HiddenInput)


class WholeAmountField(forms.IntegerField):
    """Whole units of the currency, however a person groups their digits."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        return super().to_python(str(value).removeprefix("Rp").translate(_MARKS) if value else value)


class ItemForm(RevisionForm):
    """The values of one item, with the reason for what a register does not say. ``values`` gives them by input."""

    def __init__(
        self, data: Any, rule: ItemRule, start: Mapping[str, Any], *, is_new: bool, is_reported: bool = False
    ) -> None:
        super().__init__(data, use_required_attribute=False, initial=dict(start))
        self.names = [name for name, reading in rule.inputs.items() if reading.constant is None]
        if is_new:
            self.fields["label"] = forms.CharField(label=_("What is it?"), max_length=80, required=False)
        for name in self.names:
            self.fields[name] = _field(get_input(name))
        self.fields["reason"] = forms.CharField(
            label=_("How do you know it?") if is_new else _("Why is it wrong?"),
            help_text=_("One sentence. The tax office reads it if it asks."),
            max_length=200,
            required=is_new or is_reported,
            error_messages={"required": _("Say it in one sentence.")},
        )

    @property
    def values(self) -> dict[str, int | str]:
        """What was typed, as the law reads it."""
        typed = {name: self.cleaned_data[name] for name in self.names}
        return {name: value for name, value in typed.items() if value is not None and value != ""}


class LeaveOutForm(RevisionForm):
    reason = forms.CharField(
        label=_("Why does it not belong here?"),
        max_length=200,
        error_messages={"required": _("Say it in one sentence.")},
    )


def _field(declared: Input) -> forms.Field:
    label = localized(declared.title)
    label = label[:1].upper() + label[1:]
    if declared.unit.kind is Kind.FLAG:
        return forms.BooleanField(label=label, required=False)
    if declared.unit.kind is Kind.CODE:
        codes = get_law().codes[declared.unit.codes]
        choices = [(code, localized(title)) for code, title in codes.items()]
        return forms.ChoiceField(label=label, choices=choices)
    return WholeAmountField(
        label=label,
        required=declared.default is None,
        min_value=declared.low,
        max_value=declared.high,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Write a whole number without cents."),
            "min_value": _("This cannot be less than %(limit_value)s."),
            "max_value": _("This is more than any amount the law knows: %(limit_value)s."),
        },
    )
