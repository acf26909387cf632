"""What a person or an official sends with one press of a button."""

from django import forms

from gapura.foundation.codes import new_code


def _new_key() -> str:
    return new_code(26)


class PutForm(forms.Form):
    """The key of the page: the same page sent twice shows the same code."""

    form_key = forms.CharField(min_length=16, max_length=64, widget=forms.HiddenInput, initial=_new_key)
