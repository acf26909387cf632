"""Messages as the X-Road REST message protocol r1 has them: paths, identifiers, headers, errors."""

import json
from dataclasses import replace

import pytest

from gapura.kernel.nodes.actions import ReceivedMessage, send_message
from gapura.kernel.nodes.rules import message_path, parse_path, parse_subsystem
from gapura.kernel.nodes.testing import NOW, Network
from gapura.kernel.nodes.tests.conftest import Echo, echo, network  # noqa: F401  fixtures
from gapura.kernel.nodes.tests.test_messages import REGISTER, REQUEST
from gapura.kernel.nodes.types import MessageRefused


def test_the_path_names_instance_class_member_subsystem_and_service() -> None:
    path = message_path(REGISTER, "civil.person")
    assert path == "/r1/ID/GOV/REGISTER/CIVIL/civil.person"
    assert parse_path(path) == (REGISTER, "civil.person")
    assert parse_subsystem("ID/GOV/REGISTER/CIVI%4C") == REGISTER  # identifiers are percent-encoded


@pytest.mark.parametrize("path", ["/r2/ID/GOV/M/S/x", "/r1/ID/GOV/M/x", "/r1/ID/GOV/M/S/", "/r1/ID/GOV/M/..%2F/x", ""])
def test_other_paths_are_no_messages(path: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        parse_path(path)
    assert refused.value.status == 400


def test_an_answer_carries_the_headers_of_the_protocol(network: Network, echo: Echo) -> None:  # noqa: F811
    answers = []
    network.tamper_answer = lambda answer: answers.append(answer) or answer  # type: ignore[func-returns-value]
    send_message(REQUEST, now=NOW, seconds=1)
    sent, got = network.wire[0].headers, answers[0].headers
    assert sent["x-road-client"] == "ID/GOV/BANK/LOANS"
    assert {name: got[name] for name in ("x-road-client", "x-road-id", "x-road-service")} == {
        "x-road-client": "ID/GOV/BANK/LOANS",
        "x-road-id": REQUEST.id,
        "x-road-service": "ID/GOV/REGISTER/CIVIL/civil.person",
    }
    assert len(got["x-road-request-hash"]) == 88  # Base64 of 64 bytes
    assert got["x-road-request-id"]
    assert "x-road-error" not in got


def test_an_error_has_type_message_and_detail_and_names_itself_in_the_header(
    network: Network,  # noqa: F811
    echo: Echo,  # noqa: F811
) -> None:
    send_message(REQUEST, now=NOW, seconds=1)
    refused = network.deliver(replace(network.wire[0], body=b"{}"), "REGISTER", NOW)
    words = json.loads(refused.body)
    assert set(words) == {"type", "message", "detail"}
    assert refused.headers["x-road-error"] == words["type"] == "Server.ServerProxy.InvalidSignatureValue"
    bare = network.deliver(ReceivedMessage("POST", "/r1/x", {}, b""), "REGISTER", NOW)
    assert (bare.status, bare.headers["x-road-error"]) == (400, "Client.InvalidRequest")
