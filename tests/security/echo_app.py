"""A WSGI application that writes down every request as it understood it: one line of JSON each."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answers 200 to everything, also to the balancer's question whether the house is ready."""
    seen = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "body": environ["wsgi.input"].read().decode("latin-1"),
        "from": environ.get("HTTP_X_FORWARDED_FOR", ""),
    }
    if not seen["path"].startswith("/health/"):
        with open(os.environ["ECHO_LOG"], "a") as log:
            log.write(json.dumps(seen) + "\n")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
