"""Signing in with an outside provider. That it knows somebody never says who stands here."""

import hmac
import logging
from dataclasses import asdict
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.federation import rules
from gapura.kernel.federation.actions import link_outside_sign_in, record_wrong_person, use_outside_sign_in
from gapura.kernel.federation.outside import (
    Attempt,
    Provider,
    Said,
    address_to_ask,
    check_issuer,
    fetch_said,
    find_provider,
    new_attempt,
)
from gapura.kernel.federation.queries import find_outside_sign_in
from gapura.kernel.federation.types import ProviderMisbehaved, WrongPerson
from gapura.kernel.identity.queries import access_resident, find_account, find_actor
from gapura.kernel.identity.types import AccessDenied

_ATTEMPT, _SAID = "federation.attempt", "federation.said"
logger = logging.getLogger(__name__)


@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """To the provider. Who typed a sign-in name (or is signed in already) means that account and no other."""
    provider = _get_provider(code)
    attempt = new_attempt(provider, next_page=_safe(request.POST.get("next", "")), meant_for=_meant(request))
    try:
        address = address_to_ask(provider, attempt, return_to=_return_address(provider))
    except ProviderMisbehaved as error:
        return _refuse(request, provider, error)
    request.session[_ATTEMPT] = asdict(attempt)
    return render(request, "federation/leave_for_provider.html", {"provider": provider, "address": address})


@require_safe
def come_back(request: HttpRequest, code: str) -> HttpResponse:
    """From the provider: open the account that was linked to this user of it, and only that one."""
    provider = _get_provider(code)
    kept = request.session.pop(_ATTEMPT, None)
    try:
        said, attempt = _hear(request, provider, kept)
    except ProviderMisbehaved as error:
        return _refuse(request, provider, error)
    link = find_outside_sign_in(said.provider, said.subject)
    if link is None:
        request.session[_SAID] = asdict(said)
        return HttpResponseRedirect(reverse("federation:link"))
    if not rules.is_account_meant(attempt.meant_for, link.account_id):
        record_wrong_person(actor=_who(request), provider=provider.code)
        return _refuse_person(request, provider)
    use_outside_sign_in(actor=_who(request), link=link, now=clock.now())
    record_authentication(request, link.account, "openid", provider=provider.code)
    return perform_login(request, Login(user=link.account, redirect_url=attempt.next or None))


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """The first time: sign in here as well, and let the register say that it is the same person."""
    actor = access_resident(request)
    kept = request.session.get(_SAID)
    provider = find_provider(kept["provider"]) if kept else None
    if kept is None or provider is None:
        raise AccessDenied
    if request.method != "POST":
        return render(request, "federation/link.html", {"provider": provider})
    del request.session[_SAID]
    try:
        link_outside_sign_in(
            actor=actor, provider=kept["provider"], subject=kept["subject"], said=kept["facts"], now=clock.now()
        )
    except WrongPerson:
        return _refuse_person(request, provider)
    except ExchangeRefusal as error:
        return _refuse(request, provider, error)
    messages.success(request, _("From now on you can sign in this way as well."))
    return HttpResponseRedirect(reverse("federation:sites"))


def _hear(request: HttpRequest, provider: Provider, kept: dict[str, Any] | None) -> tuple[Said, Attempt]:
    """What the provider says to this browser's own attempt. Raises ProviderMisbehaved."""
    if kept is None or kept["provider"] != provider.code:
        raise ProviderMisbehaved("This browser did not ask this provider.")
    attempt = Attempt(**kept)
    if not hmac.compare_digest(request.GET.get("state", "").encode(), attempt.state.encode()):
        raise ProviderMisbehaved("The answer does not belong to what this browser asked.")
    check_issuer(provider, request.GET.get("iss"))
    if "error" in request.GET or "code" not in request.GET:
        raise ProviderMisbehaved("The provider did not sign anybody in.")
    return_to = _return_address(provider)
    return fetch_said(provider, attempt, request.GET["code"], return_to=return_to, now=clock.now()), attempt


def _get_provider(code: str) -> Provider:
    provider = find_provider(code)
    if provider is None:
        raise AccessDenied
    return provider


def _meant(request: HttpRequest) -> int | None:
    """The account this is meant for: the one signed in, else the one named; an unknown name means no account at all."""
    actor = find_actor(request)
    if actor is not None:
        return actor.account_id
    name = request.POST.get("login", "").strip()
    if not name:
        return None
    account = find_account(name)
    return account.pk if account else 0


def _who(request: HttpRequest) -> Actor:
    return find_actor(request) or system_actor("outside-sign-in")


def _return_address(provider: Provider) -> str:
    return f"{settings.GAPURA_PUBLIC_ADDRESS}{reverse('federation:come-back', args=[provider.code])}"


def _safe(address: str) -> str:
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else ""


def _refuse(request: HttpRequest, provider: Provider, error: Exception) -> HttpResponse:
    logger.warning("Sign-in with %s was refused: %s", provider.code, error)
    return render(request, "federation/outside_refused.html", {"provider": provider}, status=400)


def _refuse_person(request: HttpRequest, provider: Provider) -> HttpResponse:
    return render(request, "federation/wrong_person.html", {"provider": provider}, status=403)
