"""Send an invoice with Python and joserfc; prints the answer. Exit status 0: issued, 1: refused.

    python send.py KEY.pem KEY_CODE BUSINESS_NUMBER ADDRESS < invoice.xml

See docs/how-to/send-invoices.md.
"""

import hashlib
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey


def main(key_file: str, code: str, business: str, house: str) -> int:
    address, content = house.rstrip("/") + "/api/invoices/", sys.stdin.buffer.read()
    claims = {
        "iss": business,
        "aud": address,
        "iat": int(time.time()),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    token = jwt.encode({"alg": "ES256", "kid": code}, claims, ECKey.import_key(Path(key_file).read_bytes()))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/xml"}
    request = urllib.request.Request(address, content, headers)  # noqa: S310 – the address is the caller's own
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 – the same
            print(answer.read().decode())
            return 0
    except urllib.error.HTTPError as refusal:
        print(refusal.read().decode())
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
