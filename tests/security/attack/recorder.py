"""What a request was that the house answered with 5xx: enough to send it again, and where it broke."""

import hashlib
import json
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, UnreadablePostError

FILE = "server-errors.jsonl"


@dataclass(frozen=True)
class ServerError:
    """One answer 5xx. ``body``: the SHA-256 of what was sent; ``request``: its name in the house's log."""

    method: str
    address: str
    body: str
    status: int
    request: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        place = self.where[-1] if self.where else "no exception"
        return f"{self.method} {self.address} (body {self.body[:12]}): {self.status} at {place}; request {self.request}"


def read_errors(home: Path) -> list[ServerError]:
    """All that were written down, in order."""
    file = home / FILE
    lines = file.read_text().splitlines() if file.exists() else []
    return [ServerError(**line | {"where": tuple(line["where"])}) for line in map(json.loads, lines)]


class RecordingMiddleware:
    """Outermost; reads the whole body first, so that the view finds it read and the digest is of all of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._raised: list[str] = []
        got_request_exception.connect(self._note, weak=False)

    def _note(self, **_given: object) -> None:
        self._raised = [line.strip() for line in traceback.format_exc().splitlines() if line.strip()]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._raised, body = [], _digest(request)
        response = self.get_response(request)
        if response.status_code >= 500:
            self._write(request, body, response)
        return response

    def _write(self, request: HttpRequest, body: str, response: HttpResponse) -> None:
        line = {
            "method": request.method,
            "address": request.get_full_path(),
            "body": body,
            "status": response.status_code,
            "request": response.headers.get("X-Request-ID", ""),
            "where": self._raised[-12:],
        }
        with (Path(settings.GAPURA_HOME) / FILE).open("a") as file:
            file.write(json.dumps(line) + os.linesep)


def _digest(request: HttpRequest) -> str:
    try:
        return hashlib.sha256(request.body).hexdigest()
    except (RequestDataTooBig, UnreadablePostError) as error:
        return type(error).__name__
