"""The justice registers say whether there is a bar, to whom the law lets ask; to everybody else nothing at all."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import finish_waiting_cases, submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.testing import checking, stand_all_agreements
from gapura.kernel.documents.queries import find_document
from gapura.kernel.exchange.actions import ask_question, request_evidence
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.exchange.testing import AccessRecord, memory_providers
from gapura.kernel.exchange.types import (
    EvidenceRequest,
    FieldNotAgreed,
    NoAgreement,
    PostNotAgreed,
    ProviderUnavailable,
)
from gapura.kernel.nodes.testing import Network, handing_over
from gapura.kernel.records.actions import make_copy
from gapura.kernel.records.queries import elsewhere, list_holdings
from gapura.kernel.registers.actions import end_entry, record_entry
from gapura.kernel.registers.types import Source
from gapura.sectors.civil import testing as civil
from gapura.sectors.immigration import testing as immigration
from gapura.sectors.justice import testing as justice
from gapura.sectors.justice.models import WarrantEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
HOUSE = system_actor("test")
CLEAN, BARRED = "3171014205900001", "3171010105880002"
TRAVEL, CRIMINAL, ELSE = "UU 6/2011 Pasal 91", "UU 2/2002 Pasal 15", "UU 23/2006 Pasal 58"
SERVICE = "immigration.entry-exit"


@pytest.fixture(autouse=True)
def travelers() -> Iterator[None]:
    stand_all_agreements()
    for person, name in ((CLEAN, "Ani Wijaya"), (BARRED, "Budi Wijaya")):
        civil.make_person(person, name)
        civil.make_residence(person)
        immigration.make_crossing(person, NOW.date() - timedelta(days=90))
    justice.make_warrant(BARRED)
    justice.make_travel_ban(BARRED)
    with clock.frozen(NOW):
        yield


def request(consumer: str = "imigrasi", ground: str = TRAVEL, person: str = BARRED, **asked: Any) -> EvidenceRequest:
    return EvidenceRequest("justice.bar", person, consumer, "CASE1", ground, {"en": "test"}, NOW.date(), **asked)


def ask(question: str = "has-travel-bar", **how: Any) -> bool | None:
    return ask_question(actor=HOUSE, request=request(question=question, **how), now=clock.now()).holds


def ask_class(**how: Any) -> object:
    asked = request(fields=frozenset({"bar_class"}), **how)
    return request_evidence(actor=HOUSE, request=asked, now=clock.now()).record


def test_whoever_has_an_agreement_is_told_what_it_covers() -> None:
    assert [ask(person=one) for one in (BARRED, CLEAN)] == [True, False]
    assert [ask_class(person=one) for one in (BARRED, CLEAN)] == [{"bar_class": "wanted"}, {"bar_class": "none"}]
    assert ask("has-criminal-bar", consumer="dukcapil", ground=CRIMINAL)


def test_everybody_else_is_refused() -> None:
    with pytest.raises(NoAgreement):
        ask(consumer="djp")
    with pytest.raises(NoAgreement):
        ask(ground=ELSE)
    with pytest.raises(FieldNotAgreed):
        ask(consumer="dukcapil", ground=CRIMINAL)
    with pytest.raises(FieldNotAgreed):
        ask_class(consumer="dukcapil", ground=CRIMINAL)
    with pytest.raises(FieldNotAgreed):
        request_evidence(actor=HOUSE, request=request(fields=frozenset({"warrant_number"})), now=NOW)
    asked = request(question="has-travel-bar")
    with pytest.raises(PostNotAgreed):
        ask_question(actor=official("archivist", agency="imigrasi"), request=asked, now=NOW)
    assert set(AccessRecord.objects.values_list("outcome", flat=True)) == {"refused"}


def test_the_question_is_logged_for_the_person_and_the_answer_nowhere() -> None:
    for person in (BARRED, CLEAN):
        ask(person=person)
        ask_class(person=person)
        seen = [(one.evidence_type, one.question, one.provider) for one in list_accesses_to(person, now=NOW)]
        assert seen == [("justice.bar", "", "kejaksaan"), ("justice.bar", "has-travel-bar", "kejaksaan")]
    rows = AccessRecord.objects.order_by("pk").values()
    of_barred, of_clean = ([_without_name(row) for row in rows if row["subject"] == one] for one in (BARRED, CLEAN))
    assert of_barred == of_clean


def _without_name(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"id", "access_id", "subject"}}


def apply(person: str) -> Case:
    return submit_application(
        actor=resident(person),
        service_code=SERVICE,
        subject=person,
        relation="self",
        answers={},
        language="id",
        idempotency_key=person,
        now=clock.now(),
    )


@pytest.fixture
def service_that_asks() -> Iterator[None]:
    """The certificate of crossings asks what the passport does: a bar goes to an official."""
    passport = get_service("immigration.passport", on=NOW.date())
    bar = next(check for check in passport.checks if check.evidence_type == "justice.bar")
    assert bar.refers
    with checking(SERVICE, bar):
        yield


@pytest.mark.usefixtures("service_that_asks")
def test_no_bar_is_decided_by_rule_and_a_bar_by_an_official() -> None:
    assert [apply(one).status for one in (CLEAN, BARRED)] == [CaseStatus.FULFILLED, CaseStatus.REVIEW]


@pytest.mark.usefixtures("service_that_asks")
def test_a_case_waits_while_justice_is_silent_and_goes_on_when_it_answers() -> None:
    with memory_providers("justice.bar") as silent:
        silent["justice.bar"].is_down = True
        case = apply(CLEAN)
        assert case.status == CaseStatus.RECEIVED
        later = NOW + timedelta(minutes=1)
        assert finish_waiting_cases(actor=HOUSE, now=later) == 0
    with clock.frozen(NOW + timedelta(hours=2)):
        assert finish_waiting_cases(actor=HOUSE, now=clock.now()) == 1
    case.refresh_from_db()
    assert case.status == CaseStatus.FULFILLED
    assert find_document(case.document_code)


@pytest.fixture
def confidential(tmp_path: Path) -> Iterator[Network]:
    """Immigration's node asks, the prosecution's answers."""
    network = Network(tmp_path)
    network.add("IMIGRASI", "TRAVEL", "imigrasi")
    network.add("KEJAKSAAN", "BARS", "kejaksaan", ("justice.bar",))
    network.received_at = NOW
    with handing_over(network), network.at("IMIGRASI"):
        yield network


def test_from_another_node_the_answers_and_the_refusals_are_the_same(confidential: Network) -> None:
    assert [ask(person=one) for one in (BARRED, CLEAN)] == [True, False]
    assert len(confidential.wire) == 2, "asked over there, not here"
    with pytest.raises(ProviderUnavailable, match="no subsystem"):
        ask("has-criminal-bar", consumer="dukcapil", ground=CRIMINAL)


def test_a_question_that_comes_again_is_refused(confidential: Network) -> None:
    assert ask() is True
    again = confidential.deliver(confidential.wire[0], "KEJAKSAAN", NOW)
    assert (again.status, again.headers["x-road-error"]) == (409, "Server.ServerProxy.DuplicateMessage")


def test_an_earlier_answer_never_serves(confidential: Network) -> None:
    assert ask() is True
    confidential.is_cut = True
    with pytest.raises(ProviderUnavailable):
        ask()


def test_what_is_recorded_leaves_no_trace_of_the_person_anywhere_else() -> None:
    before = list_holdings(CLEAN)
    warrant = WarrantEntry(number=CLEAN, warrant_number="DPO/13", ordered_by="polri", valid_from=NOW.date())
    written = {"actor": HOUSE, "source": Source("case", "1"), "now": NOW}
    record_entry(entry=warrant, **written)
    end_entry(entry=warrant, ended_on=NOW.date() + timedelta(days=1), **written)
    assert list_holdings(CLEAN) == before
    # The control: a change of another register is told.
    end_entry(entry=immigration.make_passport(CLEAN), ended_on=NOW.date(), **written)
    traces = {holding.table for holding in list_holdings(CLEAN)} - {holding.table for holding in before}
    assert traces >= {"immigration.PassportEntry", "outbox.OutboxEvent"}


def copy_of(person: str) -> dict[str, Any]:
    copy = make_copy(
        actor=HOUSE, person_number=person, case_number=f"C{person}"[:16], agency_code="dukcapil", language="en", now=NOW
    )
    with zipfile.ZipFile(io.BytesIO(bytes(copy.content))) as files:
        assert "keeps these registers out of every copy" in files.read("my-data.html").decode()
        return dict(json.loads(files.read("my-data.json")))


def tables_of(copy: dict[str, Any]) -> set[str]:
    return {one["table"] for one in copy["tables"]}


def test_a_copy_names_the_registers_to_everybody_and_says_of_nobody_what_they_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    barred, clean = copy_of(BARRED), copy_of(CLEAN)
    assert barred["excepted"] == clean["excepted"]
    assert [(one["evidence_type"], one["law"]) for one in clean["excepted"]] == [("justice.bar", "UU 27/2022 Pasal 50")]
    assert tables_of(barred) == tables_of(clean)
    assert "justice.WarrantEntry" not in tables_of(barred)
    # The control: without the exception of the law the rows would be there.
    terms = replace(elsewhere.get_terms_of_asking(), excepted={})
    monkeypatch.setattr(elsewhere, "_read_terms", lambda country: terms)
    assert "justice.WarrantEntry" in {holding.table for holding in list_holdings(BARRED)}
