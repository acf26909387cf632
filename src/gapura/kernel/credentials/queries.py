"""What may be issued and asked for, what was, and what its status list says."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Max

from gapura.foundation.isolation import as_house
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.credentials.models import Credential, Offer, Showing
from gapura.kernel.credentials.permissions import can_ask_to_show, can_hold
from gapura.kernel.credentials.rules import digest
from gapura.kernel.credentials.types import Claim, CredentialKind, CredentialTerms, ShowingTerms
from gapura.kernel.identity.types import AccessDenied


def get_terms() -> CredentialTerms:
    """What the country lays down in ``credentials.yaml``."""
    return _read_terms(settings.GAPURA_JURISDICTION)


def find_kind(code: str) -> CredentialKind | None:
    """The kind of credential with this code."""
    return get_terms().kinds.get(code)


def get_issuer() -> str:
    """The credential issuer's identifier: an address of its own, so that its metadata are."""
    return f"{str(settings.GAPURA_PUBLIC_ADDRESS).rstrip('/')}/credentials"


def get_type_address(kind: str) -> str:
    """``vct``: the name of the credential's type, which is also where it is described."""
    return f"{get_issuer()}/types/{kind}/"


def get_status_address(kind: str, status_list: int) -> str:
    """Where the status list lies."""
    return f"{get_issuer()}/status/{kind}/{status_list}/"


def list_credentials(actor: Actor, *, limit: int = 100) -> list[Credential]:
    """The person's own, newest first. Raises AccessDenied."""
    if not can_hold(actor):
        raise AccessDenied
    return list(Credential.objects.filter(holder=actor.person_number).order_by("-pk")[:limit])


def list_showings_of(actor: Actor, *, limit: int = 50) -> list[Showing]:
    """What the person showed to agencies, newest first. Raises AccessDenied."""
    if not can_hold(actor):
        raise AccessDenied
    return list(Showing.objects.filter(holder=actor.person_number).order_by("-pk")[:limit])


@as_house("a register changed; whose credentials that concerns nobody signed in asks")
def list_standing_credentials(person_number: str, *, now: datetime) -> list[Credential]:
    """Credentials of the person that verifiers believe now."""
    mine = Credential.objects.filter(holder=person_number, ended_at__isnull=True, valid_until__gt=now)
    return list(mine.order_by("pk"))


@as_house("a wallet's token is its only proof; compared by digest")
def find_offer_of_token(token: str, *, now: datetime) -> Offer | None:
    """The redeemed offer that this access token opens."""
    return Offer.objects.filter(token_digest=digest(token), expires_at__gt=now).first()


@as_house("whoever is shown a credential asks whether it was revoked")
def find_revoked_places(kind: str, status_list: int) -> list[int] | None:
    """Places of revoked credentials on the list; None: there is no such list (yet)."""
    on_list = Credential.objects.filter(kind=kind, status_list=status_list)
    last = Credential.objects.filter(kind=kind).aggregate(last=Max("status_list"))["last"] or 0
    if kind not in get_terms().kinds or status_list > last:
        return None
    return sorted(on_list.filter(ended_at__isnull=False).values_list("status_index", flat=True))


@as_house("a wallet reads what it is asked, by the secret of the code it scanned")
def find_open_showing(number: str, *, now: datetime) -> Showing | None:
    """The request that still waits to be answered."""
    return Showing.objects.filter(number=number, state="asked", expires_at__gt=now).first()


def list_showing_terms(actor: Actor) -> list[ShowingTerms]:
    """What the official's agency may ask people to show. Raises AccessDenied."""
    if not can_ask_to_show(actor):
        raise AccessDenied
    return [one for one in get_terms().showings.values() if actor.agency_code in one.agencies]


def access_showing(actor: Actor, number: str) -> Showing:
    """The request, for the official who made it. Raises AccessDenied, alike for absent and forbidden ones."""
    showing = Showing.objects.filter(number=number).first()
    if showing is None or not can_ask_to_show(actor) or showing.asked_by != actor.reference:
        raise AccessDenied
    return showing


@cache
def _read_terms(country: str) -> CredentialTerms:
    declared: dict[str, Any] = load(country).read("credentials.yaml")
    return CredentialTerms(
        offer_life=timedelta(minutes=declared["offer_minutes"]),
        token_life=timedelta(minutes=declared["token_minutes"]),
        nonce_life=timedelta(minutes=declared["nonce_minutes"]),
        showing_life=timedelta(minutes=declared["showing_minutes"]),
        status_life=timedelta(minutes=declared["status_minutes"]),
        wrong_codes=declared["wrong_codes"],
        kinds={code: _kind(code, entry) for code, entry in declared["credentials"].items()},
        showings={code: _showing(code, entry) for code, entry in declared["showings"].items()},
    )


def _kind(code: str, entry: Mapping[str, Any]) -> CredentialKind:
    claims = {name: Claim(name=name, **claim) for name, claim in entry["claims"].items()}
    required, ends = entry.get("required"), entry.get("ends")
    return CredentialKind(
        code=code,
        title=entry["title"],
        agency=entry["agency"],
        legal_ground=entry["legal_ground"],
        purpose=entry["purpose"],
        days=entry["days"],
        claims=claims,
        required=Claim(name="required", title=entry["title"], **required) if required else None,
        ends=Claim(name="ends", title=entry["title"], **ends) if ends else None,
    )


def _showing(code: str, entry: Mapping[str, Any]) -> ShowingTerms:
    return ShowingTerms(
        code=code,
        title=entry["title"],
        kind=entry["credential"],
        claims=tuple(entry["claims"]),
        agencies=tuple(entry["agencies"]),
        purpose=entry["purpose"],
    )
