"""The forms of a case. The application form is drawn from the public service's definition."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gapura.foundation.codes import new_code
from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text, in_language
from gapura.kernel.cases.types import Representable
from gapura.kernel.catalogue.types import FormField, FormFieldKind, PublicService, Relation

ANSWER = "answer-"
TEXT_LIMIT = 2000
RELATION_TITLES = {
    Relation.SELF: _("Myself"),
    Relation.CHILD: _("My child"),
    Relation.WARD: _("A person in my care"),
    Relation.FAMILY: _("A relative who has died"),
}


def _spoken(text: Text | None) -> str:
    return in_language(text, get_language() or settings.LANGUAGE_CODE) if text else ""


class PersonSelect(forms.RadioSelect):
    """Radio cards: the name as label, relation and masked number as the note below it."""

    def __init__(self, notes: Mapping[str, str]) -> None:
        super().__init__()
        self.notes = notes

    def create_option(self, name: str, value: Any, *rest: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *rest, **options)
        option["note"] = self.notes.get(str(value), "")
        return option


class ApplicationForm(forms.Form):
    """For whom, the few things no register knows, and the key that makes sending twice harmless."""

    idempotency_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None, *, service: PublicService, people: Sequence[Representable]
    ) -> None:
        super().__init__(data, initial={"idempotency_key": new_code(23)}, use_required_attribute=False)
        self.people = {person.number: person for person in people}
        mask = load(settings.GAPURA_JURISDICTION).person_numbers.mask
        self.fields["subject"] = forms.ChoiceField(
            label=_("For whom do you ask?"),
            choices=[(person.number, _name(person)) for person in people],
            widget=PersonSelect({person.number: _note(person, mask(person.number)) for person in people}),
            initial=people[0].number if people else None,
            error_messages={
                "required": _("Say for whom you ask."),
                "invalid_choice": _("You may ask only for yourself and for those the register shows as yours."),
            },
        )
        for form_field in service.fields:
            self.fields[ANSWER + form_field.code] = _form_field(form_field)

    def answer_fields(self) -> Iterator[forms.BoundField]:
        """The service's own fields, in its order."""
        return (self[name] for name in self.fields if name.startswith(ANSWER))

    @property
    def person(self) -> Representable:
        """Whom the valid form names."""
        return self.people[self.cleaned_data["subject"]]

    @property
    def answers(self) -> dict[str, str]:
        """Field code to answer, as text."""
        return {
            name.removeprefix(ANSWER): "" if value is None else str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(ANSWER)
        }

    def add_answer_errors(self, errors: Mapping[str, str]) -> None:
        """Show what the service's definition refuses beside the field it refuses."""
        for code in errors:
            name = ANSWER + code
            self.add_error(
                name if name in self.fields else None,
                _("This answer does not fit. Please choose or write it again."),
            )


def _name(person: Representable) -> str:
    return str(RELATION_TITLES[Relation.SELF]) if person.relation == Relation.SELF else person.full_name


def _note(person: Representable, masked: str) -> str:
    if person.relation == Relation.SELF:
        return masked
    return f"{RELATION_TITLES[Relation(person.relation)]} · {masked}"


def _form_field(form_field: FormField) -> forms.Field:
    shared: dict[str, Any] = {
        "label": _spoken(form_field.label),
        "help_text": _spoken(form_field.hint),
        "required": form_field.required,
        "initial": form_field.default,
        "error_messages": {"required": _("This is needed.")},
    }
    match form_field.kind:
        case FormFieldKind.CHOICE:
            choices = [(choice.value, _spoken(choice.label)) for choice in form_field.choices]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **shared)
        case FormFieldKind.DATE:
            return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **shared)
        case FormFieldKind.NUMBER:
            return forms.IntegerField(min_value=0, widget=forms.TextInput({"inputmode": "numeric"}), **shared)
        case FormFieldKind.LONG_TEXT:
            return forms.CharField(max_length=form_field.max_length, widget=forms.Textarea({"rows": 5}), **shared)
        case _:
            return forms.CharField(max_length=form_field.max_length, **shared)


class SupplementForm(forms.Form):
    answers = forms.CharField(
        label=_("Your answer"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write your answer.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, use_required_attribute=False)


class AppealForm(forms.Form):
    grounds = forms.CharField(
        label=_("Why is the decision wrong?"),
        help_text=_("Write it in your own words. Another official than the one who decided will read it."),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write why you think the decision is wrong.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, use_required_attribute=False)
