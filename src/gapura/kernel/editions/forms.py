"""What an editor types, and the application form as people would see it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from gapura.kernel.catalogue.types import PublicService
from gapura.kernel.editions.types import LONGEST_TEXT
from gapura.web.fields import draw_field
from gapura.web.languages import localized


class StartForm(forms.Form):
    """Which service a draft is of, and what it begins with."""

    service_code = forms.CharField(
        label=_("Code of the service"),
        help_text=_("One that is there, to change it; a new one like “civil.stay-permit” for a new service."),
        max_length=60,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9]*([._-][a-z0-9]+)*$", _("Use lower-case letters and digits, joined by . - or _.")
            )
        ],
    )
    copy_of = forms.ChoiceField(label=_("Begin with a copy of"))

    def __init__(self, data: Mapping[str, Any] | None, *, services: list[PublicService], code: str) -> None:
        super().__init__(data, initial={"service_code": code, "copy_of": code}, use_required_attribute=False)
        copies = [(one.code, f"{localized(one.title)} ({one.code})") for one in services]
        self.fields["copy_of"] = forms.ChoiceField(label=_("Begin with a copy of"), choices=copies)


class TextForm(forms.Form):
    """The whole definition. ``revision``: what the editor saw when the page was opened."""

    text = forms.CharField(
        label=_("Definition"),
        help_text=_("As it would stand in the country's folder. Saving also checks it; a draft may have mistakes."),
        widget=forms.Textarea({"rows": 32, "spellcheck": "false", "class": "source", "wrap": "off"}),
        max_length=LONGEST_TEXT,
        strip=False,
    )
    reason = forms.CharField(
        label=_("What changes, and why"),
        help_text=_("For those who decide. One or two sentences."),
        max_length=500,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class EndForm(forms.Form):
    """From when a service is offered no more."""

    ends_on = forms.DateField(
        label=_("First day without the service"), widget=forms.DateInput({"type": "date"}), initial=None
    )
    reason = forms.CharField(
        label=_("Why it ends"), help_text=_("For those who decide. One or two sentences."), max_length=500
    )

    def __init__(self, data: Mapping[str, Any] | None, *, earliest: date) -> None:
        super().__init__(data, initial={"ends_on": earliest.isoformat()}, use_required_attribute=False)


class PreviewForm(forms.Form):
    """The application form of a definition, to look at: nobody stands behind it and nothing is sent."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput)
    people = True

    def __init__(self, service: PublicService) -> None:
        super().__init__(use_required_attribute=False)
        self.fields["subject"] = forms.ChoiceField(
            label=_("For whom do you ask?"),
            choices=[(rule.relation, RELATIONS[rule.relation]) for rule in service.applicants],
            widget=forms.RadioSelect,
        )
        self.codes = [form_field.code for form_field in service.fields]
        for form_field in service.fields:
            self.fields[form_field.code] = draw_field(form_field, records={"choices": EXAMPLE})

    def answer_fields(self) -> Iterator[forms.BoundField]:
        return (self[code] for code in self.codes)


EXAMPLE = [("", _("What the register holds stands here to choose from"))]
RELATIONS: Mapping[str, Any] = {
    "self": _("Myself"),
    "child": _("My child"),
    "ward": _("A person in my care"),
    "family": _("A relative who has died"),
    "company": _("A company I represent"),
    "proxy": _("A person who gave me a mandate"),
    "professional": _("A client who gave me a mandate"),
}
