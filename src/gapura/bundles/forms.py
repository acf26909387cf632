"""The one form of a bundle: what its services ask and no register knows, each thing once."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gapura.bundles.definitions import Bundle
from gapura.bundles.types import PersonOffer
from gapura.foundation.codes import new_code
from gapura.foundation.jurisdictions import load
from gapura.kernel.cases.types import RecordOffer
from gapura.kernel.catalogue.types import PublicService, Relation
from gapura.kernel.mandates.types import Representable
from gapura.web.fields import draw_field
from gapura.web.languages import localized

LONGEST_CHOICE = 100


class BundleForm(forms.Form):
    """For whom, the answers item by item, what is wanted, and the key that makes sending twice harmless."""

    idempotency_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        bundle: Bundle,
        services: Mapping[str, PublicService],
        people: Sequence[Representable],
        offered: Mapping[str, Sequence[PersonOffer]] = MappingProxyType({}),
        key: str = "",
    ) -> None:
        """``offered``: by item that is repeated, whom it can be asked for. ``key``: of the request to come."""
        super().__init__(data, initial={"idempotency_key": key or new_code(23)}, use_required_attribute=False)
        self.bundle, self.services, self.offered = bundle, services, offered
        self.fields["subject"] = forms.ChoiceField(
            label=_("For whom do you ask?"),
            choices=[(one.number, _name(one)) for one in people],
            widget=forms.RadioSelect,
            initial=people[0].number if people else None,
            error_messages={"required": _("Say for whom you ask.")},
        )
        self._ask_answers()
        if choices := dict(self._list_optional()):
            self.fields["wanted"] = forms.MultipleChoiceField(
                label=_("What else shall be done?"),
                choices=[*choices.items()],
                initial=[item.code for item in bundle.items if item.code in choices],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        self.fields["consent"] = forms.BooleanField(
            label=_("I ask all these agencies to do this for me."),
            error_messages={"required": _("Tick this to let the agencies begin.")},
        )

    def _ask_answers(self) -> None:
        for item in self.bundle.items:
            for form_field in item.asks_for(self.services[item.code]):
                if item.each is None:
                    self.fields[f"{item.code}.{form_field.code}"] = draw_field(form_field)
                for person in self.offered.get(item.code, ()):
                    field = draw_field(form_field)
                    field.label = f"{person.full_name} · {field.label}"
                    self.fields[f"{item.code}-{person.number}.{form_field.code}"] = field

    def _list_optional(self) -> Iterator[tuple[str, str]]:
        """What can be left out; for a person it is not chosen beforehand: they may stay where they are."""
        for item in self.bundle.items:
            title = localized(self.services[item.code].title)
            if item.optional and item.each is None:
                yield item.code, title
            for person in self.offered.get(item.code, ()):
                yield f"{item.code}-{person.number}", f"{title} · {person.full_name} ({person.note})"

    def go_on(self, answers: Mapping[str, Mapping[str, str]]) -> None:
        """Begin with what was kept; what the form no longer asks is left."""
        kept = {f"{item}.{field}": value for item, fields in answers.items() for field, value in fields.items()}
        self.initial = dict(self.initial) | {name: value for name, value in kept.items() if name in self.fields}

    @property
    def written(self) -> dict[str, dict[str, str]]:
        """Item code to field code to what was written, unjudged; no longer than the field may be."""
        found: dict[str, dict[str, str]] = {}
        for name, field in self.fields.items():
            item, dot, code = name.partition(".")
            if dot and (value := str(self.data.get(name, "")).strip()):
                longest = getattr(field, "max_length", None) or LONGEST_CHOICE
                found.setdefault(item, {})[code] = value[:longest]
        return found

    def offer(self, item_code: str, offers: Mapping[str, Sequence[RecordOffer]]) -> None:
        """Let these records be chosen from."""
        for name, records in offers.items():
            field = self.fields.get(f"{item_code}.{name}")
            if isinstance(field, forms.ChoiceField):
                field.choices = [(one.value, f"{one.value} · {one.note}" if one.note else one.value) for one in records]

    def answer_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if "." in name)

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """Item code to field code to answer, as text."""
        found: dict[str, dict[str, str]] = {}
        for name in self.fields:
            item, dot, field = name.partition(".")
            if dot:
                value = self.cleaned_data.get(name)
                found.setdefault(item, {})[field] = "" if value is None else str(value)
        return found

    @property
    def left_out(self) -> list[str]:
        """Codes of the optional items that are not wanted."""
        return [item.code for item in self.bundle.items if item.optional and item.code not in self._wanted]

    @property
    def chosen(self) -> dict[str, list[str]]:
        """By item that is repeated, the numbers of those it is asked for."""
        return {
            code: [one.number for one in offered if f"{code}-{one.number}" in self._wanted]
            for code, offered in self.offered.items()
        }

    @property
    def _wanted(self) -> list[str]:
        return list(self.cleaned_data.get("wanted", ()))

    def add_answer_errors(self, errors: Mapping[str, Mapping[str, str]]) -> None:
        """Show what the services refuse beside the fields they refuse."""
        for item, fields in errors.items():
            for name in fields:
                self.add_error(f"{item}.{name}", _("This answer does not fit. Please choose or write it again."))


def _name(person: Representable) -> str:
    mask = load(settings.GAPURA_JURISDICTION).person_numbers.mask(person.number)
    return f"{_('Myself')} · {mask}" if person.relation == Relation.SELF else f"{person.full_name} · {mask}"
