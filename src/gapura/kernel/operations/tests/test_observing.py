"""Health, figures, logs and traces; and that none of them tells anything about a person."""

import ast
import json
import logging
import re
import sys
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import get_resolver
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gapura.foundation import telemetry
from gapura.foundation.telemetry import measured
from gapura.kernel.operations.logs import JsonLines
from tools.tracked import list_files, show

PERSON, NAME, EMAIL, CODE = "3171014501900001", "Siti Rahayu", "siti@example.org", "7KQM-3F9D-ZX41-00AB"
CANARIES = (PERSON, "Siti", "Rahayu", "siti@", "7KQM")


@pytest.fixture
def broken_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("no server")

    monkeypatch.setattr(connection, "cursor", refuse)


@pytest.mark.django_db
def test_a_house_that_answers_is_live_and_ready(client: Client) -> None:
    assert client.get("/health/live").json() == {"live": True}
    assert client.get("/health/ready").json() == {"ready": True}


def test_without_its_database_it_is_live_and_not_ready(client: Client, broken_database: None) -> None:
    client.cookies["session"] = "somebody"
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})
    assert b"gapura_database_up 0.0" in client.get("/metrics").content


@pytest.mark.django_db
def test_figures_are_for_this_machine_or_for_who_has_the_token(client: Client, settings) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404
    settings.GAPURA_METRICS_TOKEN = "token"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    right = {"Authorization": "Bearer token"}
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7", headers=right).status_code == 200


@pytest.mark.django_db
def test_figures_have_few_labels_and_tell_of_no_person(client: Client) -> None:
    for path in (f"/verify/{CODE}/", f"/cases/{PERSON}/", f"/{NAME}/{EMAIL}", "/nowhere/at/all"):
        client.get(path)
        client.generic("BREW", path)
    text = client.get("/metrics").content.decode()
    assert text.endswith("# EOF\n")
    labels = re.findall(r'gapura_request_seconds_count{method="(\w+)",route="([^"]*)",status="(\d+)"}', text)
    assert ("GET", "none", "404") in labels
    assert ("OTHER", "none", "404") in labels
    assert {method for method, _, _ in labels} <= {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"}
    assert [canary for canary in CANARIES if canary in text] == []
    for figure in ("gapura_outbox_oldest_seconds", "gapura_outbox_dead_letters", "gapura_log_waiting_seconds"):
        assert figure in text


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_connections_are_counted_by_process_and_state(client: Client, table_owner: None) -> None:
    """One that does nothing, one in a transaction, one that waits for the other's lock."""
    known = connection.get_connection_params() | {"application_name": "gapura drill 1"}
    known = {name: value for name, value in known.items() if isinstance(value, str | int)}
    with psycopg.connect(**known) as idle, psycopg.connect(**known) as busy, psycopg.connect(**known) as late:
        for one in (idle, late):
            one.autocommit = True
        idle.execute("SELECT 1")
        busy.execute("SELECT pg_advisory_xact_lock(7)")
        waiting = threading.Thread(target=lambda: late.execute("SELECT pg_advisory_lock(7)"))
        waiting.start()
        try:
            expected = {"idle": "1.0", "in_use": "1.0", "waiting": "1.0"}
            until = time.monotonic() + 10
            while (found := drill_connections(client)) != expected and time.monotonic() < until:
                time.sleep(0.05)
            assert found == expected
        finally:
            busy.rollback()
            waiting.join()
    assert "gapura_database_connections_most " in client.get("/metrics").content.decode()


def drill_connections(client: Client) -> dict[str, str]:
    text = client.get("/metrics").content.decode()
    pattern = r'gapura_database_connections{process="gapura drill 1",state="(\w+)"} (\S+)'
    return dict(re.findall(pattern, text))


@pytest.mark.django_db
def test_every_answer_names_its_request(client: Client) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", client.get("/health/live").headers["X-Request-ID"])
    given = client.get("/health/live", headers={"X-Request-ID": "from-the-proxy-1"})
    assert given.headers["X-Request-ID"] == "from-the-proxy-1"
    forged = client.get("/health/live", headers={"X-Request-ID": f"{NAME} {PERSON}"})
    assert NAME not in forged.headers["X-Request-ID"]


def line(message: object, *arguments: object, error: bool = False) -> dict[str, object]:
    record = logging.LogRecord("gapura.test", logging.ERROR, __file__, 1, message, arguments, None)
    if error:
        try:
            raise ValueError(f"{NAME} {PERSON} {EMAIL} {CODE}")
        except ValueError:
            record.exc_info = sys.exc_info()
    return json.loads(JsonLines().format(record))


def test_log_lines_keep_what_the_program_says_and_hide_what_it_was_given() -> None:
    said = line("%s failed; it is tried again in %s s.", "audit.checkpoint", 30)["said"]
    assert said == "audit.checkpoint failed; it is tried again in 30 s."
    for template, value in (
        ("GET %s", f"/cases/{PERSON}/"),
        ("%s", NAME),
        ("%s", EMAIL),
        ("%s", CODE),
        ("%d", int(PERSON)),
    ):
        shown = json.dumps(line(template, value, error=True), ensure_ascii=False)
        assert "…" in shown
        assert [canary for canary in CANARIES if canary in shown] == []
    assert line("%(name)s of %(number)s", {"name": NAME, "number": 3})["said"] == "… of 3"


def test_no_line_of_the_house_mixes_a_value_into_its_message() -> None:
    """A template keeps values apart, so that they can be hidden; an f-string would not."""
    mixed, seen = [], 0
    for path in list_files("src/gapura/**.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and re.match(
                r"(logger|log)\.(debug|info|warning|error|exception)$", said(call)
            ):
                seen += 1
                if not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)):
                    mixed.append(f"{show(path)}:{call.lineno}")
    assert seen > 3, "the search finds what is there"
    assert mixed == []


def said(call: ast.Call) -> str:
    return ast.unparse(call.func)


def test_an_exception_keeps_its_class_and_place_and_loses_its_words() -> None:
    said = line("It failed.", error=True)
    assert said["exception"] == "ValueError"
    assert said["where"][-1].endswith(" line")
    assert NAME not in json.dumps(said)


@pytest.mark.django_db
def test_a_page_that_fails_writes_no_personal_data(client: Client, monkeypatch, capsys) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"{NAME} {PERSON}")

    monkeypatch.setattr("gapura.kernel.operations.views.is_database_answering", fail)
    client.raise_request_exception = False
    try:
        answer = client.get(f"/health/ready?person={PERSON}&name={NAME}")
    finally:
        logger.removeHandler(handler)
    written = capsys.readouterr().err
    assert answer.status_code == 500
    assert "RuntimeError" in written
    assert [canary for canary in CANARIES if canary in written] == []


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    monkeypatch.setattr(telemetry, "tracer", tracer)
    monkeypatch.setattr("gapura.kernel.operations.middleware.tracer", tracer)
    yield exporter
    provider.shutdown()


@pytest.mark.django_db
def test_requests_exchange_and_seals_are_traced_without_paths_or_words(client: Client, spans) -> None:
    client.get(f"/verify/{CODE}/")
    with measured("exchange", provider="dukcapil"), measured("seal"):
        pass
    with pytest.raises(ValueError), measured("exchange", provider="dukcapil"):
        raise ValueError(NAME)
    found = {(span.name, span.attributes.get("outcome")) for span in spans.get_finished_spans()}
    assert found == {
        ("gapura.request", None),
        ("gapura.seal", "done"),
        ("gapura.exchange", "done"),
        ("gapura.exchange", "failed"),
    }
    told = " ".join(span.to_json() for span in spans.get_finished_spans())
    assert [canary for canary in CANARIES if canary in told] == []


def test_without_an_sdk_tracing_costs_nothing_and_goes_nowhere() -> None:
    with telemetry.tracer.start_as_current_span("test") as span:
        assert not span.is_recording()
    assert not isinstance(trace.get_tracer_provider(), TracerProvider)


def test_no_route_template_holds_a_value() -> None:
    assert not re.search(r"\d{6,}", " ".join(str(pattern.pattern) for pattern in get_resolver().url_patterns))
