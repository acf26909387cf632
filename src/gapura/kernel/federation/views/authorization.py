"""A person sent here by a site: sign in, see what it wants to know, agree or not, and go back."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.federation.actions import (
    connect_site,
    end_site_sessions,
    open_site_session,
    take_pushed_request,
)
from gapura.kernel.federation.keys import read_signed
from gapura.kernel.federation.models import Client, SiteSession
from gapura.kernel.federation.permissions import can_use_own_identity
from gapura.kernel.federation.queries import (
    find_browser_session,
    find_client,
    find_connection,
    find_site_session,
    get_issuer,
    list_claims,
    list_sessions_of_browser,
)
from gapura.kernel.federation.rules import with_tuples
from gapura.kernel.federation.schemas import read_authorization_request, read_site
from gapura.kernel.federation.types import (
    AuthorizationRequest,
    ProtocolError,
    SessionEnd,
    SignInFacts,
    UnknownSite,
)
from gapura.kernel.identity.queries import find_actor, get_actor
from gapura.kernel.identity.types import AccessDenied, StepUpRequired

_SALT = "federation.request"
_LIFE_SECONDS = 600
# How the ways to sign in here are called in ``amr`` (RFC 8176).
_METHODS = {"password": "pwd", "totp": "otp", "webauthn": "pop"}


@csrf_exempt  # changes nothing: it only leads to the page where the person answers
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Where a site sends a person (OpenID Connect Core §3.1.2)."""
    parameters = request.POST if request.method == "POST" else request.GET
    try:
        if "request_uri" in parameters:
            asked = take_pushed_request(
                client_id=parameters.get("client_id", ""), request_uri=parameters["request_uri"], now=clock.now()
            )
        else:
            asked = _read(parameters)
    except (UnknownSite, ProtocolError) as error:
        return render(request, "federation/refused.html", {"reason": str(error)}, status=400)
    except _AnswerToSite as refusal:
        return HttpResponseRedirect(refusal.address)
    if "none" in asked.prompts:
        return _answer_silently(request, asked)
    sealed = signing.dumps(asdict(asked), salt=_SALT, compress=True)
    return HttpResponseRedirect(f"{reverse('federation:answer')}?{urlencode({'request': sealed})}")


@csrf_protect
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Everything still missing, one step after another; then back to the site."""
    actor = get_actor(request)
    asked = _unseal(request.GET.get("request", ""))
    client = find_client(asked.client_id) if asked else None
    if asked is None or client is None:
        return render(request, "federation/refused.html", {"is_late": True}, status=400)
    if missing := _next_step(request, actor, client, asked):
        return missing
    if request.method == "POST":
        if request.POST.get("answer") != "yes":
            return _leave(request, client, _error_address(asked, "access_denied", "The person said no."))
        connect_site(actor=actor, asked=asked, claims=request.POST.getlist("claims"), now=clock.now())
    elif "consent" in asked.prompts or not _has_agreed(actor, asked):
        return _ask(request, client, asked, actor)
    return _leave(request, client, _sign_in(request, actor, asked))


def _next_step(request: HttpRequest, actor: Actor, client: Client, asked: AuthorizationRequest) -> HttpResponse | None:
    """What the person has to do before the site matters at all; None: nothing."""
    here = urlencode({"next": request.get_full_path()})
    if actor.kind is ActorKind.OFFICIAL:
        return HttpResponseRedirect(f"{reverse('identity:capacity')}?{here}")
    if not can_use_own_identity(actor):
        raise AccessDenied
    if not _is_fresh(request, asked):
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{here}")
    if actor.assurance < asked.assurance:
        return _step_up(request, client, asked)
    return None


@csrf_protect
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Where a site sends a person who signs out there (OpenID Connect RP-Initiated Logout).

    With an ID token of this browser's session it is done at once; else the person is asked first.
    """
    parameters = request.POST if request.method == "POST" else request.GET
    session = _hinted_session(parameters.get("id_token_hint", ""), parameters.get("client_id", ""))
    back = _way_back(session, parameters)
    browser = find_browser_session(request.session.session_key)
    is_ours = session is not None and session.browser_session == browser
    if find_actor(request) is not None and not is_ours and request.POST.get("answer") != "yes":
        kept = {name: parameters[name] for name in _SIGN_OUT_PARAMETERS if name in parameters}
        return render(request, "federation/sign_out.html", {"kept": kept})
    if actor := find_actor(request):
        end_site_sessions(
            actor=actor,
            sessions=list_sessions_of_browser(browser or 0),
            reason=SessionEnd.SIGNED_OUT,
            now=clock.now(),
        )
        get_adapter().logout(request)
    if back is None or session is None:
        return HttpResponseRedirect(reverse("portal:home"))
    return _leave(request, session.connection.client, back)


_SIGN_OUT_PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


class _AnswerToSite(Exception):
    """The site is known, what it asks is wrong: it is told so."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def _read(parameters: Any) -> AuthorizationRequest:
    try:
        return read_authorization_request(parameters, now=clock.now())
    except ProtocolError as error:
        _client, address = read_site(parameters)
        state = parameters.get("state", "")
        raise _AnswerToSite(_address(address, state, error=error.code, error_description=str(error))) from error


def _unseal(sealed: str) -> AuthorizationRequest | None:
    try:
        asked = signing.loads(sealed, salt=_SALT, max_age=_LIFE_SECONDS)
    except signing.BadSignature:
        return None
    return AuthorizationRequest(**with_tuples(asked))


def _answer_silently(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """``prompt=none``: without a word to the person, or not at all."""
    actor = find_actor(request)
    if actor is None or not can_use_own_identity(actor) or not _is_fresh(request, asked):
        return HttpResponseRedirect(_error_address(asked, "login_required", "The person has to sign in."))
    if actor.assurance < asked.assurance:
        return HttpResponseRedirect(_error_address(asked, "interaction_required", "A stronger sign-in is needed."))
    if not _has_agreed(actor, asked):
        return HttpResponseRedirect(_error_address(asked, "consent_required", "The person has to agree."))
    return HttpResponseRedirect(_sign_in(request, actor, asked))


def _is_fresh(request: HttpRequest, asked: AuthorizationRequest) -> bool:
    """Whether the person signed in recently enough for this request."""
    signed_in_at = _last_sign_in(request)
    if "login" in asked.prompts and signed_in_at < asked.asked_at:
        return False
    return asked.max_age is None or signed_in_at >= asked.asked_at - asked.max_age


def _has_agreed(actor: Actor, asked: AuthorizationRequest) -> bool:
    connection = find_connection(asked.client_id, actor.person_number or "", now=clock.now())
    return connection is not None and set(asked.claims) <= set(connection.asked)


def _step_up(request: HttpRequest, client: Client, asked: AuthorizationRequest) -> HttpResponse:
    """To the stronger sign-in, once; whoever comes back without it cannot be more certain."""
    tried = f"federation.step-up.{int(asked.asked_at)}"
    if request.session.pop(tried, False):
        description = "The account does not reach this level of assurance."
        return _leave(request, client, _error_address(asked, "unmet_authentication_requirements", description))
    request.session[tried] = True
    raise StepUpRequired(AssuranceLevel(asked.assurance))


def _ask(request: HttpRequest, client: Client, asked: AuthorizationRequest, actor: Actor) -> HttpResponse:
    standing = find_connection(client.client_id, actor.person_number or "", now=clock.now())
    context = {
        "client": client,
        "claims": [list_claims()[code] for code in asked.claims],
        "agreed": standing.claims if standing else [],
        "days": get_limit("site_consent_days"),
    }
    return render(request, "federation/consent.html", context)


def _sign_in(request: HttpRequest, actor: Actor, asked: AuthorizationRequest) -> str:
    records = get_authentication_records(request, request.user)
    facts = SignInFacts(
        signed_in_at=datetime.fromtimestamp(_last_sign_in(request), UTC),
        assurance=int(actor.assurance),
        methods=_methods(records),
        browser_session=find_browser_session(request.session.session_key) or 0,
    )
    code = open_site_session(actor=actor, asked=asked, facts=facts, now=clock.now())
    return _address(asked.redirect_address, asked.state, code=code)


def _last_sign_in(request: HttpRequest) -> float:
    records = get_authentication_records(request, request.user)
    return max((float(record["at"]) for record in records), default=0.0)


def _methods(records: list[dict[str, Any]]) -> tuple[str, ...]:
    used = {record.get("type", record["method"]) for record in records}
    names = sorted({_METHODS[way] for way in used if way in _METHODS})
    return (*names, "mfa") if len(used) > 1 else tuple(names)


def _leave(request: HttpRequest, client: Client, address: str) -> HttpResponse:
    """Back to the site by a page of our own: no form of ours may lead to another address."""
    return render(request, "federation/leave.html", {"client": client, "address": address})


def _error_address(asked: AuthorizationRequest, error: str, description: str) -> str:
    return _address(asked.redirect_address, asked.state, error=error, error_description=description)


def _address(address: str, state: str, **values: str) -> str:
    """The site's address with the answer, and with who gives it (RFC 9207)."""
    query = urlencode(values | ({"state": state} if state else {}) | {"iss": get_issuer()})
    return f"{address}{'&' if '?' in address else '?'}{query}"


def _hinted_session(hint: str, client_id: str) -> SiteSession | None:
    claims = read_signed(hint) if hint else None
    if claims is None or claims.get("iss") != get_issuer():
        return None
    session = find_site_session(str(claims.get("sid", "")))
    if session is None or (client_id and client_id != session.connection.client_id):
        return None
    return session


def _way_back(session: SiteSession | None, parameters: Any) -> str | None:
    """The site's own page, if it is registered for this."""
    address = parameters.get("post_logout_redirect_uri", "")
    if session is None or address not in session.connection.client.sign_out_addresses:
        return None
    state = parameters.get("state", "")
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'state': state})}" if state else address
