"""A wallet as far as tests need one, and people whose facts registers know. For tests only."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client as Browser
from joserfc import jwt
from joserfc.jwk import ECKey

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.credentials.actions import Offered, offer_credential
from gapura.kernel.credentials.metadata import PRE_AUTHORIZED
from gapura.kernel.credentials.models import Credential as Credential
from gapura.kernel.credentials.models import Offer as Offer
from gapura.kernel.credentials.models import Showing as Showing
from gapura.kernel.credentials.queries import get_issuer
from gapura.kernel.credentials.rules import digest as digest
from gapura.kernel.credentials.rules import from_base64
from gapura.kernel.credentials.sd_jwt import bound_digest, read_presented
from gapura.kernel.credentials.types import VERIFIER_ROLE, OfferState
from gapura.kernel.documents.plugin import get_seal_provider, register_seal_provider
from gapura.kernel.documents.testing import create_authority
from gapura.kernel.exchange.testing import MemoryProvider, agree, memory_providers

PERSON = "3171014508900003"
HOLDER = resident(PERSON)
VERIFIER = official(VERIFIER_ROLE, agency="dukcapil", office="", person_number="3171010101800021")
GROUND = "UU 27/2022 Pasal 13"
IDENTITY = {
    "name": "Sri Wahyuni Lestari",
    "birthdate": "1990-08-05",
    "personal_number": PERSON,
    "citizenship": "id",
    "age_over_17": True,
    "age_over_18": True,
    "age_over_21": True,
    "locality": "Kota Jakarta Pusat",
    "region": "DKI Jakarta",
}


@contextmanager
def registers() -> Iterator[dict[str, MemoryProvider]]:
    """Registers that know PERSON, and agreements to ask them on the person's own request."""
    types = ("civil.person", "civil.residence", "transport.driving-licence")
    for agency in ("dukcapil", "korlantas"):
        for evidence_type in types:
            agree(agency, evidence_type, GROUND)
    with memory_providers(*types) as providers:
        person, residence, licences = (providers[code] for code in types)
        facts = {"full_name": IDENTITY["name"], "birth_on": "1990-08-05", "number": PERSON, "citizenship": "id"}
        person.records[PERSON] = [facts]
        person.answers |= {("is-alive", PERSON): True, ("is-over-age", PERSON): True}
        residence.records[PERSON] = [{"regency": IDENTITY["locality"], "province": IDENTITY["region"]}]
        later = (clock.now() + timedelta(days=90)).date().isoformat()
        licence = {"licence_class": "a", "licence_number": "9008", "licensed_on": "2022-01-05", "expires_on": later}
        licences.records[PERSON] = [licence]
        yield providers


@contextmanager
def seals(folder: Path, *, since: datetime | None = None) -> Iterator[None]:
    """An authority of one's own for the agencies that issue and ask."""
    before = get_seal_provider()
    begin = since or clock.now() - timedelta(days=500)
    register_seal_provider(create_authority(folder, "dukcapil", "korlantas", "kua", since=begin))
    try:
        yield
    finally:
        register_seal_provider(before)


def offer(kind: str = "identity", **changes: Any) -> Offered:
    """What HOLDER's page shows, or as ``changes`` say."""
    asked = {"actor": HOLDER, "form_key": "form", "now": clock.now()}
    return offer_credential(kind=kind, **{**asked, **changes})


class Wallet:
    """One telephone with one key."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", private=True)
        self.browser = Browser()

    def redeem(self, secret: str, code: str, **other: str) -> Any:
        """The token endpoint's answer."""
        form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": secret, "tx_code": code} | other
        return self.browser.post("/credentials/token/", form)

    def fetch_nonce(self) -> str:
        return str(self.browser.post("/credentials/nonce/").json()["c_nonce"])

    def prove(self, nonce: str, /, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A key proof; ``header`` and ``claims`` replace what it says."""
        public = self.key.as_dict(private=False)
        head = {"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": public} | (header or {})
        body = {"aud": get_issuer(), "iat": int(clock.now().timestamp()), "nonce": nonce} | claims
        return jwt.encode(head, body, self.key, algorithms=["ES256"])

    def ask(self, token: str, proof: str, kind: str = "identity") -> Any:
        """The credential endpoint's answer."""
        content = {"credential_configuration_id": kind, "proofs": {"jwt": [proof]}}
        return self.browser.post(
            "/credentials/credential/",
            json.dumps(content),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    def receive(self, offered: Offered) -> str:
        """The whole way from the offer to the credential."""
        token = self.redeem(offered.secret, offered.code).json()["access_token"]
        answer = self.ask(token, self.prove(self.fetch_nonce()), offered.offer.kind)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["credentials"][0]["credential"])

    def present(self, credential: str, names: Sequence[str], *, audience: str, nonce: str, **claims: Any) -> str:
        """The credential with the disclosures of ``names`` and a key binding, whose claims ``claims`` replace."""
        chosen = "~".join([*choose(credential, names), ""])
        placeholder = jwt.encode({"alg": "ES256"}, {}, self.key, algorithms=["ES256"])
        sd_hash = bound_digest(read_presented(chosen + placeholder))
        body = {"aud": audience, "nonce": nonce, "iat": int(clock.now().timestamp()), "sd_hash": sd_hash} | claims
        return chosen + jwt.encode({"alg": "ES256", "typ": "kb+jwt"}, body, self.key, algorithms=["ES256"])

    def answer(self, showing: Showing, presentation: str, **other: Any) -> Any:
        """Post a presentation as the answer to an official's request."""
        form = {"vp_token": json.dumps({"shown": [presentation]}), "state": showing.number} | other
        return self.browser.post(f"/credentials/requests/{showing.number}/answer/", form)


def choose(credential: str, names: Sequence[str]) -> list[str]:
    """The issuer's JWT, and the disclosures of these claims."""
    first, *disclosures, _end = credential.split("~")
    return [first, *(one for one in disclosures if json.loads(from_base64(one))[1] in names)]


def read_offer(address: str) -> dict[str, Any]:
    """The credential offer in the address that a wallet scans."""
    parts = urlsplit(address)
    assert parts.scheme == "openid-credential-offer"
    offer: dict[str, Any] = json.loads(parse_qs(parts.query)["credential_offer"][0])
    return offer


def make_credential(holder: str, *, kind: str = "identity", now: datetime) -> Credential:
    """A row as issuing leaves it, without a wallet."""
    number, end = new_code(11), now + timedelta(days=30)
    offer = Offer.objects.create(
        number=number,
        form_digest=digest(f"form {number}"),
        kind=kind,
        holder=holder,
        state=OfferState.ISSUED,
        offered_at=now,
        expires_at=end,
        secret_digest=digest(f"secret {number}"),
        code_digest="",
        token_digest=digest(f"token {number}"),
    )
    return Credential.objects.create(
        number=number,
        offer=offer,
        kind=kind,
        holder=holder,
        issued_at=now,
        valid_until=end,
        key_thumbprint="thumbprint",
        nonce_digest=digest(number),
        facts_digest="",
        status_list=0,
        status_index=Credential.objects.count(),
    )
