"""Nothing is answered without an agreement, nothing unlogged, nothing beyond what was asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import (
    LogNotCommitted,
    adopt_agreements,
    answer_requests,
    ask_question,
    open_requests,
    request_evidence,
    resume_agreement,
    suspend_agreement,
)
from gapura.kernel.exchange.models import AccessRecord
from gapura.kernel.exchange.queries import list_accesses_for_case, list_accesses_to
from gapura.kernel.exchange.testing import MemoryProvider, agree, memory_providers
from gapura.kernel.exchange.types import (
    AccessOutcome,
    AgreementTerms,
    Evidence,
    EvidenceRequest,
    FieldNotAgreed,
    NoAgreement,
    ProviderUnavailable,
)

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
SUBJECT = "3171014501900001"
CLERK = system_actor("test")
REQUEST = EvidenceRequest(
    evidence_type="civil.person",
    subject=SUBJECT,
    consumer="bank",
    case_number="CASE1",
    legal_ground="UU 1 ps. 1",
    purpose={"id": "uji", "en": "test", "ko": "시험"},
    as_of=date(2026, 5, 4),
    fields=frozenset({"full_name"}),
)
QUESTION = replace(REQUEST, fields=frozenset(), question="is-over-age", parameters={"age": 17})


@pytest.fixture
def person(db: None) -> Iterator[MemoryProvider]:
    with memory_providers("civil.person") as providers:
        provider = providers["civil.person"]
        provider.records[SUBJECT] = [{"full_name": "Siti", "religion": "islam", "birth_on": "1990-01-05"}]
        provider.answers["is-over-age", SUBJECT] = True
        yield provider


def test_an_agreed_request_is_answered_with_the_asked_fields_only(person: MemoryProvider) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1")
    evidence = request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    assert evidence.record == {"full_name": "Siti"}
    assert (evidence.provider, evidence.known_at) == ("holder", NOW)


def test_a_question_is_answered_yes_or_no_and_shows_no_field(person: MemoryProvider) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1", fields=[])
    assert ask_question(actor=CLERK, request=QUESTION, now=NOW).holds is True
    with pytest.raises(FieldNotAgreed):
        request_evidence(actor=CLERK, request=REQUEST, now=NOW)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"consumer": "shop"}, NoAgreement),
        ({"legal_ground": "UU 2 ps. 2"}, NoAgreement),
        ({"evidence_type": "civil.family"}, NoAgreement),
        ({"evidence_type": "nobody.answers-this"}, ProviderUnavailable),
        ({"fields": frozenset({"full_name", "religion"})}, FieldNotAgreed),
        ({"fields": frozenset()}, FieldNotAgreed),
    ],
)
def test_whatever_the_agreement_does_not_cover_is_refused_logged_and_not_read(
    person: MemoryProvider, change: dict[str, object], refusal: type[Exception]
) -> None:
    with memory_providers("civil.family"):
        agree("bank", "civil.person", "UU 1 ps. 1", fields=["full_name"])
        with pytest.raises(refusal):
            request_evidence(actor=CLERK, request=replace(REQUEST, **change), now=NOW)
    assert person.asked == []
    assert AccessRecord.objects.get().outcome == AccessOutcome.REFUSED


def test_an_agreement_holds_only_in_its_term_and_until_suspended(person: MemoryProvider) -> None:
    agreement = agree("bank", "civil.person", "UU 1 ps. 1", valid_from=NOW.date(), valid_until=date(2026, 6, 1))
    request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    for moment in (NOW - timedelta(days=1), datetime(2026, 6, 1, 12, tzinfo=UTC)):
        with pytest.raises(NoAgreement):
            request_evidence(actor=CLERK, request=REQUEST, now=moment)
    suspend_agreement(actor=CLERK, code=agreement.code, now=NOW)
    with pytest.raises(NoAgreement):
        request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    resume_agreement(actor=CLERK, code=agreement.code)
    request_evidence(actor=CLERK, request=REQUEST, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_answered_inside_the_transaction_that_logs_the_request() -> None:
    with memory_providers("civil.person") as providers:
        agree("bank", "civil.person", "UU 1 ps. 1")
        with transaction.atomic():
            opened = open_requests(actor=CLERK, requests=[REQUEST], now=NOW)
            with pytest.raises(LogNotCommitted):
                answer_requests(opened)
        assert providers["civil.person"].asked == []
        assert isinstance(answer_requests(opened)[0], Evidence)


@pytest.mark.django_db(transaction=True)
def test_a_request_whose_log_was_rolled_back_leaves_no_trace_and_was_never_answered() -> None:
    with memory_providers("civil.person") as providers:
        agree("bank", "civil.person", "UU 1 ps. 1")
        with transaction.atomic():
            open_requests(actor=CLERK, requests=[REQUEST], now=NOW)
            transaction.set_rollback(True)
        assert AccessRecord.objects.count() == 0
        assert providers["civil.person"].asked == []


def test_a_provider_that_is_down_is_logged_as_failed(person: MemoryProvider) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1")
    person.is_down = True
    with pytest.raises(ProviderUnavailable):
        request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    assert AccessRecord.objects.get().outcome == AccessOutcome.FAILED


def test_the_person_sees_every_request_and_secret_ones_after_their_release(person: MemoryProvider) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1")
    release = NOW + timedelta(days=30)
    request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    request_evidence(actor=CLERK, request=replace(REQUEST, secret_until=release), now=NOW)
    assert [a.fields for a in list_accesses_to(SUBJECT, now=NOW)] == [["full_name"]]
    assert len(list_accesses_to(SUBJECT, now=release - timedelta(seconds=1))) == 1
    assert len(list_accesses_to(SUBJECT, now=release)) == 2
    assert len(list_accesses_for_case("CASE1", now=NOW)) == 1
    assert list_accesses_to("another person", now=release) == []


def test_the_list_of_accesses_goes_on_where_the_last_page_ended(person: MemoryProvider) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1")
    for number in range(5):
        request_evidence(actor=CLERK, request=replace(REQUEST, case_number=f"CASE{number}"), now=NOW)
    first = list_accesses_to(SUBJECT, now=NOW, limit=3)
    rest = list_accesses_to(SUBJECT, now=NOW, limit=3, before=first[-1].pk)
    assert [a.case_number for a in [*first, *rest]] == ["CASE4", "CASE3", "CASE2", "CASE1", "CASE0"]


def test_the_database_itself_wants_a_ground_for_every_access(person: MemoryProvider) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1")
    request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRecord.objects.update(legal_ground="")


def test_an_agreement_over_fields_that_do_not_exist_cannot_be_adopted(db: None) -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        agree("bank", "civil.person", "UU 1 ps. 1", fields=["shoe_size"])
    with pytest.raises(ValueError, match=r"no\.such"):
        adopt_agreements(
            actor=CLERK, terms=[AgreementTerms("x", "bank", "no.such", [], [], ["house"], "UU 1", {}, date(2026, 1, 1))]
        )


def test_a_lookup_costs_one_read_of_agreements_two_inserts_and_the_provider(
    person: MemoryProvider, django_assert_num_queries: object
) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1")
    inserts = 1 if connection.vendor == "postgresql" else 2  # both rows in one statement, or one each
    with django_assert_num_queries(3 + inserts):  # type: ignore[operator]
        request_evidence(actor=CLERK, request=REQUEST, now=NOW)  # savepoint, agreement, inserts, release
