"""What residents choose."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.kernel.production.types import Slot
from gapura.web.jinja import day


class CardForm(forms.Form):
    """What stands on a card: its number and the day it was issued."""

    document_number = forms.CharField(
        label=_("Number of the card or passport"),
        help_text=_("A letter and digits, as printed on it. Spaces do not matter."),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the number.")},
    )
    issued_on = forms.DateField(
        label=_("Day it was issued"),
        help_text=_("As printed on it. Without it nobody learns anything from a number alone."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give the day."), "invalid": _("Give the day as year-month-day.")},
    )

    def clean_document_number(self) -> str:
        number = re.sub(r"[\s.-]", "", self.cleaned_data["document_number"]).upper()
        if not re.fullmatch(r"[0-9A-Z]{1,9}", number):
            raise forms.ValidationError(_("This cannot be a number of ours: compare it again."))
        return number


class VisitForm(forms.Form):
    """A time at the counter, by day."""

    starts_at = forms.ChoiceField(label=_("When do you come?"))

    def __init__(self, *arguments: Any, slots: Sequence[Slot]) -> None:
        super().__init__(*arguments)
        by_day = defaultdict(list)
        for slot in slots:
            by_day[slot.on].append((slot.starts_at.isoformat(), f"{day(slot.on)}, {slot.starts_at:%H:%M}"))
        field = self.fields["starts_at"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(day(on), times) for on, times in by_day.items()]
