"""What the servers of these tests answer: nothing but that they were reached."""

from collections.abc import Iterable, Mapping
from typing import Any

from gapura.kernel.nodes.endpoints import StartResponse


def application(environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "7")])
    return [b"reached"]
