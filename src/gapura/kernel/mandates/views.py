"""Whom one acts for, whom one trusts, and signing a mandate."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_mandate_rules, get_service
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.exchange.plugin import find_provider
from gapura.kernel.identity.queries import access_resident, find_confirmation, find_strongest_level
from gapura.kernel.identity.types import AccessDenied, StepUpRequired
from gapura.kernel.mandates.actions import (
    accept_mandate,
    begin_acting,
    end_acting,
    end_mandate,
    grant_mandate,
)
from gapura.kernel.mandates.forms import GrantForm
from gapura.kernel.mandates.models import Mandate
from gapura.kernel.mandates.permissions import is_principal, is_representative
from gapura.kernel.mandates.plugin import find_represented, list_dependants
from gapura.kernel.mandates.queries import (
    access_mandate,
    find_kind,
    list_clients,
    list_given,
    list_offers,
    list_uses,
)
from gapura.kernel.mandates.rules import is_fresh
from gapura.kernel.mandates.sessions import forget, remember
from gapura.kernel.mandates.types import CannotChangeMandate, CannotGrantMandate, NotMandated

CLIENTS_ON_A_PAGE = 20
CLIENTS_ON_OVERVIEW = 5
_DRAFT = "mandate_draft"


def _today() -> date:
    return clock.today(settings.TIME_ZONE)


@require_safe
def show_mandates(request: HttpRequest) -> HttpResponse:
    """Whom one may act for, and whom one lets act."""
    person = str(access_resident(request).person_number)
    today = _today()
    company = get_mandate_rules().kinds.get(Relation.COMPANY)
    context = {
        "dependants": list_dependants(person, today),
        "kinds": get_mandate_rules().kinds,
        "clients": list_clients(person, on=today, limit=CLIENTS_ON_OVERVIEW),
        "offers": list_offers(person, on=today),
        "given": list_given(person),
        "today": today,
        "companies": find_represented(person, today),
        "has_companies": bool(company and company.rule and find_provider(company.rule.evidence_type)),
    }
    return render(request, "mandates/mandates.html", context)


@require_safe
def show_clients(request: HttpRequest) -> HttpResponse:
    """Everybody who gave the representative a mandate that stands, by name."""
    person = str(access_resident(request).person_number)
    search = request.GET.get("q", "").strip()[:100]
    after = request.GET.get("after", "")[:130] or None
    page = list_clients(person, on=_today(), search=search, after=after, limit=CLIENTS_ON_A_PAGE)
    return render(request, "mandates/clients.html", {"page": page, "search": search, "after": after})


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Act for somebody from now on."""
    actor = access_resident(request)
    relation = request.POST.get("relation", "")
    kind = find_kind(relation)
    if kind is not None and actor.assurance < kind.assurance:
        raise StepUpRequired(kind.assurance)
    try:
        acting = begin_acting(
            actor=actor,
            principal=request.POST.get("principal", "")[:16],
            relation=relation,
            number=request.POST.get("number", "")[:16],
            now=clock.now(),
        )
    except NotMandated as refusal:
        messages.warning(request, str(refusal))
        return redirect("mandates:mine")
    remember(request, actor, acting)
    return redirect("portal:home")


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Act for oneself again."""
    actor = access_resident(request)
    if actor.principal is not None:
        end_acting(actor=actor, reason="chosen")
    forget(request)
    return redirect("mandates:mine")


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    """Write down whom one trusts with what; nothing is signed yet."""
    access_resident(request)
    today = _today()
    form = GrantForm(request.POST if request.method == "POST" else None, on=today)
    if form.is_valid():
        filled = form.cleaned_data
        request.session[_DRAFT] = {
            "relation": filled["relation"],
            "representative": filled["representative"].strip(),
            "representative_name": filled["representative_name"].strip(),
            "services": filled["services"],
            "valid_from": today.isoformat(),
            "valid_until": (today + timedelta(days=min(filled["days"], 36500))).isoformat(),
            "grant_key": new_code(23),
        }
        return redirect("mandates:sign")
    return render(request, "mandates/grant.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest) -> HttpResponse:
    """Show exactly what is signed, and sign it. The second factor must have been shown a moment ago."""
    actor = access_resident(request)
    draft = request.session.get(_DRAFT)
    if draft is None:
        return redirect("mandates:grant")
    terms = _terms(draft)
    signed_at = _require_signature(request, draft["relation"])
    if request.method == "POST" and request.POST.get("grant_key") == draft["grant_key"]:
        try:
            mandate = grant_mandate(actor=actor, signed_at=signed_at, now=clock.now(), **terms)
        except CannotGrantMandate as refusal:
            messages.warning(request, str(refusal))
            return redirect("mandates:grant")
        messages.success(request, _("You signed the mandate. It begins when the other person accepts it."))
        return redirect("mandates:mandate", mandate.number)
    context = {
        "terms": terms,
        "titles": [get_service(code, on=_today()).title for code in draft["services"]],
        "last_day": terms["valid_until"] - timedelta(days=1),
        "kind": find_kind(draft["relation"]),
    }
    return render(request, "mandates/sign.html", context)


def _terms(draft: dict[str, Any]) -> dict[str, Any]:
    dates = {name: date.fromisoformat(draft[name]) for name in ("valid_from", "valid_until")}
    return draft | dates


def _require_signature(request: HttpRequest, relation: str) -> datetime:
    """When the person's strongest factor was shown. Raises StepUpRequired when it was not, or too long ago."""
    kind, confirmation = find_kind(relation), find_confirmation(request)
    strongest = find_strongest_level(request)
    needed = max(strongest, kind.assurance) if kind else strongest
    if confirmation is None:
        raise StepUpRequired(needed)
    shown_at, level = confirmation
    if level < needed or not is_fresh(shown_at, clock.now(), get_mandate_rules().signature_minutes):
        raise StepUpRequired(needed)
    return shown_at


@require_safe
def show_mandate(request: HttpRequest, number: str) -> HttpResponse:
    """The mandate and every act under it, for both."""
    actor = access_resident(request)
    mandate = access_mandate(actor, number)
    return render(request, "mandates/mandate.html", _mandate_context(actor, mandate))


def _mandate_context(actor: Actor, mandate: Mandate) -> dict[str, Any]:
    today = _today()
    return {
        "mandate": mandate,
        "uses": list_uses(mandate),
        "titles": _titles(mandate),
        "kind": find_kind(mandate.relation),
        "stands": mandate.stands(today),
        "is_over": mandate.ended_at is not None or today >= mandate.valid_until,
        "is_principal": is_principal(actor, mandate),
        "can_accept": is_representative(actor, mandate) and mandate.accepted_at is None,
    }


def _titles(mandate: Mandate) -> dict[str, Any]:
    """Titles of the granted services; a service that is gone since keeps its code."""
    found: dict[str, Any] = {}
    for code in mandate.services:
        try:
            found[code] = get_service(code, on=_today()).title
        except LookupError:
            found[code] = {settings.LANGUAGE_CODE: code}
    return found


@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    try:
        accept_mandate(actor=access_resident(request), number=number, now=clock.now())
    except CannotChangeMandate as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("You accepted the mandate. You can act for this person now."))
    return redirect("mandates:mandate", number)


@require_POST
def end(request: HttpRequest, number: str) -> HttpResponse:
    """Revoke, decline or give back."""
    actor = access_resident(request)
    if actor.principal is not None:
        raise AccessDenied
    end_mandate(actor=actor, number=number, now=clock.now())
    messages.success(request, _("The mandate has ended. Nothing can be done under it any more."))
    return redirect("mandates:mandate", number)
