"""The two ends of the exchange benchmark: the holder's ports, and askers that take orders from their input.

All ways ask the same question and get the same answer, checked by the same schema and declaration at both ends: whoever
calls without an exchange must not believe what comes over a network either.
``EXCHANGE_WITHOUT`` (signing, logging) takes parts away to see what they cost. These switches exist only here.
"""

import json
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from benchmarks.processor_time import seconds_of_tree

SUBJECT = "3171014205900001"
AS_OF = date(2026, 5, 4)
IN_BULK = 20  # questions in one message
# Evidence type, field, legal ground: over the network, and in the asker's own process.
AWAY = ("civil.family", "head_name", "UU 23/2006 Pasal 61")
HERE = ("civil.person", "full_name", "UU 23/2006 Pasal 60")


def set_up() -> None:
    """The house as granian serves it, less what EXCHANGE_WITHOUT names."""
    from gapura.config import wsgi  # noqa: F401 (loads everything)

    without = os.environ.get("EXCHANGE_WITHOUT", "")
    if "signing" in without:
        _leave_out_signing()
    if "logging" in without:
        _leave_out_logging()


def _leave_out_signing() -> None:
    from gapura.kernel.nodes.signing import MessageSigner, MessageVerifier, _header

    MessageSigner.sign = lambda self, line: f"{_header(self.kid)}..{'A' * 86}"
    MessageVerifier.has_signed = lambda self, line, signature: True


def _leave_out_logging() -> None:
    from gapura.kernel.exchange.actions import asking as exchange
    from gapura.kernel.nodes.actions import receiving, sending

    for module, name in (
        (exchange, "append_values"),
        (exchange, "record_events"),
        (receiving, "log_messages"),
        (sending, "log_messages"),
        (sending, "keep_receipt"),
    ):
        setattr(module, name, lambda *arguments, **named: None)


def message_port():
    set_up()
    from gapura.config.node_wsgi import application

    return application


def direct_port():
    """The provider as Django would serve it, and nothing else: no agreement, no log, no signature."""
    set_up()
    from django.db import close_old_connections

    def application(environ, start_response):
        close_old_connections()
        body = _read_directly(environ["wsgi.input"].read())
        return _give(body, start_response)

    return application


def direct_together_port():
    """As direct_port, with many questions in one call."""
    set_up()
    from django.db import close_old_connections

    def application(environ, start_response):
        close_old_connections()
        questions = environ["wsgi.input"].read().split(b"\n")
        return _give(b"\n".join(map(_read_directly, questions)), start_response)

    return application


def unavoidable_port():
    """The provider, and what no exchange that keeps its promises can leave out: see :class:`Unavoidable`."""
    set_up()
    from django.db import close_old_connections, transaction

    parts = Unavoidable()

    def application(environ, start_response):
        close_old_connections()
        parts.verify()
        with transaction.atomic():
            parts.log()
            body = _read_directly(environ["wsgi.input"].read())
            parts.sign()
            parts.log_message()
        return _give(body, start_response)

    return application


def _read_directly(content: bytes) -> bytes:
    from gapura.foundation import clock
    from gapura.kernel.exchange.plugin import find_provider
    from gapura.kernel.exchange.schemas import AskedEvidence, GivenEvidence

    asked = AskedEvidence.model_validate_json(content)
    records = find_provider(AWAY[0]).find_records(asked.subject, frozenset(asked.fields), asked.as_of, clock.now())
    asked_for = [{name: record.get(name) for name in asked.fields} for record in records]
    given = GivenEvidence(access_id="", records=asked_for)
    return given.model_dump_json(exclude_unset=True).encode()


def _give(body, start_response):
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


class Unavoidable:
    """Two signatures, two verifications, one durable commit at each end, with the rows that the law wants there.

    Composed beforehand from the last exchange's own rows: only keys are new. Nothing is checked.
    """

    def __init__(self) -> None:
        self._line = json.dumps({"line": "x" * 420}).encode()

    @cached_property
    def _signed(self):
        from gapura.kernel.nodes.folder import get_registry, get_signer

        signer = get_signer()
        return signer, get_registry().verifiers[signer.kid], signer.sign(self._line)

    @cached_property
    def _access(self):
        from gapura.kernel.exchange.models import AccessRecord

        return _newest(AccessRecord)

    @cached_property
    def _event(self):
        from gapura.kernel.audit.models import AuditEvent

        return _newest(AuditEvent) | {"leaf_index": None, "seal": b""}

    @cached_property
    def _message(self):
        from gapura.kernel.nodes.models import MessageRecord

        return _newest(MessageRecord) | {"batch_id": None}

    def sign(self) -> None:
        self._signed[0].sign(self._line)

    def verify(self) -> None:
        _, verifier, signature = self._signed
        assert verifier.has_signed(self._line, signature)

    def log(self) -> None:
        from gapura.foundation.appending import append_values, appending_together
        from gapura.foundation.isolation import as_house
        from gapura.kernel.audit.models import AuditEvent
        from gapura.kernel.exchange.models import AccessRecord

        with as_house("as the exchange itself"), appending_together():
            append_values(AccessRecord, [self._access | {"access_id": secrets.token_hex(16)}])
            append_values(AuditEvent, [self._event | {"id": uuid4()}])
            self.log_message()

    def log_message(self) -> None:
        from gapura.foundation.appending import append_values
        from gapura.kernel.nodes.models import MessageRecord

        append_values(MessageRecord, [self.new_message()])

    def new_message(self):
        return self._message | {"message_id": secrets.token_hex(16), "nonce_hash": secrets.token_bytes(32)}


def _newest(model):
    from gapura.foundation.isolation import as_house

    with as_house("the benchmark's own rows"):
        return model.objects.order_by("-pk").values().first()


def _unavoidable_call() -> Callable[[], None]:
    from django.db import transaction

    from gapura.kernel.nodes.receipts import keep_receipt

    parts = Unavoidable()

    def call() -> None:
        parts.sign()
        with transaction.atomic():
            parts.log()
        _call_directly()
        parts.verify()
        keep_receipt(parts.new_message())

    return call


def find_call(way: str, port: int) -> Callable[[], object]:
    """One answer: ``direct``, ``unavoidable`` or ``through`` the exchange from the port; ``here`` or ``register`` in
    this process. IN_BULK answers, and their number: ``together``, ``direct together``.
    """
    if way == "register":
        return _read_register
    if way == "here":
        return lambda: _ask(*HERE)
    _point_registry_at(port)
    if way == "unavoidable":
        return _unavoidable_call()
    if way.endswith("together"):
        return _ask_together if way == "together" else lambda: _call_directly(IN_BULK)
    return _call_directly if way == "direct" else lambda: _ask(*AWAY)


def _point_registry_at(port: int) -> None:
    """The registry names one address; each way has a port of its own."""
    from dataclasses import replace

    from gapura.kernel.nodes import transport
    from gapura.kernel.nodes.actions import sending

    call_member = transport.call_member
    sending.call_member = lambda member, *arguments, **named: call_member(
        replace(member, address=f"https://127.0.0.1:{port}"), *arguments, **named
    )


def _call_directly(questions: int = 1) -> int:
    from gapura.kernel.exchange.declared import find_undeclared
    from gapura.kernel.exchange.plugin import find_evidence_type
    from gapura.kernel.exchange.schemas import GivenEvidence, asked_evidence
    from gapura.kernel.nodes.actions import sending
    from gapura.kernel.nodes.folder import get_registry

    holder = next(one for one in get_registry().members.values() if one.id.code == "REGISTER")
    requests = [_request(*AWAY) for _ in range(questions)]
    asked = [asked_evidence(one, "system:benchmark").model_dump_json(exclude_none=True).encode() for one in requests]
    status, _, body = sending.call_member(holder, "POST", "/", {}, b"\n".join(asked), seconds=5)
    for request, given in zip(requests, body.split(b"\n"), strict=True):
        records = GivenEvidence.model_validate_json(given).records
        assert (status, len(records)) == (200, 1)
        assert find_undeclared(find_evidence_type(AWAY[0]), request.fields, records) is None
    return questions


def _read_register() -> None:
    from gapura.foundation import clock
    from gapura.kernel.exchange.plugin import find_provider

    assert find_provider(HERE[0]).find_records(SUBJECT, frozenset({HERE[1]}), AS_OF, clock.now())


def _ask(evidence_type: str, field: str, ground: str) -> None:
    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.exchange.actions import request_evidence

    request = _request(evidence_type, field, ground)
    assert request_evidence(actor=system_actor("benchmark"), request=request, now=clock.now()).record


def _ask_together() -> int:
    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.exchange.actions import request_evidence_together

    requests = [_request(*AWAY) for _ in range(IN_BULK)]
    given = request_evidence_together(actor=system_actor("benchmark"), requests=requests, now=clock.now())
    assert all(one.record for one in given)
    return IN_BULK


def _request(evidence_type: str, field: str, ground: str):
    from gapura.kernel.exchange.types import EvidenceRequest

    purpose, fields = {"en": "benchmark"}, frozenset({field})
    return EvidenceRequest(evidence_type, SUBJECT, "dukcapil", "BENCH1", ground, purpose, AS_OF, fields)


def ask_for(call: Callable[[], object], clients: int, seconds: float, others: list[int]) -> dict[str, float]:
    """Answers to ``clients`` threads that each ask again when answered, and seconds by clock and of the processor, of
    this process and the ``others``: from when all are ready, since the calls that open connections answer nothing."""
    from django.db import connections

    counts = [0] * clients
    ready = threading.Barrier(clients + 1)
    ends_at = 0.0

    def client(number: int) -> None:
        try:
            _until_answered(call)
            ready.wait()
            while time.perf_counter() < ends_at:
                counts[number] += _count_answers(call)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    started = time.perf_counter()
    ends_at = started + seconds + 60  # until all are ready
    ready.wait(60)
    started, worked = time.perf_counter(), _worked(others)
    ends_at = started + seconds
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - started
    return {"answers": sum(counts), "seconds": passed, "processor": _worked(others) - worked}


def _worked(others: list[int]) -> float:
    return time.process_time() + sum(map(seconds_of_tree, others))


def _count_answers(call: Callable[[], object]) -> int:
    try:
        answers = call()
    except Exception:  # an answer that did not come in time counts as none
        return 0
    return answers if isinstance(answers, int) else 1


def _until_answered(call: Callable[[], object]) -> None:
    """The first calls open connections; on a busy machine one may take longer than it has."""
    for _ in range(30):
        try:
            for _ in range(3):
                call()
            return
        except Exception:
            time.sleep(1)
    call()


def grow(call: Callable[[], object], messages: int, step: int) -> dict[str, list[float]]:
    """Anonymous memory (KiB) after each ``step`` messages: not the database file, which SQLite maps into memory."""
    import gc

    _until_answered(call)
    sizes = []
    for _ in range(messages // step):
        for _ in range(step):
            call()
        gc.collect()
        sizes.append(_anonymous_kib())
    return {"kib": sizes}


def _anonymous_kib() -> float:
    status = Path("/proc/self/status").read_text()
    return float(status.split("RssAnon:")[1].split()[0])


def main(way: str, port: str) -> None:
    set_up()
    call = find_call(way, int(port))
    for line in sys.stdin:
        verb, *numbers = json.loads(line)
        print(json.dumps((ask_for if verb == "ask" else grow)(call, *numbers)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
