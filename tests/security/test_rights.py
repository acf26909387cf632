"""A person's rights over their data: everything is told, nothing of others, and what is due really ends."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from django.core.management import call_command
from django.db import connection
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey

from gapura.foundation import clock
from gapura.foundation.personal_data import find_faults
from gapura.kernel.approvals.actions import grant_approval
from gapura.kernel.approvals.testing import official as approving
from gapura.kernel.audit.actions import integrate_events
from gapura.kernel.audit.queries import list_findings
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import refuse_case, submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.testing import agree
from gapura.kernel.exchange.types import ConsentWithdrawn, EvidenceRequest
from gapura.kernel.identity.models import SignInRecord
from gapura.kernel.identity.testing import make_resident
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.models import Delivery
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.records.actions import (
    dispose_due,
    dispose_table,
    fetch_copy,
    propose_hold,
    propose_lifting,
    renew_consent,
    withdraw_consent,
)
from gapura.kernel.records.models import CorrectionNotice, DataCopy, Disposal, Hold
from gapura.kernel.records.queries import (
    get_retention,
    list_clocks,
    list_declarations,
    list_due,
    list_holdings,
    list_tables,
)
from gapura.kernel.records.queries.tables import get_model
from gapura.kernel.records.types import (
    CannotDispose,
    CannotSetHold,
    CannotWithdrawConsent,
    HoldReason,
    HoldScope,
)
from gapura.kernel.registers.actions import correct_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.civil.models import PersonEntry
from gapura.sectors.civil.testing import make_birth, make_family, make_marriage, make_person, make_residence

pytestmark = pytest.mark.django_db

HOUSE = system_actor("test")
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI, CITRA = "3171014205900001", "3171010105880002", "3171014502150003"
OFFICER = approving(roles=("records.officer",), post="records-1")
COLLEAGUE = approving("3171016003850009", roles=("records.officer",), account_id=2, post="records-2")
CONSENT = "UU 27/2022 Pasal 20"
WORDS = {"id": "Tidak.", "en": "No.", "ko": "아니요."}


@pytest.fixture(autouse=True)
def family() -> Iterator[None]:
    stand_all_agreements()
    with clock.frozen(NOW):
        make_person(BUDI, "Budi Rahasia", sex="male", birth_on=date(1988, 5, 1), religion="hindu")
        make_person(ANI, "Ani Wijaya")
        make_person(CITRA, "Citra Kecil", birth_on=date(2015, 2, 5), father_number=BUDI, mother_number=ANI)
        make_residence(ANI)
        make_birth(CITRA, date(2015, 2, 5))
        make_marriage(BUDI, ANI, date(2012, 1, 7))
        make_family("3171010101150001", {BUDI: "head", ANI: "wife", CITRA: "child"})
        make_resident("ani", person_number=ANI)
        yield


def apply(person: str, service: str, **answers: str) -> Case:
    return submit_application(
        actor=resident(person),
        service_code=service,
        subject=person,
        relation="self",
        answers=answers,
        language="id",
        idempotency_key=f"{person}-{service}",
        now=clock.now(),
    )


def ask_for(person: str, consumer: str, ground: str, *fields: str) -> Any:
    return request_evidence(
        actor=HOUSE,
        request=EvidenceRequest(
            evidence_type="civil.person",
            subject=person,
            consumer=consumer,
            case_number="CASE1",
            legal_ground=ground,
            purpose={"id": "uji", "en": "test", "ko": "시험"},
            as_of=date(2026, 5, 4),
            fields=frozenset(fields),
        ),
        now=clock.now(),
    )


def deliver_all() -> None:
    while deliver_pending():
        pass


def grep(needle: str) -> set[tuple[str, str]]:
    """An independent scan: table and key of every row of the database in which the text stands anywhere."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                texts = (bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row)
                if any(needle in text for text in texts):
                    found.add((table, str(row[0]).replace("-", "")))
    return found


def held_rows(person: str) -> set[tuple[str, str]]:
    return {
        (model._meta.db_table, str(row[model._meta.pk.name]).replace("-", ""))
        for holding in list_holdings(person)
        for model in [get_model(holding.table)]
        for row in holding.rows
    }


def test_every_table_and_column_of_the_database_is_classed_once() -> None:
    assert find_faults(list_declarations(), list_tables()) == []


def test_an_undeclared_table_or_column_is_a_fault() -> None:
    tables = dict(list_tables()) | {"cases.Secret": ["id"]}
    tables["cases.Case"] = [*tables["cases.Case"], "nickname"]
    faults = find_faults(list_declarations(), tables)
    assert {"cases.Case.nickname", "cases.Secret"} <= {fault.split(" ")[0] for fault in faults}


def test_every_retention_class_exists_and_what_ends_says_when_it_begins() -> None:
    rules = get_retention()
    for one in list_declarations().values():
        ends = rules[one.retention].then in ("destroy", "erase-content", "erase-subject")
        assert not ends or one.since or one.part_of, one.table
    assert rules["access-log"].years >= 2


def test_the_copy_equals_an_independent_scan_of_the_whole_database() -> None:
    apply(ANI, "civil.family-card")
    ask_for(ANI, "bpjs-kesehatan", "UU 40/2004 Pasal 15", "number", "full_name")
    deliver_all()
    scanned = grep(ANI)
    assert len({table for table, _key in scanned}) > 8, "the scan must find something to compare with"
    assert scanned <= held_rows(ANI)
    by_number = {one for one in held_rows(ANI) if one in scanned}
    assert by_number == scanned


def test_a_number_hidden_in_an_undeclared_place_would_be_noticed() -> None:
    SignInRecord.objects.create(at=NOW, target="x", network=ANI, agent="", method="password", succeeded=False)
    assert not grep(ANI) <= held_rows(ANI)


def test_nothing_of_other_people_is_in_the_copy() -> None:
    apply(ANI, "civil.family-card")
    apply(ANI, "civil.marriage-extract")
    deliver_all()
    told = json.dumps([list(holding.rows) for holding in list_holdings(ANI)], default=str)
    assert ANI in told
    assert "Ani Wijaya" in told
    for other in (BUDI, CITRA, "Budi Rahasia", "Citra Kecil", "hindu", "2015-02-05", "1988-05-01"):
        assert other not in told, other


def test_asking_for_everything_gives_a_sealed_file_that_ends_after_its_days() -> None:
    case = apply(ANI, "records.my-data")
    assert (case.status, case.due_on) == ("fulfilled", date(2026, 5, 7))
    deliver_all()
    copy = DataCopy.objects.get(case_number=case.number)
    assert "data_copy_ready" in [message.kind for message in list_messages(ANI)]
    with zipfile.ZipFile(io.BytesIO(bytes(fetch_copy(actor=resident(ANI), code=copy.code, now=NOW).content))) as files:
        told = json.loads(files.read("my-data.json"))
        schema = json.loads(files.read("my-data.schema.json"))
        page, seal, data = (
            files.read("my-data.html").decode(),
            files.read("my-data.json.jws"),
            files.read("my-data.json"),
        )
    assert set(schema["required"]) == set(told)
    assert told["person_number"] == ANI
    assert "Ani Wijaya" in page
    require_seal(data, seal)
    with pytest.raises(BadSignatureError):
        require_seal(data.replace(b"Ani", b"Ana"), seal)
    with pytest.raises(AccessDenied):
        fetch_copy(actor=resident(BUDI), code=copy.code, now=NOW)
    later = NOW + timedelta(days=15)
    dispose_due(actor=HOUSE, now=later)
    copy.refresh_from_db()
    assert (bytes(copy.content), copy.person_number) == (b"", ANI)
    with pytest.raises(AccessDenied):
        fetch_copy(actor=resident(ANI), code=copy.code, now=later)


def require_seal(data: bytes, seal: bytes) -> None:
    protected, _empty, signature = seal.split(b".")
    header = json.loads(base64.urlsafe_b64decode(protected + b"=="))
    certificate = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    key = ECKey.import_key(certificate.public_key())
    payload = base64.urlsafe_b64encode(data).rstrip(b"=")
    registry = jws.JWSRegistry(algorithms=["ES256"])
    registry.max_header_length = 8192  # two certificates
    jws.deserialize_compact(b".".join((protected, payload, signature)), key, registry=registry)


CANARY = "kanari-94417"


def old_traces() -> None:
    SignInRecord.objects.create(
        at=NOW - timedelta(days=400), target="x", network="10.0.0", agent=CANARY, method="password", succeeded=True
    )
    with clock.frozen(NOW - timedelta(days=365 * 6)):
        ask_for(ANI, "bpjs-kesehatan", "UU 40/2004 Pasal 15", "number")


def test_what_is_due_is_gone_from_every_table_and_the_log_still_proves_itself() -> None:
    old_traces()
    assert grep(CANARY)
    integrate_events()
    ended = dispose_due(actor=HOUSE, now=NOW)
    integrate_events()
    assert not grep(CANARY)
    assert ended == sum(Disposal.objects.values_list("rows", flat=True)) > 1
    assert {one.retention_class for one in Disposal.objects.all()} == {"sign-in", "access-log"}
    assert list_findings() == []
    assert list_due(NOW) == []
    assert dispose_due(actor=HOUSE, now=NOW) == 0


def test_what_a_restore_brings_back_is_destroyed_again() -> None:
    old_traces()
    kept = list(SignInRecord.objects.values())
    dispose_due(actor=HOUSE, now=NOW)
    SignInRecord.objects.bulk_create([SignInRecord(**row) for row in kept])
    call_command("records_dispose", verbosity=0)
    assert not grep(CANARY)


def hold(scope: HoldScope) -> Hold:
    request = propose_hold(actor=OFFICER, reason=HoldReason.COURT, reference="PTUN 12/2026", scope=scope, now=NOW)
    assert not Hold.objects.exists(), "nothing is held before another person decides"
    grant_approval(actor=COLLEAGUE, request_id=request, note="", now=NOW)
    return Hold.objects.get()


def test_destruction_under_a_hold_is_refused_until_two_people_lift_it() -> None:
    old_traces()
    standing = hold(HoldScope(retention_class="sign-in"))
    dispose_due(actor=HOUSE, now=NOW)
    assert grep(CANARY)
    with pytest.raises(CannotDispose):
        dispose_table(actor=HOUSE, table="identity.SignInRecord", now=NOW)
    request = propose_lifting(actor=OFFICER, number=standing.number, ground="The court has ruled.", now=NOW)
    grant_approval(actor=COLLEAGUE, request_id=request, note="", now=NOW)
    assert dispose_table(actor=HOUSE, table="identity.SignInRecord", now=NOW) == 1
    assert not grep(CANARY)


def test_a_hold_of_one_person_keeps_their_rows_only() -> None:
    for person in (ANI, BUDI):
        with clock.frozen(NOW - timedelta(days=365 * 6)):
            ask_for(person, "bpjs-kesehatan", "UU 40/2004 Pasal 15", "number")
    hold(HoldScope(person_number=ANI))
    dispose_due(actor=HOUSE, now=NOW)
    assert [one.subject for one in get_model("exchange.AccessRecord")._base_manager.all()] == [ANI]


def test_what_is_kept_by_law_is_not_destroyed_by_asking() -> None:
    with pytest.raises(CannotDispose):
        dispose_table(actor=HOUSE, table="audit.AuditEvent", now=NOW)
    assert PersonEntry.objects.count() == 3


def test_a_hold_needs_something_to_hold_and_a_file() -> None:
    with pytest.raises(CannotSetHold):
        propose_hold(actor=OFFICER, reason=HoldReason.AUDIT, reference="x", scope=HoldScope(), now=NOW)
    scope = HoldScope(person_number=ANI)
    with pytest.raises(CannotSetHold):
        propose_hold(actor=OFFICER, reason=HoldReason.AUDIT, reference=" ", scope=scope, now=NOW)


def test_agencies_that_fetched_the_wrong_value_are_told_and_nobody_else() -> None:
    ask_for(ANI, "bpjs-kesehatan", "UU 40/2004 Pasal 15", "number", "full_name")
    ask_for(ANI, "kemensos", "UU 13/2011 Pasal 11", "number")
    ask_for(BUDI, "kemensos", "UU 13/2011 Pasal 11", "full_name")
    with clock.frozen(NOW + timedelta(days=1)):
        entry = PersonEntry.objects.get(number=ANI)
        source = Source(SourceKind.CASE, "CASE2")
        correct_entry(actor=HOUSE, entry=entry, changes={"full_name": "Ani Widjaja"}, source=source, now=clock.now())
        deliver_all()
        deliver_all()
    notice = CorrectionNotice.objects.get()
    assert (notice.consumer, notice.subject, notice.columns) == ("bpjs-kesehatan", ANI, ["full_name"])
    letter = next(one for one in list_messages(ANI) if one.kind == "correction_passed_on")
    assert "BPJS" in letter.body
    assert "Sosial" not in letter.body


def test_a_correction_request_runs_on_a_clock_of_72_hours() -> None:
    case = apply(ANI, "records.correction", mistake="My name is misspelt.", proof="School certificate")
    assert (case.status, case.due_on) == ("review", date(2026, 5, 7))
    (running,) = list_clocks(now=NOW + timedelta(hours=70))
    assert (running.number, running.hours_left) == (case.number, 2)
    assert list_clocks(now=NOW + timedelta(hours=73))[0].hours_left < 0
    refuse_case(actor=official("civil.registrar"), number=case.number, reason=WORDS, remedy=WORDS, now=NOW)
    assert list_clocks(now=NOW) == []


def test_after_a_withdrawal_of_consent_the_same_request_is_refused() -> None:
    agree("bank-nusantara", "civil.person", CONSENT)
    assert ask_for(ANI, "bank-nusantara", CONSENT, "full_name").records
    withdrawal = withdraw_consent(actor=resident(ANI), consumer="bank-nusantara", legal_ground=CONSENT, now=NOW)
    with pytest.raises(ConsentWithdrawn):
        ask_for(ANI, "bank-nusantara", CONSENT, "full_name")
    assert ask_for(BUDI, "bank-nusantara", CONSENT, "full_name").records
    assert ask_for(ANI, "bpjs-kesehatan", "UU 40/2004 Pasal 15", "full_name").records
    renew_consent(actor=resident(ANI), withdrawal_id=withdrawal.pk, now=NOW)
    assert ask_for(ANI, "bank-nusantara", CONSENT, "full_name").records


def test_what_the_law_allows_cannot_be_withdrawn() -> None:
    with pytest.raises(CannotWithdrawConsent):
        withdraw_consent(actor=resident(ANI), consumer="bpjs-kesehatan", legal_ground="UU 40/2004 Pasal 15", now=NOW)


def test_a_case_ends_with_its_steps_and_a_message_with_its_mail_that_never_arrived() -> None:
    case = apply(ANI, "records.correction", mistake=CANARY, proof="School certificate")
    message = send_message(actor=HOUSE, recipient=ANI, kind="request_granted", context={}, now=NOW)
    Delivery.objects.create(message=message, channel="email", address=f"{CANARY}@example.org", language="id")
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOW)
    assert len(grep(CANARY)) == 2
    dispose_due(actor=HOUSE, now=NOW + timedelta(days=366 * 11))
    assert not grep(CANARY)
    assert not Case.objects.filter(pk=case.pk).exists()
    assert not Delivery.objects.exists()
