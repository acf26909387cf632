"""What a writer fills in: the beginning, the text with its form's fields, files, remarks, the route."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gapura.foundation.texts import in_language
from gapura.sectors.office.actions.comments import LONGEST_REMARK
from gapura.sectors.office.actions.drafts import LONGEST_TITLE
from gapura.sectors.office.papers import Paper, PaperField, list_papers
from gapura.sectors.office.public_terms import get_disclosure_terms
from gapura.sectors.office.queries.classification import list_unit_tasks
from gapura.sectors.office.security import list_security_classes
from gapura.sectors.office.types import Disclosure, Reach
from gapura.web.fields import draw_field, shared_by_all
from gapura.web.languages import reader_language

REACHES = {
    Reach.NAMED: _("Only those it names"),
    Reach.UNIT: _("My unit"),
    Reach.OFFICE: _("My office"),
    Reach.AGENCY: _("My whole agency"),
    Reach.GOVERNMENT: _("Every official"),
}
DISCLOSURES = {
    Disclosure.OPEN: _("All of it"),
    Disclosure.PARTLY: _("A part of it"),
    Disclosure.CLOSED: _("Only that it exists"),
}
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class BeginForm(forms.Form):
    """A new document in a task that was chosen before."""

    form = forms.ChoiceField(label=_("Form"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("What it is about"), max_length=LONGEST_TITLE)
    language = forms.ChoiceField(label=_("Language of the document"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = [(one.code, in_language(one.title, reader_language())) for one in list_papers().values()]
        self.fields["form"].choices = papers  # type: ignore[attr-defined]  # a ChoiceField, which stubs do not know


class DraftForm(forms.Form):
    """The text and the fields of its form. Nothing is required: a draft may be unfinished."""

    base = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    title = forms.CharField(label=_("What it is about"), max_length=LONGEST_TITLE)
    body = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "editor__text", "spellcheck": "true"}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, paper: Paper, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.paper = paper
        for field in paper.fields:
            drawn = _draw(field)
            drawn.required = False
            drawn.widget.is_required = False
            self.fields[_key(field.name)] = drawn

    @classmethod
    def initial_of(cls, title: str, body: str, fields: Mapping[str, Any], base: int) -> dict[str, Any]:
        """What the form shows of a document as it is."""
        shown = {_key(name): "\n".join(value) if isinstance(value, list) else value for name, value in fields.items()}
        return {"title": title, "body": body, "base": base} | shown

    def bound_at(self, place: str) -> list[forms.BoundField]:
        """The fields above (``head``) or below (``foot``) the text."""
        return [self[_key(field.name)] for field in self.paper.fields_at(place)]

    def values(self) -> dict[str, Any]:
        """The fields as they are kept: days as text, lists a line an entry."""
        return {field.name: _kept(field, self.cleaned_data.get(_key(field.name))) for field in self.paper.fields}


def _key(name: str) -> str:
    return f"field-{name}"


def _draw(field: PaperField) -> forms.Field:
    if field.kind == "list":
        widget = forms.Textarea({"rows": 3})
        return forms.CharField(max_length=field.max_length, widget=widget, **shared_by_all(field))
    return draw_field(field)


def _kept(field: PaperField, value: Any) -> Any:
    if field.kind == "list":
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]
    if field.kind == "date":
        return value.isoformat() if value else ""
    return str(value or "").strip()


class ParticularsForm(forms.Form):
    """The class of a draft, and who may read it."""

    task_code = forms.ChoiceField(
        label=_("Task"), help_text=_("How long it is kept and what the public may read come from the task.")
    )
    reach = forms.ChoiceField(
        label=_("Which officials may read it"), choices=list(REACHES.items()), widget=forms.RadioSelect
    )
    security = forms.ChoiceField(
        label=_("How secret it is"),
        widget=forms.RadioSelect,
        help_text=_("Whoever may not read the class does not read it, even if it names them."),
    )
    urgent = forms.BooleanField(label=_("It is urgent"), required=False)
    due_on = forms.DateField(label=_("To be finished by"), required=False, widget=_DAY)
    disclosure = forms.ChoiceField(
        label=_("What the public may read"), choices=list(DISCLOSURES.items()), widget=forms.RadioSelect
    )
    ground = forms.ChoiceField(
        label=_("Ground in the law"), required=False, help_text=_("Needed where the public may not read all of it.")
    )
    closed_until = forms.DateField(label=_("Closed until"), required=False, widget=_DAY)

    def __init__(self, *args: Any, agency_code: str, classes: Sequence[str], **kwargs: Any) -> None:
        """``classes``: those of secrecy that the writer may read."""
        super().__init__(*args, **kwargs)
        language, known = reader_language(), list_security_classes()
        named = [(code, in_language(known[code].title, language)) for code in classes]
        self.fields["security"].choices = named  # type: ignore[attr-defined]  # a ChoiceField, as above
        tasks = [
            (one.code, f"{one.code} {in_language(one.title, language)}")
            for one in list_unit_tasks(agency_code=agency_code)
        ]
        grounds = [
            (one.code, f"{one.article}: {in_language(one.title, language)}")
            for one in get_disclosure_terms().grounds.values()
        ]
        self.fields["task_code"].choices = tasks  # type: ignore[attr-defined]  # a ChoiceField, as above
        self.fields["ground"].choices = [("", _("no ground")), *grounds]  # type: ignore[attr-defined]


class DraftFileForm(forms.Form):
    """A picture for the text, an attachment beside it, or a file to be read into the text."""

    purpose = forms.ChoiceField(
        label=_("What it is for"),
        choices=[
            ("attachment", _("Attach it as it is")),
            ("picture", _("A picture for the text")),
            ("import", _("Read its words into the text (ODT, DOCX)")),
        ],
        widget=forms.RadioSelect,
        initial="attachment",
    )
    file = forms.FileField(label=_("File"), error_messages={"required": _("Choose a file.")})


class CommentForm(forms.Form):
    """A remark on a paragraph, or an answer to one."""

    anchor = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    body = forms.CharField(label=_("Remark"), max_length=LONGEST_REMARK, widget=forms.Textarea({"rows": 3}))


class WriterForm(forms.Form):
    """Another post that shall write along."""

    post = forms.ChoiceField(label=_("Post"))

    def __init__(self, *args: Any, posts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [("", _("choose a post")), *posts]  # type: ignore[attr-defined]
