"""Filters of the basket, and what an official says to a case."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.desk.presentation.cases import OPEN_STATUSES

TEXT_LIMIT = 2000


class BasketForm(forms.Form):
    """Filters of the work basket, sent with the address so that a view of the basket can be kept."""

    overdue = forms.BooleanField(label=_("Overdue only"), required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, services: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["status"] = _filter(_("Status"), list(OPEN_STATUSES.items()))
        self.fields["service"] = _filter(_("Service"), services)


def _filter(label: Any, choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("All")), *choices], required=False)


def _text(label: Any, hint: Any = "", *, required: bool = True) -> forms.CharField:
    area = forms.Textarea({"rows": 4})
    return forms.CharField(label=label, help_text=hint, max_length=TEXT_LIMIT, widget=area, required=required)


class NoteForm(forms.Form):
    note = _text(_("Note for the file"), required=False)


class SupplementForm(forms.Form):
    question = _text(_("What is missing?"), _("The applicant reads this. The clock stops until they answer."))


class RefusalForm(forms.Form):
    reason = _text(_("Reason"), _("Why the application is refused, with the article of the law."))
    remedy = _text(_("What the applicant can do now"))


class ReasonForm(forms.Form):
    reason = _text(_("Reason of your decision"), _("The applicant reads this."))


class DecisionForm(forms.Form):
    """Yes or no to an approval request."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("grant", _("Approve and carry out")), ("deny", _("Deny"))],
        widget=forms.RadioSelect,
    )
    note = _text(_("Note"), _("When you deny: the reason, for the one who asked."), required=False)
