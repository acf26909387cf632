"""A passkey made of software that can also do what no honest one does: answer elsewhere, unasked, or count back."""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftwareKey:
    """One credential for one account. ``flags``, ``origin`` and ``count`` may be bent before it answers."""

    flags: int = PRESENT | VERIFIED
    origin: str = field(default_factory=lambda: settings.GAPURA_PUBLIC_ADDRESS)
    count: int = 0
    rp_id: str = "localhost"
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    private_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""

    def create(self, options: Any) -> dict[str, Any]:
        """What ``navigator.credentials.create`` gives the page."""
        self.handle = options["user"]["id"]
        public_key = ES256.from_cryptography_key(self.private_key.public_key())
        attested = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public_key)
        made = AttestationObject.create("none", self._data(ATTESTED, attested), {})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return self._credential(clientDataJSON=client_data, attestationObject=bytes(made))

    def get(self, options: Any) -> dict[str, Any]:
        """What ``navigator.credentials.get`` gives the page. Counts."""
        self.count += 1
        data = self._data()
        client_data = self._client_data("webauthn.get", options["challenge"])
        signature = self.private_key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        answer = self._credential(clientDataJSON=client_data, authenticatorData=bytes(data), signature=signature)
        answer["response"]["userHandle"] = self.handle
        return answer

    def _data(self, extra: int = 0, attested: AttestedCredentialData | None = None) -> AuthenticatorData:
        rp_hash = hashlib.sha256(self.rp_id.encode()).digest()
        return AuthenticatorData.create(rp_hash, self.flags | extra, self.count, attested or b"")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        parts = {key: websafe_encode(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": parts}


def options_on(page: str) -> Any:
    """The question that a page puts to the browser."""
    found = re.search(r"data-options='([^']*)'", page)
    assert found, "The page asks for no passkey."
    return json.loads(unescape(found.group(1)))


def question(client: Client, address: str) -> Any:
    return options_on(client.get(address).content.decode())


def answer(client: Client, address: str, credential: Any, **more: str) -> Any:
    """Send the form as the page's script does."""
    return client.post(address, {"credential": json.dumps(credential), **more})


def add_key(client: Client, **bent: Any) -> SoftwareKey:
    """A new passkey for the account signed in (confirmed lately) in ``client``."""
    key = SoftwareKey(**bent)
    address = "/security/passkeys/new/"
    answer(client, address, key.create(question(client, address)), name="Test key")
    return key


def sign_in_with(client: Client, key: SoftwareKey, address: str = "/sign-in/passkey/") -> Any:
    return answer(client, address, key.get(question(client, address)))


def host() -> str:
    return urlsplit(settings.GAPURA_PUBLIC_ADDRESS).netloc
