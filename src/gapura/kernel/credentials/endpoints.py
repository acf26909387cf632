"""What wallets and verifiers ask from machine to machine: no cookie counts here, a code, a token or a proof does."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.credentials.actions import issue_credential, redeem_offer, take_showing
from gapura.kernel.credentials.metadata import (
    PRE_AUTHORIZED,
    describe_authorization_server,
    describe_issuer,
    describe_keys,
    describe_type,
    make_status_token,
)
from gapura.kernel.credentials.proofs import make_nonce
from gapura.kernel.credentials.queries import find_kind, find_open_showing, find_revoked_places, get_terms
from gapura.kernel.credentials.requests import make_request
from gapura.kernel.credentials.schemas import read_credential_request, read_vp_token
from gapura.kernel.credentials.types import NotGenuine, ProtocolError
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.exchange.types import ExchangeRefusal

# Nobody is identified by a wallet, not even who happens to be signed in.
_WALLET = system_actor("phone-wallet")
_UNAVAILABLE = "A register or the key does not answer now. Try again in a minute."


def _for_wallets(endpoint: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refusals in the words of the standards."""

    @csrf_exempt
    @wraps(endpoint)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return endpoint(request, *args, **kwargs)
        except ProtocolError as error:
            return _refuse(error)
        except (ExchangeRefusal, CannotSealDocument):
            return _private({"error": "temporarily_unavailable", "error_description": _UNAVAILABLE}, 503)

    return answer


@require_safe
def show_issuer(request: HttpRequest) -> HttpResponse:
    return _open(describe_issuer(get_agency(next(iter(get_terms().kinds.values())).agency).title))


@require_safe
def show_authorization_server(request: HttpRequest) -> HttpResponse:
    return _open(describe_authorization_server())


@_for_wallets
@require_safe
def show_keys(request: HttpRequest) -> HttpResponse:
    return _open(describe_keys(now=clock.now()))


@require_safe
def show_type(request: HttpRequest, kind: str) -> HttpResponse:
    declared = find_kind(kind)
    if declared is None:
        raise Http404
    return _open(describe_type(declared))


@_for_wallets
@require_safe
def show_status(request: HttpRequest, kind: str, status_list: int) -> HttpResponse:
    """The status list, for anybody: who asks does not say about which credential."""
    declared, revoked = find_kind(kind), find_revoked_places(kind, status_list)
    if declared is None or revoked is None:
        raise Http404
    token = make_status_token(declared, status_list, revoked, now=clock.now())
    return _plain(token, "application/statuslist+jwt", int(get_terms().status_life.total_seconds()))


@_for_wallets
@require_POST
def give_nonce(request: HttpRequest) -> HttpResponse:
    return _private({"c_nonce": make_nonce(now=clock.now())})


@_for_wallets
@require_POST
def give_token(request: HttpRequest) -> HttpResponse:
    """OpenID4VCI §6."""
    if request.POST.get("grant_type") != PRE_AUTHORIZED:
        raise ProtocolError("unsupported_grant_type", f"Use {PRE_AUTHORIZED}.")
    secret, code = request.POST.get("pre-authorized_code", ""), request.POST.get("tx_code", "")
    if not secret or not code:
        raise ProtocolError("invalid_request", "pre-authorized_code and tx_code are both needed.")
    token = redeem_offer(actor=_WALLET, secret=secret, code=code, now=clock.now())
    life = int(get_terms().token_life.total_seconds())
    return _private({"access_token": token, "token_type": "Bearer", "expires_in": life})


@_for_wallets
@require_POST
def give_credential(request: HttpRequest) -> HttpResponse:
    """OpenID4VCI §8."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise ProtocolError("invalid_token", "The access token is missing.")
    asked = read_credential_request(request.body)
    credential = issue_credential(
        actor=_WALLET,
        token=token,
        kind=asked.credential_configuration_id,
        proof=asked.proofs.jwt[0],
        now=clock.now(),
    )
    return _private({"credentials": [{"credential": credential}]})


@_for_wallets
@require_http_methods(["GET", "POST"])
def show_request(request: HttpRequest, number: str) -> HttpResponse:
    """What an official asks to be shown (OpenID4VP §5)."""
    now = clock.now()
    showing = find_open_showing(number, now=now)
    if showing is None:
        raise Http404
    return _plain(make_request(showing, now=now), "application/oauth-authz-req+jwt", 0)


@_for_wallets
@require_POST
def take_answer(request: HttpRequest, number: str) -> HttpResponse:
    """The wallet's answer (OpenID4VP §8.2)."""
    if find_open_showing(number, now=clock.now()) is None:
        raise Http404
    try:
        if request.POST.get("state") != number:
            raise NotGenuine("The state is of another request.")
        presentation = read_vp_token(request.POST.get("vp_token", ""))
        take_showing(actor=_WALLET, number=number, presentation=presentation, now=clock.now())
    except NotGenuine as refusal:
        raise ProtocolError("invalid_request", str(refusal)) from refusal
    return _private({})


def _refuse(error: ProtocolError) -> HttpResponse:
    status = 401 if error.code == "invalid_token" else 400
    response = _private({"error": error.code, "error_description": str(error)}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


def _private(content: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})


def _open(content: dict[str, Any]) -> JsonResponse:
    return JsonResponse(content, headers=_open_headers(300))


def _plain(token: str, kind: str, seconds: int) -> HttpResponse:
    headers = _open_headers(seconds) if seconds else {"Cache-Control": "no-store"}
    return HttpResponse(token, content_type=kind, headers=headers)


def _open_headers(seconds: int) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": f"public, max-age={seconds}",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
