"""What reporters fill in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.foundation.codes import new_code
from gapura.kernel.catalogue.queries import get_limit
from gapura.sectors.withholding.queries import list_years
from gapura.sectors.withholding.types import Acceptance, Form, Scope


class DeliveryForm(forms.Form):
    """One file. The same for the page and for a reporter's own system."""

    form = forms.TypedChoiceField(
        label=_("What do you report?"),
        coerce=Form,
        choices=[
            (Form.SLIPS, _("Slips: pay and the tax withheld from it")),
            (Form.ITEMS, _("Other amounts: interest, gifts, fees, premiums")),
        ],
        initial=Form.SLIPS,
        widget=forms.RadioSelect,
    )
    tax_year = forms.TypedChoiceField(label=_("For which year?"), coerce=int)
    scope = forms.TypedChoiceField(
        label=_("Is it the whole year?"),
        coerce=Scope,
        choices=[
            (Scope.WHOLE, _("Yes, everybody: what the file does not name is taken back")),
            (Scope.PART, _("No: only what the file names is added or corrected")),
        ],
        initial=Scope.PART,
        widget=forms.RadioSelect,
    )
    acceptance = forms.TypedChoiceField(
        label=_("If some rows are wrong?"),
        coerce=Acceptance,
        choices=[
            (Acceptance.ROWS, _("Keep the right rows and list the wrong ones")),
            (Acceptance.ALL, _("Refuse the whole file")),
        ],
        initial=Acceptance.ROWS,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("The file (CSV or JSON)"),
        error_messages=dict.fromkeys(("required", "empty"), _("Choose a file that is not empty.")),
    )

    def __init__(self, data: Any = None, files: Any = None, *, today: date) -> None:
        super().__init__(data, files, use_required_attribute=False)
        years = self.fields["tax_year"]
        assert isinstance(years, forms.TypedChoiceField)
        years.choices, years.initial = [(year, str(year)) for year in list_years(today)], today.year - 1

    def clean_file(self) -> Any:
        """Looked at before it is read."""
        file, most = self.cleaned_data["file"], get_limit("report_file_kib")
        if file.size > most * 1024:
            raise forms.ValidationError(
                _("The file is empty or larger than %(most)s KiB. Send it in parts."), params={"most": most}
            )
        return file


class TokenForm(forms.Form):
    label = forms.CharField(
        label=_("Which system will use it?"),
        help_text=_("A name by which you know it again, such as the payroll."),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Name the system.")},
    )


def _new_key() -> str:
    return new_code(26)


class ConsentForm(forms.Form):
    viewer = forms.ChoiceField(
        label=_("Who may see it?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose somebody from the list.")),
    )

    def __init__(self, data: Any, *, family: Mapping[str, str]) -> None:
        super().__init__(data, use_required_attribute=False)
        viewer = self.fields["viewer"]
        assert isinstance(viewer, forms.ChoiceField)
        by_name: list[tuple[str, str]] = sorted(family.items(), key=lambda one: one[1])
        viewer.choices = by_name


class ReleaseForm(forms.Form):
    """What of one year goes to which employer. ``send_key`` makes sending the form twice harmless."""

    keys = forms.MultipleChoiceField(
        label=_("What may the employer see?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose what to release from the list.")},
    )
    dependants = forms.MultipleChoiceField(
        label=_("Who counts for your tax?"),
        help_text=_("Children and parents whom you support fully and who earn nothing."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose what to release from the list.")},
    )
    employer = forms.ChoiceField(
        label=_("Which employer?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose an employer from the list.")),
    )
    send_key = forms.CharField(min_length=16, max_length=64, widget=forms.HiddenInput, initial=_new_key)

    def __init__(
        self,
        data: Any,
        *,
        lines: Sequence[tuple[str, str]],
        dependants: Sequence[tuple[str, str]],
        employers: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, use_required_attribute=False)
        for name, choices in (("keys", lines), ("dependants", dependants), ("employer", employers)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """Something must be chosen."""
        given = super().clean() or {}
        if not given.get("keys") and not given.get("dependants"):
            raise forms.ValidationError(_("Choose what to release from the list."))
        return given
