"""Seals whose key lies in a hardware module (here SoftHSM): it signs, and the house never has it."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from gapura.kernel.documents.providers.demo.keys import DemoAuthority
from gapura.kernel.documents.providers.pkcs11.keys import ModuleAuthority
from gapura.kernel.documents.testing import NOW, create_authority
from gapura.kernel.documents.types import CannotSealDocument

PIN = "493817"
NAMES = ("seals/dukcapil", "seals/polri", "timestamp")
LIBRARY = next((path for path in Path("/usr/lib").rglob("libsofthsm2.so")), None)
pytestmark = [
    pytest.mark.one_database,
    pytest.mark.skipif(LIBRARY is None, reason="SoftHSM is not installed (Debian: apt install softhsm2)."),
]


@pytest.fixture
def module(tmp_path: Path) -> Iterator[ModuleAuthority]:
    """Certificates in a folder; the keys were carried into a token, polri's under another's name, and removed."""
    folder, tokens, settings = tmp_path / "pki", tmp_path / "tokens", tmp_path / "softhsm2.conf"
    tokens.mkdir()
    settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    create_authority(folder, "dukcapil", "polri")
    call("--init-token", "--free", "--label", "seals", "--pin", PIN, "--so-pin", PIN)
    for number, name in enumerate(NAMES):
        key = folder / ("seals/dukcapil.key" if name == "seals/polri" else f"{name}.key")
        call("--import", str(key), "--token", "seals", "--label", name, "--id", f"0{number}", "--pin", PIN)
    for name in NAMES:
        shutil.move(folder / f"{name}.key", tmp_path / name.replace("/", "-"))
    yield open_module(tmp_path, PIN)
    del os.environ["SOFTHSM2_CONF"]


def call(*words: str) -> None:
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)


def open_module(folder: Path, pin: str, token: str = "seals") -> ModuleAuthority:
    file = folder / f"pin-{pin}"
    file.write_text(f"{pin}\n")
    return ModuleAuthority(folder / "pki", f"pkcs11:token={token}?module-path={LIBRARY}&pin-source={file}")


def test_the_module_signs_what_the_certificate_verifies_and_no_file_could(
    module: ModuleAuthority, tmp_path: Path
) -> None:
    with pytest.raises(CannotSealDocument, match="missing"):
        DemoAuthority(tmp_path / "pki").get_seal_key("dukcapil", NOW)
    try:
        for key in (module.get_seal_key("dukcapil", NOW), module.get_timestamp_key(NOW)):
            digest = hashlib.sha256(b"a document").digest()
            public = x509.load_der_x509_certificate(key.chain[0]).public_key()
            assert isinstance(public, ec.EllipticCurvePublicKey)
            public.verify(key.sign(digest), digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    finally:
        module._token.close()


def test_a_key_that_is_not_the_certificates_is_refused(module: ModuleAuthority) -> None:
    try:
        with pytest.raises(CannotSealDocument, match="does not belong"):
            module.get_seal_key("polri", NOW)
        with pytest.raises(CannotSealDocument, match="no key called 'seals/bkn'"):
            module.get_seal_key("bkn", NOW)
    finally:
        module._token.close()


def test_a_wrong_pin_or_token_or_address_seals_nothing(module: ModuleAuthority, tmp_path: Path) -> None:
    for authority, said in (
        (open_module(tmp_path, "000000"), "C_Login: 0xa0"),
        (open_module(tmp_path, PIN, "other"), "called 'other'"),
        (ModuleAuthority(tmp_path / "pki", "pkcs11:token=seals"), "lacks 'module-path'"),
        (ModuleAuthority(tmp_path / "pki", "pkcs11:token=seals?module-path=/no.so&pin-source=/no"), "cannot be read"),
    ):
        with pytest.raises(CannotSealDocument, match=said):
            authority.get_seal_key("dukcapil", NOW)
    good = open_module(tmp_path, PIN)
    assert good.get_seal_key("dukcapil", NOW).chain
    good._token.close()
