"""What is chosen when the security class of a registered document changes."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.sectors.office.security import list_grounds, list_security_classes
from gapura.web.languages import localized


class SecurityForm(forms.Form):
    """``cleared``: the classes that the reader may choose; ``now``: the one that it has."""

    security = forms.ChoiceField(label=_("Class from now on"), widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("Ground in the law"))
    reason = forms.CharField(
        label=_("Why the class changes"), max_length=300, widget=forms.Textarea({"rows": 3}),
        help_text=_("It stands on the note and in the history."),
    )  # fmt: skip

    def __init__(self, *args: Any, cleared: Collection[str], now: str, **kwargs: Any) -> None:
        super().__init__(*args, **({"use_required_attribute": False} | kwargs))
        classes = list_security_classes().values()
        offered = [(one.code, localized(one.title)) for one in classes if one.code in cleared and one.code != now]
        grounds = [(one.code, f"{localized(one.title)} ({one.law})") for one in list_grounds().values()]
        self.fields["security"].choices = offered  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["ground"].choices = [("", _("Choose a ground")), *grounds]  # type: ignore[attr-defined]  # as above
