"""What an information officer chooses: the class of a document, what is taken out, and what becomes of its files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.sectors.office.public_terms import get_disclosure_terms
from gapura.sectors.office.redaction import BOXES, WHOLE, WITHHELD
from gapura.sectors.office.types import Disclosure
from gapura.web.languages import localized

CLASSES = ((Disclosure.OPEN, _("All of it")), (Disclosure.PARTLY, _("A part")), (Disclosure.CLOSED, _("Nothing")))


def list_grounds() -> list[tuple[str, str]]:
    """The grounds of the law, to choose one."""
    return [(one.code, f"{localized(one.title)} ({one.article})") for one in get_disclosure_terms().grounds.values()]


class _GroundForm(forms.Form):
    ground = forms.ChoiceField(label=_("Ground in the law"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"use_required_attribute": False, **kwargs})
        self.fields["ground"].choices = [("", _("Choose a ground")), *list_grounds()]  # type: ignore[attr-defined]  # a ChoiceField


class DisclosureForm(_GroundForm):
    """The class of a record; an open one has neither ground nor last day."""

    disclosure = forms.ChoiceField(label=_("What may the public read?"), choices=CLASSES, widget=forms.RadioSelect)
    closed_until = forms.DateField(
        label=_("Closed until"),
        help_text=_("On this day it opens by itself."),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )
    reason = forms.CharField(
        label=_("Why the class changes"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )
    field_order = ("disclosure", "ground", "closed_until", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].required = False


class MarkForm(_GroundForm):
    """Lines by ``part:number``, proposals by their place in the list, and words, a line each."""

    lines = forms.MultipleChoiceField(required=False)
    found = forms.MultipleChoiceField(required=False)
    words = forms.CharField(
        label=_("Words to take out wherever they stand, a line each"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, lines: Sequence[str], found: Sequence[str]) -> None:
        super().__init__(data)
        self.fields["lines"].choices = [(one, one) for one in lines]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["found"].choices = [(one, one) for one in found]  # type: ignore[attr-defined]  # a ChoiceField


class FileChoiceForm(_GroundForm):
    """``boxes``: a line each, as page, left, top, width and height in per cent."""

    do = forms.ChoiceField(
        label=_("What becomes of the file"),
        choices=(
            (WITHHELD, _("It is not given")),
            (BOXES, _("Its pages are given with black boxes")),
            (WHOLE, _("Its pages are given whole")),
        ),
        widget=forms.RadioSelect,
    )
    boxes = forms.CharField(
        label=_("Black boxes"),
        help_text=_("One a line: page, left, top, width, height in per cent. For example: 1 10 20 50 5"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )
    field_order = ("do", "ground", "boxes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].required = False

    def clean_boxes(self) -> list[list[int]]:
        try:
            return [[int(one) for one in line.split()] for line in self.cleaned_data["boxes"].splitlines() if line]
        except ValueError as error:
            raise forms.ValidationError(_("Write five whole numbers in each line.")) from error


class DecisionForm(forms.Form):
    """``digest`` is of what the page showed."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    opinion = forms.CharField(
        label=_("What must be changed, if you send it back"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=500, required=False)


class AnswerForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the paper"),
        help_text=_("Of a paper that is public: published whole, or redacted."),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write the number of the paper.")},
    )


class ExtensionForm(forms.Form):
    reason = forms.CharField(
        label=_("Why more time is needed"),
        help_text=_("Who asked reads it."),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
