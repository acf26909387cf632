"""What is written to ask for a meeting, put something in a calendar, book a room, or plan duty."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from gapura.sectors.office.actions.calendar import EntryPlan
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.types import Privacy
from gapura.sectors.office.zones import at_wall

Choices = Sequence[tuple[str, str]]
MOST_FILE_BYTES = 2 << 20
REPEATS: Sequence[tuple[str, Any]] = (
    ("", _("Once")),
    ("FREQ=DAILY", _("Every day")),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", _("Monday to Friday")),
    ("FREQ=WEEKLY", _("Every week")),
    ("FREQ=WEEKLY;INTERVAL=2", _("Every second week")),
    ("FREQ=MONTHLY", _("Every month on the same day")),
    ("FREQ=YEARLY", _("Every year")),
)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


def _hour(label: Any, **more: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time", "step": "900"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **more)


class TimeForm(forms.Form):
    """A day, two hours, and the zone they are meant in. An end not later than the beginning is on the next day."""

    day = _day(_("Day"))
    begins = _hour(_("From"))
    until = _hour(_("Until"), help_text=_("An earlier hour is one of the next day."))
    zone = forms.ChoiceField(label=_("Hours of"))

    def __init__(self, *args: Any, zones: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"use_required_attribute": False}))
        self.fields["zone"].choices = zones  # type: ignore[attr-defined]  # a ChoiceField, which stubs do not know

    def span(self) -> tuple[datetime, datetime]:
        """Beginning and end in UTC."""
        given = self.cleaned_data
        return span_of(given["day"], given["begins"], given["until"], given["zone"])


def span_of(day: date, begins: time, until: time, zone: str) -> tuple[datetime, datetime]:
    """The hours on the wall of ``zone``, in UTC."""
    last = day if until > begins else day + timedelta(days=1)
    return at_wall(datetime.combine(day, begins), zone), at_wall(datetime.combine(last, until), zone)


class MeetingForm(TimeForm):
    """``posts`` and ``units`` to invite, ``rooms`` and ``tasks`` to choose from."""

    title = forms.CharField(label=_("What is it about?"), max_length=200)
    task = forms.ChoiceField(label=_("Task"), help_text=_("The minutes are kept with this task."))
    purpose = forms.CharField(
        label=_("What should come of it?"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    agenda = forms.CharField(
        label=_("Agenda"), required=False, max_length=5000, widget=forms.Textarea({"rows": 4}),
        help_text=_("One matter a line."),
    )  # fmt: skip
    chair = forms.ChoiceField(label=_("Who leads it"))
    guests = forms.MultipleChoiceField(label=_("Invited"), required=False, widget=forms.CheckboxSelectMultiple)
    units = forms.MultipleChoiceField(
        label=_("Whole units"), required=False, widget=forms.SelectMultiple({"size": "5"})
    )
    others = forms.CharField(
        label=_("Others"), required=False, max_length=5000, widget=forms.Textarea({"rows": 2}),
        help_text=_("One a line: the code of a post, or a name with an e-mail address: Rina <rina@example.com>"),
    )  # fmt: skip
    room = forms.ChoiceField(label=_("Room"), required=False)
    place = forms.CharField(
        label=_("Other place"), required=False, max_length=200, help_text=_("Or the address of a video conference.")
    )
    repeats = forms.ChoiceField(label=_("Repeat"), required=False, choices=REPEATS[:6])
    repeats_until = _day(_("Repeat until"), required=False)
    confidential = forms.BooleanField(
        label=_("Confidential: mails and subscribed calendars say only “Meeting”"), required=False
    )
    field_order = (
        "title", "day", "begins", "until", "zone", "repeats", "repeats_until", "chair", "guests", "units", "others",
        "agenda", "purpose", "task", "room", "place", "confidential",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        me: tuple[str, str],
        posts: Choices,
        units: Choices,
        rooms: Choices,
        tasks: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = dict(rooms)
        choices = {
            "chair": [me, *posts],
            "guests": posts,
            "units": units,
            "room": [("", _("No room of the house")), *rooms],
            "task": [("", _("Choose a task")), *tasks],
        }
        for name, chosen in choices.items():
            self.fields[name].choices = chosen  # type: ignore[attr-defined]  # a ChoiceField, which stubs do not know

    def clean(self) -> dict[str, Any]:
        return _with_an_end(self, super().clean() or self.cleaned_data)

    def clean_others(self) -> tuple[list[str], list[tuple[str, str]]]:
        """Posts, and names with addresses."""
        posts, outside = [], []
        for line in filter(None, map(str.strip, self.cleaned_data["others"].splitlines())):
            name, address = parseaddr(line)
            if "@" not in line:
                posts.append(line)
                continue
            try:
                validate_email(address)
            except ValidationError as error:
                raise ValidationError(
                    _("“%(line)s” is no e-mail address. Write: Rina <rina@example.com>"), params={"line": line}
                ) from error
            outside.append((name or address, address))
        return posts, outside

    def plan(self, posts_of_units: Sequence[str]) -> MeetingPlan:
        """What is asked for; ``posts_of_units`` are the posts of the chosen units."""
        given = self.cleaned_data
        starts_at, ends_at = self.span()
        posts, outside = given["others"]
        return MeetingPlan(
            title=given["title"],
            task_code=given["task"],
            starts_at=starts_at,
            ends_at=ends_at,
            zone=given["zone"],
            chair=given["chair"],
            guests=[*given["guests"], *posts],
            optional=posts_of_units,
            outside=outside,
            agenda=given["agenda"].splitlines(),
            purpose=given["purpose"],
            place=given["place"] or (self.rooms[given["room"]] if given["room"] else ""),
            room=given["room"],
            confidential=given["confidential"],
            rule=_rule(given["repeats"], given["repeats_until"]),
        )


WHICH: Sequence[tuple[str, Any]] = (
    ("one", _("Only this meeting")),
    ("following", _("This one and all after it in the series")),
    ("all", _("All of the series that are still to come")),
)


class ChangeMeetingForm(TimeForm):
    """``repeats``: the meeting is one of a series, and which of them move is chosen."""

    which = forms.ChoiceField(
        label=_("Which meetings"), choices=WHICH, widget=forms.RadioSelect, initial="one",
        help_text=_("The others move by as many days and hours as this one, and all get the same place and room."),
    )  # fmt: skip
    place = forms.CharField(label=_("Place"), required=False, max_length=200)
    room = forms.ChoiceField(label=_("Room"), required=False)

    field_order = ("which",)

    def __init__(self, *args: Any, rooms: Choices, repeats: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = [("", _("No room of the house")), *rooms]  # type: ignore[attr-defined]  # as above
        if not repeats:
            del self.fields["which"]


class EntryForm(TimeForm):
    """An entry of a calendar; ``holders``: whose calendars one writes in."""

    title = forms.CharField(label=_("What"), max_length=200)
    all_day = forms.BooleanField(label=_("All day"), required=False)
    last_day = _day(_("Last day"), required=False, help_text=_("Of an entry that takes whole days."))
    holder = forms.ChoiceField(label=_("In which calendar"))
    place = forms.CharField(label=_("Place"), required=False, max_length=200)
    note = forms.CharField(label=_("Note"), required=False, max_length=5000, widget=forms.Textarea({"rows": 3}))
    repeats = forms.ChoiceField(label=_("Repeat"), required=False)
    repeats_until = _day(_("Repeat until"), required=False)
    private = forms.BooleanField(label=_("Private: colleagues see only that I am busy"), required=False)
    is_free = forms.BooleanField(label=_("My time stays free"), required=False)
    field_order = (
        "title", "day", "begins", "until", "zone", "all_day", "last_day", "repeats", "repeats_until", "holder",
        "place", "note", "private", "is_free",
    )  # fmt: skip

    def __init__(self, *args: Any, holders: Choices, rule: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(REPEATS)
        if rule and rule not in dict(known):
            known.append((rule, _("As it repeats now")))
        self.fields["repeats"].choices = known  # type: ignore[attr-defined]  # as above
        self.fields["holder"].choices = holders  # type: ignore[attr-defined]  # as above
        for name in ("begins", "until"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("begins", "until"):
            if not given.get("all_day") and not given.get(name) and name not in self.errors:
                self.add_error(name, _("Say the hour, or choose “All day”."))
        return given

    def plan(self) -> EntryPlan:
        given = self.cleaned_data
        if given["all_day"]:
            last = max(given["last_day"] or given["day"], given["day"])
            span = (
                at_wall(datetime.combine(given["day"], time.min), given["zone"]),
                at_wall(datetime.combine(last + timedelta(days=1), time.min), given["zone"]),
            )
        else:
            span = self.span()
        return EntryPlan(
            title=given["title"],
            starts_at=span[0],
            ends_at=span[1],
            zone=given["zone"],
            all_day=given["all_day"],
            place=given["place"],
            note=given["note"],
            privacy=(Privacy.PRIVATE if given["private"] else Privacy.OPEN).value,
            is_free=given["is_free"],
            rule=_rule(given["repeats"], given["repeats_until"]),
        )


def _with_an_end(form: forms.Form, given: dict[str, Any]) -> dict[str, Any]:
    """What repeats says until which day."""
    if given.get("repeats") and not given.get("repeats_until") and "repeats_until" not in form.errors:
        form.add_error("repeats_until", _("Say until which day."))
    return given


def _rule(repeats: str, until: date | None) -> str:
    if not repeats or until is None or "UNTIL=" in repeats or "COUNT=" in repeats:
        return repeats
    return f"{repeats};UNTIL={until:%Y%m%d}"


class IcsForm(forms.Form):
    """A file of a calendar program."""

    file = forms.FileField(
        label=_("Calendar file (.ics)"),
        widget=forms.FileInput({"accept": ".ics,text/calendar"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"use_required_attribute": False}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_FILE_BYTES:
            raise ValidationError(_("The file is larger than 2 MB. Export a shorter time."))
        return file


class RoomForm(forms.Form):
    """A new room."""

    title = forms.CharField(label=_("Name of the room"), max_length=120)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=9999)
    equipment = forms.MultipleChoiceField(label=_("Equipment"), required=False, widget=forms.CheckboxSelectMultiple)
    zone = forms.ChoiceField(label=_("Hours of"))

    def __init__(self, *args: Any, equipment: Choices, zones: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"use_required_attribute": False}))
        self.fields["equipment"].choices = equipment  # type: ignore[attr-defined]  # as above
        self.fields["zone"].choices = zones  # type: ignore[attr-defined]  # as above


class FreeRoomForm(forms.Form):
    """Which room is free then."""

    day = _day(_("Day"))
    begins = _hour(_("From"))
    until = _hour(_("Until"))
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=9999, initial=1)
    equipment = forms.MultipleChoiceField(label=_("Equipment"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, equipment: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"use_required_attribute": False}))
        self.fields["equipment"].choices = equipment  # type: ignore[attr-defined]  # as above


class BookingForm(forms.Form):
    day = _day(_("Day"))
    begins = _hour(_("From"))
    until = _hour(_("Until"))
    purpose = forms.CharField(label=_("What for"), max_length=200)
    repeats = forms.ChoiceField(label=_("Repeat"), required=False, choices=REPEATS[:5])
    repeats_until = _day(_("Repeat until"), required=False)
    skip_taken = forms.BooleanField(label=_("Leave out days when somebody else has it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"use_required_attribute": False}))

    def clean(self) -> dict[str, Any]:
        return _with_an_end(self, super().clean() or self.cleaned_data)

    def rule(self) -> str:
        return _rule(self.cleaned_data["repeats"], self.cleaned_data["repeats_until"])


class DutyForm(forms.Form):
    """Which duty of which unit, from when to when."""

    unit = forms.ChoiceField(label=_("Unit"))
    kind = forms.ChoiceField(label=_("Duty"))
    first = _day(_("First day"))
    last = _day(_("Last day"))

    def __init__(self, *args: Any, units: Choices, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"use_required_attribute": False}))
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # as above
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # as above
