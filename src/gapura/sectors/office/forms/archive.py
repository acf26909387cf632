"""What archivists and members of a committee fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.sectors.office.types import FolderState

_STATES = {
    FolderState.OPEN: _("Open"),
    FolderState.CLOSED: _("Closed"),
    FolderState.TRANSFERRED: _("In the national archive"),
    FolderState.DESTROYED: _("Destroyed"),
}
Choices = Iterable[tuple[str, str]]


class FolderSearchForm(forms.Form):
    """``units`` and ``years``: those that have folders."""

    words = forms.CharField(label=_("Words in a title or number"), max_length=100, required=False)
    unit_code = forms.ChoiceField(label=_("Unit"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1900, max_value=9999)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((one.value, title) for one, title in _STATES.items())],
    )

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit_code"].choices = [("", _("All")), *units]  # type: ignore[attr-defined]  # a ChoiceField


class AppraisalForm(forms.Form):
    retention = forms.ChoiceField(label=_("Retention class"))
    task_code = forms.ChoiceField(label=_("Task"))
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, classes: Choices, tasks: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retention"].choices = list(classes)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["task_code"].choices = list(tasks)  # type: ignore[attr-defined]  # a ChoiceField


class FolderHoldForm(forms.Form):
    ground = forms.ChoiceField(label=_("What needs the folder"))
    reference = forms.CharField(
        label=_("Its file"), help_text=_("For example the number of the case at court."), max_length=120
    )

    def __init__(self, *args: Any, grounds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = list(grounds)  # type: ignore[attr-defined]  # a ChoiceField


class FolderLiftingForm(forms.Form):
    reason = forms.CharField(label=_("Why it is no longer needed"), max_length=300)


class ReceiptForm(forms.Form):
    """The file that the national archive hands back; read and kept as the columns it holds."""

    receipt = forms.FileField(
        label=_("Receipt of the national archive"),
        help_text=_("The file that the archive gave you when it took the packet in."),
        widget=forms.FileInput({"accept": ".json,application/json"}),
    )


class DestructionForm(forms.Form):
    folders = forms.MultipleChoiceField(label=_("Folders"), widget=forms.CheckboxSelectMultiple)
    members = forms.MultipleChoiceField(
        label=_("Committee"), help_text=_("Each member decides alone."), widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Why they are destroyed"), max_length=300)
    consent = forms.CharField(
        label=_("Consent of the national archive"),
        help_text=_("The number of its letter; needed for folders that were kept for long."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, folders: Choices, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["folders"].choices = list(folders)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["members"].choices = list(members)  # type: ignore[attr-defined]  # a ChoiceField


class MoveForm(forms.Form):
    folders = forms.MultipleChoiceField(label=_("Folders"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, folders: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["folders"].choices = list(folders)  # type: ignore[attr-defined]  # a ChoiceField


class VoteForm(forms.Form):
    listing = forms.CharField(widget=forms.HiddenInput)
    agrees = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("These folders may be destroyed")), ("no", _("They must stay"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why they must stay"), max_length=300, required=False)
