"""What an analyst writes to simulate a reform."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.sectors.insight.reforms import LONGEST_TEXT
from gapura.sectors.insight.types import MOST_PEOPLE


class RunForm(forms.Form):
    """``sources``: the populations to choose from, as (code, title)."""

    reform = forms.CharField(
        label=_("Reform"),
        help_text=_("Lines of YAML: title, cite, and under parameters each changed name with its new value."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "source"}),
    )
    other = forms.CharField(
        label=_("Second reform, to try both together"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "source"}),
    )
    source = forms.ChoiceField(label=_("Population"))
    people = forms.IntegerField(label=_("People"), min_value=1, max_value=MOST_PEOPLE, initial=5000)
    as_of = forms.DateField(label=_("Law as of"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, sources: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = sources  # type: ignore[attr-defined]  # a ChoiceField, which stubs do not know
