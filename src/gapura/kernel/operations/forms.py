"""What the official on duty types about an outage."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=1000, widget=forms.Textarea({"rows": 4}))


class Moment(forms.DateTimeField):
    """Day and minute in the country's time."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M",)


class OutageForm(forms.Form):
    """What is out of order, since when, whose deadlines it touches, and what the public reads."""

    component = forms.ChoiceField(label=_("What is out of order?"))
    started_at = Moment(label=_("Since when?"))
    agencies = forms.MultipleChoiceField(
        label=_("Whose deadlines does it touch?"),
        help_text=_("When the outage ends, their open cases get the lost working days back."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    counters = forms.MultipleChoiceField(
        label=_("Which counters may issue documents offline?"),
        help_text=_("Only what was prepared for them. What they issue is confirmed when their journal is back."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words_id = _words(_("What the public reads, in Indonesian"), _("What does not work, and what people can do."))
    words_en = _words(_("What the public reads, in English"))
    words_ko = _words(_("What the public reads, in Korean"))

    def __init__(self, *given: Any, components: Any, agencies: Any, counters: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, choices in (("component", components), ("agencies", agencies), ("counters", counters)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        if not counters:
            del self.fields["counters"]


class EndForm(forms.Form):
    """When service was normal again."""

    ended_at = Moment(label=_("Since when is it working again?"))


class CauseForm(forms.Form):
    """The report that is owed after an outage."""

    cause = _words(_("What was the cause?"), _("The public reads this on the status page."))
    prevention = _words(_("What prevents it from now on?"))
