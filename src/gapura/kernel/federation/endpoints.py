"""What sites ask from machine to machine: discovery, keys, pushed requests, tokens, and facts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.exchange.types import ProviderUnavailable
from gapura.kernel.federation.actions import (
    push_request,
    redeem_code,
    redeem_refresh_token,
    release_claims,
    revoke_token,
)
from gapura.kernel.federation.actions.authorization import PUSHED_LIFE
from gapura.kernel.federation.assertions import ACR, make_id_token
from gapura.kernel.federation.keys import ALGORITHM, list_public_keys
from gapura.kernel.federation.models import Client, SiteSession
from gapura.kernel.federation.queries import (
    act_as_site,
    find_access_token,
    find_token,
    get_issuer,
    get_subject,
    list_claims,
)
from gapura.kernel.federation.schemas import authenticate_client, read_authorization_request
from gapura.kernel.federation.types import IssuedTokens, ProtocolError, TokenKind, UnknownSite

_AUTHENTICATION = ["client_secret_basic", "client_secret_post", "none"]
Endpoint = Callable[[HttpRequest, Client], HttpResponse]


def _for_sites(endpoint: Endpoint) -> Callable[[HttpRequest], HttpResponse]:
    """POST from a site that proves itself; refusals in the words of RFC 6749 §5.2."""

    @csrf_exempt  # no cookie counts here: the site proves itself in each request
    @require_POST
    @wraps(endpoint)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return endpoint(request, authenticate_client(request))
        except ProtocolError as error:
            return _refuse(error)

    return answer


@require_safe
def show_configuration(request: HttpRequest) -> HttpResponse:
    """OpenID Connect Discovery §3."""
    issuer = get_issuer()
    addresses = {
        "authorization_endpoint": "federation:authorize",
        "token_endpoint": "federation:token",
        "userinfo_endpoint": "federation:userinfo",
        "jwks_uri": "federation:keys",
        "introspection_endpoint": "federation:introspect",
        "revocation_endpoint": "federation:revoke",
        "pushed_authorization_request_endpoint": "federation:push",
        "end_session_endpoint": "federation:sign-out",
    }
    configuration: dict[str, Any] = {"issuer": issuer} | {
        name: issuer + reverse(page) for name, page in addresses.items()
    }
    configuration |= {
        "scopes_supported": ["openid", "offline_access", *sorted(list_claims())],
        "claims_supported": ["sub", "acr", "amr", "auth_time", "sid", *sorted(list_claims())],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": list(ACR.values()),
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "token_endpoint_auth_methods_supported": _AUTHENTICATION,
        "introspection_endpoint_auth_methods_supported": _AUTHENTICATION[:2],
        "revocation_endpoint_auth_methods_supported": _AUTHENTICATION,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
    return _open(configuration)


@require_safe
def show_keys(request: HttpRequest) -> HttpResponse:
    """What ID tokens are checked with."""
    return _open(list_public_keys())


@_for_sites
def push(request: HttpRequest, client: Client) -> HttpResponse:
    """RFC 9126: what is asked comes from the site itself, not through the person's browser."""
    if "request_uri" in request.POST:
        raise ProtocolError("invalid_request", "A pushed request cannot point to another one.")
    parameters = request.POST.copy()
    parameters["client_id"] = client.client_id
    now = clock.now()
    try:
        asked = read_authorization_request(parameters, now=now)
    except UnknownSite as error:
        raise ProtocolError("invalid_request", str(error)) from error
    reference = push_request(actor=act_as_site(client), client=client, asked=asked, now=now)
    return _private({"request_uri": reference, "expires_in": int(PUSHED_LIFE.total_seconds())}, 201)


@_for_sites
def exchange_token(request: HttpRequest, client: Client) -> HttpResponse:
    """Tokens for a code or a refresh token."""
    now, actor = clock.now(), act_as_site(client)
    grant = request.POST.get("grant_type")
    if grant == "authorization_code":
        issued = redeem_code(
            actor=actor,
            client=client,
            code=request.POST.get("code", ""),
            redirect_address=request.POST.get("redirect_uri", ""),
            verifier=request.POST.get("code_verifier", ""),
            now=now,
        )
    elif grant == "refresh_token":
        issued = redeem_refresh_token(actor=actor, client=client, value=request.POST.get("refresh_token", ""), now=now)
    else:
        raise ProtocolError("unsupported_grant_type", "Use authorization_code or refresh_token.")
    return _private(_token_answer(issued))


@_for_sites
def introspect(request: HttpRequest, client: Client) -> HttpResponse:
    """RFC 7662, for a site about its own tokens; whatever else is asked about is simply not active."""
    if client.is_public:
        raise ProtocolError("invalid_client", "An app without a secret cannot introspect.")
    token = find_token(request.POST.get("token", ""), now=clock.now())
    if token is None or token.session.connection.client_id != client.client_id:
        return _private({"active": False})
    answer = {
        "active": True,
        "iss": get_issuer(),
        "client_id": client.client_id,
        "sub": get_subject(token.session),
        "scope": " ".join(["openid", *token.session.claims]),
        "token_type": "Bearer" if token.kind == TokenKind.ACCESS else "refresh_token",
        "iat": int(token.issued_at.timestamp()),
        "exp": int(token.expires_at.timestamp()),
    }
    return _private(answer)


@_for_sites
def revoke(request: HttpRequest, client: Client) -> HttpResponse:
    """RFC 7009: always the same answer, whatever the token was."""
    value = request.POST.get("token", "")
    revoke_token(actor=act_as_site(client), client=client, value=value, now=clock.now())
    return _private({})


@csrf_exempt  # opened by the access token alone, never by a cookie
@require_http_methods(["GET", "POST"])
def show_userinfo(request: HttpRequest) -> HttpResponse:
    """The person's name at this site, and the facts the person agreed to."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    now = clock.now()
    token = find_access_token(value, now=now) if scheme.lower() == "bearer" else None
    if token is None:
        return _refuse_bearer()
    session = token.session
    actor = act_as_site(session.connection.client)
    try:
        claims = release_claims(actor=actor, session=session, now=now)
    except ProviderUnavailable:
        response = _private({"error": "temporarily_unavailable"}, 503)
        response.headers["Retry-After"] = "60"
        return response
    return _private({"sub": get_subject(session), **claims})


def _token_answer(issued: IssuedTokens) -> dict[str, object]:
    session = SiteSession.objects.select_related("connection__client").get(pk=issued.session_id)
    answer = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": " ".join(["openid", *session.claims]),
        "id_token": make_id_token(session, issued.access_token, now=clock.now()),
    }
    return answer | ({"refresh_token": issued.refresh_token} if issued.refresh_token else {})


def _refuse(error: ProtocolError) -> HttpResponse:
    status = 401 if error.code == "invalid_client" else 400
    response = _private({"error": error.code, "error_description": str(error)}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Basic"
    return response


def _refuse_bearer() -> HttpResponse:
    response = _private({"error": "invalid_token"}, 401)
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


def _private(content: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})


def _open(content: dict[str, Any]) -> JsonResponse:
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "public, max-age=300",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return JsonResponse(content, headers=headers)
