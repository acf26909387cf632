"""What is written on task cards, instructions, memos, weekly reports and hand-overs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.sectors.office.types import CardState, HandOverReason
from gapura.sectors.office.work import get_work_rules

Choices = list[tuple[str, Any]]


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


def _text(label: Any, *, rows: int = 3, required: bool = False, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea({"rows": rows})
    longest = get_work_rules().longest_text
    return forms.CharField(label=label, required=required, widget=widget, max_length=longest, help_text=hint)


def _line(label: Any, *, hint: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, help_text=hint, required=required)


class CardForm(forms.Form):
    """The parts of a task card but its plan. ``tasks`` and ``owners`` are what can be chosen."""

    title = _line(_("Title"))
    task_code = forms.ChoiceField(label=_("Unit task"))
    owner_post = forms.ChoiceField(label=_("Owner"))
    begins_on = _day(_("Begins on"))
    due_on = _day(_("Ends on"))
    results = _text(_("Results"), hint=_("What there will be at the end, so that anyone can tell whether it is there."))
    quality = _text(_("Quality"), hint=_("How it is checked, and by whom."))
    publicity = _text(_("Publicity"), hint=_("Who is told of it, when, and how."))
    customers = _text(_("For whom"), hint=_("Who needs it, and what they said about it."))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, tasks: Choices, owners: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "task_code", tasks)
        _offer(self, "owner_post", owners)


class MilestoneForm(forms.Form):
    title = _line(_("Milestone"))
    due_on = _day(_("Due on"))


class LinkForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What"),
        choices=(
            ("document", _("Document")),
            ("instruction", _("Instruction")),
            ("memo", _("Memo")),
            ("meeting", _("Meeting")),
        ),
    )
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("The last part of its address, as on the page's own code.")
    )


class CloseCardForm(forms.Form):
    outcome = _text(_("What came of it"), required=True)
    state = forms.ChoiceField(
        label=_("The task"),
        widget=forms.RadioSelect,
        choices=((CardState.DONE.value, _("is done")), (CardState.DROPPED.value, _("ends without being done"))),
        initial=CardState.DONE.value,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class InstructionForm(forms.Form):
    """``receivers``: the posts below in the unit that was chosen."""

    receiver_post = forms.ChoiceField(label=_("To"))
    title = _line(_("What is to be done"))
    body = _text(_("More about it"), rows=5)
    due_on = _day(_("Until"))
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    source = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    parent = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, receivers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "receiver_post", receivers)


class MoveForm(forms.Form):
    """One step of an instruction: words, and the new day where it is postponed."""

    words = _text(_("Words"))
    due_on = _day(_("New day"), required=False)


class MemoForm(forms.Form):
    recipients = forms.MultipleChoiceField(label=_("To"), widget=forms.CheckboxSelectMultiple)
    title = _line(_("About"))
    body = _text(_("Words"), rows=10, required=True, hint=_("Plain text; a line that begins with - is a list."))

    def __init__(self, *args: Any, recipients: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "recipients", recipients)


class WeeklyForm(forms.Form):
    body = _text(_("The report"), rows=20, required=True)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class TodoForm(forms.Form):
    title = _line(_("What you mean to do"))
    due_on = _day(_("Until"), required=False)


class HandOverForm(forms.Form):
    """``targets``: the posts of the unit that was chosen. ``seen``: the digest of the list on the page."""

    target_post = forms.ChoiceField(label=_("To whom"))
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=(
            (HandOverReason.TRANSFER.value, _("Somebody changes to another post")),
            (HandOverReason.LEAVING.value, _("Somebody leaves")),
            (HandOverReason.HELP.value, _("Somebody takes over part of the work")),
        ),
    )
    note = _text(_("What the receiver should know"), rows=5)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, targets: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "target_post", targets)


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, which stubs do not know
