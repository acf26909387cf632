"""A request for an agreement: asked, judged, decided, withdrawn."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.agreements.actions import (
    approve_request,
    judge_request,
    refuse_request,
    request_agreement,
    withdraw_request,
)
from gapura.kernel.agreements.forms import DecisionForm, OpinionForm, ReasonForm, RequestForm, TypeForm
from gapura.kernel.agreements.models import AgreementCase
from gapura.kernel.agreements.presentation import (
    list_field_choices,
    list_question_choices,
    list_role_choices,
    post_title,
    present_steps,
    present_terms,
    present_unneeded,
    type_title,
)
from gapura.kernel.agreements.queries import (
    access_agreement,
    access_request,
    list_history,
    list_open_steps,
    list_unneeded,
)
from gapura.kernel.agreements.types import APPLICANT, AUTHORITY, HOLDER, CannotChangeAgreement
from gapura.kernel.agreements.views.pages import WORDS
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.plugin import find_evidence_type, find_provider, list_evidence_types
from gapura.kernel.identity.queries import access_official


@require_http_methods(["GET", "HEAD", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    """First which evidence, then the terms; a renewal begins with those of the agreement it follows."""
    actor = access_official(request, APPLICANT)
    evidence_type, renews = request.GET.get("type", ""), request.GET.get("renews", "")
    initial: dict[str, Any] = {"valid_from": clock.today(settings.TIME_ZONE)}
    if renews:
        agreement = access_agreement(actor, renews, on=clock.today(settings.TIME_ZONE)).agreement
        evidence_type, initial = agreement.evidence_type, _terms_of(agreement, initial["valid_from"])
    if find_evidence_type(evidence_type) is None:
        types = [(one.code, type_title(one.code)) for one in list_evidence_types() if find_provider(one.code)]
        return render(request, "agreements/choose_type.html", {"form": TypeForm(None, types=types)})
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        fields=list_field_choices(evidence_type),
        questions=list_question_choices(evidence_type),
        posts=list_role_choices(actor.agency_code or ""),
        initial=initial,
    )
    if form.is_valid():
        try:
            wish = form.wish(evidence_type, renews)
            case = request_agreement(actor=actor, wish=wish, now=clock.now())
        except CannotChangeAgreement as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("agreements:case", case.number)
    return render(request, "agreements/request.html", {"form": form, "type": type_title(evidence_type)})


@require_safe
def show_request(request: HttpRequest, number: str) -> HttpResponse:
    actor = access_official(request, APPLICANT, HOLDER, AUTHORITY)
    return render(request, "agreements/case.html", _page(actor, access_request(actor, number)))


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, number: str) -> HttpResponse:
    """The holder's opinion; what is unticked is taken away from the request."""
    actor = access_official(request, HOLDER)
    case = access_request(actor, number)
    wanted = case.wanted_terms
    form = OpinionForm(
        request.POST if request.method == "POST" else None,
        fields=list_field_choices(case.evidence_type, wanted.fields),
        questions=list_question_choices(case.evidence_type, wanted.questions),
        posts=[(code, post_title(code)) for code in sorted(wanted.posts)],
        until=wanted.valid_until,
    )

    def carry_out() -> object:
        return judge_request(
            actor=actor,
            number=number,
            in_favor=form.cleaned_data["in_favor"] == "yes",
            terms=form.terms,
            conditions=form.cleaned_data["conditions"],
            now=clock.now(),
        )

    return _step(request, actor, case, "judge", form, carry_out)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: str) -> HttpResponse:
    actor = access_official(request, AUTHORITY)
    form = DecisionForm(request.POST if request.method == "POST" else None)

    def carry_out() -> object:
        action = approve_request if form.cleaned_data["decision"] == "approve" else refuse_request
        return action(actor=actor, number=number, reason=form.cleaned_data["reason"], now=clock.now())

    return _step(request, actor, access_request(actor, number), "approve", form, carry_out)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    actor = access_official(request, APPLICANT)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def carry_out() -> object:
        return withdraw_request(actor=actor, number=number, reason=form.cleaned_data["reason"], now=clock.now())

    return _step(request, actor, access_request(actor, number), "withdraw", form, carry_out)


def _step(
    request: HttpRequest, actor: Actor, case: AgreementCase, name: str, form: Form, carry_out: Callable[[], object]
) -> HttpResponse:
    """The page of the request with the form of one step, or back to the request once it was taken."""
    page = _page(actor, case)
    if name not in page["open_steps"]:
        messages.warning(request, _("The request has moved on; this can no longer be done."))
        return redirect("agreements:case", case.number)
    if form.is_valid():
        try:
            carry_out()
        except CannotChangeAgreement as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done. It stands in the history that both agencies see."))
            return redirect("agreements:case", case.number)
    return render(request, "agreements/case.html", page | {"form": form, "step": name})


def _page(actor: Actor, case: AgreementCase) -> dict[str, Any]:
    wanted, today = case.wanted_terms, clock.today(settings.TIME_ZONE)
    unneeded = list_unneeded(
        case.consumer, case.evidence_type, fields=wanted.fields, questions=wanted.questions, on=today
    )
    return WORDS | {
        "case": case,
        "wanted": present_terms(case.evidence_type, wanted),
        "judged": present_terms(case.evidence_type, case.terms) if case.judged and case.judged != case.wanted else [],
        "unneeded": present_unneeded(case.evidence_type, unneeded),
        "open_steps": list_open_steps(actor, case),
        "history": present_steps(list_history([case.number])),
        "today": today,
        "form": None,
        "step": "",
    }


def _terms_of(agreement: Any, today: date) -> dict[str, Any]:
    """A renewal asks for what stands, from the day it ends."""
    return {
        "fields": agreement.fields,
        "questions": agreement.questions,
        "posts": [code for code in agreement.posts if "/" not in code],
        "post_codes": "\n".join(code for code in agreement.posts if "/" in code),
        "legal_ground": agreement.legal_ground,
        "valid_from": max(today, agreement.valid_until or today),
        **{f"purpose_{language}": text for language, text in agreement.purpose.items()},
    }
