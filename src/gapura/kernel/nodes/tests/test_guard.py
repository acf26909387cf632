"""The guard lets pass what its signed policy declares, as it was signed; everything else stops, both ways."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from gapura.foundation import clock
from gapura.kernel.nodes import plugin
from gapura.kernel.nodes.actions import Answered, ReceivedMessage
from gapura.kernel.nodes.endpoints import guard_port, message_port
from gapura.kernel.nodes.folder import get_registry, get_signer
from gapura.kernel.nodes.guard import passing
from gapura.kernel.nodes.guard.policy import install_policy
from gapura.kernel.nodes.headers import read_request, request_envelope, response_envelope
from gapura.kernel.nodes.limits import Shares
from gapura.kernel.nodes.management.commands import guard_run
from gapura.kernel.nodes.rules import message_path, request_hash, signed_line
from gapura.kernel.nodes.testing import NOW, MessageRecord, Network
from gapura.kernel.nodes.types import (
    BadRegistry,
    CannotAdmit,
    Fault,
    Member,
    MemberId,
    OutgoingRequest,
    SubsystemId,
)

POLICE = SubsystemId(MemberId("ID", "GOV", "POLICE"), "CHECKS")
SHOP = SubsystemId(MemberId("ID", "GOV", "SHOP"), "TILL")
COURT = SubsystemId(MemberId("ID", "GOV", "COURT"), "CASES")
SUBJECT = "3171014501900001"
POLICY = {
    "guard": "ID/GOV/GUARD",
    "guarded": "ID/GOV/COURT",
    "inner": "https://10.77.2.2:4443",
    "a_minute": 3,
    "largest_question": 2000,
    "largest_answer": 300,
    "passes": {
        "justice.bar": {"consumers": [str(POLICE)], "questions": ["has-travel-bar"]},
        "civil.residence": {"consumers": [str(POLICE)], "fields": ["village"]},
    },
}
ASKED = {
    "subject": SUBJECT,
    "as_of": "2026-05-04",
    "case_number": "CASE1",
    "legal_ground": "UU 1 ps. 1",
    "purpose": {"en": "test"},
    "actor": "official",
    "question": "has-travel-bar",
}
RESIDENCE = {name: value for name, value in ASKED.items() if name != "question"} | {"fields": ["village"]}
ACCESS = "0" * 32
NO = {"access_id": ACCESS, "holds": False}


def compact(words: dict[str, Any]) -> bytes:
    return json.dumps(words, separators=(",", ":")).encode()


@dataclass
class Zone:
    """What asks, the guard, and what stands inside: ``content`` is what it answers, ``change`` spoils the message."""

    network: Network
    signed: str
    content: bytes = compact(NO)
    status: int = 200
    signs_as: str = "COURT"
    change: Callable[[Answered], Answered] = lambda answer: answer
    count: int = 0

    def __post_init__(self) -> None:
        self.inside: list[tuple[Member, ReceivedMessage]] = []

    def ask(self, asked: dict[str, Any] = ASKED, service: str = "justice.bar", **how: Any) -> Answered:
        return self.bring(self.message(asked, service, **how))

    def message(
        self, asked: dict[str, Any], service: str = "justice.bar", client: SubsystemId = POLICE
    ) -> ReceivedMessage:
        self.count += 1
        request = OutgoingRequest(client, COURT, service, compact(asked), f"message-{self.count}")
        path = message_path(COURT, service)
        envelope = request_envelope(request, path, f"nonce-of-a-message-{self.count:04}", NOW)
        with self.network.at(client.member.code):
            signature = get_signer().sign(signed_line(envelope))
        return ReceivedMessage("POST", path, {**envelope.headers, "gapura-signature": signature}, envelope.body)

    def bring(self, message: ReceivedMessage) -> Answered:
        with self.network.at("GUARD"):
            return passing.pass_message(message, now=NOW)

    def answer(self, member: Member, method: str, path: str, headers: Any, body: bytes, *, seconds: float) -> Any:
        self.inside.append((member, ReceivedMessage(method, path, headers, body)))
        request = read_request(method, path, headers, body)
        hashed = request_hash(signed_line(request), body)
        drawn = {"response_id": "f" * 32, "nonce": f"nonce-of-an-answer-{self.count:04}", "now": NOW}
        envelope = response_envelope(request, hashed, status=self.status, body=self.content, fault="", **drawn)
        with self.network.at(self.signs_as):
            signature = get_signer().sign(signed_line(envelope))
        answer = self.change(Answered(self.status, {**envelope.headers, "gapura-signature": signature}, self.content))
        return answer.status, dict(answer.headers), answer.body


@pytest.fixture
def zone(tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    network = Network(tmp_path)
    network.add("POLICE", "CHECKS", "polri")
    network.add("SHOP", "TILL", "shop")
    network.add("COURT", "CASES", "kejaksaan", ("justice.bar", "civil.residence", "civil.person"))
    network.add("GUARD", "GUARD", "kejaksaan")
    signed = network.authority.place_guard(POLICY, timedelta(days=90), NOW)
    network.publish()
    with network.at("GUARD"):
        install_policy(signed, NOW)
        zone = Zone(network, signed)
        monkeypatch.setattr(passing, "call_member", zone.answer)
        monkeypatch.setattr(passing, "_shares", Shares(lambda: 0.0))
        yield zone


def fault_of(answer: Answered) -> str:
    """A refusal is unsigned, and says nothing that came from inside."""
    assert "gapura-signature" not in answer.headers
    assert answer.status != 200
    return answer.headers["x-road-error"]


def test_a_declared_question_and_its_answer_pass_as_they_were_signed_and_are_logged(zone: Zone) -> None:
    message = zone.message(ASKED)
    answer = zone.bring(replace(message, headers={**message.headers, "cookie": "a=b", "user-agent": "curl"}))
    assert (answer.status, answer.body) == (200, zone.content)
    [(member, inside)] = zone.inside
    assert member.address == POLICY["inner"]
    assert (inside.body, inside.path, inside.headers) == (message.body, message.path, message.headers)
    rows = MessageRecord.objects.order_by("pk").values_list("direction", "kind", "own", "peer", "service", "fault")
    assert list(rows) == [
        ("received", "request", str(COURT), str(POLICE), "justice.bar", ""),
        ("sent", "response", str(COURT), str(POLICE), "justice.bar", ""),
    ]


def test_declared_fields_pass_and_no_others(zone: Zone) -> None:
    zone.content = compact({"access_id": ACCESS, "records": [{"village": "Cideng"}]})
    assert zone.ask(RESIDENCE, "civil.residence").status == 200
    assert fault_of(zone.ask(RESIDENCE | {"fields": ["street", "village"]}, "civil.residence")) == Fault.ACCESS_DENIED
    assert len(zone.inside) == 1


def test_questions_in_bulk_do_not_pass_whatever_the_registry_and_the_policy_say(zone: Zone) -> None:
    zone.network.add("COURT", "CASES", "kejaksaan", ("bulk", "justice.bar"))
    everything = {"consumers": [str(POLICE)], "questions": ["has-travel-bar"]}
    policy = POLICY | {"passes": {"bulk": everything, "justice.bar": everything}}
    signed = zone.network.authority.place_guard(policy, timedelta(days=90), NOW)
    zone.network.publish()
    install_policy(signed, NOW)
    question = {"id": "question-1", "nonce": "nonce-of-a-question", "service": "justice.bar", "content": ASKED}
    message = zone.message({}, "bulk")
    whole = replace(read_request("POST", message.path, message.headers, b""), body=b"[\n" + compact(question) + b"\n]")
    with zone.network.at("POLICE"):
        signed_so = {**message.headers, "gapura-signature": get_signer().sign(signed_line(whole))}
    refused = zone.bring(replace(message, headers=signed_so, body=whole.body))
    assert (fault_of(refused), zone.inside) == (Fault.ACCESS_DENIED, [])
    assert b"one question at a time" in refused.body
    assert zone.ask().status == 200  # the same question alone


@pytest.mark.parametrize(
    ("asked", "how", "fault"),
    [
        (ASKED | {"question": "has-criminal-bar"}, {}, Fault.ACCESS_DENIED),
        (RESIDENCE, {}, Fault.ACCESS_DENIED),
        (RESIDENCE, {"service": "civil.person"}, Fault.ACCESS_DENIED),
        (RESIDENCE, {"service": "civil.death"}, Fault.UNKNOWN_SERVICE),
        (ASKED, {"client": SHOP}, Fault.ACCESS_DENIED),
        (ASKED | {"note": "for the accomplice"}, {}, Fault.INVALID_REQUEST),
        (
            ASKED | {"purpose": {"en": "x" * 499, "id": "x" * 499, "ko": "x" * 499, "jv": "x" * 499}},
            {},
            Fault.TOO_LARGE,
        ),
    ],
)
def test_what_is_not_declared_does_not_reach_the_inside(
    zone: Zone, asked: dict[str, Any], how: dict[str, Any], fault: Fault
) -> None:
    assert fault_of(zone.ask(asked, **how)) == fault
    assert zone.inside == []
    assert [row.fault for row in MessageRecord.objects.all()] == [fault]
    assert zone.ask().status == 200  # the way itself is open


@pytest.mark.parametrize(
    "tamper",
    [
        lambda m: replace(m, body=m.body.replace(b"has-travel-bar", b"has-travel-ba")),
        lambda m: replace(m, path=f"{m.path}?all=yes"),
        lambda m: replace(m, method="PUT"),
        lambda m: replace(m, headers={**m.headers, "x-road-client": str(SHOP)}),
        lambda m: replace(m, headers={**m.headers, "gapura-signature": ""}),
        lambda m: replace(m, headers={**m.headers, "gapura-time": "2026-05-04T03:06:00.000Z"}),
    ],
)
def test_only_messages_that_a_member_signed_now_pass(
    zone: Zone, tamper: Callable[[ReceivedMessage], ReceivedMessage]
) -> None:
    fault_of(zone.bring(tamper(zone.message(ASKED))))
    assert zone.inside == []
    assert zone.ask().status == 200


def test_a_suspended_member_does_not_reach_the_inside(zone: Zone) -> None:
    zone.network.authority.suspend("ID/GOV/POLICE", NOW)
    zone.network.publish()
    assert fault_of(zone.ask()) == Fault.UNKNOWN_MEMBER
    assert zone.inside == []


def test_a_message_passes_once(zone: Zone) -> None:
    message = zone.message(ASKED)
    assert zone.bring(message).status == 200
    assert fault_of(zone.bring(message)) == Fault.REPLAYED
    assert len(zone.inside) == 1


def test_each_sender_has_its_share_of_a_minute(zone: Zone) -> None:
    answers = [zone.ask() for _ in range(4)]
    assert [one.status for one in answers] == [200, 200, 200, 429]
    assert answers[3].headers["retry-after"] == "20"
    assert len(zone.inside) == 3


@pytest.mark.parametrize(
    "content",
    [
        compact(NO | {"records": []}),
        compact(NO | {"records": [{"name": "Siti"}]}),
        compact(NO | {"note": "the judge is ill"}),
        compact(NO | {"access_id": "the judge is ill"}),
        compact({"access_id": ACCESS, "holds": "no, but her brother is"}),
        compact(NO).replace(b",", b",  "),
        compact(NO) + b" " * 40,
        b'{"access_id":"the judge is ill","access_id":"' + ACCESS.encode() + b'","holds":false}',
        b"no",
        compact(NO) + b" " * 300,
    ],
)
def test_an_answer_that_says_more_than_yes_or_no_is_stopped(zone: Zone, content: bytes) -> None:
    zone.content = content
    answer = zone.ask()
    assert fault_of(answer) in (Fault.INCONSISTENT_RESPONSE, Fault.TOO_LARGE)
    assert b"judge" not in answer.body
    zone.content = compact(NO)
    assert zone.ask().status == 200


@pytest.mark.parametrize(
    "records",
    [
        [{"village": "Cideng", "street": "Jalan Jati"}],
        [{"village": {"name": "Cideng"}}],
        [{"village": "x" * 501}],
        [{"village": "Cideng"}, {"village": "Cideng"}],
    ],
)
def test_fields_that_were_not_asked_or_are_not_as_declared_are_stopped(
    zone: Zone, records: list[dict[str, Any]]
) -> None:
    zone.content = compact({"access_id": ACCESS, "records": records})
    assert fault_of(zone.ask(RESIDENCE, "civil.residence")) in (Fault.INCONSISTENT_RESPONSE, Fault.TOO_LARGE)


@pytest.mark.parametrize(
    "change",
    [
        lambda a: replace(a, body=a.body.replace(b"false", b"true")),
        lambda a: replace(a, headers={**a.headers, "x-road-request-hash": "AAAA"}),
        lambda a: replace(a, headers={**a.headers, "x-road-request-id": "the judge is ill"}),
        lambda a: replace(a, headers={**a.headers, "content-type": "text/plain"}),
        lambda a: replace(a, headers={k: v for k, v in a.headers.items() if k != "gapura-signature"}),
    ],
)
def test_an_answer_that_the_holder_did_not_sign_for_this_question_is_stopped(
    zone: Zone, change: Callable[[Answered], Answered]
) -> None:
    zone.change = change
    fault_of(zone.ask())
    zone.change = lambda answer: answer
    assert zone.ask().status == 200


def test_an_answer_signed_by_another_member_is_stopped(zone: Zone) -> None:
    zone.signs_as = "SHOP"
    assert fault_of(zone.ask()) == Fault.INCONSISTENT_RESPONSE


def test_headers_from_inside_that_are_no_part_of_the_message_stay_inside(zone: Zone) -> None:
    zone.change = lambda answer: replace(answer, headers={**answer.headers, "x-note": "the judge is ill"})
    answer = zone.ask()
    assert answer.status == 200
    assert "x-note" not in answer.headers


def test_a_refusal_from_inside_comes_out_as_a_code_only(zone: Zone) -> None:
    for detail, said in (("no-agreement", "no-agreement"), ("the judge is ill", "message-2")):
        zone.content = compact({"type": Fault.ACCESS_DENIED, "message": "the judge is ill", "detail": detail})
        zone.status = 403
        zone.change = lambda a: replace(a, headers={**a.headers, "x-road-error": Fault.ACCESS_DENIED.value})
        answer = zone.ask()
        assert fault_of(answer) == Fault.ACCESS_DENIED
        assert json.loads(answer.body)["detail"] == said
        assert b"judge" not in answer.body


def test_without_a_policy_an_inspector_or_a_sealed_log_nothing_passes(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = zone.network.home("GUARD") / "node" / "guard-policy.signed"
    assert zone.ask().status == 200
    for spoiled in ("", zone.signed.replace("has-travel-bar", "has-travel-baa"), "{}"):
        file.write_text(spoiled)
        assert fault_of(zone.ask()) == Fault.OUTDATED_REGISTRY
    file.unlink()
    assert fault_of(zone.ask()) == Fault.OUTDATED_REGISTRY
    file.write_text(zone.signed)
    assert zone.ask().status == 200
    MessageRecord.objects.update(logged_at=NOW - timedelta(days=1))
    assert fault_of(zone.ask()) == Fault.LOGGING_FAILED
    MessageRecord.objects.update(logged_at=NOW)
    monkeypatch.setattr(plugin, "_inspector", None)
    assert fault_of(zone.ask()) == Fault.ACCESS_DENIED
    assert len(zone.inside) == 2


def test_a_policy_out_of_date_lets_nothing_pass(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    signed = zone.network.authority.place_guard(POLICY, timedelta(seconds=1), NOW - timedelta(seconds=0.5))
    install_policy(signed, NOW)
    assert zone.ask().status == 200
    (zone.network.home("GUARD") / "node" / "guard-policy.signed").unlink()
    install_policy(
        zone.network.authority.place_guard(POLICY, timedelta(seconds=1), NOW - timedelta(hours=1)),
        NOW - timedelta(hours=1),
    )
    assert fault_of(zone.ask()) == Fault.OUTDATED_REGISTRY


def test_a_policy_that_is_not_the_authoritys_not_ours_or_a_step_back_is_not_taken(zone: Zone, tmp_path: Path) -> None:
    newer = zone.network.authority.place_guard(POLICY, timedelta(days=1), NOW)
    install_policy(newer, NOW)
    with pytest.raises(BadRegistry, match="older"):
        install_policy(zone.signed, NOW)
    with pytest.raises(BadRegistry, match="not signed"):
        install_policy(newer.replace("has-travel-bar", "has-criminal-bar"), NOW)
    with pytest.raises(BadRegistry, match="not signed"):  # the registry's signature is none under a policy
        install_policy(zone.network.authority.registry_text(), NOW)
    with zone.network.at("SHOP"), pytest.raises(BadRegistry, match="this node is"):
        install_policy(newer, NOW)
    for wrong in (
        {"passes": {"justice.bar": {"consumers": [str(POLICE)]}}},
        {"passes": {"justice.bar": {"consumers": [], "questions": ["has-travel-bar"]}}},
        {"passes": {"justice.bar": {"consumers": [str(POLICE)], "everything": True}}},
        {"inner": "http://10.77.2.2"},
        {"a_minute": 0},
        {"largest_answer": 10**9},
    ):
        with pytest.raises(BadRegistry, match="cannot be read"):
            zone.network.authority.place_guard(POLICY | wrong, timedelta(days=1), NOW)
    with pytest.raises(CannotAdmit):
        zone.network.authority.place_guard(POLICY | {"guard": "ID/GOV/NOBODY"}, timedelta(days=1), NOW)


def test_the_registry_gives_the_guards_address_and_certificate_for_the_guarded_member(zone: Zone) -> None:
    members = get_registry().members
    guard, guarded = members[MemberId("ID", "GOV", "GUARD")], members[COURT.member]
    assert guarded.address == guard.address
    assert set(guard.tls) < set(guarded.tls)
    assert not set(guard.signing) & set(guarded.signing)  # the guard cannot answer in the holder's name


def test_the_guards_port_has_nothing_but_messages(zone: Zone) -> None:
    said: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        said.append(status)

    environ = {"REQUEST_METHOD": "GET", "QUERY_STRING": "", "wsgi.input": io.BytesIO()}
    with zone.network.at("GUARD"):
        for path in ("/registry", "/", "/r1/"):
            list(guard_port({**environ, "PATH_INFO": path}, start_response))
        list(message_port({**environ, "PATH_INFO": "/registry"}, start_response))
    assert said == ["400 Bad Request"] * 3 + ["200 OK"]


def test_the_guard_does_not_start_without_a_policy_that_stands(
    zone: Zone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(guard_run, "serve_members", lambda application, **_: started.append(application))
    monkeypatch.setattr(guard_run, "connections", type("_Connections", (), {"close_all": staticmethod(lambda: None)}))
    policy = tmp_path / "policy.signed"
    with zone.network.at("GUARD"), clock.frozen(NOW):
        for text in (None, "", zone.signed.replace("has-travel-bar", "has-travel-baa")):
            if text is not None:
                policy.write_text(text)
            with pytest.raises(CommandError, match=r"[Nn]othing passes"):
                call_command("guard_run", "--policy", policy, stdout=io.StringIO())
        assert started == []
        policy.write_text(zone.signed)
        call_command("guard_run", "--policy", policy, stdout=io.StringIO())
    assert started == ["gapura.config.guard_wsgi:application"]


def test_the_authority_signs_no_policy_that_cannot_be_read(zone: Zone, tmp_path: Path) -> None:
    written, out = tmp_path / "policy.yaml", tmp_path / "policy.signed"
    house = tmp_path / "house"
    house.mkdir()
    (tmp_path / "authority").rename(house / "exchange-authority")
    with override_settings(GAPURA_HOME=house), clock.frozen(NOW):
        for text in ("", "- a list", "guard: ID/GOV/GUARD", yaml.safe_dump(POLICY | {"a_minute": -1})):
            written.write_text(text)
            with pytest.raises(CommandError):
                call_command("guard_sign", written, "--out", out, stdout=io.StringIO())
        assert not out.exists()
        written.write_text(yaml.safe_dump(POLICY))
        call_command("guard_sign", written, "--out", out, stdout=io.StringIO())
    with zone.network.at("GUARD"):
        assert install_policy(out.read_text(), NOW).a_minute == POLICY["a_minute"]
