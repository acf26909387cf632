"""Form fields drawn from a description: the same question looks the same on every page that asks it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.foundation.texts import Text
from gapura.web.languages import localized


class OneOf(Protocol):
    """Something to choose."""

    @property
    def value(self) -> str: ...
    @property
    def label(self) -> Text: ...


class Asked(Protocol):
    """What is asked; ``kind``: text, long_text, choice, date, number, person, record (to choose once it is known)."""

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def hint(self) -> Text | None: ...
    @property
    def required(self) -> bool: ...
    @property
    def default(self) -> str: ...
    @property
    def max_length(self) -> int: ...
    @property
    def choices(self) -> Sequence[OneOf]: ...


def shared_by_all(asked: Asked) -> dict[str, Any]:
    """What every kind of field has: for those that a module draws itself."""
    return {
        "label": localized(asked.label),
        "help_text": localized(asked.hint) if asked.hint else "",
        "required": asked.required,
        "initial": asked.default,
        "error_messages": {"required": _("This is needed.")},
    }


def draw_field(asked: Asked, *, records: Mapping[str, Any] | None = None) -> forms.Field:
    """The field for ``asked``; for a kind that is not known here, one line of text.

    ``records``: further arguments of the field of a record, for instance examples as its choices.
    """
    shared = shared_by_all(asked)
    match asked.kind:
        case "choice":
            choices = [(one.value, localized(one.label)) for one in asked.choices]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **shared)
        case "record":
            return forms.ChoiceField(widget=forms.RadioSelect, **shared, **(records or {}))
        case "date":
            return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **shared)
        case "number":
            return forms.IntegerField(min_value=0, widget=forms.TextInput({"inputmode": "numeric"}), **shared)
        case "person":
            widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
            return forms.CharField(max_length=asked.max_length, widget=widget, **shared)
        case "long_text":
            return forms.CharField(max_length=asked.max_length, widget=forms.Textarea({"rows": 5}), **shared)
        case _:
            return forms.CharField(max_length=asked.max_length, **shared)
