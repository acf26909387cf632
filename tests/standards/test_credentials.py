"""What the house issues, read by two libraries that know nothing of it: OpenWallet's sd-jwt, and openvc.

They verify signature, disclosures, key binding and status; openvc also the offer, the issuer's metadata, the wallet's
proof and the answer to a verifier's query.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from django.conf import LazySettings
from django.test import Client
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from openvc.errors import OpenvcError
from openvc.openid4vci import (
    parse_credential_issuer_metadata,
    parse_credential_offer,
    verify_credential_request_proofs,
)
from openvc.openid4vp import verify_vp_token
from openvc.verify import VerificationPolicy, verify_credential
from openvc.x5c import validate_cert_chain
from sd_jwt.holder import SDJWTHolder
from sd_jwt.verifier import SDJWTVerifier

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.credentials.actions import ask_to_show, recheck_credentials, stop_credential
from gapura.kernel.credentials.metadata import make_offer
from gapura.kernel.credentials.requests import get_wallet_address
from gapura.kernel.credentials.rules import from_base64, to_base64
from gapura.kernel.credentials.testing import (
    HOLDER,
    IDENTITY,
    VERIFIER,
    Credential,
    Wallet,
    offer,
    registers,
    seals,
)
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.exchange.testing import MemoryProvider

GAPURA = "https://gapura.example"
ISSUER = f"{GAPURA}/credentials"
TYPE = f"{ISSUER}/types/identity/"
VERIFIER_NAME, NONCE = "x509_hash:of-a-shop", "nonce-of-a-shop"


@pytest.fixture
def known(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[dict[str, MemoryProvider]]:
    settings.GAPURA_PUBLIC_ADDRESS = GAPURA
    with seals(tmp_path), registers() as providers:
        yield providers


def get(address: str) -> Any:
    """The house over the network, as far as a verifier asks it."""
    assert address.startswith(GAPURA)
    answer = Client().get(address.removeprefix(GAPURA))
    assert answer.status_code == 200, address
    return answer


def fetch(address: str) -> Any:
    return get(address).json()


def list_issuer_keys() -> dict[str, JWK]:
    """The keys of the issuer's metadata by ``kid``."""
    metadata = fetch(f"{GAPURA}/.well-known/jwt-vc-issuer/credentials")
    return {key["kid"]: JWK(**key) for key in metadata["jwks"]["keys"]}


def read_signed(token: str, kind: str) -> dict[str, Any]:
    """The claims of what the house signed."""
    read = JWS()
    read.deserialize(token)
    assert read.jose_header["typ"] == kind
    read.verify(list_issuer_keys()[read.jose_header["kid"]], alg="ES256")
    claims: dict[str, Any] = json.loads(read.payload)
    return claims


def read_status_list(address: str) -> dict[str, Any]:
    """The claims of a status list token."""
    claims = read_signed(get(address).content.decode(), "statuslist+jwt")
    assert claims["sub"] == address
    return claims


def verify(presentation: str, **changes: Any) -> Any:
    """As a shop does it that uses openvc: everything on, nothing pinned but its own name and nonce."""
    terms = {"expected_vct": TYPE, "audience": VERIFIER_NAME, "nonce": NONCE, "require_key_binding": True}
    return verify_credential(
        presentation,
        policy=VerificationPolicy(**{**terms, **changes}),
        jwt_vc_issuer_fetch=fetch,
        resolve_status_list_token=read_status_list,
    )


def test_openvc_verifies_signature_disclosures_key_binding_and_status(known: dict[str, MemoryProvider]) -> None:
    wallet = Wallet()
    credential = wallet.receive(offer())
    result = verify(wallet.present(credential, list(IDENTITY), audience=VERIFIER_NAME, nonce=NONCE))
    assert {name: result.claims[name] for name in IDENTITY} == IDENTITY
    assert result.issuer == ISSUER
    assert result.key_bound


def test_a_person_shows_that_they_are_17_and_nothing_else(known: dict[str, MemoryProvider]) -> None:
    wallet = Wallet()
    presentation = wallet.present(wallet.receive(offer()), ["age_over_17"], audience=VERIFIER_NAME, nonce=NONCE)
    claims = verify(presentation).claims
    assert claims["age_over_17"] is True
    assert not (IDENTITY.keys() - {"age_over_17"}) & claims.keys()
    assert all(str(value) not in presentation for value in (IDENTITY["name"], IDENTITY["birthdate"]))


def test_the_reference_library_reads_the_credential_and_its_presentation(known: dict[str, MemoryProvider]) -> None:
    wallet = Wallet()
    holder = SDJWTHolder(wallet.receive(offer()))
    holder.create_presentation(
        {"age_over_17": True}, NONCE, VERIFIER_NAME, JWK(**wallet.key.as_dict(private=True)), sign_alg="ES256"
    )
    keys = list_issuer_keys()
    shown = SDJWTVerifier(
        holder.sd_jwt_presentation, lambda _issuer, header: keys[header["kid"]], VERIFIER_NAME, NONCE
    ).get_verified_payload()
    assert shown["age_over_17"] is True
    assert "name" not in shown
    assert shown["vct"] == TYPE


def present(wallet: Wallet, credential: str, *names: str, **changes: Any) -> str:
    terms = {"audience": VERIFIER_NAME, "nonce": NONCE}
    return wallet.present(credential, names or ["age_over_17"], **{**terms, **changes})


def test_an_altered_disclosure_is_refused(known: dict[str, MemoryProvider]) -> None:
    wallet = Wallet()
    presentation = present(wallet, wallet.receive(offer()), "age_over_17")
    first, disclosure, binding = presentation.split("~")
    altered = to_base64(from_base64(disclosure).replace(b"true", b"null"))
    with pytest.raises(OpenvcError):
        verify("~".join([first, altered, binding]))
    assert verify(presentation)


@pytest.mark.parametrize("changes", [{"audience": "x509_hash:another"}, {"nonce": "another"}, {"sd_hash": "another"}])
def test_a_proof_for_somebody_else_or_something_else_is_refused(
    known: dict[str, MemoryProvider], changes: dict[str, str]
) -> None:
    wallet = Wallet()
    credential = wallet.receive(offer())
    with pytest.raises(OpenvcError):
        verify(present(wallet, credential, **changes))
    assert verify(present(wallet, credential))


def test_a_credential_copied_to_another_telephone_is_refused(known: dict[str, MemoryProvider]) -> None:
    credential = Wallet().receive(offer())
    with pytest.raises(OpenvcError):
        verify(present(Wallet(), credential))


def test_an_expired_credential_is_refused(known: dict[str, MemoryProvider]) -> None:
    wallet = Wallet()
    with clock.frozen(clock.now() - timedelta(days=400)):
        credential = wallet.receive(offer())
    with pytest.raises(OpenvcError, match="exp"):
        verify(present(wallet, credential))


def test_a_stopped_credential_is_refused_and_its_neighbors_are_not(known: dict[str, MemoryProvider]) -> None:
    wallet = Wallet()
    stopped, kept = wallet.receive(offer()), wallet.receive(offer(form_key="another form"))
    assert verify(present(wallet, stopped))
    number = Credential.objects.order_by("pk")[0].number
    stop_credential(actor=HOLDER, number=number, now=clock.now())
    with pytest.raises(OpenvcError, match=r"(?i)status|revoked"):
        verify(present(wallet, stopped))
    assert verify(present(wallet, kept))


def test_what_a_register_no_longer_says_is_revoked(known: dict[str, MemoryProvider]) -> None:
    wallet = Wallet()
    credential = wallet.receive(offer())
    worker = system_actor("test")
    number = str(HOLDER.person_number)
    assert recheck_credentials(actor=worker, person_number=number, now=clock.now()) == 0
    assert verify(present(wallet, credential))
    known["civil.person"].records[number][0]["full_name"] = "Sri Wahyuni"
    assert recheck_credentials(actor=worker, person_number=number, now=clock.now()) == 1
    with pytest.raises(OpenvcError, match=r"(?i)status|revoked"):
        verify(present(wallet, credential))


def test_openvc_reads_the_offer_the_metadata_and_the_wallets_proof(known: dict[str, MemoryProvider]) -> None:
    offered = offer()
    read = parse_credential_offer(json.dumps(make_offer("identity", offered.secret, len(offered.code))))
    assert read.credential_issuer == ISSUER
    metadata = parse_credential_issuer_metadata(fetch(f"{GAPURA}/.well-known/openid-credential-issuer/credentials"))
    assert set(read.credential_configuration_ids) <= set(metadata.credential_configurations_supported)
    wallet = Wallet()
    request = {"credential_configuration_id": "identity", "proofs": {"jwt": [wallet.prove(wallet.fetch_nonce())]}}
    proofs = verify_credential_request_proofs(request, credential_issuer=ISSUER, check_nonce=lambda _nonce: True)
    assert len(proofs) == 1
    server = fetch(f"{GAPURA}/.well-known/oauth-authorization-server/credentials")
    assert server["issuer"] == ISSUER
    assert fetch(TYPE)["vct"] == TYPE


def test_the_issuers_certificates_lead_to_the_root(known: dict[str, MemoryProvider]) -> None:
    header = json.loads(from_base64(Wallet().receive(offer()).split(".")[0]))
    leaf, issuing = (x509.load_der_x509_certificate(b64decode(one)) for one in header["x5c"])
    roots = [x509.load_der_x509_certificate(one) for one in get_seal_provider().list_roots()]
    validate_cert_chain(leaf, [issuing], trust_anchors=roots)


def test_openvc_accepts_for_our_query_what_our_verifier_accepts(known: dict[str, MemoryProvider]) -> None:
    wallet = Wallet()
    credential = wallet.receive(offer())
    showing = ask_to_show(actor=VERIFIER, terms="over-17", now=clock.now())
    address = urlsplit(get_wallet_address(showing, now=clock.now()))
    scanned = {name: values[0] for name, values in parse_qs(address.query).items()}
    request = read_signed(get(scanned["request_uri"]).content.decode(), "oauth-authz-req+jwt")
    assert request["client_id"] == scanned["client_id"]
    [asked] = request["dcql_query"]["credentials"]
    names = [claim["path"][0] for claim in asked["claims"]]
    presentation = wallet.present(credential, names, audience=request["client_id"], nonce=request["nonce"])
    token = {asked["id"]: [presentation]}
    verified = verify_vp_token(
        token,
        dcql_query=request["dcql_query"],
        nonce=request["nonce"],
        client_id=request["client_id"],
        jwt_vc_issuer_fetch=fetch,
        resolve_status_list_token=read_status_list,
        require_status=True,
        require_holder_binding=True,
    )
    assert len(verified.for_query(asked["id"])) == 1
    assert request["response_uri"].startswith(GAPURA)
    form = {"vp_token": json.dumps(token), "state": request["state"]}
    assert Client().post(request["response_uri"].removeprefix(GAPURA), form).status_code == 200
    showing.refresh_from_db()
    assert showing.shown == {"age_over_17": True}
