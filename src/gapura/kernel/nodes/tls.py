"""How a node trusts at the TLS layer: certificates of the exchange authority that its revocation list does not name."""

import ssl
from pathlib import Path

AUTHORITY, REVOKED = "authority.crt", "revoked.crl"


def member_context(folder: Path, *, checks_revocation: bool = True) -> ssl.SSLContext:
    """To ask another member as the node whose files are in ``folder``.

    With ``checks_revocation`` a revoked peer, and every peer once the list is past its last day, is refused in the
    handshake. Without it only what is signed by itself may be fetched: a newer member registry.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(folder / AUTHORITY)
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    if checks_revocation:
        context.load_verify_locations(folder / REVOKED)
        context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
    return context
