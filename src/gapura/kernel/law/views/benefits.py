"""The benefit finder: nothing is kept; the answers travel in the address of the next question."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.foundation.rules.law import Input, LawInForce
from gapura.foundation.rules.scalar import read_datum
from gapura.foundation.texts import in_language
from gapura.kernel.law.finder import NOT_KNOWN, Finding, Interview, field_name
from gapura.kernel.law.forms import MembersForm, QuestionForm, make_field
from gapura.kernel.law.pages import title_of
from gapura.kernel.law.queries import get_law_on
from gapura.kernel.law.showing import as_rule_value, show
from gapura.web.languages import reader_language


@require_safe
def find_benefits(request: HttpRequest) -> HttpResponse:
    """What a family may get: one question after another; the answers travel in the address."""
    start = MembersForm(request.GET if "members" in request.GET else None)
    if not start.is_valid():
        return render(request, "law/benefits.html", {"start": start})
    on, members = clock.today(settings.TIME_ZONE), start.cleaned_data["members"]
    law = get_law_on(on)
    interview = Interview(law, on, members, request.GET.dict())
    asked = interview.find_question()
    context = {
        "start": start,
        "members": members,
        "question": asked and _present_question(interview, *asked),
        "kept": interview.kept,
        "findings": [_present_finding(law, one) for one in interview.list_findings()],
        "explained": {} if asked else interview.explain(),
        "given": _list_answers(interview),
    }
    return render(request, "law/benefits.html", context)


def _present_question(interview: Interview, each: Input, row: int) -> dict[str, Any]:
    name = field_name(each.name, row)
    form = QuestionForm(name, make_field(interview.law, each, asked=True), interview.refused.get(name, ""))
    of_person = each.of == interview.subject.person
    unknown = _address(interview, {**interview.kept, name: NOT_KNOWN})
    return {"form": form, "field": form[name], "person": row + 1 if of_person else 0, "unknown": unknown}


def _address(interview: Interview, answers: Mapping[str, str]) -> str:
    return "?" + urlencode({"members": len(interview.household[interview.subject.person]), **answers})


def _present_finding(law: LawInForce, finding: Finding) -> dict[str, Any]:
    high = show(finding.high, finding.unit, {})
    return {
        "name": finding.name,
        "title": title_of(law.law, finding.name),
        "standing": finding.standing,
        "amount": high if finding.is_certain else _("up to %(amount)s") % {"amount": high},
        "depends_on": [title_of(law.law, name) for name in finding.depends_on],
    }


def _list_answers(interview: Interview) -> list[tuple[str, str, str]]:
    """What was answered, as (whom, what, answer), with the address that takes it back."""
    answers = []
    for each in interview.asked:
        for row in range(len(interview.household[each.of])):
            name = field_name(each.name, row)
            if name in interview.kept:
                without = {key: value for key, value in interview.kept.items() if key != name}
                back = _address(interview, without)
                answers.append((_say_whom(interview, each, row), _say_answer(interview, each, row), back))
    return answers


def _say_whom(interview: Interview, each: Input, row: int) -> str:
    title = title_of(interview.law.law, each.name)
    if each.of != interview.subject.person:
        return title
    return _("Person %(number)s: %(what)s") % {"number": row + 1, "what": title}


def _say_answer(interview: Interview, each: Input, row: int) -> str:
    if (each.name, row) in interview.skipped:
        return _("not known")
    codes = interview.law.law.codes.get(each.unit.codes, {})
    number = read_datum(each, tuple(codes), interview.household[each.of][row][each.name], row)
    choices = {code: in_language(text, reader_language()) for code, text in codes.items()}
    return show(as_rule_value(number, each.unit, choices), each.unit, choices)
