"""A seal that lies beside its file, checked by the house and by whoever has only the bytes and the roots."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gapura.foundation import clock
from gapura.kernel.documents.actions import seal_file
from gapura.kernel.documents.providers.demo.keys import DemoAuthority
from gapura.kernel.documents.queries import check_seal, check_signature, find_seal_fault, is_certified, load_certificate
from gapura.kernel.documents.testing import create_authority
from gapura.kernel.documents.types import BadSeal

FILE = b"The path of an approval."
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def roots_of(authority: DemoAuthority) -> list[x509.Certificate]:
    return [load_certificate(one) for one in authority.list_roots()]


def test_a_seal_tells_who_sealed_and_when(authority: DemoAuthority) -> None:
    seal = seal_file(FILE, agency_code="dukcapil")
    facts = check_seal(FILE, seal, roots_of(authority))
    assert (facts.signer, facts.sealed_at) == ("Seal of dukcapil", NOW)
    assert find_seal_fault(FILE, seal) == ""


def without_time(seal: bytes) -> bytes:
    loaded = cms.ContentInfo.load(seal)
    del loaded["content"]["signer_infos"][0]["unsigned_attrs"][0]
    return loaded.dump()


def with_another_signature(seal: bytes) -> bytes:
    loaded = cms.ContentInfo.load(seal)
    loaded["content"]["signer_infos"][0]["signature"] = ec.generate_private_key(ec.SECP256R1()).sign(
        FILE, ec.ECDSA(hashes.SHA256())
    )
    return loaded.dump()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda seal: b"", "cannot be read"),
        (lambda seal: seal[:-400], "cannot be read"),
        (lambda seal: seal_file(b"Another.", agency_code="dukcapil"), "belongs to other bytes"),
        (without_time, "cannot be read"),
        (with_another_signature, "does not belong to these bytes"),
    ],
)
def test_a_spoiled_seal_is_refused(authority: DemoAuthority, spoil: Callable[[bytes], bytes], says: str) -> None:
    seal = seal_file(FILE, agency_code="dukcapil")
    assert find_seal_fault(FILE, seal) == ""
    assert says in find_seal_fault(FILE, spoil(seal))


def test_a_stranger_s_authority_stands_behind_nothing(authority: DemoAuthority, tmp_path: Path) -> None:
    seal, strange = seal_file(FILE, agency_code="dukcapil"), create_authority(tmp_path / "strange")
    with pytest.raises(BadSeal, match="No authority that is trusted"):
        check_seal(FILE, seal, roots_of(strange))
    assert is_certified(authority.get_seal_key("dukcapil", NOW).chain)
    assert not is_certified(strange.get_seal_key("dukcapil", NOW).chain)
    assert not is_certified(())


def test_a_certificate_that_may_not_certify_stands_behind_nobody(authority: DemoAuthority) -> None:
    """Nothing in it says whether it may, as in one that somebody made at home."""
    home, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, signer = _certificate("Home", "Home", home, home), _certificate("Signer", "Home", own, home)
    signature = own.sign(FILE, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(BadSeal, match="No authority that is trusted"):
        check_signature(FILE, signature, [signer, issuer], roots_of(authority), NOW)


def _certificate(name: str, issuer: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey) -> bytes:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer)]
    made = x509.CertificateBuilder(*reversed(names)).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=1))
    return made.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
