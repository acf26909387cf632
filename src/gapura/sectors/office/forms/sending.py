"""The route of a document: a row a step, in the order of their places."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapura.kernel.approvals.types import PlannedStep, StepTask

TASKS = {
    StepTask.REVIEW: gettext_lazy("reviews"),
    StepTask.COOPERATION: gettext_lazy("cooperates"),
    StepTask.CHECK: gettext_lazy("checks"),
    StepTask.APPROVAL: gettext_lazy("approves"),
}
MOST_PLACES = 40


class RouteForm(forms.Form):
    """``rows`` steps. Rows of the same place run beside each other; a row without a post is no step."""

    search = forms.CharField(
        label=gettext_lazy("Look for a post of another agency"),
        help_text=gettext_lazy("Words of its title, its unit or its agency. What is found can then be chosen below."),
        required=False,
        max_length=80,
    )
    note = forms.CharField(
        label=gettext_lazy("Word to those on the line"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        rows: int,
        planned: Sequence[PlannedStep],
        posts: Iterable[tuple[str, str]],
        checks: Iterable[tuple[str, str]],
        kept: Mapping[str, Any] | None = None,
        found: int | None = None,
    ) -> None:
        """``kept``: what was typed while posts elsewhere are looked for; ``found``: how many there are."""
        super().__init__(data, initial=dict(kept or {}))
        self.found = found
        self._rows = rows
        post_choices = [("", _("nobody")), *posts]
        task_choices = [(task.value, words) for task, words in TASKS.items()]
        check_choices = [("", "–"), *checks]
        for row in range(rows):
            step = planned[row] if row < len(planned) else PlannedStep("", StepTask.COOPERATION, 1)
            number = {"number": row + 1}
            self.fields[f"place-{row}"] = forms.IntegerField(
                label=_("Place of step %(number)s") % number, min_value=1, max_value=MOST_PLACES, initial=step.place
            )
            self.fields[f"post-{row}"] = forms.ChoiceField(
                label=_("Post of step %(number)s") % number,
                choices=post_choices,
                required=False,
                initial=step.post_code,
            )
            self.fields[f"task-{row}"] = forms.ChoiceField(
                label=_("What step %(number)s does") % number, choices=task_choices, initial=step.task.value
            )
            self.fields[f"check-{row}"] = forms.ChoiceField(
                label=_("What step %(number)s checks") % number,
                choices=check_choices,
                required=False,
                initial=step.check,
            )

    def list_rows(self) -> list[tuple[forms.BoundField, ...]]:
        """The fields of each step: place, post, task, check."""
        names = ("place", "post", "task", "check")
        return [tuple(self[f"{name}-{row}"] for name in names) for row in range(self._rows)]

    def steps(self) -> list[PlannedStep]:
        """The steps that have a post, in the order of their places."""
        given = self.cleaned_data
        steps = [
            PlannedStep(
                given[f"post-{row}"],
                StepTask(given[f"task-{row}"]),
                given[f"place-{row}"],
                given[f"check-{row}"] if given[f"task-{row}"] == StepTask.CHECK else "",
            )
            for row in range(self._rows)
            if given[f"post-{row}"]
        ]
        return sorted(steps, key=lambda step: step.place)
