"""What registrars and readers fill in: accepting, handing out, sending, circulating."""

from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

Choices = list[tuple[str, str]]
LARGEST_SCAN = 8 * 1024 * 1024
_DAY = forms.DateInput(attrs={"type": "date"})


class RegisterForm(forms.Form):
    """Which book, and what to look for in it."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)
    direction = forms.ChoiceField(label=_("Direction"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    q = forms.CharField(label=_("Number or words"), required=False, max_length=80)

    def __init__(self, *args: Any, units: Choices, directions: Choices, years: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("unit", units), ("direction", directions), ("year", years)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, which stubs do not know


class AcceptForm(forms.Form):
    """``tasks``: what the agency's units may have, with what was suggested first."""

    task = forms.ChoiceField(label=_("Task"), help_text=_("How long it is kept comes from the task."))
    unit = forms.ChoiceField(label=_("For which unit"))
    title = forms.CharField(label=_("About"), max_length=200)
    wants_answer = forms.BooleanField(label=_("An answer is wanted"), required=False, initial=True)
    answer_due_on = forms.DateField(
        label=_("To be answered by"), required=False, widget=_DAY, help_text=_("Empty: as the country's rule says.")
    )

    def __init__(self, *args: Any, tasks: Choices, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].choices = tasks  # type: ignore[attr-defined]  # as above
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # as above


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class NoteForm(forms.Form):
    note = forms.CharField(label=_("What was done"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class MoveForm(forms.Form):
    unit = forms.ChoiceField(label=_("The right unit"))

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # as above


class PassOnForm(forms.Form):
    agency = forms.ChoiceField(label=_("The agency that it belongs to"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, agencies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]  # as above


class HandOutForm(forms.Form):
    """``holders``: units and posts, as in kernel.worklist."""

    holders = forms.MultipleChoiceField(
        label=_("Who deals with it"), widget=forms.CheckboxSelectMultiple, required=True
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    due_on = forms.DateField(label=_("By"), required=False, widget=_DAY)

    def __init__(self, *args: Any, holders: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holders"].choices = holders  # type: ignore[attr-defined]  # as above


class CirculateForm(HandOutForm):
    """The same for reading; ``keep_as`` keeps the readers as a group."""

    keep_as = forms.CharField(label=_("Keep these readers under the name"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holders"].label = _("Who reads it")


class DispatchForm(forms.Form):
    """``receivers``: units of the agency that was chosen above, and its mail room."""

    receivers = forms.MultipleChoiceField(label=_("Offices"), widget=forms.CheckboxSelectMultiple, required=False)
    person = forms.CharField(label=_("A person, by number"), max_length=16, required=False)
    company = forms.CharField(label=_("A company, by number"), max_length=16, required=False)

    def __init__(self, *args: Any, receivers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receivers"].choices = receivers  # type: ignore[attr-defined]  # as above


class PaperLetterForm(forms.Form):
    """A letter that came on paper. ``key`` is drawn with the page: sent twice it is one letter."""

    key = forms.RegexField(regex=r"^[A-Z0-9]{6,16}$", widget=forms.HiddenInput)
    unit = forms.ChoiceField(label=_("For which unit"))
    sender = forms.CharField(label=_("From whom"), max_length=200)
    number = forms.CharField(label=_("Number on the letter"), max_length=80, required=False)
    day = forms.DateField(label=_("Day on the letter"), required=False, widget=_DAY)
    title = forms.CharField(label=_("About"), max_length=200)
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    scan = forms.FileField(
        label=_("The scan"),
        help_text=_("One PDF file, at most 8 MB."),
        validators=[FileExtensionValidator(["pdf"])],
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # as above
