"""The form of a message between nodes, in plain Python with the package ``cryptography`` and nothing of Gapura."""

import base64
import hashlib
import json
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

SIGNED = ("content-type", "x-road-client", "x-road-error", "x-road-id", "x-road-request-id", "x-road-service")


class NotBelieved(Exception):
    """A message is not what its sender signed, or not from a member."""


def signed_line(kind, path, headers, body, **more):
    """The one line of JSON that a signature covers; ``headers`` have lower-case names."""
    named = "".join(f"{name}:{headers[name]}\n" for name in SIGNED if name in headers)
    line = {
        "body": hashlib.sha256(body).hexdigest(),
        "headers": hashlib.sha256(named.encode()).hexdigest(),
        "id": headers["x-road-id"],
        "kind": kind,
        "method": "POST",
        "nonce": headers["gapura-nonce"],
        "path": path,
        "time": headers["gapura-time"],
        **more,
    }
    return json.dumps(line, sort_keys=True, separators=(",", ":")).encode()


def request_hash(line, body):
    digest = hashlib.sha512(hashlib.sha512(line).digest() + hashlib.sha512(body).digest())
    return base64.b64encode(digest.digest()).decode()


def sign(folder, line):
    """A detached JWS (ES256) with the key in ``folder``."""
    key = serialization.load_pem_private_key((folder / "sign.key").read_bytes(), None)
    certificate = x509.load_pem_x509_certificate((folder / "sign.crt").read_bytes())
    protected = _encode(json.dumps({"alg": "ES256", "kid": _digest(certificate)}).encode())
    r, s = decode_dss_signature(key.sign(f"{protected}.{_encode(line)}".encode(), ec.ECDSA(hashes.SHA256())))
    signature = _encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"{protected}..{signature}"


def verify(folder, line, signature):
    """The member that signed ``line``, by the registry in ``folder``. Raises NotBelieved."""
    try:
        protected, _, value = signature.partition("..")
        head = json.loads(_decode(protected))
        member, certificate = _signer(folder, head["kid"])
        raw = _decode(value)
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key = certificate.public_key()
        key.verify(der, f"{protected}.{_encode(line)}".encode(), ec.ECDSA(hashes.SHA256()))
    except NotBelieved:
        raise
    except Exception as error:
        raise NotBelieved(f"The signature does not fit: {error!r}") from error
    if head["alg"] != "ES256":
        raise NotBelieved("The signature is no ES256.")
    return member


def tls(folder, purpose):
    """A TLS 1.3 context that shows our certificate and wants one of a member."""
    context = ssl.create_default_context(purpose, cafile=folder / "authority.crt")
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    return context


def _signer(folder, kid):
    authority = x509.load_pem_x509_certificate((folder / "authority.crt").read_bytes())
    registry = json.loads(json.loads(Path(folder / "registry.signed").read_text())["content"])
    for member in registry["members"]:
        if kid in member["signing"] and kid not in registry["revoked"] and member["status"] == "active":
            for pem in registry["signing_certificates"]:
                certificate = x509.load_pem_x509_certificate(pem.encode())
                if _digest(certificate) == kid:
                    certificate.verify_directly_issued_by(authority)
                    return member["member"], certificate
    raise NotBelieved("The signer is not in the member registry.")


def _digest(certificate):
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def _encode(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
