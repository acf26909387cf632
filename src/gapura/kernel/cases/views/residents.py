"""A resident's own cases over HTTP: apply, follow, withdraw, answer, appeal."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import (
    answer_supplement,
    appeal_decision,
    offer_records,
    rate_case,
    submit_application,
    withdraw_case,
)
from gapura.kernel.cases.forms import AppealForm, ApplicationForm, RatingForm, SupplementForm
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.permissions import can_rate
from gapura.kernel.cases.presentation.cases import count_stages, list_asked, list_needs, list_results
from gapura.kernel.cases.queries import (
    access_case,
    get_consent_request,
    get_timeline,
    list_available_actions,
    list_follow_ups,
    list_looks,
)
from gapura.kernel.cases.types import CannotChangeCase, CannotSubmitApplication, CaseNotFound
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.types import InvalidAnswers, PublicService, ServiceNotInForce
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.identity.queries import access_resident, require_assurance
from gapura.kernel.mandates.queries import list_principals
from gapura.kernel.mandates.types import Representable
from gapura.kernel.payments.queries import Bill, find_bill_of_case
from gapura.kernel.photos.actions import accept_photo
from gapura.kernel.photos.queries import get_terms as get_photo_terms
from gapura.web.languages import reader_language

CHOOSING = "choosing"  # sent with the person alone, where what can be chosen depends on who it is


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a public service. Sending it opens the case, decided already where a rule decides."""
    actor = access_resident(request)
    today = clock.today(settings.TIME_ZONE)
    try:
        service = get_service(code, on=today)
    except ServiceNotInForce as refusal:
        raise Http404 from refusal
    require_assurance(request, service.assurance)
    if service.page:
        return redirect(service.page)
    people = list_principals(actor, service=service, on=today)
    sent = request.POST if request.method == "POST" and CHOOSING not in request.POST else None
    person = _for_whom(request, people)
    if service.record_fields and person:
        people = [person]
    form = ApplicationForm(sent, request.FILES if sent else None, service=service, people=people)
    _take_photos(actor, form)
    if form.is_valid() and (case := _submit(actor, service, form)):
        return redirect("cases:case", case.number)
    context = {"service": service, "form": form, "needs": list_needs(service)}
    if service.record_fields:
        context |= _offer(actor, service, form, person)
    return render(request, "cases/apply.html", context)


def _take_photos(actor: Actor, form: ApplicationForm) -> None:
    """Before the form is judged: a photo is checked outside any transaction, and kept when something else is wrong."""
    if not form.files:
        return
    most, key = get_photo_terms().most_kibibytes * 1024, form["idempotency_key"].value()

    def accept(name: str, file: UploadedFile) -> str:
        return accept_photo(
            actor=actor,
            subject=form.person.number,
            content=file.read(most + 1),
            now=clock.now(),
            form_key=f"{key}/{name}",
        ).code

    form.take_photos(accept)


def _for_whom(request: HttpRequest, people: Sequence[Representable]) -> Representable | None:
    """The person the form is filled in for, once that is known."""
    if len(people) == 1:
        return people[0]
    return next((one for one in people if one.number == request.POST.get("subject")), None)


def _offer(actor: Actor, service: PublicService, form: ApplicationForm, person: Representable | None) -> dict[str, Any]:
    """Put the records to choose from into the form; or say that the person comes first, or that there are none."""
    if person is None:
        return {"choosing": CHOOSING}
    try:
        offers = offer_records(
            actor=actor,
            service=service,
            subject=person.number,
            idempotency_key=str(form["idempotency_key"].value()),
            now=clock.now(),
        )
    except ExchangeRefusal:
        return {"is_silent": True}
    form.offer(offers)
    needs = (service.find_need(one.of) for one in service.record_fields if one.required and not offers[one.code])
    return {"missing": next((need.absent for need in needs), None)}


def _submit(actor: Actor, service: PublicService, form: ApplicationForm) -> Case | None:
    """The case, or None with the reason in the form."""
    try:
        return submit_application(
            actor=actor,
            service_code=service.code,
            subject=form.person.number,
            relation=form.person.relation,
            answers=form.answers,
            language=reader_language(),
            idempotency_key=form.cleaned_data["idempotency_key"],
            now=clock.now(),
        )
    except InvalidAnswers as refusal:
        form.add_answer_errors(refusal.errors)
    except CannotSubmitApplication as refusal:
        form.add_error(None, str(refusal))
    return None


@require_safe
def show_case(request: HttpRequest, number: str) -> HttpResponse:
    actor = access_resident(request)
    today = clock.today(settings.TIME_ZONE)
    try:
        case = access_case(actor, number, on=today)
    except CaseNotFound as absence:
        return _lead_to_consent(actor, number, absence)
    actions = list_available_actions(actor, case)
    context = {
        "case": case,
        "actions": actions,
        "steps": get_timeline(case),
        "stages_done": count_stages(case.status),
        "asked": list_asked(case),
        "looks": list_looks(number, now=clock.now()),
        "today": today,
        "bill": _find_bill(actor, case),
        "results": list_results(case),
        "followed": list_follow_ups(actor, case),
        "rating_form": RatingForm() if _is_to_rate(actor, case) else None,
    }
    return render(request, "cases/case.html", context)


def _lead_to_consent(actor: Actor, number: str, absence: CaseNotFound) -> HttpResponse:
    """Whose consent the case needs comes here from a message: they have a page of their own."""
    try:
        get_consent_request(actor, number, on=clock.today(settings.TIME_ZONE))
    except CaseNotFound:
        raise Http404 from absence
    return redirect("cases:consent", number)


def _is_to_rate(actor: Actor, case: Case) -> bool:
    return can_rate(actor, case) and not hasattr(case, "rating")


def _find_bill(actor: Actor, case: Case) -> Bill | None:
    """For who applied, and so is asked to pay: the bill is theirs alone to see."""
    return find_bill_of_case(case.number) if case.applicant == actor.person_number else None


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Asks once more before it does."""
    return _change(
        request,
        number,
        action="withdraw",
        template="cases/withdraw.html",
        form=forms.Form(request.POST or None),
        change=lambda actor: withdraw_case(actor=actor, number=number, now=clock.now()),
        done=_("Your application has been withdrawn."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    form = SupplementForm(request.POST if request.method == "POST" else None)
    return _change(
        request,
        number,
        action="answer_supplement",
        template="cases/supplement.html",
        form=form,
        change=lambda actor: answer_supplement(
            actor=actor, number=number, answers=form.cleaned_data["answers"], now=clock.now()
        ),
        done=_("Your answer has been sent. The clock runs on."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    form = AppealForm(request.POST if request.method == "POST" else None)
    return _change(
        request,
        number,
        action="appeal",
        template="cases/appeal.html",
        form=form,
        change=lambda actor: appeal_decision(
            actor=actor, number=number, grounds=form.cleaned_data["grounds"], now=clock.now()
        ),
        done=_("Your appeal has been received."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Where the form on the case's page is sent to; on a page of its own when something is wrong with it."""
    actor = access_resident(request)
    case = _find_case(actor, number)
    if not _is_to_rate(actor, case):
        messages.warning(request, _("This case cannot be rated (any more)."))
        return redirect("cases:case", number)
    form = RatingForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "cases/rating.html", {"case": case, "rating_form": form})
    try:
        rate_case(actor=actor, number=number, **form.cleaned_data, now=clock.now())
    except CannotChangeCase as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Thank you. Officials read your opinion without your name."))
    return redirect("cases:case", number)


def _change(
    request: HttpRequest,
    number: str,
    *,
    action: str,
    template: str,
    form: forms.Form,
    change: Callable[[Actor], Any],
    done: str,
) -> HttpResponse:
    """Show the form, or carry out what it says; when the case has moved on meanwhile, say so on its page."""
    actor = access_resident(request)
    case = _find_case(actor, number)
    if action not in list_available_actions(actor, case):
        messages.warning(request, _("This cannot be done any more: the case has moved on."))
        return redirect("cases:case", number)
    if request.method != "POST" or not form.is_valid():
        return render(request, template, {"case": case, "form": form, "steps": get_timeline(case)})
    try:
        change(actor)
    except CannotChangeCase as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("cases:case", number)


def _find_case(actor: Actor, number: str) -> Case:
    try:
        return access_case(actor, number, on=clock.today(settings.TIME_ZONE))
    except CaseNotFound as absence:
        raise Http404 from absence
