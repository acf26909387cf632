"""A counter without a network: what it may issue, what it refuses, and what the house believes afterwards."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel, system_actor
from gapura.kernel.cases.queries import Case
from gapura.kernel.cases.testing import memory_population
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.documents import plugin
from gapura.kernel.documents.actions import revoke_document, withdraw_block
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.documents.queries import find_document, verify_file
from gapura.kernel.documents.testing import create_authority
from gapura.kernel.documents.types import VerificationOutcome
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.exchange.testing import MemoryProvider, agree, memory_providers
from gapura.kernel.operations.actions import admit_counter, declare_outage, make_pack, reconcile_journal
from gapura.kernel.operations.counters import issuing, keys
from gapura.kernel.operations.counters.house import get_house_signer
from gapura.kernel.operations.counters.issuing import close_journal, issue_offline, journal_file
from gapura.kernel.operations.counters.keys import Clerk, make_counter
from gapura.kernel.operations.types import CounterRefused

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
SITI, AGUS, STRANGER = "3171014501900001", "3171010101800002", "3171010101700009"
ISSUER, WITNESS, THIRD = "3171010101700010", "3171010101700011", "3171010101700012"
PINS = {ISSUER: "482913", WITNESS: "770155"}
EXTRACT, RESIDENCE = "civil.person-extract", "civil.residence-certificate"
CODE = "dukcapil/31.71/1"
HOUSE = system_actor("test")
ADDRESS = {
    "street": "Jalan Melati 5",
    "neighbourhood": "001/002",
    "village": "Gambir",
    "district": "Gambir",
    "regency": "Kota Jakarta Pusat",
    "province": "DKI Jakarta",
    "postal_code": "10110",
    "lived_from": "2020-01-01",
}
ON_DUTY = Actor(
    kind=ActorKind.OFFICIAL,
    label="On duty",
    account_id=1,
    person_number="3171016003850002",
    post_code="dukcapil/31.71/duty",
    agency_code="dukcapil",
    office_code="31.71",
    roles=frozenset({"operations.duty"}),
    assurance=AssuranceLevel.HIGH,
)
pytestmark = pytest.mark.django_db


@dataclass
class Town:
    """A house whose registers know two people, and one of its counters in a folder of its own."""

    person: MemoryProvider
    folder: Path
    pack: str = ""

    def fetch_pack(self, *, at: datetime = NOW, **changes: object) -> str:
        given = {"services": [EXTRACT], "persons": [SITI, AGUS], "hours": 8} | changes
        given["papers"] = list(product(given.pop("persons"), given.pop("services")))
        counter = self.counter
        with clock.frozen(at):
            self.pack, self.left_out = make_pack(actor=HOUSE, counter=counter, now=at, **given)
        return self.pack

    def issue(self, person: str = SITI, *, at: datetime = NOW + timedelta(hours=1), **changes: object) -> bytes:
        given = {"service": EXTRACT, "pins": PINS} | changes
        folder = given.pop("folder", self.folder)
        with clock.frozen(at):
            return issue_offline(folder, self.pack, person=person, **given)[0]

    def close(self, *, at: datetime = NOW + timedelta(hours=2), folder: Path | None = None) -> bytes:
        with clock.frozen(at):
            return close_journal(folder or self.folder, self.pack, pins=PINS)

    @property
    def journal(self) -> Path:
        return journal_file(self.folder, json.loads(self.pack.partition("\n")[0])["number"])


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(keys, "_WORK", 16)  # PINs are not what is guessed here
    # Revocation lists are signed at the moment a test plays: an authority of its own for each.
    monkeypatch.setattr(plugin, "_seal_provider", create_authority(tmp_path / "pki", "dukcapil"))
    evidence = ("civil.person", "civil.residence", "civil.residence-history", "civil.family")
    with ExitStack() as stack:
        providers = stack.enter_context(memory_providers(*evidence))
        population = stack.enter_context(memory_population())
        stack.enter_context(clock.frozen(NOW))
        for provider in providers.values():
            provider.agency_code = "dukcapil"
        for number, name in ((SITI, "Siti Rahayu"), (AGUS, "Agus Salim")):
            population.offices[number] = "31.71"
            providers["civil.person"].records[number] = [person_record(number, name)]
            providers["civil.person"].answers["is-alive", number] = True
            providers["civil.residence"].records[number] = [ADDRESS]
        for service in (EXTRACT, RESIDENCE):
            declared = get_service(service, on=NOW.date())
            for need in (*declared.evidence, *declared.checks):
                kind = getattr(need, "type", "") or need.evidence_type
                agree(declared.agency, kind, need.legal_ground)
        clerks = [Clerk(number, "Clerk", pin) for number, pin in (PINS | {THIRD: "900900"}).items()]
        folder = tmp_path / "counter"
        card = make_counter(folder, code=CODE, house=get_house_signer().verifier, clerks=clerks)
        known = Town(providers["civil.person"], folder)
        known.counter = admit_counter(actor=HOUSE, card=card, now=NOW)
        yield known


def person_record(number: str, name: str) -> dict[str, str]:
    return {
        "number": number,
        "full_name": name,
        "sex": "female",
        "birth_place": "Jakarta",
        "birth_on": "1990-01-05",
        "religion": "islam",
        "marital_status": "single",
        "citizenship": "ID",
        "occupation": "teacher",
    }


def declare(counters: tuple[str, ...] = (CODE,), started_at: datetime = NOW) -> None:
    later = NOW + timedelta(hours=1)
    words = {"id": "Gangguan.", "en": "Down.", "ko": "장애."}
    declare_outage(
        actor=ON_DUTY,
        component="sign-in",
        agencies=[],
        counters=counters,
        words=words,
        started_at=started_at,
        now=later,
    )


def reconcile(journal: bytes, at: datetime = NOW + timedelta(hours=10)):
    with clock.frozen(at):
        return reconcile_journal(actor=HOUSE, content=journal, now=at)


def verdict(paper: bytes) -> str:
    return verify_file(paper, today=NOW.date()).outcome


def test_a_paper_issued_offline_becomes_a_case_and_a_document_like_any_other(town: Town) -> None:
    town.fetch_pack()
    declare()
    paper = town.issue()
    assert verdict(paper) == VerificationOutcome.UNCONFIRMED
    result = reconcile(town.close())
    assert (len(result.confirmed), result.refused, result.unused) == (1, {}, 1)
    assert verdict(paper) == VerificationOutcome.GENUINE
    document = find_document(result.confirmed[0])
    case = Case.objects.get(number=document.case_number)
    assert (case.status, case.channel, case.document_code) == ("fulfilled", "offline", document.code)
    assert (case.applicant, document.holder, document.issued_at) == (SITI, SITI, NOW + timedelta(hours=1))
    confirmed = next(event for event in list_events() if event.action == "operations.paper_confirmed")
    assert (confirmed.detail["issuer"], confirmed.detail["witness"]) == (ISSUER, WITNESS)


def test_everybody_prepared_sees_it_whether_a_paper_was_issued_or_not(town: Town) -> None:
    town.fetch_pack()
    for person in (SITI, AGUS):
        seen = list_accesses_to(person, now=NOW)
        assert seen
        assert {access.purpose["en"] for access in seen} == {"Prepared for an outage, for a counter"}
    paper = town.issue()
    declare()
    reconcile(town.close())
    number = verify_file(paper, today=NOW.date()).case_number
    assert number in {access.case_number for access in list_accesses_to(SITI, now=NOW)}


def test_reconciling_twice_changes_nothing(town: Town) -> None:
    town.fetch_pack()
    declare()
    town.issue()
    town.issue(AGUS)
    journal = town.close()
    assert len(reconcile(journal).confirmed) == 2
    again = reconcile(journal, NOW + timedelta(days=1))
    assert (again.confirmed, len(again.confirmed_before), again.refused) == ((), 2, {})
    assert Case.objects.count() == 2


def test_one_paper_for_a_person_and_a_service_however_often_it_is_asked_for(town: Town) -> None:
    town.fetch_pack()
    first = town.issue()
    assert town.issue(at=NOW + timedelta(hours=3)) == first
    assert len(town.journal.read_bytes().splitlines()) == 2


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"at": NOW - timedelta(minutes=1)}, "clock"),
        ({"at": NOW + timedelta(hours=8)}, "clock"),
        ({"person": STRANGER}, "no such document for this person"),
        ({"service": RESIDENCE}, "no such document for this person"),
        ({"pins": {ISSUER: PINS[ISSUER], WITNESS: "000000"}}, "PINs is wrong"),
        ({"pins": {ISSUER: PINS[ISSUER]}}, "Two different officials"),
        ({"pins": {ISSUER: PINS[ISSUER], STRANGER: "123456"}}, "Two different officials"),
    ],
)
def test_what_was_not_prepared_is_refused_and_leaves_no_line(town: Town, change: dict, why: str) -> None:
    town.fetch_pack()
    with pytest.raises(CounterRefused, match=why):
        town.issue(**change)
    assert not town.journal.exists() or len(town.journal.read_bytes().splitlines()) == 1
    town.issue()  # the control: otherwise it works


def test_a_clock_put_back_is_noticed(town: Town) -> None:
    town.fetch_pack()
    town.issue(at=NOW + timedelta(hours=3))
    with pytest.raises(CounterRefused, match="put it back"):
        town.issue(AGUS, at=NOW + timedelta(hours=2))
    town.issue(AGUS, at=NOW + timedelta(hours=3))


def test_a_used_up_or_closed_pack_issues_nothing_more(town: Town) -> None:
    town.fetch_pack(most=1)
    town.issue()
    with pytest.raises(CounterRefused, match="All 1 papers"):
        town.issue(AGUS)
    assert town.close() == town.close()
    with pytest.raises(CounterRefused, match=r"clock|closed"):
        town.issue(AGUS, at=NOW + timedelta(hours=3))


def test_a_pack_opens_at_no_other_counter_and_not_when_altered(town: Town, tmp_path: Path) -> None:
    town.fetch_pack()
    clerks = [Clerk(number, "Clerk", pin) for number, pin in PINS.items()]
    other = tmp_path / "other"
    make_counter(other, code="dukcapil/31.71/2", house=get_house_signer().verifier, clerks=clerks)
    with pytest.raises(CounterRefused, match="another counter"):
        town.issue(folder=other)
    whole = town.pack
    town.pack = whole.replace(CODE, "dukcapil/31.71/9", 1)
    with pytest.raises(CounterRefused, match="altered"):
        town.issue()
    town.pack = whole
    town.issue()


def test_what_a_rule_would_refuse_is_not_packed(town: Town) -> None:
    town.person.answers["is-alive", AGUS] = False
    town.fetch_pack()
    assert list(town.left_out) == [(AGUS, EXTRACT)]
    with pytest.raises(CounterRefused, match="no such document"):
        town.issue(AGUS)
    with pytest.raises(CounterRefused, match="Nothing could be prepared"):
        town.fetch_pack(persons=[STRANGER])
    with pytest.raises(CounterRefused, match="hours"):
        town.fetch_pack(hours=1000)


class Killed(BaseException):
    """The power goes."""


@contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> Iterator[None]:
    def die(*given: object, **named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, die)
        with pytest.raises(Killed):
            yield


def test_killed_anywhere_a_paper_is_issued_and_in_the_journal_or_neither(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.fetch_pack()
    declare()
    with killed_at(monkeypatch, issuing, "append_line"):
        town.issue()
    with killed_at(monkeypatch, issuing, "render_document"):
        town.issue()
    whole = len(town.journal.read_bytes().splitlines())
    paper = town.issue()  # its printing may die now: the same command gives it again
    assert town.issue() == paper
    with town.journal.open("ab") as torn:
        torn.write(b'{"place": 2, "half')
    town.issue(AGUS)
    assert len(town.journal.read_bytes().splitlines()) == whole + 2
    assert len(reconcile(town.close()).confirmed) == 2


def every_cut(content: bytes) -> list[bytes]:
    lines = content.splitlines(keepends=True)
    return [
        content[:-1],
        b"".join(lines[:-1]),
        b"".join([lines[0], *lines[2:]]),
        b"".join([lines[0], lines[2], lines[1], lines[3]]),
        content.replace(ISSUER.encode(), THIRD.encode(), 1),
        content.replace(b'"papers":2', b'"papers":1'),
        content + lines[1],
        b"",
    ]


def test_a_journal_cut_changed_or_reordered_is_refused_whole(town: Town) -> None:
    town.fetch_pack()
    declare()
    town.issue()
    town.issue(AGUS)
    journal = town.close()
    for number, changed in enumerate(every_cut(journal)):
        assert changed != journal, number
        with pytest.raises(CounterRefused):
            reconcile(changed)
        assert Case.objects.count() == 0, number
    assert len(reconcile(journal).confirmed) == 2


def test_a_copied_counter_is_found_when_its_second_journal_comes(town: Town, tmp_path: Path) -> None:
    town.fetch_pack()
    declare()
    twin = tmp_path / "twin"
    shutil.copytree(town.folder, twin)
    town.issue()
    other = town.issue(AGUS, folder=twin)
    assert len(reconcile(town.close()).confirmed) == 1
    journal = town.close(folder=twin)
    with pytest.raises(CounterRefused, match="used twice"):
        reconcile(journal)
    assert "operations.journal_contradicts" in {event.action for event in list_events()}
    assert verdict(other) == VerificationOutcome.UNKNOWN
    assert Case.objects.count() == 1


def test_without_an_outage_that_names_the_counter_nothing_is_confirmed_until_there_is_one(town: Town) -> None:
    town.fetch_pack()
    declare(counters=("dukcapil/31.71/2",))
    paper = town.issue()
    journal = town.close()
    assert "No declared outage" in next(iter(reconcile(journal).refused.values()))
    assert verdict(paper) == VerificationOutcome.UNCONFIRMED
    later = NOW + timedelta(hours=2)
    words = {"id": "Gangguan.", "en": "Down.", "ko": "장애."}
    given = {"component": "applications", "agencies": [], "counters": [CODE], "words": words}
    declare_outage(actor=ON_DUTY, started_at=NOW, now=later, **given)
    assert len(reconcile(journal).confirmed) == 1
    assert verdict(paper) == VerificationOutcome.GENUINE


def forged(town: Town, change) -> bytes:
    """A journal that the counter's own two officials wrote with its own keys, saying something else than prepared."""
    real = issuing.render_document

    def lie(order, *, code, keys):
        return real(change(order), code=code, keys=keys)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issuing, "render_document", lie)
        town.issue()
    return town.close()


def with_name(order, name: str):
    fact = order.facts[0]
    return replace(order, facts=(replace(fact, records=({**fact.records[0], "full_name": name},)), *order.facts[1:]))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda order: with_name(order, "Somebody Else"), "page is not the one"),
        (lambda order: replace(order, valid_until=date(2099, 1, 1)), "page is not the one"),
        (lambda order: replace(order, options={}), "page is not the one"),
        (lambda order: replace(order, issued_at=order.issued_at - timedelta(hours=1)), "page is not the one"),
    ],
)
def test_two_officials_cannot_state_what_was_not_prepared(town: Town, change, why: str) -> None:
    town.fetch_pack()
    declare()
    refused = reconcile(forged(town, change)).refused
    assert [why in reason for reason in refused.values()] == [True]
    assert Case.objects.count() == 0


def test_a_file_under_a_reserved_number_that_the_counter_did_not_seal_is_altered(town: Town) -> None:
    town.fetch_pack()
    paper = town.issue()
    assert verdict(paper) == VerificationOutcome.UNCONFIRMED
    for changed in (paper + b"\n", paper.replace(b"/Type/Sig", b"/Type/Sog"), paper[:2000] + b" " + paper[2001:]):
        assert verdict(changed) == VerificationOutcome.ALTERED


def test_a_withdrawn_pack_verifies_as_revoked_and_its_journal_is_refused(town: Town) -> None:
    town.fetch_pack()
    declare()
    paper = town.issue()
    journal = town.close()
    number = json.loads(town.pack.partition("\n")[0])["number"]
    withdraw_block(actor=HOUSE, number=number, reason="stolen", now=NOW + timedelta(hours=3))
    assert verdict(paper) == VerificationOutcome.REVOKED
    with pytest.raises(CounterRefused, match="withdrawn"):
        reconcile(journal)
    assert Case.objects.count() == 0


def test_what_the_register_corrected_meanwhile_is_replaced_and_a_revoked_one_stays_revoked(town: Town) -> None:
    town.fetch_pack()
    declare()
    paper, other = town.issue(), town.issue(AGUS)
    journal = town.close()
    town.person.records[SITI] = [person_record(SITI, "Siti Rahayu Lestari")]
    result = reconcile(journal)
    assert (len(result.confirmed), result.ended_meanwhile) == (2, 1)
    assert (verdict(paper), verdict(other)) == (VerificationOutcome.REPLACED, VerificationOutcome.GENUINE)
    code = verify_file(other, today=NOW.date()).code
    revoke_document(actor=HOUSE, code=code, reason="found forged", now=NOW + timedelta(hours=11))
    reconcile(journal, NOW + timedelta(hours=12))
    assert verdict(other) == VerificationOutcome.REVOKED


def test_registers_still_down_at_reconciliation_are_asked_when_it_is_repeated(town: Town) -> None:
    town.fetch_pack()
    declare()
    town.issue()
    journal = town.close()
    town.person.is_down = True
    assert len(reconcile(journal).unchecked) == 1
    town.person.is_down = False
    assert reconcile(journal).unchecked == {}


def test_the_pages_say_what_the_paper_is(town: Town, client: Client) -> None:
    town.fetch_pack()
    declare()
    paper = town.issue()
    code = verify_file(paper, today=NOW.date()).code
    page = client.get(f"/verify/{code}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Issued offline, not yet confirmed" in page
    assert "Siti" not in page
    reconcile(town.close())
    assert "Genuine and valid" in client.get(f"/verify/{code}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_the_mark_stands_on_the_paper_in_three_languages(town: Town, tmp_path: Path) -> None:
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("pdftotext is missing (Debian: poppler-utils)")
    town.fetch_pack()
    (tmp_path / "paper.pdf").write_bytes(town.issue())
    text = subprocess.run([pdftotext, tmp_path / "paper.pdf", "-"], capture_output=True, check=True).stdout.decode()
    for mark in ("Diterbitkan saat jaringan terputus", "Issued while the network was down", "통신망 장애 중 발급됨"):
        assert mark in text


def test_the_seal_holds_for_any_reader_without_us(town: Town) -> None:
    from gapura.kernel.documents.sealing.validation import check_seal

    town.fetch_pack()
    checked = check_seal(town.issue(), get_seal_provider(), NOW + timedelta(days=30))
    assert checked.valid, checked.reason
    assert not check_seal(town.issue(), get_seal_provider(), NOW + timedelta(days=200)).valid
