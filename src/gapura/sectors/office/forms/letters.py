"""What a person writes to an office."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class LetterForm(forms.Form):
    """``base`` is the revision that the page shows: what was written elsewhere meanwhile is not overwritten."""

    title = forms.CharField(
        label=_("What is it about?"),
        help_text=_("One line, for example: The street lamp in Jalan Melati is broken."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    body = forms.CharField(
        label=_("Your letter"),
        help_text=_("Write as you would in an e-mail. An empty line begins a new paragraph."),
        strip=False,
        widget=forms.Textarea({"rows": 12}),
    )
    base = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"use_required_attribute": False, **kwargs})
        for name in ("title", "body"):  # asked for when it is sent; until then half a letter is kept
            self.fields[name].required = not self.is_bound


class LetterFileForm(forms.Form):
    file = forms.FileField(
        label=_("Add a file"),
        help_text=_("PDF or picture (JPEG, PNG), at most 5 MB."),
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


class AddresseeSearchForm(forms.Form):
    q = forms.CharField(
        label=_("Name of the agency or office"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
