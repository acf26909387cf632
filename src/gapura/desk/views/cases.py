"""Cases at the desk: the basket of the office, one case, and what an official does with it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gapura.desk.forms.cases import (
    BasketForm,
    NoteForm,
    ReasonForm,
    RefusalForm,
    SupplementForm,
)
from gapura.desk.presentation.cases import (
    RELATIONS,
    due_tone,
    find_carrier,
    present_access,
    present_answer,
    present_line,
    present_step,
    status_tone,
    status_words,
)
from gapura.foundation import clock
from gapura.kernel.approvals.queries import find_line
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import (
    DECISION,
    approve_case,
    decide_appeal,
    refuse_case,
    request_supplement,
    take_case,
    view_evidence,
)
from gapura.kernel.cases.queries import (
    Case,
    access_case,
    get_timeline,
    list_answers,
    list_available_actions,
    list_work_basket,
)
from gapura.kernel.cases.types import BasketFilters, CannotChangeCase, CaseNotFound
from gapura.kernel.catalogue.queries import list_services
from gapura.kernel.exchange.queries import list_accesses_for_case
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.identity.queries import access_official
from gapura.kernel.photos.actions import view_photo
from gapura.kernel.photos.queries import list_photos_of
from gapura.web.languages import localized

ROWS_ON_A_PAGE = 50
ACTION_FORMS: dict[str, type[Form]] = {
    "take": Form,
    "request_supplement": SupplementForm,
    "approve": NoteForm,
    "refuse": RefusalForm,
    "uphold_appeal": ReasonForm,
    "dismiss_appeal": ReasonForm,
}
ACTION_TITLES = {
    "take": gettext_lazy("Take this case"),
    "request_supplement": gettext_lazy("Ask the applicant for something"),
    "approve": gettext_lazy("Approve"),
    "refuse": gettext_lazy("Refuse"),
    "uphold_appeal": gettext_lazy("Uphold the appeal"),
    "dismiss_appeal": gettext_lazy("Dismiss the appeal"),
}


@require_safe
def show_basket(request: HttpRequest) -> HttpResponse:
    """Open cases of the office, due first; two queries at any size of the basket."""
    actor, today = access_official(request), clock.today(settings.TIME_ZONE)
    services = [(s.code, localized(s.title)) for s in list_services(on=today)]
    form = BasketForm(request.GET, services=services)
    wanted = form.cleaned_data if form.is_valid() else {}
    filters = BasketFilters(
        status=wanted.get("status") or None,
        service_code=wanted.get("service") or None,
        overdue_on=today if wanted.get("overdue") else None,
    )
    try:
        page = list_work_basket(actor, filters=filters, after=request.GET.get("after"), limit=ROWS_ON_A_PAGE)
    except CaseNotFound:
        return render(request, "desk/no_basket.html")
    context = {"page": page, "lines": [present_line(row, today) for row in page.rows], "form": form}
    return render(request, "desk/basket.html", context | {"next_page": _next_page(request, page.next)})


def _next_page(request: HttpRequest, after: str | None) -> str | None:
    if after is None:
        return None
    query = request.GET.copy()
    query["after"] = after
    return f"?{query.urlencode()}"


@require_safe
def show_case(request: HttpRequest, number: str) -> HttpResponse:
    actor = access_official(request)
    return render(request, "desk/case.html", _case_page(actor, number))


@require_safe
def show_photo(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """A photo that the case has; each look is recorded."""
    actor = access_official(request)
    _access_case(actor, number)
    photo = next((one for one in list_photos_of(number) if one.code == code), None)
    if photo is None:
        raise Http404
    picture = view_photo(actor=actor, photo=photo)
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@require_http_methods(["GET", "HEAD", "POST"])
def act_on_case(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """One action on a case: asks for what it needs, does it, and comes back to the case."""
    actor = access_official(request)
    context = _case_page(actor, number)
    if action == "evidence":
        return _show_evidence(request, actor, number, context)
    if action not in context["actions"]:
        if not (action == "approve" and context["carried"]):  # else the page of the case says why, and where to go
            messages.warning(request, _("The case has moved on; this can no longer be done."))
        return redirect("desk:case", number)
    form = ACTION_FORMS[action](request.POST if request.method == "POST" else None)
    if form.is_valid() and _carry_out(request, actor, number, action, form):
        return redirect("desk:case", number)
    context |= {"form": form, "action": action, "action_title": ACTION_TITLES[action]}
    return render(request, "desk/case_action.html", context)


def _access_case(actor: Actor, number: str) -> Case:
    try:
        return access_case(actor, number)
    except CaseNotFound as error:
        raise Http404 from error


def _case_page(actor: Actor, number: str) -> dict[str, Any]:
    case = _access_case(actor, number)
    today, now = clock.today(settings.TIME_ZONE), clock.now()
    available = [name for name in list_available_actions(actor, case) if name in ACTION_FORMS]
    if case.assigned_post == actor.post_code and "take" in available:
        available.remove("take")  # it is theirs already
    return {
        "case": case,
        "status": status_words(case.status),
        "tone": status_tone(case.status),
        "relation": RELATIONS.get(case.relation, case.relation),
        "said": list_answers(case),
        "due_tone": due_tone(case.due_on, case.status, today),
        "steps": [present_step(step) for step in get_timeline(case)],
        "accesses": [present_access(one) for one in list_accesses_for_case(case.number, now=now)],
        "actions": {name: ACTION_TITLES[name] for name in available},
        "carried": find_carrier(actor, case),
        "photos": list_photos_of(number),
        "shown": None,
        "line": find_line(kind=DECISION, object_ref=f"case:{number}"),
    }


def _show_evidence(request: HttpRequest, actor: Actor, number: str, context: dict[str, Any]) -> HttpResponse:
    """Opens the registers for this case: written to the log first, so only when it is asked for."""
    if request.method != "POST":
        return redirect("desk:case", number)
    try:
        answers = view_evidence(actor=actor, number=number, now=clock.now())
    except ExchangeRefusal as refusal:
        messages.error(request, _("The register gave no answer: %(why)s") % {"why": refusal})
        return redirect("desk:case", number)
    context["shown"] = [present_answer(answer) for answer in answers]
    return render(request, "desk/case.html", context)


def _carry_out(request: HttpRequest, actor: Actor, number: str, action: str, form: Form) -> bool:
    """Whether it was done; if not, the form says why."""
    given = form.cleaned_data
    doing: dict[str, Callable[[], Any]] = {
        "take": lambda: take_case(actor=actor, number=number, now=clock.now()),
        "request_supplement": lambda: request_supplement(
            actor=actor, number=number, question=given["question"], now=clock.now()
        ),
        "approve": lambda: approve_case(actor=actor, number=number, note=given["note"], now=clock.now()),
        "refuse": lambda: refuse_case(
            actor=actor,
            number=number,
            reason=_in_every_language(given["reason"]),
            remedy=_in_every_language(given["remedy"]),
            now=clock.now(),
        ),
        "uphold_appeal": lambda: decide_appeal(
            actor=actor, number=number, upheld=True, reason=given["reason"], now=clock.now()
        ),
        "dismiss_appeal": lambda: decide_appeal(
            actor=actor, number=number, upheld=False, reason=given["reason"], now=clock.now()
        ),
    }
    try:
        doing[action]()
    except CannotChangeCase as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Done. It stands in the timeline."))
    return True


def _in_every_language(words: str) -> dict[str, str]:
    """What an official writes is not translated: it stands as written, whoever reads it."""
    return {language: words for language, _name in settings.LANGUAGES}
