"""What somebody gives to try a rule: a field for each datum it needs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gapura.foundation.rules.law import Input, LawInForce
from gapura.foundation.rules.units import Kind
from gapura.foundation.texts import in_language
from gapura.kernel.law.showing import as_rule_value, begin_sentence, show
from gapura.web.languages import reader_language

PREFIX = "in"
MOST_MEMBERS = 10


class DayForm(forms.Form):
    """The day whose law it is, and what to look for."""

    q = forms.CharField(label=_("Search the law"), required=False, max_length=100)
    on = forms.DateField(label=_("Law as of"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class TryForm(forms.Form):
    """A field for each input, the necessary ones first. An empty field is left to the law's own default."""

    def __init__(self, law: LawInForce, inputs: Sequence[Input], data: Mapping[str, Any] | None) -> None:
        super().__init__(data, prefix=PREFIX)
        self.inputs = sorted(inputs, key=lambda each: each.default is not None)
        for each in self.inputs:
            self.fields[each.name] = make_field(law, each)

    @property
    def is_of_several(self) -> bool:
        """Whether the rule looks at members of something: here each has one row."""
        return len({each.of for each in self.inputs}) > 1

    @property
    def necessary(self) -> list[forms.BoundField]:
        return [self[each.name] for each in self.inputs if each.default is None]

    @property
    def further(self) -> list[forms.BoundField]:
        return [self[each.name] for each in self.inputs if each.default is not None]

    def build_household(self) -> dict[str, list[dict[str, Any]]]:
        """One row for each entity of which something was given. Call it when the form is valid."""
        rows: dict[str, dict[str, Any]] = {}
        for each in self.inputs:
            value = self.cleaned_data.get(each.name)
            if value is not None and value != "":
                rows.setdefault(each.of, {})[each.name] = plain_value(each, value)
        return {entity: [row] for entity, row in rows.items()}


class MembersForm(forms.Form):
    """How the benefit finder begins."""

    members = forms.IntegerField(
        label=_("How many people live in your family?"),
        help_text=_("Count yourself, and everybody on your family card."),
        min_value=1,
        max_value=MOST_MEMBERS,
    )


class QuestionForm(forms.Form):
    """One question of the benefit finder; ``refused`` says why the last answer did not fit."""

    def __init__(self, name: str, field: forms.Field, refused: str) -> None:
        super().__init__({} if refused else None)
        self.fields[name] = field
        if refused:
            self.full_clean()
            self.errors[name] = self.error_class([refused])


def make_field(law: LawInForce, each: Input, *, asked: bool = False) -> forms.Field:
    """The field for one datum; ``asked``: as a question, which must be answered."""
    title = begin_sentence(in_language(each.title, reader_language()) if each.title else each.name)
    label = in_language(each.question, reader_language()) if asked and each.question else title
    common: dict[str, Any] = {"label": label, "required": asked or each.default is None}
    kind = each.unit.kind
    if kind is Kind.CODE:
        codes = law.law.codes[each.unit.codes]
        choices = [(code, in_language(text, reader_language())) for code, text in codes.items()]
        return forms.ChoiceField(choices=choices if common["required"] else [("", "–"), *choices], **common)
    if kind is Kind.FLAG:
        choices = [("yes", gettext("Yes")), ("no", gettext("No"))]
        if asked:
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        return forms.ChoiceField(choices=[("", "–"), *choices], **common)
    if kind is Kind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if kind is Kind.RATE:
        return forms.CharField(max_length=20, help_text=_("Written as 11/12 or 0.5%."), **common)
    hint = "" if each.default is None or asked else _("If empty: %(value)s") % {"value": _default(each)}
    return forms.IntegerField(min_value=each.low, max_value=each.high, help_text=hint, **common)


def _default(each: Input) -> str:
    assert each.default is not None
    return show(as_rule_value(each.default, each.unit, {}), each.unit, {})


def plain_value(each: Input, value: Any) -> Any:
    """What a field gives as a row of a household holds it."""
    if each.unit.kind is Kind.FLAG:
        return value == "yes"
    return value if not isinstance(value, date) else value.isoformat()
