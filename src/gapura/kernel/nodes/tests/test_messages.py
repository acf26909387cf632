"""A message is believed only as it was signed, once, now, from whom it says; everything else is refused and unread."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError
from joserfc import jws
from joserfc.jwk import ECKey

from gapura.kernel.nodes.actions import Answered, ReceivedMessage, receiving, send_message
from gapura.kernel.nodes.folder import get_registry, get_signer, own_folder
from gapura.kernel.nodes.message_log import Passage
from gapura.kernel.nodes.rules import CLOCK_SKEW, LARGEST_BODY, LOG_STALLS_AFTER
from gapura.kernel.nodes.testing import NOW, MessageRecord, Network
from gapura.kernel.nodes.tests.conftest import Echo
from gapura.kernel.nodes.types import (
    Direction,
    Fault,
    IncomingRequest,
    MemberId,
    MessageRefused,
    OutgoingRequest,
    SubsystemId,
)

BANK = SubsystemId(MemberId("ID", "GOV", "BANK"), "LOANS")
REGISTER = SubsystemId(MemberId("ID", "GOV", "REGISTER"), "CIVIL")
REQUEST = OutgoingRequest(BANK, REGISTER, "civil.person", b'{"subject":"3171014501900001"}', "message-1")


def send(request: OutgoingRequest = REQUEST) -> bytes:
    return send_message(request, now=NOW, seconds=1)


def fault_of(call: Callable[[], object]) -> Fault:
    with pytest.raises(MessageRefused) as refused:
        call()
    return refused.value.fault


def test_a_message_is_answered_and_logged_at_both_ends_without_its_content(network: Network, echo: Echo) -> None:
    assert send() == REQUEST.content
    rows = list(MessageRecord.objects.order_by("pk"))
    assert [(row.direction, row.kind, row.peer) for row in rows] == [
        ("sent", "request", str(REGISTER)),
        ("received", "request", str(BANK)),
        ("sent", "response", str(BANK)),
        ("received", "response", str(REGISTER)),
    ]
    assert bytes(rows[0].digest) == bytes(rows[1].digest) != bytes(rows[2].digest) == bytes(rows[3].digest)
    assert bytes(rows[0].commitment) != bytes(rows[1].commitment)
    assert not any(b"3171014501900001" in str(vars(row)).encode() for row in rows)


def change_header(name: str, value: str) -> Callable[[ReceivedMessage], ReceivedMessage]:
    return lambda message: replace(message, headers={**message.headers, name: value})


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda m: replace(m, body=m.body.replace(b"3171", b"3172")), Fault.INVALID_SIGNATURE),
        (lambda m: replace(m, path=m.path.replace("CIVIL", "TAX")), Fault.INVALID_SIGNATURE),
        (lambda m: replace(m, path=f"{m.path}?all=yes"), Fault.INVALID_SIGNATURE),
        (lambda m: replace(m, method="GET"), None),  # no message at all: nothing to log
        (change_header("x-road-id", "message-2"), Fault.INVALID_SIGNATURE),
        (change_header("x-road-client", "ID/GOV/SHOP/TILL"), Fault.INVALID_SIGNATURE),
        (change_header("gapura-nonce", "n" * 24), Fault.INVALID_SIGNATURE),
        (change_header("gapura-time", "2026-05-04T03:00:01.000Z"), Fault.INVALID_SIGNATURE),
        (change_header("content-type", "text/plain"), Fault.INVALID_SIGNATURE),
        (change_header("gapura-signature", "e30..AAAA"), Fault.INVALID_SIGNATURE),
        (change_header("gapura-signature", "nonsense"), Fault.INVALID_SIGNATURE),
        (change_header("gapura-signature", ""), Fault.INVALID_SIGNATURE),
    ],
)
def test_an_altered_message_is_refused_and_nothing_is_read(
    network: Network, echo: Echo, tamper: Callable[[ReceivedMessage], ReceivedMessage], fault: Fault | None
) -> None:
    network.tamper = tamper
    fault_of(send)
    assert echo.read == []
    refused = MessageRecord.objects.filter(direction=Direction.RECEIVED, kind="request")
    assert [row.fault for row in refused] == ([fault] if fault else [])


def test_a_message_is_received_once_whatever_id_or_nonce_it_repeats(network: Network, echo: Echo) -> None:
    send()
    again = network.deliver(network.wire[0], "REGISTER", NOW + timedelta(seconds=1))
    assert (again.status, again.headers["x-road-error"]) == (409, Fault.REPLAYED)
    assert len(echo.read) == 1
    assert fault_of(send) == Fault.REPLAYED  # our own log refuses to say the same id twice


def test_a_repeated_nonce_is_refused_under_another_id(
    network: Network, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gapura.kernel.nodes.actions.sending.secrets.token_urlsafe", lambda _: "n" * 24)
    send()
    assert fault_of(lambda: send(replace(REQUEST, id="message-2"))) == Fault.REPLAYED
    assert len(echo.read) == 1


def test_a_row_that_the_database_refuses_for_another_reason_is_no_replay(
    network: Network, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(request: IncomingRequest, now: datetime) -> Callable[[], bytes]:
        raise IntegrityError("access_has_ground")

    monkeypatch.setattr(echo, "open", refuse)
    with pytest.raises(IntegrityError):
        send()
    assert not MessageRecord.objects.filter(direction=Direction.RECEIVED).exists()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_that_differs_too_much_is_refused(network: Network, echo: Echo, sign: int) -> None:
    network.received_at = NOW + sign * (CLOCK_SKEW + timedelta(seconds=1))
    assert fault_of(send) == Fault.CLOCK_SKEW
    assert echo.read == []
    network.received_at = NOW + sign * (CLOCK_SKEW - timedelta(seconds=1))
    send(replace(REQUEST, id="message-2"))


def test_a_member_cannot_ask_in_the_name_of_another(network: Network, echo: Echo) -> None:
    shop = SubsystemId(MemberId("ID", "GOV", "SHOP"), "TILL")
    assert fault_of(lambda: send(replace(REQUEST, client=shop))) == Fault.ACCESS_DENIED
    with network.at("SHOP"):
        send(replace(REQUEST, client=shop, id="message-2"))
    assert len(echo.read) == 1


def test_a_service_or_subsystem_that_nobody_declared_is_not_answered(network: Network, echo: Echo) -> None:
    tax = SubsystemId(REGISTER.member, "TAX")
    assert fault_of(lambda: send(replace(REQUEST, service="civil.death"))) == Fault.UNKNOWN_SERVICE
    assert fault_of(lambda: send(replace(REQUEST, provider=tax))) == Fault.UNKNOWN_MEMBER
    assert echo.read == []


def test_revoked_suspended_and_unknown_keys_are_refused(network: Network, echo: Echo) -> None:
    send()
    held = network.authority.registry_text()
    assert held
    network.authority.revoke("ID/GOV/BANK", NOW)
    network.publish()
    assert fault_of(lambda: send(replace(REQUEST, id="message-2"))) == Fault.CERTIFICATE
    network.authority.suspend("ID/GOV/SHOP", NOW)
    network.publish()
    shop = SubsystemId(MemberId("ID", "GOV", "SHOP"), "TILL")
    with network.at("SHOP"):
        assert fault_of(lambda: send(replace(REQUEST, client=shop, id="message-3"))) == Fault.UNKNOWN_MEMBER
    assert len(echo.read) == 1


def test_an_expired_certificate_is_refused(network: Network, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    later = NOW + timedelta(days=800)
    network.authority.renew(later - timedelta(days=1))
    for code in ("BANK", "REGISTER"):
        with network.at(code):
            pass
    network.publish()
    network.received_at = later
    assert fault_of(lambda: send_message(REQUEST, now=later, seconds=1)) == Fault.UNKNOWN_MEMBER
    assert echo.read == []


def test_a_body_over_ten_mebibytes_is_refused(network: Network, echo: Echo) -> None:
    whole = b"x" * LARGEST_BODY
    assert send(replace(REQUEST, content=whole)) == whole
    fault_of(lambda: send(replace(REQUEST, content=whole + b"x", id="message-2")))
    assert len(echo.read) == 1


@pytest.mark.parametrize(
    "tamper",
    [
        lambda a: replace(a, body=a.body + b" "),
        lambda a: replace(a, status=403),
        lambda a: replace(a, headers={**a.headers, "x-road-request-hash": "AAAA"}),
        lambda a: replace(a, headers={**a.headers, "x-road-id": "message-9"}),
        lambda a: replace(a, headers={**a.headers, "gapura-nonce": "n" * 24}),
        lambda a: replace(a, headers={k: v for k, v in a.headers.items() if k != "gapura-signature"}),
    ],
)
def test_an_answer_that_is_not_what_the_holder_signed_is_not_believed(
    network: Network, echo: Echo, tamper: Callable[[Answered], Answered]
) -> None:
    network.tamper_answer = tamper
    assert fault_of(send) in (Fault.INVALID_SIGNATURE, Fault.INCONSISTENT_RESPONSE)
    assert not MessageRecord.objects.filter(direction=Direction.RECEIVED, kind="response").exists()


def test_answers_cannot_be_exchanged_for_each_other(network: Network, echo: Echo) -> None:
    first: list[Answered] = []
    network.tamper_answer = lambda answer: first.append(answer) or first[0]  # type: ignore[func-returns-value]
    send()
    assert fault_of(lambda: send(replace(REQUEST, id="message-2"))) == Fault.INCONSISTENT_RESPONSE


def test_a_node_whose_log_cannot_be_sealed_stops_answering(network: Network, echo: Echo) -> None:
    send()
    MessageRecord.objects.update(logged_at=NOW - LOG_STALLS_AFTER - timedelta(seconds=1))
    assert fault_of(lambda: send(replace(REQUEST, id="message-2"))) == Fault.LOGGING_FAILED
    MessageRecord.objects.update(logged_at=NOW - LOG_STALLS_AFTER + timedelta(seconds=1))
    send(replace(REQUEST, id="message-3"))
    assert len(echo.read) == 2


def test_an_answer_stands_in_the_log_before_anybody_has_it(network: Network, echo: Echo) -> None:
    logged: list[str] = []

    def look(answer: Answered) -> Answered:
        rows = MessageRecord.objects.filter(message_id=REQUEST.id).order_by("pk")
        logged.extend(f"{row.direction} {row.kind}" for row in rows)
        return answer

    network.tamper_answer = look
    send()
    assert logged == ["sent request", "received request", "sent response"]


def test_a_holder_that_cannot_log_its_answer_gives_none(
    network: Network, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = receiving.log_messages

    def log_requests_only(passages: Sequence[Passage], now: datetime) -> None:
        if passages[0].direction == Direction.SENT:
            raise DatabaseError("the disk is full")
        log(passages, now)

    monkeypatch.setattr(receiving, "log_messages", log_requests_only)
    with pytest.raises(DatabaseError):
        send()
    assert [row.direction for row in MessageRecord.objects.filter(kind="request").order_by("pk")] == [
        Direction.SENT,
        Direction.RECEIVED,
    ]
    assert not MessageRecord.objects.filter(kind="response").exists()


def test_a_reading_that_fails_leaves_the_request_in_the_log_and_can_not_be_repeated(
    network: Network, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: IncomingRequest, now: datetime) -> Callable[[], bytes]:
        return lambda: bytes(1 // 0)

    with monkeypatch.context() as patch:
        patch.setattr(echo, "open", fail)
        with pytest.raises(ZeroDivisionError):
            send()
    assert MessageRecord.objects.filter(direction=Direction.RECEIVED, kind="request", fault="").count() == 1
    again = network.deliver(network.wire[0], "REGISTER", NOW)
    assert (again.status, echo.read) == (409, [])


def test_a_signature_is_one_that_any_jws_library_reads_and_makes(network: Network) -> None:
    line, signer = b'{"a":1}', get_signer()
    verifier = get_registry().verifiers[signer.kid]
    key = ECKey.import_key((own_folder().path / "sign.key").read_bytes())
    header, _, value = signer.sign(line).partition("..")
    payload = base64.urlsafe_b64encode(line).rstrip(b"=").decode()
    assert jws.deserialize_compact(f"{header}.{payload}.{value}", key, algorithms=["ES256"]).payload == line

    def foreign(**words: object) -> str:
        header, _, value = jws.serialize_compact({"alg": "ES256", "kid": signer.kid, **words}, line, key).split(".")
        return f"{header}..{value}"

    assert verifier.has_signed(line, foreign())
    assert verifier.has_signed(line, foreign(typ="JOSE"))
    assert not verifier.has_signed(line + b" ", foreign())
    assert not verifier.has_signed(line, foreign(crit=["kid"]))
    for wrong in (f"{foreign()}=", foreign()[:-1], foreign().replace("..", "."), "e30..AAAA", "..", "é..é"):
        assert not verifier.has_signed(line, wrong)
