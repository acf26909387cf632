"""What a person fills in to hand a paper on, and what opens it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.foundation.codes import new_code
from gapura.kernel.wallet.queries import get_sharing_terms, get_terms
from gapura.web.languages import localized

_KEY_LETTERS = 26  # 130 bits


def _new_key() -> str:
    return new_code(_KEY_LETTERS)


def _choose(field: forms.Field, numbers: Sequence[int]) -> None:
    assert isinstance(field, forms.TypedChoiceField)
    field.choices, field.initial = [(number, str(number)) for number in numbers], numbers[0]


class _PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("What is it for?"),
        help_text=_("Who receives it reads this, and so do you later."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Say what it is for.")},
    )


class _HandOnForm(_PurposeForm):
    """The part of both: for what and how long. ``send_key`` makes sending the form twice harmless."""

    days = forms.TypedChoiceField(
        label=_("For how many days?"),
        help_text=_("You can stop it at any time before. It never lasts longer than the document is valid."),
        coerce=int,
        widget=forms.RadioSelect,
    )
    send_key = forms.CharField(min_length=16, max_length=64, widget=forms.HiddenInput, initial=_new_key)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        _choose(self.fields["days"], get_terms().term_days)


class SendForm(_HandOnForm):
    receiver = forms.ChoiceField(
        label=_("Who should receive it?"), error_messages={"required": _("Choose a receiver from the list.")}
    )
    field_order = ("receiver", "purpose", "days")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        titles = sorted((localized(one.title), one.code) for one in get_terms().receivers.values())
        field = self.fields["receiver"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a receiver")), *((code, title) for title, code in titles)]


class LinkForm(_HandOnForm):
    openings = forms.TypedChoiceField(label=_("How many times may it be opened?"), coerce=int, widget=forms.RadioSelect)
    field_order = ("purpose", "days", "openings")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        _choose(self.fields["openings"], get_terms().link_openings)


class ShareForm(_PurposeForm):
    """Which facts, for what, how long. ``titles``: of each fact by its value, ``civil.person/full_name``."""

    facts = forms.MultipleChoiceField(
        label=_("Which facts?"),
        help_text=_("The receiver reads these from the registers, and nothing else."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one fact.")},
    )
    is_once = forms.TypedChoiceField(
        label=_("How often may they be read?"),
        choices=[("yes", _("Once")), ("no", _("As often as needed, until the term is over"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label=_("For how many days?"),
        help_text=_("You can stop it at any time before."),
        coerce=int,
        widget=forms.RadioSelect,
    )
    form_key = forms.CharField(min_length=16, max_length=64, widget=forms.HiddenInput, initial=_new_key)
    field_order = ("facts", "purpose", "is_once", "days")

    def __init__(self, data: Any, titles: Sequence[tuple[str, str]], chosen: Sequence[str]) -> None:
        super().__init__(data, use_required_attribute=False)
        facts = self.fields["facts"]
        assert isinstance(facts, forms.MultipleChoiceField)
        facts.choices, facts.initial = list(titles), list(chosen)
        _choose(self.fields["days"], get_sharing_terms().term_days)


class AttemptForm(forms.Form):
    """The key of the page that opens something: the same page sent twice opens once."""

    attempt = forms.CharField(min_length=16, max_length=64, widget=forms.HiddenInput, initial=_new_key)


class CodeForm(AttemptForm):
    code = forms.CharField(
        label=_("Six-digit code"),
        help_text=_("Whoever gave you the link tells you the code, by another way than the link."),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Type the six digits.")},
    )
    field_order = ("code",)
