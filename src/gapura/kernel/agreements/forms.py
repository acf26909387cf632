"""What the three sides of an agreement type."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.kernel.agreements.types import Terms, Wish

Choices = Sequence[tuple[str, str]]
_LANGUAGES = ("id", "en", "ko")


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}), **more)


def _checklist(label: Any, choices: Choices, initial: Sequence[str] = ()) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False, initial=list(initial)
    )


class TypeForm(forms.Form):
    """Which evidence an agreement is asked for."""

    def __init__(self, data: Mapping[str, Any] | None, *, types: Choices) -> None:
        super().__init__(data)
        self.fields["type"] = forms.ChoiceField(label=_("Evidence"), choices=types)


class RequestForm(forms.Form):
    """The terms an agency asks for."""

    task = forms.CharField(
        label=_("Task"), help_text=_("The work for which your agency needs this, in one sentence."), max_length=200
    )
    legal_ground = forms.CharField(
        label=_("Legal ground"), help_text=_("Law and article, like “UU 23/2006 Pasal 58”."), max_length=200
    )
    purpose_id = forms.CharField(label=_("Purpose, in Indonesian"), max_length=300)
    purpose_en = forms.CharField(label=_("Purpose, in English"), max_length=300)
    purpose_ko = forms.CharField(label=_("Purpose, in Korean"), max_length=300)
    post_codes = forms.CharField(
        label=_("Single posts that may ask"),
        help_text=_("Codes of posts, one a line. Leave empty where a role is enough."),
        widget=forms.Textarea({"rows": 3}),
        required=False,
        max_length=2000,
    )
    monthly_volume = forms.IntegerField(label=_("Expected questions a month"), min_value=1, max_value=1_000_000_000)
    valid_from = _day(_("First day"))
    valid_until = _day(_("First day without the agreement"))

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        fields: Choices,
        questions: Choices,
        posts: Choices,
        initial: Mapping[str, Any],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["fields"] = _checklist(_("Fields"), fields)
        self.fields["questions"] = _checklist(_("Yes/no questions"), questions)
        self.fields["posts"] = _checklist(_("Who may ask"), posts)
        if not questions:
            del self.fields["questions"]
        order = ["task", "questions", "fields", "legal_ground", *(f"purpose_{code}" for code in _LANGUAGES)]
        self.order_fields([*order, "posts", "post_codes", "monthly_volume", "valid_from", "valid_until"])

    def wish(self, evidence_type: str, renews: str) -> Wish:
        """What was typed, once valid."""
        given = self.cleaned_data
        return Wish(
            evidence_type=evidence_type,
            terms=Terms(
                fields=frozenset(given["fields"]),
                questions=frozenset(given.get("questions", ())),
                posts=frozenset([*given["posts"], *given["post_codes"].split()]),
                valid_until=given["valid_until"],
            ),
            valid_from=given["valid_from"],
            task=given["task"],
            legal_ground=given["legal_ground"],
            purpose={code: given[f"purpose_{code}"] for code in _LANGUAGES},
            monthly_volume=given["monthly_volume"],
            renews=renews,
        )


class OpinionForm(forms.Form):
    """What the holder says of the request, and what it leaves of it."""

    in_favor = forms.ChoiceField(
        label=_("Your opinion"),
        choices=[("yes", _("In favor, on the terms below")), ("no", _("Against it"))],
        widget=forms.RadioSelect,
    )
    valid_until = _day(_("First day without the agreement"))
    conditions = forms.CharField(
        label=_("Conditions or reasons"), widget=forms.Textarea({"rows": 4}), required=False, max_length=2000
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, fields: Choices, questions: Choices, posts: Choices, until: date
    ) -> None:
        super().__init__(data, initial={"valid_until": until})
        for name, label, choices in (
            ("fields", _("Fields"), fields),
            ("questions", _("Yes/no questions"), questions),
            ("posts", _("Who may ask"), posts),
        ):
            if choices:
                self.fields[name] = _checklist(label, choices, initial=[code for code, _title in choices])
        self.order_fields(["in_favor", "questions", "fields", "posts", "valid_until", "conditions"])

    @property
    def terms(self) -> Terms:
        """What is left, once valid."""
        given = self.cleaned_data
        return Terms(
            fields=frozenset(given.get("fields", ())),
            questions=frozenset(given.get("questions", ())),
            posts=frozenset(given.get("posts", ())),
            valid_until=given["valid_until"],
        )


class DecisionForm(forms.Form):
    """What the authority decides."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("approve", _("Approve, on the terms shown")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 4}), required=False, max_length=2000)


class ReasonForm(forms.Form):
    """Why; both agencies read it."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("Both agencies read it."), widget=forms.Textarea({"rows": 4}), max_length=2000
    )
