"""What a keeper types to open a person's bars and to propose what becomes of one."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gapura.foundation.jurisdictions import load
from gapura.kernel.catalogue.queries import get_agency
from gapura.sectors.justice.queries import BarEntry, get_terms, list_grounds
from gapura.sectors.justice.types import BarAct, BarKind, BarProposal
from gapura.web.languages import localized

ISO = "%Y-%m-%d"


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format=ISO), input_formats=[ISO], **options)


class ReadingForm(forms.Form):
    """Ground first: whoever cannot name one has no business here."""

    letter = forms.CharField(label=_("Letter or file"), help_text=_("It is kept with the reading."), max_length=80)
    person_number = forms.CharField(label=_("Person number"), max_length=20)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        grounds = [(ground.code, localized(ground.title)) for ground in list_grounds()]
        self.fields["ground"] = forms.ChoiceField(
            label=_("On which ground?"), choices=grounds, widget=forms.RadioSelect
        )
        self.order_fields(["ground"])

    def clean_person_number(self) -> str:
        number = "".join(self.cleaned_data["person_number"].split())
        try:
            load(settings.GAPURA_JURISDICTION).person_numbers.parse(number)
        except ValueError as error:
            raise forms.ValidationError(_("This is no person number; check its digits.")) from error
        return number


class BarForm(forms.Form):
    """A new bar, or what changes of one (its number and first day stay)."""

    bar_number = forms.CharField(label=_("Number of the bar"), max_length=40)
    valid_from = _day(label=_("From"))
    valid_until = _day(label=_("Until, that day excluded"))
    letter = forms.CharField(label=_("By order of"), help_text=_("The letter, with its number."), max_length=80)

    def __init__(self, data: Any, *, kind: BarKind, entry: BarEntry | None) -> None:
        initial = {"ordered_by": entry.ordered_by, "valid_until": entry.valid_until} if entry else {}
        super().__init__(data, initial=initial)
        self._kind, self._entry, terms = kind, entry, get_terms(kind)
        agencies = [(code, localized(get_agency(code).title)) for code in terms.ordered_by]
        self.fields["ordered_by"] = forms.ChoiceField(label=_("Ordered by"), choices=agencies)
        if terms.longest_months is None:
            del self.fields["valid_until"]
        if entry is not None:
            del self.fields["bar_number"], self.fields["valid_from"]
        self.order_fields(["bar_number", "ordered_by"])

    @property
    def proposal(self) -> BarProposal:
        act = BarAct.CHANGE if self._entry else BarAct.ENTER
        return BarProposal(act, self._kind, entry_id=self._entry.pk if self._entry else None, **self.cleaned_data)


class LiftForm(forms.Form):
    """From which day a bar no longer stands."""

    valid_until = _day(label=_("Lifted from"))
    letter = forms.CharField(label=_("By order of"), help_text=_("The letter, with its number."), max_length=80)

    def __init__(self, data: Any, *, kind: BarKind, entry: BarEntry) -> None:
        super().__init__(data)
        self._kind, self._entry = kind, entry

    @property
    def proposal(self) -> BarProposal:
        return BarProposal(BarAct.LIFT, self._kind, entry_id=self._entry.pk, **self.cleaned_data)
