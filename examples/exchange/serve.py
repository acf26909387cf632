"""Answer other members: ``python serve.py FOLDER PORT RECORDS.json``, records by person number.

A reference to read, and to test against. A real holder also keeps a message log, refuses ids it has seen,
checks its agreements and logs each access before it reads: see docs/how-to/join-without-python.md.
"""

import json
import secrets
import ssl
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from messages import NotBelieved, request_hash, sign, signed_line, tls, verify

LARGEST_BODY = 10 * 1024 * 1024
CLOCK_SKEW = timedelta(minutes=5)


class Holder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    records: dict
    seen: set = set()

    def do_POST(self):
        size = int(self.headers.get("content-length", "0"))
        if size > LARGEST_BODY:
            return self.send_error(413)
        body = self.rfile.read(size)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            line = signed_line("request", self.path, headers, body)
            self._believe(headers, line)
        except (NotBelieved, KeyError, ValueError) as error:
            return self.send_error(401, str(error)[:100])
        asked = json.loads(body)
        known = self.records.get(asked["subject"], [])
        given = [{name: record.get(name) for name in asked["fields"]} for record in known]
        return self._give(headers, request_hash(line, body), {"access_id": secrets.token_hex(16), "records": given})

    def _believe(self, headers, line):
        member = verify(self.folder, line, headers["gapura-signature"])
        if headers["x-road-client"].rpartition("/")[0] != member:
            raise NotBelieved("It asks in the name of another member.")
        sent_at = datetime.fromisoformat(headers["gapura-time"].replace("Z", "+00:00"))
        if abs(datetime.now(UTC) - sent_at) > CLOCK_SKEW:
            raise NotBelieved("Its time is not ours.")
        if (member, headers["x-road-id"]) in self.seen:
            raise NotBelieved("It was received before.")
        self.seen.add((member, headers["x-road-id"]))

    def _give(self, asked, hashed, given):
        body = json.dumps(given).encode()
        headers = {
            "content-type": "application/json",
            "x-road-client": asked["x-road-client"],
            "x-road-id": asked["x-road-id"],
            "x-road-request-id": secrets.token_hex(16),
            "x-road-service": self.path.removeprefix("/r1/"),
            "x-road-request-hash": hashed,
            "gapura-nonce": secrets.token_hex(16),
            "gapura-time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        line = signed_line("response", self.path, headers, body, request=hashed, status=200)
        self.send_response(200)
        for name, value in {**headers, "gapura-signature": sign(self.folder, line)}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Person numbers stay out of terminals."""


if __name__ == "__main__":
    Holder.folder, port = Path(sys.argv[1]), int(sys.argv[2])
    Holder.records = json.loads(Path(sys.argv[3]).read_text())
    server = ThreadingHTTPServer(("127.0.0.1", port), Holder)
    server.socket = tls(Holder.folder, ssl.Purpose.CLIENT_AUTH).wrap_socket(server.socket, server_side=True)
    server.serve_forever()
