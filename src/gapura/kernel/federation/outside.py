"""Talking to an outside OpenID provider, and believing only what its signature, names and numbers bear out.

Providers stand in ``GAPURA_HOME/sign_in_providers.yaml``; without the file nobody signs in from outside.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3.exceptions import HTTPError

from gapura.foundation.egress import call, parse_allowed
from gapura.foundation.texts import Text
from gapura.kernel.federation.queries import get_claim_terms
from gapura.kernel.federation.rules import challenge_of, is_safe_address
from gapura.kernel.federation.types import ProviderMisbehaved

# No symmetric ones: with them our own secret would sign. No "none".
ALGORITHMS = ["ES256", "ES384", "PS256", "RS256"]
_SKEW = timedelta(seconds=60)
_LARGEST = 200_000


@dataclass(frozen=True)
class Provider:
    """An outside provider. ``facts``: its claim names, each with the fact of ours that it must match."""

    code: str
    title: Text
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to sign in outside, kept in the browser's session; ``meant_for``: the account it is meant to open."""

    provider: str
    state: str
    nonce: str
    verifier: str
    next: str
    meant_for: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider says of its user: its own name for them, and facts of ours by name."""

    provider: str
    subject: str
    facts: Mapping[str, str]


def list_providers() -> list[Provider]:
    """Every provider that is set up, in the order of the file."""
    file = Path(settings.GAPURA_HOME) / "sign_in_providers.yaml"
    if not file.exists():
        return []
    return [_provider(code, entry) for code, entry in yaml.safe_load(file.read_text()).items()]


def find_provider(code: str) -> Provider | None:
    """The provider with this code."""
    return next((provider for provider in list_providers() if provider.code == code), None)


def new_attempt(provider: Provider, *, next_page: str, meant_for: int | None) -> Attempt:
    """Fresh secrets for one attempt."""
    return Attempt(
        provider=provider.code,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        next=next_page,
        meant_for=meant_for,
    )


def address_to_ask(provider: Provider, attempt: Attempt, *, return_to: str) -> str:
    """Where the person signs in outside. Raises ProviderMisbehaved."""
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": return_to,
        "scope": " ".join(["openid", *provider.facts]),
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
    }
    return f"{_discover(provider)['authorization_endpoint']}?{urlencode(query)}"


def check_issuer(provider: Provider, named: str | None) -> None:
    """RFC 9207: the answer names the provider that was asked. Raises ProviderMisbehaved (mix-up).

    One that announces to name itself must do so.
    """
    announced = _discover(provider).get("authorization_response_iss_parameter_supported", False)
    if named is None and announced:
        raise ProviderMisbehaved("The answer does not say which provider gives it, though the provider always does.")
    if named is not None and named != provider.issuer:
        raise ProviderMisbehaved(f"The answer comes from {named!r}, but {provider.issuer!r} was asked.")


def fetch_said(provider: Provider, attempt: Attempt, code: str, *, return_to: str, now: datetime) -> Said:
    """What the provider says for the code. Raises ProviderMisbehaved."""
    endpoints = _discover(provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": return_to,
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "code_verifier": attempt.verifier,
    }
    answer = _ask("POST", endpoints["token_endpoint"], form)
    claims = _read_id_token(provider, str(answer.get("id_token", "")), _ask("GET", endpoints["jwks_uri"]))
    _check_claims(provider, attempt, claims, now)
    facts = {fact: str(claims[name]) for name, fact in provider.facts.items() if name in claims}
    if set(facts) != set(provider.facts.values()):
        raise ProviderMisbehaved("The provider did not say everything that has to be compared with the register.")
    return Said(provider.code, str(claims["sub"]), facts)


def _provider(code: str, entry: Mapping[str, Any]) -> Provider:
    provider = Provider(
        code=code,
        title=entry["title"],
        issuer=entry["issuer"].rstrip("/"),
        client_id=entry["client_id"],
        client_secret=entry["client_secret"],
        facts=entry["facts"],
    )
    if unknown := set(provider.facts.values()) - set(get_claim_terms().matching_facts):
        raise ValueError(f"sign_in_providers.yaml: {code} names facts nobody can compare: {sorted(unknown)}.")
    if not provider.facts or not is_safe_address(provider.issuer, is_demo=settings.GAPURA_DEMO):
        raise ValueError(f"sign_in_providers.yaml: {code} needs facts to compare, and an issuer with https://.")
    return provider


def _discover(provider: Provider) -> Mapping[str, Any]:
    found = _ask("GET", f"{provider.issuer}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != provider.issuer:
        raise ProviderMisbehaved(f"{provider.issuer} describes itself as {found.get('issuer')!r}.")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_safe_address(str(found.get(name, "")), is_demo=settings.GAPURA_DEMO):
            raise ProviderMisbehaved(f"{provider.issuer} gives no safe address for {name}.")
    return found


def _ask(method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        body = urlencode(form).encode() if form else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        allowed = parse_allowed(settings.GAPURA_EGRESS)
        reply = call(method, address, allowed=allowed, body=body, headers=headers, most_bytes=_LARGEST)
        if reply.status != 200:
            raise ProviderMisbehaved(f"{address} answered with status {reply.status}.")
        answer = json.loads(reply.content)
    except HTTPError as error:
        raise ProviderMisbehaved(f"{address} does not answer: {error}") from error
    except ValueError as error:
        raise ProviderMisbehaved(f"{address} did not answer with JSON.") from error
    if not isinstance(answer, dict):
        raise ProviderMisbehaved(f"{address} did not answer with a JSON object.")
    return answer


def _read_id_token(provider: Provider, token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    try:
        key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]
        claims: dict[str, Any] = jwt.decode(token, key_set, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, KeyError) as error:
        raise ProviderMisbehaved(f"The ID token of {provider.issuer} cannot be verified: {error}") from error
    return claims


def _check_claims(provider: Provider, attempt: Attempt, claims: Mapping[str, Any], now: datetime) -> None:
    """OpenID Connect Core §3.1.3.7."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    faults = {
        "issuer": claims.get("iss") != provider.issuer,
        "audience": audiences != [provider.client_id],
        "authorized party": claims.get("azp", provider.client_id) != provider.client_id,
        "nonce": not secrets.compare_digest(str(claims.get("nonce", "")), attempt.nonce),
        "expiry": not _is_time(claims.get("exp")) or claims["exp"] <= (now - _SKEW).timestamp(),
        "time of issue": not _is_time(claims.get("iat")) or claims["iat"] > (now + _SKEW).timestamp(),
        "subject": not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255,
    }
    if wrong := [name for name, is_wrong in faults.items() if is_wrong]:
        raise ProviderMisbehaved(f"The ID token of {provider.issuer} has a wrong {', '.join(wrong)}.")


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
