"""What an official says on an approval line, draws as its route, and enters about absences."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gapura.desk.presentation.lines import OFFERED, TASKS
from gapura.kernel.approvals.queries import list_absence_reasons, list_checks, list_matters
from gapura.kernel.approvals.types import PathAct, PlannedStep, StepTask
from gapura.web.languages import localized

TEXT_LIMIT = 4000
EMPTY_ROWS = 3


def _day(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget, required=required)


class _ActsWithNotes(forms.RadioSelect):
    """Each act with what follows from it."""

    def create_option(self, name: str, value: Any, *given: Any, **more: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *given, **more)
        return option | {"note": OFFERED[PathAct(str(value))][1]}


class LineActForm(forms.Form):
    """One of the acts that are possible now. ``digest`` goes back unchanged: who signs says what they were shown."""

    act = forms.ChoiceField(label=_("What do you do?"), widget=_ActsWithNotes)
    opinion = forms.CharField(
        label=_("Opinion"),
        help_text=_("Kept on the path for ever. Needed when you object, return, hold, reject or take back."),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    held_until = _day(_("Hold until"), required=False)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Mapping[str, Any] | None, *, acts: Sequence[PathAct], digest: str) -> None:
        super().__init__(data, initial={"digest": digest, "act": acts[0].value if acts else ""})
        act = self.fields["act"]
        assert isinstance(act, forms.ChoiceField)
        act.choices = [(one.value, OFFERED[one][0]) for one in acts]
        if PathAct.HELD not in acts:
            del self.fields["held_until"]


class RouteForm(forms.Form):
    """A route as rows: order, post and task; equal orders run beside each other. Empty rows are left out.

    ``kept``: what was typed so far, while posts of other agencies are looked for; ``found``: how many there are.
    """

    search = forms.CharField(
        label=_("Look for a post of another agency"),
        help_text=_("Words of its title, its unit or its agency. What is found can then be chosen below."),
        max_length=80,
        required=False,
    )

    opinion = forms.CharField(
        label=_("Why the route changes"), max_length=TEXT_LIMIT, required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        steps: Sequence[PlannedStep],
        posts: Sequence[tuple[str, str]],
        kept: Mapping[str, Any] | None = None,
        found: int | None = None,
    ) -> None:
        super().__init__(data, initial=dict(kept or {}))
        self.found = found
        self.count = len(steps) + EMPTY_ROWS
        tasks: list[tuple[str, Any]] = [(one.value, label) for one, label in TASKS.items() if one is not StepTask.CHECK]
        tasks += [(f"check:{code}", localized(check.title)) for code, check in list_checks().items()]
        for index in range(self.count):
            step = steps[index] if index < len(steps) else None
            self._add_row(index, step, posts, tasks)

    def _add_row(self, index: int, step: PlannedStep | None, posts: Any, tasks: Any) -> None:
        place = forms.IntegerField(label=_("Order"), min_value=1, max_value=99, required=False)
        post = forms.ChoiceField(label=_("Post"), choices=[("", _("Nobody")), *posts], required=False)
        task = forms.ChoiceField(label=_("Task"), choices=tasks, required=False)
        if step is not None:
            place.initial, post.initial = step.place, step.post_code
            task.initial = f"check:{step.check}" if step.check else step.task.value
        self.fields |= {f"place_{index}": place, f"post_{index}": post, f"task_{index}": task}

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"place_{n}"], self[f"post_{n}"], self[f"task_{n}"]) for n in range(self.count)]

    @property
    def steps(self) -> list[PlannedStep]:
        """The route as drawn; a row without an order follows the row before."""
        drawn: list[PlannedStep] = []
        for n in range(self.count):
            post = self.cleaned_data[f"post_{n}"]
            if not post:
                continue
            task, _colon, check = self.cleaned_data[f"task_{n}"].partition(":")
            last = drawn[-1].place if drawn else 0
            drawn.append(PlannedStep(post, StepTask(task), self.cleaned_data[f"place_{n}"] or last + 1, check))
        return drawn


class CaseLineForm(forms.Form):
    """What is proposed for a case, and under which matter it is decided."""

    decision = forms.ChoiceField(
        label=_("What do you propose?"),
        choices=[("approve", _("Approve")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Whoever decides reads it; when you refuse, the applicant too, with the article of the law."),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )
    remedy = forms.CharField(
        label=_("What the applicant can do now"),
        help_text=_("Needed when you refuse."),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    matter = forms.ChoiceField(label=_("Matter"), help_text=_("The table of matters and ranks names who decides."))
    urgent = forms.BooleanField(label=_("Urgent"), required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"matter": "case", "decision": "approve", **initial})
        matter = self.fields["matter"]
        assert isinstance(matter, forms.ChoiceField)
        matter.choices = [(code, localized(one.title)) for code, one in list_matters().items()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("decision") == "refuse" and not given.get("remedy", "").strip():
            self.add_error("remedy", _("Say what the applicant can do now."))
        return given


class AbsenceForm(forms.Form):
    """Days away, the last one included; who stands in."""

    post = forms.ChoiceField(label=_("Whose post"))
    reason = forms.ChoiceField(label=_("Why"))
    first_day = _day(_("First day away"))
    last_day = _day(_("Last day away"))
    substitute = forms.ChoiceField(
        label=_("Who stands in"),
        help_text=_("Without a name whoever leads the unit decides meanwhile."),
        required=False,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        posts: Sequence[tuple[str, str]],
        substitutes: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        choices: dict[str, list[tuple[str, Any]]] = {
            "post": list(posts),
            "reason": [(code, localized(one.title)) for code, one in list_absence_reasons().items()],
            "substitute": [("", _("Who leads the unit")), *substitutes],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
