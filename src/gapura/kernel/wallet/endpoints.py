"""Receivers' machines fetch what people share with them: each request signed with the receiver's own key."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.types import ProviderUnavailable
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.wallet import actions
from gapura.kernel.wallet.queries import find_receiver, get_sharing_terms
from gapura.kernel.wallet.types import CannotFetch, Receiver, UnknownReceiver

_MOST_LETTERS = 4_096


@csrf_exempt  # no cookie counts here: each request is signed
@require_POST
def fetch_facts(request: HttpRequest, number: str) -> HttpResponse:
    """The facts by evidence type. ``Authorization: Bearer`` a JWT (ES256) with iss, aud, iat and jti."""
    now = clock.now()
    try:
        receiver, attempt = _authenticate(request, now)
        actor = system_actor(f"receiver-{receiver.code}")
        facts = actions.fetch_facts(
            actor=actor, receiver_agency=receiver.agency, number=number, attempt=attempt, now=now
        )
    except UnknownReceiver as refusal:
        answer = _answer({"error": "invalid_token", "error_description": str(refusal)}, 401)
        answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return answer
    except AccessDenied:
        return _answer({"error": "not_found"}, 404)
    except CannotFetch as refusal:
        return _answer({"error": "ended", "error_description": str(refusal)}, 410)
    except ProviderUnavailable:
        return _answer({"error": "temporarily_unavailable"}, 503)
    return _answer({"facts": facts})


def _authenticate(request: HttpRequest, now: datetime) -> tuple[Receiver, str]:
    """The receiver that signed this very request, and the request's own key. Raises UnknownReceiver."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > _MOST_LETTERS:
        raise UnknownReceiver("Send a signed JWT as bearer.")
    address = settings.GAPURA_PUBLIC_ADDRESS.rstrip("/") + request.path
    for code, keys in get_sharing_terms().keys.items():
        for key in keys:
            try:
                claims = jwt.decode(token, ECKey.import_key(dict(key)), algorithms=["ES256"]).claims
            except (JoseError, ValueError):
                continue
            receiver, made, attempt = find_receiver(code), claims.get("iat"), claims.get("jti")
            life = get_sharing_terms().fetch_life.total_seconds()
            is_fresh = isinstance(made, int) and abs(now.timestamp() - made) < life
            if receiver and claims.get("iss") == code and claims.get("aud") == address and is_fresh and attempt:
                return receiver, str(attempt)
    raise UnknownReceiver("No key of a registered receiver signed this request, for this address, just now.")


def _answer(content: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})
