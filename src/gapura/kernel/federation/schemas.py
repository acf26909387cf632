"""What sites send, checked against OpenID Connect Core, PKCE and what is registered of the site."""

import base64
import re
from datetime import datetime
from urllib.parse import unquote_plus

from django.http import HttpRequest, QueryDict

from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.federation.assertions import ACR
from gapura.kernel.federation.models import Client
from gapura.kernel.federation.queries import find_client
from gapura.kernel.federation.rules import digest, is_challenge
from gapura.kernel.federation.types import AuthorizationRequest, ProtocolError, UnknownSite

_LEVEL_OF_ACR = {name: level for level, name in ACR.items()}
_PROMPTS = {"none", "login", "consent", "select_account"}
_LONGEST = 500
_UNSUPPORTED = {"request": "request_not_supported", "registration": "registration_not_supported"}


def read_site(parameters: QueryDict) -> tuple[Client, str]:
    """The site and the registered address it wants the answer at. Raises UnknownSite: nobody is sent back."""
    client = find_client(parameters.get("client_id", ""))
    if client is None:
        raise UnknownSite("No site is registered under this client_id.")
    address = parameters.get("redirect_uri", "")
    if len(parameters.getlist("redirect_uri")) != 1 or address not in client.redirect_addresses:
        raise UnknownSite("The redirect_uri is not exactly one of those registered for this site.")
    return client, address


def read_authorization_request(parameters: QueryDict, *, now: datetime) -> AuthorizationRequest:
    """What the site asks. Raises UnknownSite, or ProtocolError that the site may be told."""
    client, address = read_site(parameters)
    _check_form(parameters)
    scopes = parameters.get("scope", "").split()
    if "openid" not in scopes:
        raise ProtocolError("invalid_scope", "The scope must contain openid.")
    claims = tuple(sorted(set(scopes) - {"openid", "offline_access"}))
    if foreign := sorted(set(claims) - set(client.claims)):
        raise ProtocolError("invalid_scope", f"The site is not registered for: {', '.join(foreign)}.")
    return AuthorizationRequest(
        client_id=client.client_id,
        redirect_address=address,
        claims=claims,
        wants_refresh="offline_access" in scopes,
        state=parameters.get("state", ""),
        nonce=parameters.get("nonce", ""),
        code_challenge=_challenge(parameters),
        assurance=_assurance(parameters),
        max_age=_max_age(parameters),
        prompts=_prompts(parameters),
        asked_at=now.timestamp(),
    )


def authenticate_client(request: HttpRequest) -> Client:
    """The site behind a request between machines, by Basic, form fields, or (an app) its name alone.

    Raises ProtocolError (``invalid_client``).
    """
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("basic "):
        name, secret = _basic(header[6:])
    else:
        name, secret = request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    client = find_client(name)
    if client is None or not _proves(client, secret):
        raise ProtocolError("invalid_client", "The site is unknown or its secret is wrong.")
    return client


def _proves(client: Client, secret: str) -> bool:
    if client.is_public:
        return secret == ""
    return bool(client.secret_digest) and digest(secret) == client.secret_digest


def _basic(encoded: str) -> tuple[str, str]:
    """RFC 6749 §2.3.1: both parts are form-encoded before they are joined."""
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # no base64, no letters of base64, or no UTF-8 below it
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _check_form(parameters: QueryDict) -> None:
    if repeated := [name for name in parameters if len(parameters.getlist(name)) > 1]:
        raise ProtocolError("invalid_request", f"Given more than once: {', '.join(sorted(repeated))}.")
    if any(len(value) > _LONGEST for name, value in parameters.items() if name in ("state", "nonce")):
        raise ProtocolError("invalid_request", f"state and nonce may have {_LONGEST} characters at most.")
    for name, error in _UNSUPPORTED.items():
        if name in parameters:
            raise ProtocolError(error, f"The parameter {name} is not supported.")
    if parameters.get("response_type") != "code":
        raise ProtocolError("unsupported_response_type", "Only response_type=code is supported.")
    if parameters.get("response_mode", "query") != "query":
        raise ProtocolError("invalid_request", "Only response_mode=query is supported.")


def _challenge(parameters: QueryDict) -> str:
    challenge = parameters.get("code_challenge", "")
    if parameters.get("code_challenge_method") != "S256" or not is_challenge(challenge):
        raise ProtocolError("invalid_request", "PKCE is required: code_challenge with code_challenge_method=S256.")
    return challenge


def _assurance(parameters: QueryDict) -> int:
    """The least level that satisfies the site. Names nobody knows are ignored, as they are only wishes."""
    asked = [_LEVEL_OF_ACR[name] for name in parameters.get("acr_values", "").split() if name in _LEVEL_OF_ACR]
    return int(min(asked, default=AssuranceLevel.LOW))


def _max_age(parameters: QueryDict) -> int | None:
    text = parameters.get("max_age", "")
    if text and not re.fullmatch(r"[0-9]{1,9}", text):
        raise ProtocolError("invalid_request", "max_age is a number of seconds.")
    return int(text) if text else None


def _prompts(parameters: QueryDict) -> tuple[str, ...]:
    prompts = tuple(sorted(set(parameters.get("prompt", "").split())))
    if not _PROMPTS.issuperset(prompts) or ("none" in prompts and len(prompts) > 1):
        raise ProtocolError("invalid_request", "prompt is none, or any of: login, consent, select_account.")
    return prompts
