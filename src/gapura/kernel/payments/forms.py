"""What residents and treasurers send."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.kernel.payments.plugin import PaymentProvider
from gapura.kernel.payments.types import RefundGround
from gapura.web.languages import localized


class PayForm(forms.Form):
    """Which bank. With one bank there is nothing to choose."""

    provider = forms.ChoiceField(label=_("Pay through"), widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, providers: Sequence[PaymentProvider]) -> None:
        super().__init__(*arguments)
        field = self.fields["provider"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, localized(one.title)) for one in providers]
        if len(providers) == 1:
            self.initial["provider"] = providers[0].code


class CloseForm(forms.Form):
    note = forms.CharField(label=_("How was it cleared up?"), max_length=300, widget=forms.Textarea({"rows": 3}))


class RefundForm(forms.Form):
    """Only whole payments go back this way; who decides reads the reason."""

    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[(RefundGround.ERROR.value, _("Paid by mistake")), (RefundGround.LAW.value, _("A law gives it back"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 3}))
