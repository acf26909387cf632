"""The law to look at: open to everybody, without an account; nothing that is given here is kept."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.foundation.rules.errors import BadInput
from gapura.foundation.rules.law import LawInForce
from gapura.foundation.rules.planning import get_plan
from gapura.kernel.law.cases import list_cases
from gapura.kernel.law.forms import PREFIX, DayForm, TryForm
from gapura.kernel.law.pages import describe_rule, list_chapters
from gapura.kernel.law.plugin import list_users
from gapura.kernel.law.queries import explain, get_law, get_law_on
from gapura.kernel.law.types import Explanation
from gapura.kernel.law.uses import find_services


@require_safe
def show_index(request: HttpRequest) -> HttpResponse:
    """All rules by chapter, or those that hold the words looked for."""
    form = DayForm(request.GET)
    words = form.cleaned_data["q"].casefold().split() if form.is_valid() else []
    context = {"form": form, "words": words, "chapters": list_chapters(get_law(), words)}
    return render(request, "law/index.html", context)


@require_safe
def show_rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule as of ``?on=``, and what it gives for the data in the address."""
    if name not in get_law().rules:
        raise Http404
    today = clock.today(settings.TIME_ZONE)
    day = DayForm(request.GET if request.GET.get("on") else None, initial={"on": today})
    on = (day.is_valid() and day.cleaned_data["on"]) or today
    law = get_law_on(on)
    context: dict[str, Any] = {"rule": describe_rule(law, name, on), "day": day, "trial": None, "results": []}
    context["cases"] = list_cases(name, today)
    context["users"] = list_users(find_services(law, name), on)
    if name in law.figures:
        context |= _try(request, law, name, on)
    return render(request, "law/rule.html", context)


def _try(request: HttpRequest, law: LawInForce, name: str, on: date) -> dict[str, Any]:
    """The form, and once it was sent the results with their explanation."""
    is_sent = any(key.startswith(f"{PREFIX}-") for key in request.GET)
    trial = TryForm(law, get_plan(law, [name]).inputs, request.GET if is_sent else None)
    if not trial.is_valid():
        return {"trial": trial, "results": []}
    return {"trial": trial, "results": _reckon(trial, name, on)}


def _reckon(trial: TryForm, name: str, on: date) -> list[Explanation]:
    """What the rule gives; nothing where the form now says why not."""
    source = _("what you gave")
    try:
        return explain([name], trial.build_household(), as_of=on, sources={each: source for each in trial.fields})[name]
    except BadInput as error:
        trial.add_error(error.name if error.name in trial.fields else None, error.problem)
        return []
