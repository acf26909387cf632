"""What officials, managers and hosts write."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.sectors.smart_work.presentation import KINDS, WHEN
from gapura.sectors.smart_work.types import GuestName, Half, SeatKind, SeatSearch

Choices = Sequence[tuple[str, str]]
MOST_GUESTS = 20


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)


class WhenForm(forms.Form):
    """A day, and which part of it."""

    day = _day(label=_("Day"))
    when = forms.ChoiceField(label=_("Part of the day"), choices=list(WHEN.items()), initial="day")

    @property
    def halves(self) -> tuple[Half, ...]:
        when = self.cleaned_data["when"]
        return tuple(Half) if when == "day" else (Half(when),)


class SearchForm(WhenForm):
    """``regions`` and ``equipment``: what to choose from, as (code, title)."""

    near = forms.ChoiceField(label=_("Near"))
    kind = forms.ChoiceField(label=_("Seat or room"), choices=list(KINDS.items()), initial=SeatKind.DESK)
    equipment = forms.MultipleChoiceField(label=_("With"), required=False, widget=forms.CheckboxSelectMultiple)
    accessible = forms.BooleanField(label=_("Room for a wheelchair"), required=False)

    def __init__(self, *args: Any, regions: Choices, equipment: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["near"].choices = regions  # type: ignore[attr-defined]  # a ChoiceField, which stubs do not know
        self.fields["equipment"].choices = equipment  # type: ignore[attr-defined]  # likewise

    @property
    def search(self) -> SeatSearch:
        given = self.cleaned_data
        return SeatSearch(
            day=given["day"],
            halves=self.halves,
            near=given["near"],
            kind=SeatKind(given["kind"]),
            accessible=given["accessible"],
            equipment=tuple(given["equipment"]),
        )


class BookForm(forms.Form):
    """What a request says beside the seat. Guests: one a line, with the organization after a comma."""

    home_region = forms.ChoiceField(
        label=_("Where you come from"),
        help_text=_("Only for the minutes your day saves. Your manager does not see it."),
        required=False,
    )
    purpose = forms.CharField(label=_("What your manager should know"), max_length=200, required=False)
    guests = forms.CharField(
        label=_("Guests who are no officials"),
        help_text=_("One a line: name, organization. Your manager agrees to them too."),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, regions: Choices, is_room: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_region"].choices = [("", "–"), *regions]  # type: ignore[attr-defined]  # a ChoiceField
        if not is_room:
            del self.fields["guests"]

    def clean_guests(self) -> list[GuestName]:
        lines = [line.strip() for line in self.cleaned_data["guests"].splitlines() if line.strip()]
        if len(lines) > MOST_GUESTS:
            raise forms.ValidationError(_("No room is large enough for so many guests."))
        pairs = [line.partition(",") for line in lines]
        if any(len(name.strip()) > 120 or len(rest.strip()) > 120 for name, _comma, rest in pairs):
            raise forms.ValidationError(_("A name is at most 120 letters long."))
        return [GuestName(name.strip(), rest.strip()) for name, _comma, rest in pairs]


class RemoteForm(forms.Form):
    """From where somebody works; ``places``: the lawful ones, as (code, title)."""

    place = forms.ChoiceField(label=_("Where are you?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]  # a ChoiceField, which stubs do not know


class RefusalForm(forms.Form):
    note = forms.CharField(label=_("Why not"), max_length=300, required=False)


class ReviewForm(forms.Form):
    """What a day brought, by the person's own word."""

    own_minutes = forms.IntegerField(
        label=_("Minutes saved on the way, there and back"),
        help_text=_("Leave it empty to keep the estimate. Less than nothing if the center was farther."),
        required=False,
        min_value=-600,
        max_value=600,
    )
    rating = forms.TypedChoiceField(
        label=_("How was it?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("no answer")),
            ("5", _("Very good")),
            ("4", _("Good")),
            ("3", _("Neither good nor bad")),
            ("2", _("Bad")),
            ("1", _("Very bad")),
        ],
    )
    comment = forms.CharField(label=_("What should be better"), max_length=500, required=False)


class ClosureForm(forms.Form):
    first = _day(label=_("First day"))
    last = _day(label=_("Last day"))
    reason = forms.CharField(label=_("Reason, which everybody who booked reads"), max_length=200)


class PeriodForm(forms.Form):
    """Which days figures are about."""

    first = _day(label=_("First day"))
    last = _day(label=_("Last day"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if isinstance(first, date) and isinstance(last, date) and not 0 <= (last - first).days <= 370:
            raise forms.ValidationError(_("The last day is not before the first, and at most a year after it."))
        return given
