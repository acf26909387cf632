"""The forms of a case. The application form is drawn from the public service's definition."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from gapura.foundation.codes import new_code, normalized
from gapura.foundation.jurisdictions import load
from gapura.kernel.cases.types import BEST_RATING, RecordOffer
from gapura.kernel.catalogue.types import FormField, FormFieldKind, PublicService, Relation
from gapura.kernel.mandates.types import Representable
from gapura.kernel.photos.types import PhotoRefused
from gapura.web.fields import draw_field, shared_by_all

ANSWER = "answer-"
KEPT = "-kept"
GOOD_PHOTO = _(
    "JPEG or PNG. Look straight into the camera before a plain light wall, eyes open, nothing on the face, in daylight "
    "without flash. The whole head and the shoulders are seen, and nobody else."
)
DEFAULT_PERIOD = "30"
TEXT_LIMIT = 2000
_DOES_NOT_FIT = _("This answer does not fit. Please choose or write it again.")
_PROBLEMS = {"photo": _("This photo cannot be used for this application. Send a new one.")}
RELATION_TITLES = {
    Relation.SELF: _("Myself"),
    Relation.CHILD: _("My child"),
    Relation.WARD: _("A person in my care"),
    Relation.FAMILY: _("A relative who has died"),
    Relation.COMPANY: _("A company I represent"),
    Relation.PROXY: _("A person who gave me a mandate"),
    Relation.PROFESSIONAL: _("A client who gave me a mandate"),
}


class NotedSelect(forms.RadioSelect):
    """Radio cards: what is chosen as label, and what tells it from others as the note below it."""

    def __init__(self, notes: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__()
        self.notes = notes

    def create_option(self, name: str, value: Any, *rest: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *rest, **options)
        option["note"] = self.notes.get(str(value), "")
        return option


class RecordField(forms.ChoiceField):
    """A record to choose. The case to come judges what was chosen: only then is the register asked whole."""

    widget = NotedSelect

    def valid_value(self, value: Any) -> bool:
        return True

    def offer(self, records: Sequence[RecordOffer]) -> None:
        self.choices = [(record.value, record.value) for record in records]
        self.widget.notes = {record.value: record.note for record in records}
        if len(records) == 1:
            self.initial = records[0].value


class PhotoInput(forms.FileInput):
    """A file to choose, or the code of a photo that was accepted already, so that nobody has to send it twice."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> Any:
        return files.get(name) or data.get(name + KEPT, "")


class PhotoField(forms.Field):
    """Its value is the code of an accepted photo; a file becomes one in ``ApplicationForm.take_photos``."""

    widget = PhotoInput({"accept": "image/jpeg,image/png"})

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, str) and value and normalized(value) != value:
            raise forms.ValidationError(_("Choose the photo again."))


class ApplicationForm(forms.Form):
    """For whom, the few things no register knows, and the key that makes sending twice harmless."""

    idempotency_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        service: PublicService,
        people: Sequence[Representable],
    ) -> None:
        super().__init__(data, files, initial={"idempotency_key": new_code(23)}, use_required_attribute=False)
        self.service = service
        self.people = {person.number: person for person in people}
        mask = load(settings.GAPURA_JURISDICTION).person_numbers.mask
        self.fields["subject"] = forms.ChoiceField(
            label=_("For whom do you ask?"),
            choices=[(person.number, _name(person)) for person in people],
            widget=NotedSelect({person.number: _note(person, mask(person.number)) for person in people}),
            initial=people[0].number if people else None,
            error_messages={
                "required": _("Say for whom you ask."),
                "invalid_choice": _("You may ask only for yourself and for those the register shows as yours."),
            },
        )
        for form_field in service.fields:
            self.fields[ANSWER + form_field.code] = _form_field(form_field)

    def offer(self, offers: Mapping[str, Sequence[RecordOffer]]) -> None:
        """Let these be chosen from; what was chosen before stays chosen."""
        for form_field in self.service.record_fields:
            field = self.fields[ANSWER + form_field.code]
            assert isinstance(field, RecordField)
            field.offer(offers[form_field.code])

    def take_photos(self, accept: Callable[[str, UploadedFile], str]) -> None:
        """Let ``accept`` make a code of every file sent for the person named, or raise PhotoRefused; the code is the
        answer from then on, also where something else in the form is wrong."""
        files = ((name, self.files.get(name)) for name, field in self.fields.items() if isinstance(field, PhotoField))
        sent = {name: file for name, file in files if isinstance(file, UploadedFile)}
        for name, file in sent.items() if "subject" not in self.errors else ():
            try:
                self.cleaned_data[name] = accept(name, file)
            except PhotoRefused as refusal:
                self.add_error(name, [f"{one.reason} {one.remedy}" for one in refusal.problems])
        kept = {name + KEPT: self.cleaned_data.get(name, "") for name in sent}
        self.data, self.files = {name: self.data.get(name) for name in self.data} | kept, MultiValueDict()

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
        for code, problem in errors.items():
            name = ANSWER + code
            self.add_error(name if name in self.fields else None, _PROBLEMS.get(problem, _DOES_NOT_FIT))


def _name(person: Representable) -> str:
    own = person.relation == Relation.SELF or not person.full_name
    return str(RELATION_TITLES[Relation(person.relation)]) if own else person.full_name


def _note(person: Representable, masked: str) -> str:
    if person.relation == Relation.SELF:
        return masked
    return f"{RELATION_TITLES[Relation(person.relation)]} · {masked}"


def _form_field(form_field: FormField) -> forms.Field:
    shared = shared_by_all(form_field)
    match form_field.kind:
        case FormFieldKind.RECORD:
            return RecordField(**shared)
        case FormFieldKind.PHOTO:
            return PhotoField(**shared | {"help_text": shared["help_text"] or GOOD_PHOTO})
        case _:
            return draw_field(form_field)


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


RATINGS = dict(enumerate((_("Very bad"), _("Bad"), _("So-so"), _("Good"), _("Very good")), start=1))


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("How was it?"),
        coerce=int,
        choices=[(n, RATINGS[n]) for n in range(BEST_RATING, 0, -1)],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the five answers."),
            "invalid_choice": _("Choose one of the five answers."),
        },
    )
    words = forms.CharField(
        label=_("What should we do better?"),
        help_text=_("One sentence is enough. Write no names and no numbers. Officials read it without your name."),
        max_length=500,
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, use_required_attribute=False)


class StatisticsForm(forms.Form):
    """Which days up to today, and which public service; sent with the address so that a view can be kept."""

    period = forms.ChoiceField(
        label=_("Period"),
        choices=[(DEFAULT_PERIOD, _("30 days")), ("90", _("90 days")), ("365", _("A year"))],
    )

    def __init__(self, data: Mapping[str, Any], *, services: Sequence[tuple[str, str]]) -> None:
        super().__init__({"period": DEFAULT_PERIOD} | dict(data.items()))
        self.fields["service"] = forms.ChoiceField(
            label=_("Service"), choices=[("", _("All")), *services], required=False
        )
