"""What a health facility tells of a birth."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gapura.foundation.codes import new_code
from gapura.foundation.jurisdictions import BadPersonNumber, load
from gapura.sectors.health.types import BirthTold, DeathTold, Sex

_SEXES = ((Sex.FEMALE.value, _("Girl")), (Sex.MALE.value, _("Boy")))


def _person_number(value: str) -> None:
    try:
        load(settings.GAPURA_JURISDICTION).person_numbers.parse(value)
    except BadPersonNumber as error:
        raise forms.ValidationError(_("This is not a person number: it has 16 digits. Please check it.")) from error


class BirthForm(forms.Form):
    """Only what the facility alone knows; names and addresses stand in the registers."""

    notice_number = forms.CharField(max_length=30, widget=forms.HiddenInput)
    mother = forms.CharField(label=_("Mother's person number"), max_length=16, validators=[_person_number])
    father = forms.CharField(
        label=_("Father's person number"),
        help_text=_("As the mother tells it; the register knows to whom she is married."),
        max_length=16,
        required=False,
        validators=[_person_number],
    )
    born_on = forms.DateField(label=_("Day of birth"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    born_at = forms.TimeField(label=_("Time of birth"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    sex = forms.ChoiceField(label=_("Sex of the child"), choices=_SEXES, widget=forms.RadioSelect)
    child_order = forms.IntegerField(
        label=_("Which child of this birth?"),
        help_text=_("1 unless there are twins; then one report for each child."),
        min_value=1,
        max_value=9,
        initial=1,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    weight_grams = forms.IntegerField(
        label=_("Weight in grams"), min_value=200, max_value=9000, widget=forms.TextInput({"inputmode": "numeric"})
    )
    birth_place = forms.CharField(label=_("City or regency of birth"), max_length=60)
    facility_code = forms.CharField(label=_("Code of the facility"), max_length=12)
    facility_name = forms.CharField(label=_("Name of the facility"), max_length=100)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"notice_number": new_code(15)}, use_required_attribute=False)

    @property
    def told(self) -> BirthTold:
        return BirthTold(**self.cleaned_data | {"born_at": f"{self.cleaned_data['born_at']:%H:%M}"})


class DeathForm(forms.Form):
    """Who, when and where; the name stands in the register, the cause is nobody's business here."""

    notice_number = forms.CharField(max_length=30, widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("Person number of the person who died"), max_length=16, validators=[_person_number]
    )
    died_on = forms.DateField(label=_("Day of death"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    death_place = forms.CharField(label=_("City or regency of death"), max_length=60)
    facility_code = forms.CharField(label=_("Code of the facility"), max_length=12)
    facility_name = forms.CharField(label=_("Name of the facility"), max_length=100)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"notice_number": new_code(15)}, use_required_attribute=False)

    @property
    def told(self) -> DeathTold:
        return DeathTold(**self.cleaned_data)
