"""Kept connections to other nodes: mutual TLS 1.3, a certificate that the registry names, always a time limit."""

import hashlib
import math
import os
import ssl
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.util import Timeout

from gapura.kernel.nodes.folder import own_folder
from gapura.kernel.nodes.rules import LARGEST_BODY
from gapura.kernel.nodes.tls import REVOKED, member_context
from gapura.kernel.nodes.types import Fault, Member, MessageRefused

CONNECT_SECONDS = 2.0
CONNECTIONS = 16  # kept for each peer in one process


class _TimedSocket(ssl.SSLSocket):
    """Waits for data until ``ends_at`` in all: one byte a second wins no time."""

    ends_at = math.inf

    def recv_into(self, *args: Any, **options: Any) -> int:
        if self.ends_at < math.inf:
            self.settimeout(max(0.001, self.ends_at - time.monotonic()))
        return super().recv_into(*args, **options)


class _MemberConnection(HTTPSConnection):
    """To a peer that shows one of the certificates ``accepted`` (SHA-256); its whole answer in the read time limit."""

    accepted: frozenset[str] = frozenset()

    def connect(self) -> None:
        super().connect()
        shown = hashlib.sha256(self.sock.getpeercert(binary_form=True) or b"").hexdigest()  # type: ignore[union-attr]
        if shown not in self.accepted:
            self.close()
            raise urllib3.exceptions.SSLError("its certificate is not the one in the member registry")

    def getresponse(self) -> Any:
        if isinstance(self.sock, _TimedSocket) and isinstance(self.timeout, int | float):
            self.sock.ends_at = time.monotonic() + self.timeout
        return super().getresponse()


@lru_cache(maxsize=256)
def _pool(
    address: str, accepted: tuple[str, ...], folder: Path, checks_revocation: bool, _changed: tuple[int, ...]
) -> urllib3.HTTPSConnectionPool:
    context = member_context(folder, checks_revocation=checks_revocation)
    context.sslsocket_class = _TimedSocket
    parts = urlsplit(address)
    pool = urllib3.HTTPSConnectionPool(
        parts.hostname or "", parts.port or 443, maxsize=CONNECTIONS, retries=False, ssl_context=context
    )
    pool.ConnectionCls = type("_Connection", (_MemberConnection,), {"accepted": frozenset(accepted)})
    return pool


def call_member(
    member: Member,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    seconds: float,
    checks_revocation: bool = True,
) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers (lower case) and content of the member's answer, all of it within ``seconds``.

    Raises MessageRefused (NetworkError) whatever the network did, and when the answer is larger than LARGEST_BODY.
    ``checks_revocation`` as in :func:`member_context`.
    """
    folder = own_folder().path
    try:
        changed = tuple(os.stat(f"{folder}/{name}").st_mtime_ns for name in ("tls.crt", REVOKED))
        pool = _pool(member.address, member.tls, folder, checks_revocation, changed)
        answer = pool.urlopen(
            method,
            path,
            body=body,
            headers=dict(headers),
            timeout=Timeout(connect=CONNECT_SECONDS, read=seconds),
            preload_content=False,
            redirect=False,
        )
        content = answer.read(LARGEST_BODY + 1)
        if len(content) > LARGEST_BODY:
            answer.close()  # what was left unread would be taken for the next answer
            raise MessageRefused(Fault.NETWORK, f"The answer of {member.id} is larger than 10 MiB.")
        answer.release_conn()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise MessageRefused(Fault.NETWORK, f"{member.id} does not answer: {error}") from error
    return answer.status, {name.lower(): value for name, value in answer.headers.items()}, content
