"""The message port: a small WSGI application beside the portal, without its sessions, forms and middleware."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import DatabaseError, close_old_connections

from gapura.foundation import clock
from gapura.kernel.nodes.actions import Answered, ReceivedMessage, receive_message
from gapura.kernel.nodes.folder import own_folder
from gapura.kernel.nodes.guard.passing import pass_message
from gapura.kernel.nodes.rules import LARGEST_BODY, PROTOCOL
from gapura.kernel.nodes.types import FAULT_STATUS, Fault, NoNode

_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}
_REASONS |= {
    413: "Content Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_log = logging.getLogger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Receive(Protocol):
    def __call__(self, message: ReceivedMessage, *, now: datetime) -> Answered: ...


def message_port(environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request: a message below /r1/, or the member registry at /registry."""
    if environ["PATH_INFO"] == "/registry":
        return _serve(_registry, start_response)
    return _serve(lambda: _message(environ, receive_message), start_response)


def guard_port(environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Let one message pass, or say why not; there is nothing else here."""
    return _serve(lambda: _message(environ, pass_message), start_response)


def _serve(find_answer: Callable[[], Answered], start_response: StartResponse) -> Iterable[bytes]:
    close_old_connections()
    try:
        answer = find_answer()
    except DatabaseError:
        _log.exception("The message log cannot be written; nothing was read.")
        answer = _fault(Fault.LOGGING_FAILED, "The message log cannot be written now.")
    except Exception:
        _log.exception("A message could not be answered.")
        answer = _fault(Fault.SERVICE_FAILED, "The service failed; its operator can see why.")
    headers = [(name.title(), value) for name, value in answer.headers.items()]
    headers.append(("Content-Length", str(len(answer.body))))
    start_response(f"{answer.status} {_REASONS.get(answer.status, 'Refused')}", headers)
    return [answer.body]


def _message(environ: Mapping[str, Any], receive: Receive) -> Answered:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    if size > LARGEST_BODY:
        return _fault(Fault.TOO_LARGE, "The content is larger than 10 MiB.")
    path = environ["PATH_INFO"]
    if not path.startswith(PROTOCOL):
        return _fault(Fault.INVALID_REQUEST, "Messages go to /r1/{instance}/{class}/{member}/{subsystem}/{service}.")
    if query := environ.get("QUERY_STRING"):
        path = f"{path}?{query}"
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    body = environ["wsgi.input"].read(LARGEST_BODY + 1)
    return receive(ReceivedMessage(environ["REQUEST_METHOD"], path, headers, body), now=clock.now())


def _registry() -> Answered:
    """Signed by the authority and no secret among members: whoever has the newest may pass it on."""
    try:
        return Answered(200, {"content-type": "application/json"}, own_folder().registry_text().encode())
    except NoNode as error:
        return _fault(Fault.OUTDATED_REGISTRY, str(error))


def _fault(fault: Fault, message: str) -> Answered:
    words = {"type": fault.value, "message": message, "detail": ""}
    headers = {"content-type": "application/json", "x-road-error": fault.value}
    return Answered(FAULT_STATUS[fault], headers, json.dumps(words).encode())
