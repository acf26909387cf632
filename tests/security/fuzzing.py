"""Every operation of an OpenAPI document called with made-up input, in this process; what the answers must be like."""

import random
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as how_long
from hypothesis.strategies import just
from schemathesis.checks import (
    content_type_conformance,
    load_all_checks,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import Failure, FailureGroup

load_all_checks()
schemathesis.serializer.alias("application/csp-report", "application/json")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ADDRESS = "http://localhost"
TOKEN = "t" * 32  # the cookie and the header agree, as they do for a page of the house


@dataclass
class Findings:
    """What went wrong, once each, and how much was tried."""

    wrong: dict[str, str] = field(default_factory=dict)
    operations: set[str] = field(default_factory=set)
    requests: int = 0

    def note(self, operation: str, what: str, detail: str) -> None:
        self.wrong.setdefault(f"{operation}: {what}", detail)


@dataclass(frozen=True)
class Caller:
    """Who calls: their name, their cookies, and whether an answer 200 at this operation would be unlawful."""

    name: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    must_not_see: Callable[[str], bool] = lambda operation: False
    headers: Mapping[str, str] = field(default_factory=dict)


Place = Callable[[str, random.Random], Mapping[str, Any] | None]


def nowhere(operation: str, chance: random.Random) -> None:
    """No real object is put into any address."""


def _served(app: Any) -> Any:
    """A server always says from where it is called; Werkzeug's client does not."""
    return lambda environ, start: app({"REMOTE_ADDR": "127.0.0.1", **environ}, start)


def fuzz(
    app: Any,
    document: dict[str, Any],
    caller: Caller,
    findings: Findings,
    *,
    examples: int,
    around: Any,
    place: Place,
) -> None:
    """Call every operation ``examples`` times and add to ``findings``.

    ``place`` may put a real object's name into the address. ``around`` is a context manager held around each
    call, so that nothing it did remains.
    """
    schema = schemathesis.openapi.from_dict(document)
    schema.app = _served(app)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's transaction lives in this connection
    chance = random.Random(1)
    for operation in _operations(schema):
        name = operation.definition.raw["operationId"]
        findings.operations.add(name)

        def call(case: Any, name: str) -> None:
            if real := place(name, chance):
                case.path_parameters = {**(case.path_parameters or {}), **real}
            findings.requests += 1
            with around():
                _call(case, name, caller, findings)

        how = how_long(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        how(given(case=operation.as_strategy(), name=just(name))(call))()


def _operations(schema: Any) -> Iterator[Any]:
    for found in schema.get_all_operations():
        yield found.ok()


def _call(case: Any, name: str, caller: Caller, findings: Findings) -> None:
    headers = {"X-CSRFToken": TOKEN, "Accept-Language": "en", **caller.headers}
    cookies = {"csrf": TOKEN, **caller.cookies}
    case.headers, case.cookies = {}, {}
    with noted_errors() as errors:
        response = case.call(base_url=ADDRESS, headers=headers, cookies=cookies)
    if response.status_code == 200 and caller.must_not_see(name):
        findings.note(name, f"shown to {caller.name}", case.as_curl_command())
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as group:
        failures: Sequence[Exception] = group.exceptions
    except Failure as failure:
        failures = [failure]
    else:
        failures = []
    for one in failures:
        findings.note(name, type(one).__name__, "\n".join([str(one), *errors, case.as_curl_command()]))


@contextmanager
def noted_errors() -> Iterator[list[str]]:
    """What a view raised inside the block, where Django turned it into a page."""
    errors: list[str] = []

    def note(**_: Any) -> None:
        errors.append(traceback.format_exc(limit=-4))

    got_request_exception.connect(note)
    try:
        yield errors
    finally:
        got_request_exception.disconnect(note)
