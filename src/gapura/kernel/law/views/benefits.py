"""The benefit finder. Nothing is kept: answers travel in the address, or in the page where registers filled some in."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.foundation.rules.law import Input, LawInForce
from gapura.foundation.rules.scalar import read_datum
from gapura.foundation.texts import Text, in_language
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.identity.queries import access_resident, find_actor, require_assurance
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.law.filled import read_filled, write_filled
from gapura.kernel.law.finder import NOT_KNOWN, Finding, Interview, field_name
from gapura.kernel.law.forms import MembersForm, QuestionForm, make_field
from gapura.kernel.law.pages import title_of
from gapura.kernel.law.plugin import find_household_source
from gapura.kernel.law.queries import get_law_on
from gapura.kernel.law.showing import as_rule_value, show
from gapura.kernel.law.types import KnownHousehold
from gapura.web.languages import reader_language

FILLED = "filled"


@require_safe
def find_benefits(request: HttpRequest) -> HttpResponse:
    """What a family may get: one question after another; the answers travel in the address."""
    start = MembersForm(request.GET if "members" in request.GET else None)
    if not start.is_valid():
        return _render_start(request, start)
    interview = _interview(start.cleaned_data["members"], request.GET.dict())
    return render(request, "law/benefits.html", {"start": start, "known": None, "filled": "", **_present(interview)})


@require_http_methods(["GET", "HEAD", "POST"])
def fill_in_benefits(request: HttpRequest) -> HttpResponse:
    """The person asks that what registers know be filled in: the one moment at which they are asked."""
    actor, source = _access_own(request), find_household_source()
    if source is None:
        raise Http404
    if request.method != "POST":  # sent on from a sign-in: the person presses the button themselves
        return redirect("law:benefits")
    inputs = {each.name for each in _interview(1, {}).asked}
    known = source.gather(actor=actor, inputs=inputs, now=clock.now())
    if not known.members:
        return _render_start(request, MembersForm(), known)
    answers = {field_name(fact.name, fact.row): fact.answer for fact in known.facts}
    return _render_filled(request, actor, known, answers)


@require_http_methods(["GET", "HEAD", "POST"])
def go_on_with_benefits(request: HttpRequest) -> HttpResponse:
    """The next question after some were filled in. Asks no register."""
    actor = _access_own(request)
    known = read_filled(request.POST.get(FILLED, ""), str(actor.person_number))
    if known is None:
        return redirect("law:benefits")
    answers = {name: text for name, text in request.POST.dict().items() if name != request.POST.get("without")}
    if "unknown" in request.POST:
        answers[request.POST["unknown"]] = NOT_KNOWN
    return _render_filled(request, actor, known, answers)


def _access_own(request: HttpRequest) -> Actor:
    """Who asks about their own household, surely themselves: never for another."""
    actor = access_resident(request)
    if actor.principal is not None:
        raise AccessDenied
    require_assurance(request, AssuranceLevel.SUBSTANTIAL)
    return actor


def _render_start(request: HttpRequest, start: MembersForm, known: KnownHousehold | None = None) -> HttpResponse:
    actor, source = find_actor(request), find_household_source()
    is_own = actor is not None and actor.kind is ActorKind.RESIDENT and actor.person_number and not actor.principal
    asked = source.list_asked() if source and (actor is None or is_own) else []
    context = {"start": start, "asked": asked, "is_own": is_own, "known": known}
    return render(request, "law/benefits.html", context)


def _render_filled(
    request: HttpRequest, actor: Actor, known: KnownHousehold, answers: Mapping[str, str]
) -> HttpResponse:
    interview = _interview(len(known.members), answers)
    filled = write_filled(known, str(actor.person_number))
    context = {"start": MembersForm(), "known": known, "filled": filled, **_present(interview, known)}
    return render(request, "law/benefits.html", context)


def _interview(members: int, answers: Mapping[str, str]) -> Interview:
    on = clock.today(settings.TIME_ZONE)
    return Interview(get_law_on(on), on, members, answers)


def _present(interview: Interview, known: KnownHousehold | None = None) -> dict[str, Any]:
    asked = interview.find_question()
    return {
        "members": len(interview.household[interview.subject.person]),
        "question": asked and _present_question(interview, *asked, known),
        "kept": interview.kept,
        "findings": [_present_finding(interview.law, one) for one in interview.list_findings()],
        "explained": {} if asked else interview.explain(),
        "given": _list_answers(interview, known),
    }


def _present_question(interview: Interview, each: Input, row: int, known: KnownHousehold | None) -> dict[str, Any]:
    name = field_name(each.name, row)
    form = QuestionForm(name, make_field(interview.law, each, asked=True), interview.refused.get(name, ""))
    of_person = each.of == interview.subject.person
    unknown = _address(interview, {**interview.kept, name: NOT_KNOWN})
    return {
        "form": form,
        "field": form[name],
        "person": row + 1 if of_person else 0,
        "who": known.members[row] if known and of_person else "",
        "unknown": unknown,
    }


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


def _list_answers(interview: Interview, known: KnownHousehold | None) -> list[dict[str, Any]]:
    """What was answered: of whom, what, by which register if one said so, and the way to take it back."""
    holders = {(field_name(one.name, one.row), one.answer): one.holder for one in known.facts} if known else {}
    answers = []
    for each in interview.asked:
        for row in range(len(interview.household[each.of])):
            name = field_name(each.name, row)
            if name in interview.kept:
                without = {key: value for key, value in interview.kept.items() if key != name}
                holder: Text | None = holders.get((name, interview.kept[name]))
                answer = {
                    "name": name,
                    "what": _say_whom(interview, each, row, known),
                    "answer": _say_answer(interview, each, row),
                    "holder": holder,
                    "back": _address(interview, without),
                }
                answers.append(answer)
    return answers


def _say_whom(interview: Interview, each: Input, row: int, known: KnownHousehold | None) -> str:
    title = title_of(interview.law.law, each.name)
    if each.of != interview.subject.person:
        return title
    if known:
        return _("%(name)s: %(what)s") % {"name": known.members[row], "what": title}
    return _("Person %(number)s: %(what)s") % {"number": row + 1, "what": title}


def _say_answer(interview: Interview, each: Input, row: int) -> str:
    if (each.name, row) in interview.skipped:
        return _("not known")
    codes = interview.law.law.codes.get(each.unit.codes, {})
    number = read_datum(each, tuple(codes), interview.household[each.of][row][each.name], row)
    choices = {code: in_language(text, reader_language()) for code, text in codes.items()}
    return show(as_rule_value(number, each.unit, choices), each.unit, choices)
