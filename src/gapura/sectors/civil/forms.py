"""What an official types to look somebody up and to propose a correction."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.sectors.civil.queries import list_codes, list_look_up_grounds
from gapura.sectors.civil.rules import CODE_LISTS
from gapura.sectors.civil.types import Correction, LookUpQuery, Verdict
from gapura.web.languages import localized

ISO = "%Y-%m-%d"
_NO_REQUEST = "none"


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format=ISO), input_formats=[ISO], **options)


class LookUpForm(forms.Form):
    """Ground first: whoever cannot name one has no business here."""

    case_number = forms.CharField(label=_("Case number"), max_length=20, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("One sentence, when there is no case. It is kept with the look-up."),
        max_length=300,
        required=False,
    )
    number = forms.CharField(label=_("Person number"), max_length=16, required=False)
    full_name = forms.CharField(
        label=_("Full name"),
        help_text=_("Exactly as registered, together with the date of birth, when the number is not known."),
        max_length=100,
        required=False,
    )
    birth_on = _day(label=_("Date of birth"), required=False)

    def __init__(self, data: Any = None, *, case_number: str = "") -> None:
        super().__init__(data, initial={"case_number": case_number})
        grounds = [(ground.code, localized(ground.title)) for ground in list_look_up_grounds()]
        self.fields["ground"] = forms.ChoiceField(
            label=_("On which ground?"), choices=grounds, widget=forms.RadioSelect
        )
        self.order_fields(["ground"])

    @property
    def query(self) -> LookUpQuery:
        return LookUpQuery(**self.cleaned_data)


class VersionForm(forms.Form):
    """The two times in which a register is read."""

    as_of = _day(label=_("True on"), required=False)
    known_on = _day(label=_("As known on"), required=False)


class AnsweringForm(forms.Form):
    """Asks which request of the person is answered, where they have asked."""

    field_order = ("answers", "value", "evidence", "valid_from")

    def __init__(self, data: Any = None, *, requests: Mapping[str, str], case_number: str) -> None:
        """``requests``: what the person asked to have corrected, by number of the case; one may be why we are here."""
        super().__init__(data, initial={"answers": case_number} if case_number in requests else None)
        if requests:
            self.fields["answers"] = _requests_field(requests)
        self.order_fields(self.field_order)

    @property
    def answers(self) -> str | None:
        """The number of the request; empty: none of them; None where there is none."""
        answers: str | None = self.cleaned_data.get("answers")
        return "" if answers == _NO_REQUEST else answers


class CorrectionForm(AnsweringForm):
    """A new value for one field, with the widget that fits the field, and which request of the person it answers."""

    evidence = forms.CharField(
        label=_("Proof"),
        help_text=_("The document that shows the right value, with its number and date."),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    valid_from = _day(
        label=_("Since when"),
        help_text=_("Leave empty when the entry was wrong all along."),
        required=False,
    )

    def __init__(self, data: Any = None, *, field: str, title: str, **answered: Any) -> None:
        super().__init__(data, **answered)
        self.fields["value"] = _value_field(field, title)
        self.order_fields(self.field_order)

    def correction(self, register: str, entry_id: int, field: str) -> Correction:
        given = self.cleaned_data
        return Correction(
            register, entry_id, field, str(given["value"]), given["evidence"], given["valid_from"], self.answers
        )


class AnnulmentForm(AnsweringForm):
    """How one knows that somebody registered as dead lives, and which request of the person that answers."""

    evidence = forms.CharField(
        label=_("Proof that the person lives"),
        help_text=_("Who saw them, when, with which fingerprint or document; or the ruling of the court."),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )


def _requests_field(requests: Mapping[str, str]) -> forms.Field:
    asked = [(number, f"{number} · {words}") for number, words in requests.items()]
    return forms.ChoiceField(
        label=_("This person asked for a correction. Does this answer it?"),
        help_text=_("The correction closes the request. Where it asks for several, choose it with the last one."),
        choices=[*asked, (_NO_REQUEST, _("No: this is another matter"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether this answers what the person asked for.")},
    )


def _value_field(field: str, title: str) -> forms.Field:
    label = _("%(field)s should be") % {"field": title}
    if field in CODE_LISTS:
        codes = [(code, localized(text)) for code, text in list_codes(field).items()]
        return forms.ChoiceField(label=label, choices=[("", "–"), *codes])
    if field.endswith("_on"):
        return _day(label=label)
    return forms.CharField(label=label, max_length=100)


class MonthForm(forms.Form):
    """Which month a summary is of."""

    month = forms.DateField(
        label=_("Month"), input_formats=["%Y-%m"], required=False, widget=forms.DateInput({"type": "month"})
    )


class AnswerForm(forms.Form):
    """The official's explanation of a look-up."""

    answer = forms.CharField(
        label=_("Why did you open this register?"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )


class ClosingForm(forms.Form):
    """The supervisor's judgment of a look-up."""

    verdict = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[(Verdict.EXPLAINED.value, _("It is explained")), (Verdict.MISUSE.value, _("It was misuse"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What you examined and what you found"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )
