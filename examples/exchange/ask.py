"""Ask another member for evidence: ``python ask.py FOLDER CLIENT ADDRESS PROVIDER SERVICE < request.json``."""

import http.client
import secrets
import ssl
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from messages import NotBelieved, request_hash, sign, signed_line, tls, verify


def ask(folder, client, address, provider, service, body):
    """Status and content of the answer. Raises NotBelieved."""
    path = f"/r1/{provider}/{service}"
    headers = {
        "content-type": "application/json",
        "x-road-client": client,
        "x-road-id": secrets.token_hex(16),
        "gapura-nonce": secrets.token_hex(16),
        "gapura-time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    line = signed_line("request", path, headers, body)
    where = urlsplit(address)
    connection = http.client.HTTPSConnection(
        where.hostname, where.port, timeout=10, context=tls(folder, ssl.Purpose.SERVER_AUTH)
    )
    connection.request("POST", path, body, {**headers, "gapura-signature": sign(folder, line)})
    answer = connection.getresponse()
    content = answer.read()
    got = {name.lower(): value for name, value in answer.getheaders()}
    expected = request_hash(line, body)
    if got.get("x-road-request-hash") != expected or got.get("x-road-id") != headers["x-road-id"]:
        raise NotBelieved(f"It answers another request: {content[:300]!r}")
    line = signed_line("response", path, got, content, request=expected, status=answer.status)
    if verify(folder, line, got["gapura-signature"]) != provider.rpartition("/")[0]:
        raise NotBelieved("Another member signed the answer.")
    return answer.status, content


if __name__ == "__main__":
    status, content = ask(Path(sys.argv[1]), *sys.argv[2:6], sys.stdin.buffer.read())
    sys.stdout.buffer.write(content)
    sys.exit(status != 200)
