"""The forms of a mandate: what is granted to whom, and a search among clients."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.kernel.catalogue.queries import get_mandate_rules
from gapura.kernel.mandates.queries import list_grantable
from gapura.web.languages import localized


class GrantForm(forms.Form):
    """To whom, for what, how long. The person is named twice, so that a slip of a digit trusts nobody else."""

    relation = forms.ChoiceField(label=_("What are they to you?"), widget=forms.RadioSelect)
    representative = forms.CharField(
        label=_("Their national ID number"),
        max_length=16,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the number of the person you trust.")},
    )
    representative_name = forms.CharField(
        label=_("Their full name"),
        help_text=_("As on their identity card. Number and name must belong together."),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write the name of the person you trust.")},
    )
    services = forms.MultipleChoiceField(
        label=_("What may they ask for in your place?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one service.")},
    )
    days = forms.IntegerField(
        label=_("For how many days?"),
        help_text=_("You can end it at any time before."),
        min_value=1,
        initial=30,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, on: date) -> None:
        super().__init__(data, use_required_attribute=False)
        kinds = [kind for kind in get_mandate_rules().kinds.values() if kind.grant]
        services = {service.code: service for kind in kinds for service in list_grantable(kind, on=on)}
        relation, choices = self.fields["relation"], self.fields["services"]
        relation.choices = [(str(kind.relation), localized(kind.title)) for kind in kinds]  # type: ignore[attr-defined]  # the stub knows no subclass
        relation.initial = str(kinds[0].relation) if kinds else None
        choices.choices = [(code, localized(one.title)) for code, one in services.items()]  # type: ignore[attr-defined]  # likewise
