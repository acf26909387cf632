"""A resident's own cases over HTTP: apply, follow, withdraw, answer, appeal."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import (
    answer_supplement,
    appeal_decision,
    submit_application,
    withdraw_case,
)
from gapura.kernel.cases.forms import AppealForm, ApplicationForm, SupplementForm
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.presentation import count_stages, list_asked, list_needs
from gapura.kernel.cases.queries import access_case, get_timeline, list_available_actions, list_representable
from gapura.kernel.cases.types import CannotChangeCase, CannotSubmitApplication, CaseNotFound
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.types import InvalidAnswers, PublicService, ServiceNotInForce
from gapura.kernel.identity.queries import access_resident
from gapura.kernel.identity.types import StepUpRequired


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a public service. Sending it opens the case, decided already where a rule decides."""
    actor = access_resident(request)
    today = clock.today(settings.TIME_ZONE)
    try:
        service = get_service(code, on=today)
    except ServiceNotInForce as refusal:
        raise Http404 from refusal
    if actor.assurance < service.assurance:
        raise StepUpRequired
    people = list_representable(actor, service=service, on=today)
    form = ApplicationForm(request.POST if request.method == "POST" else None, service=service, people=people)
    if form.is_valid() and (case := _submit(actor, service, form)):
        return redirect("cases:case", case.number)
    return render(request, "cases/apply.html", {"service": service, "form": form, "needs": list_needs(service)})


def _submit(actor: Actor, service: PublicService, form: ApplicationForm) -> Case | None:
    """The case, or None with the reason in the form."""
    try:
        return submit_application(
            actor=actor,
            service_code=service.code,
            subject=form.person.number,
            relation=form.person.relation,
            answers=form.answers,
            language=get_language() or settings.LANGUAGE_CODE,
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
    case = _find_case(actor, number)
    actions = list_available_actions(actor, case)
    context = {
        "case": case,
        "actions": actions,
        "steps": get_timeline(case),
        "stages_done": count_stages(case.status),
        "asked": list_asked(case),
        "today": clock.today(settings.TIME_ZONE),
    }
    return render(request, "cases/case.html", context)


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
        return access_case(actor, number)
    except CaseNotFound as absence:
        raise Http404 from absence
