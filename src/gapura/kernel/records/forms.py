from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.kernel.records.queries import get_retention
from gapura.kernel.records.types import HoldReason
from gapura.web.languages import localized


class HoldForm(forms.Form):
    """What must not be destroyed, and who needs it."""

    reason = forms.ChoiceField(
        label=_("Who needs the records?"),
        choices=[
            (HoldReason.COURT.value, _("A court")),
            (HoldReason.AUDIT.value, _("An audit")),
            (HoldReason.APPEAL.value, _("An appeal")),
        ],
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(label=_("Number of their file"), max_length=120)
    person_number = forms.CharField(label=_("Person number"), max_length=16, required=False)
    case_number = forms.CharField(label=_("Case number"), max_length=20, required=False)
    retention_class = forms.ChoiceField(label=_("A whole retention class"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        classes = [(code, localized(one.title)) for code, one in get_retention().items()]
        wanted = cast(forms.ChoiceField, self.fields["retention_class"])
        wanted.choices = [("", "–"), *classes]


class LiftingForm(forms.Form):
    """Why a hold is no longer needed."""

    ground = forms.CharField(label=_("Why are the records no longer needed?"), max_length=300, widget=forms.Textarea)
