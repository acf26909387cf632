"""The member registry counts only as the authority signed it, while it is current, and never backwards."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from django.db import connection

from gapura.kernel.audit.actions import integrate_events
from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import system_actor
from gapura.kernel.nodes.actions import seal_messages, sealing, send_message, update_registry
from gapura.kernel.nodes.authority import REGISTRY_LIFE, ExchangeAuthority
from gapura.kernel.nodes.folder import NodeFolder
from gapura.kernel.nodes.queries import compare_logs, iterate_log, oldest_unsealed
from gapura.kernel.nodes.rules import entries_root
from gapura.kernel.nodes.testing import NOW, MessageBatch, MessageRecord, Network
from gapura.kernel.nodes.tests.conftest import Echo
from gapura.kernel.nodes.tests.test_messages import REQUEST
from gapura.kernel.nodes.types import BadRegistry, CannotAdmit, Fault, MessageRefused, NoNode

NODES = system_actor("nodes")


def test_a_registry_that_was_altered_or_signed_by_another_is_refused(network: Network, tmp_path: Path) -> None:
    text = network.authority.registry_text()
    forged = json.loads(text)
    forged["content"] = forged["content"].replace("ID/GOV/SHOP", "ID/GOV/SHAM")
    other = ExchangeAuthority(tmp_path / "other")
    other.create("ID", NOW)
    for wrong in (json.dumps(forged), other.registry_text(), "", "{}", "[]", '"x"'):
        with pytest.raises(BadRegistry):
            update_registry(actor=NODES, text=wrong, now=NOW)
    network.authority.renew(NOW)
    assert update_registry(actor=NODES, text=network.authority.registry_text(), now=NOW).members


def test_a_node_never_goes_back_to_an_older_registry(network: Network) -> None:
    old = network.authority.registry_text()
    network.authority.revoke("ID/GOV/SHOP", NOW)
    update_registry(actor=NODES, text=network.authority.registry_text(), now=NOW)
    with pytest.raises(BadRegistry, match="not newer"):
        update_registry(actor=NODES, text=old, now=NOW)


def test_after_its_last_day_a_registry_lets_nobody_ask_or_answer(network: Network, echo: Echo) -> None:
    end = NOW + REGISTRY_LIFE
    with pytest.raises(MessageRefused) as refused:
        send_message(REQUEST, now=end, seconds=1)
    assert refused.value.fault == Fault.OUTDATED_REGISTRY
    with pytest.raises(BadRegistry, match="out of date"):
        update_registry(actor=NODES, text=network.authority.registry_text(), now=end)
    network.received_at = end - timedelta(seconds=1)
    assert send_message(REQUEST, now=end - timedelta(seconds=1), seconds=1) == REQUEST.content


def test_an_answer_for_other_keys_or_of_another_authority_is_not_taken(network: Network, tmp_path: Path) -> None:
    mine, theirs = NodeFolder(tmp_path / "new" / "node"), NodeFolder(tmp_path / "newer" / "node")
    facts = {"title": "X", "address": "https://127.0.0.1:1", "subsystems": []}
    mine.create({**facts, "member": "ID/GOV/MINE"})
    answer = network.authority.admit(theirs.create({**facts, "member": "ID/GOV/THEIRS"}), NOW)
    with pytest.raises(NoNode, match="another key"):
        mine.install(answer, network.fingerprint, NOW)
    with pytest.raises(NoNode, match="another authority"):
        theirs.install(answer, "00" * 32, NOW)
    other = ExchangeAuthority(tmp_path / "other")
    other.create("ID", NOW)
    with pytest.raises((InvalidSignature, ValueError)):
        theirs.install({**answer, "sign": (other.path / "registry.crt").read_text()}, network.fingerprint, NOW)
    assert theirs.install(answer, network.fingerprint, NOW).members


def test_the_authority_admits_only_what_holds_together(network: Network, tmp_path: Path) -> None:
    folder = NodeFolder(tmp_path / "new" / "node")
    request = folder.create({"member": "ID/GOV/NEW", "title": "X", "address": "https://127.0.0.1:1", "subsystems": []})
    rival = [{"code": "CIVIL", "agency": "x", "services": ["civil.person"]}]
    for wrong in (
        {**request, "member": "KR/GOV/NEW"},
        {**request, "sign_request": request["sign_request"].replace("M", "N", 3)},
        {**request, "subsystems": rival},
        {},
    ):
        with pytest.raises(CannotAdmit):
            network.authority.admit(wrong, NOW)
    network.authority.suspend("ID/GOV/SHOP", NOW)
    with pytest.raises(CannotAdmit, match="suspended"):
        network.authority.admit({**request, "member": "ID/GOV/SHOP"}, NOW)
    assert network.authority.admit(request, NOW)


def test_both_logs_tell_the_same_and_a_difference_is_named(network: Network, echo: Echo) -> None:
    send_message(REQUEST, now=NOW, seconds=1)
    everything = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=1)}
    at_bank = list(iterate_log("ID/GOV/REGISTER", **everything))
    at_register = list(iterate_log("ID/GOV/BANK", **everything))
    assert (len(at_bank), len(at_register)) == (2, 2)
    assert compare_logs(at_bank, at_register) == []
    altered = [{**at_register[0], "digest": "00" * 32}]
    assert [(one.kind, one.what) for one in compare_logs(at_bank, altered)] == [
        ("request", "different"),
        ("response", "extra"),
    ]
    assert [one.what for one in compare_logs([], at_register)] == ["missing", "missing"]


def test_waiting_messages_become_one_event_of_the_audit_log(network: Network, echo: Echo) -> None:
    send_message(REQUEST, now=NOW, seconds=1)
    assert oldest_unsealed() == NOW
    assert seal_messages(actor=NODES, now=NOW) == 4
    assert oldest_unsealed() is None
    batch = MessageBatch.objects.get()
    rows = MessageRecord.objects.filter(batch=batch).order_by("pk")
    assert bytes(batch.root) == entries_root(bytes(row.commitment) for row in rows)
    event = list_events()[0]
    assert (event.id, event.detail) == (batch.event_id, {"root": bytes(batch.root).hex(), "messages": 4})


def test_nothing_more_is_sealed_until_the_audit_log_took_the_last_batch(network: Network, echo: Echo) -> None:
    send_message(REQUEST, now=NOW, seconds=1)
    seal_messages(actor=NODES, now=NOW)
    send_message(replace(REQUEST, id="message-2"), now=NOW, seconds=1)
    assert seal_messages(actor=NODES, now=NOW) == 0
    with network.at("BANK"):
        integrate_events()
    assert seal_messages(actor=NODES, now=NOW) == 4


def test_more_than_one_event_takes_are_sealed_in_the_same_minute(
    network: Network, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_AT_ONCE", 3)
    for number in range(2):
        send_message(replace(REQUEST, id=f"message-{number}"), now=NOW, seconds=1)
    assert seal_messages(actor=NODES, now=NOW) == 8
    assert list(MessageBatch.objects.order_by("pk").values_list("messages", flat=True)) == [3, 3, 2]
    assert oldest_unsealed() is None
    send_message(replace(REQUEST, id="message-2"), now=NOW, seconds=1)
    monkeypatch.setattr(sealing, "_ROUNDS", 1)
    with network.at("BANK"):
        integrate_events()
    assert seal_messages(actor=NODES, now=NOW) == 3  # the rest waits for the next minute, not for ever


def test_the_oldest_waiting_message_is_found_without_sorting_all_that_wait(network: Network) -> None:
    waiting = MessageRecord.objects.filter(batch__isnull=True).order_by("logged_at").values("logged_at")[:1]
    plan = waiting.explain()
    assert connection.vendor == "postgresql" or "message_record_unsealed" in plan, plan
