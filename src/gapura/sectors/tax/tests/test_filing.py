"""Filing a return: prepared, checked, filed once, amended, and posted to the ledger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError

from gapura.foundation import clock
from gapura.foundation.testing import answers_at_once
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.cases.testing import resident
from gapura.kernel.documents.queries import find_document
from gapura.kernel.exchange.testing import AccessRecord, MemoryProvider
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.tax.actions import filing
from gapura.sectors.tax.actions.filing import file_return
from gapura.sectors.tax.actions.returns import add_item, correct_item, discard_draft, prepare_return, restore_item
from gapura.sectors.tax.models import ReturnVersion, TaxPosting, TaxReturn
from gapura.sectors.tax.queries.ledger import get_balance, list_postings, sum_ledgers
from gapura.sectors.tax.queries.returns import read_draft, reckon
from gapura.sectors.tax.tests.returns import CHILD, DEWI, IN_MARCH, RATNA, annual, filing_town, member, slip
from gapura.sectors.tax.types import CannotFile, Origin

ACTOR = resident(DEWI)
Town = dict[str, MemoryProvider]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    with filing_town() as providers:
        yield providers


def prepare(actor: Any = ACTOR, period: str = "2025", now: datetime = IN_MARCH) -> TaxReturn:
    return prepare_return(actor=actor, kind=annual(), period=period, now=now)


def file(found: TaxReturn, actor: Any = ACTOR, now: datetime = IN_MARCH) -> ReturnVersion:
    found.refresh_from_db()
    return file_return(actor=actor, kind=annual(), period=found.period, revision=found.revision, now=now)


def test_a_return_is_filled_in_from_the_registers_with_the_source_of_each_datum(town: Town) -> None:
    items = read_draft(prepare())
    assert [(item.code, item.label, item.provider) for item in items] == [
        ("slip", "PT Maju", "djp"),
        ("status", "", "dukcapil"),
        ("dependant", "Bayu", "dukcapil"),
    ]
    reckoned = reckon(annual(), items, "2025")
    # 120,000,000 - 5 % (6,000,000 at most) - 3,600,000 = 110,400,000; K/1 63,000,000; 5 % of 47,400,000
    assert reckoned.figures["penghasilan_neto"] == 110_400_000
    assert reckoned.figures["ptkp"] == 63_000_000
    assert (reckoned.levied, reckoned.credited, reckoned.balance) == (2_370_000, 2_000_000, 370_000)
    assert {one.evidence_type for one in AccessRecord.objects.order_by("pk")} == {
        "civil.family-member",
        "tax.withholding-slip",
        "tax.reported-item",
    }


def test_a_filed_return_is_sealed_explained_and_posted_and_the_ledger_sums_to_zero(town: Town) -> None:
    version = file(prepare())
    assert (version.number, version.balance, version.difference, version.penalty) == (1, 370_000, 370_000, 0)
    assert version.explanation["schema"] == "gapura-explanation/1"
    assert version.explanation["law"] == version.law_digest
    assert version.explanation["figure"]["value"] == 370_000
    document = find_document(version.document_code)
    assert document is not None
    assert document.holder == DEWI
    assert get_balance(DEWI, "income", "2025").owed == 370_000
    assert sum(sum_ledgers(list_postings(DEWI)).values()) == 0
    assert AuditEvent.objects.filter(action="tax.file-return", subject=DEWI).count() == 1


def test_the_same_draft_is_filed_once_however_often_the_button_is_pressed(town: Town) -> None:
    found = prepare()
    versions = [
        file_return(actor=ACTOR, kind=annual(), period="2025", revision=found.revision, now=IN_MARCH) for _click in "ab"
    ]
    assert versions[0].pk == versions[1].pk
    assert TaxPosting.objects.filter(kind="assessment").count() == 1


def test_a_second_tab_that_shows_an_older_draft_changes_and_files_nothing(town: Town) -> None:
    found = prepare()
    old = found.revision
    add_item(**_common(old), code="other", label="Royalties", values={"penghasilan_lain": 10_000_000}, reason="A book.")
    with pytest.raises(CannotFile, match="another tab"):
        file_return(actor=ACTOR, kind=annual(), period="2025", revision=old, now=IN_MARCH)
    with pytest.raises(CannotFile, match="another tab"):
        add_item(**_common(old), code="zakat", label="", values={"zakat": 1}, reason="Twice.")
    assert file(found).balance == 370_000 + 500_000


def test_a_person_corrects_with_a_reason_leaves_out_and_takes_the_register_back(town: Town) -> None:
    found = prepare()
    key = read_draft(found)[0].key
    with pytest.raises(CannotFile, match="wrong"):
        correct_item(**_common(found.revision), key=key, values={"pph_bukti": 2_370_000}, reason=" ")
    found = correct_item(**_common(found.revision), key=key, values={"pph_bukti": 2_370_000}, reason="My slip says so.")
    item = read_draft(found)[0]
    assert (item.origin, item.given["pph_bukti"], item.reason) == (Origin.CORRECTED, 2_000_000, "My slip says so.")
    assert reckon(annual(), read_draft(found), "2025").balance == 0
    found = correct_item(**_common(found.revision), key=key, values={}, reason="I never worked there.")
    assert reckon(annual(), read_draft(found), "2025").levied == 0
    found = restore_item(**_common(found.revision), key=key)
    assert reckon(annual(), read_draft(found), "2025").balance == 370_000


def test_a_correction_outlives_asking_again_unless_the_register_has_changed(town: Town) -> None:
    found = prepare()
    key = read_draft(found)[0].key
    correct_item(**_common(found.revision), key=key, values={"pph_bukti": 1}, reason="Mine.")
    assert read_draft(prepare())[0].values["pph_bukti"] == 1
    town["tax.withholding-slip"].records[DEWI] = [slip(tax_withheld=2_500_000)]
    item = read_draft(prepare())[0]
    assert (item.values["pph_bukti"], item.origin) == (2_500_000, Origin.REGISTER)


def test_an_amendment_replaces_the_postings_and_tells_the_difference(town: Town) -> None:
    first = file(prepare())
    town["tax.withholding-slip"].records[DEWI] = [slip(tax_withheld=3_000_000)]
    second = file(prepare())
    assert (second.number, second.balance, second.difference) == (2, -630_000, -1_000_000)
    balance = get_balance(DEWI, "income", "2025")
    assert (balance.owed, balance.credit) == (0, 630_000)
    assert sum(sum_ledgers(list_postings(DEWI)).values()) == 0
    before = find_document(first.document_code)
    assert before is not None
    assert before.status == "revoked"


def test_an_amendment_can_be_given_up_and_what_was_filed_stands(town: Town) -> None:
    file(prepare())
    found = prepare()
    found = discard_draft(**_common(found.revision))
    assert (found.draft, found.status, found.versions) == (None, "filed", 1)


def test_two_slips_of_one_employer_for_the_same_months_are_not_filed_until_one_goes(town: Town) -> None:
    town["tax.withholding-slip"].records[DEWI] = [slip(), slip("A1-2", month_from=6)]
    found = prepare()
    with pytest.raises(CannotFile, match="the same months twice"):
        file(found)
    key = read_draft(found)[1].key
    correct_item(**_common(found.revision), key=key, values={}, reason="Reported twice.")
    assert file(found).balance == 370_000


def test_two_slips_of_one_employer_one_after_the_other_are_lawful(town: Town) -> None:
    town["tax.withholding-slip"].records[DEWI] = [slip(month_until=6), slip("A1-2", month_from=7)]
    assert file(prepare()).figures["penghasilan_neto"] == 240_000_000 - 6_000_000 - 7_200_000


def test_a_dependant_is_counted_by_one_of_two_parents(town: Town) -> None:
    file(prepare())
    town["civil.family-member"].records[RATNA] = [member(RATNA, "head"), member(CHILD, "child", "Bayu")]
    other = resident(RATNA)
    found = prepare(other)
    with pytest.raises(CannotFile, match="somebody else's return"):
        file(found, other)
    assert not TaxPosting.objects.filter(account__taxpayer=RATNA).exists()
    key = next(item.key for item in read_draft(found) if item.code == "dependant")
    correct_item(**_common(found.revision, other), key=key, values={}, reason="He lives with his mother.")
    assert file(found, other).number == 1


def test_only_periods_that_are_over_can_be_filed(town: Town) -> None:
    for period in ("2026", "2027"):
        with pytest.raises(CannotFile, match="not over yet"):
            prepare(period=period)
    for period in ("2019", "2025-01", "abcd", "²025", "20255"):
        with pytest.raises(AccessDenied):
            prepare(period=period)


def test_filing_late_costs_what_the_law_says_once(town: Town) -> None:
    late = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
    with clock.frozen(late):
        version = file(prepare(now=late), now=late)
        assert version.penalty == 100_000  # UU 6/1983 art. 7(1)
        assert get_balance(DEWI, "income", "2025").owed == 470_000
        assert file(prepare(now=late), now=late).penalty == 0
        assert get_balance(DEWI, "income", "2025").owed == 470_000


def test_the_last_day_is_in_time_and_moves_off_a_holiday(town: Town) -> None:
    on_the_day = datetime(2026, 3, 31, 16, 59, tzinfo=UTC)  # 23:59 in Jakarta
    with clock.frozen(on_the_day):
        assert file(prepare(now=on_the_day), now=on_the_day).penalty == 0
    assert str(annual().due_on("2024")) == "2025-04-08"  # 31 March 2025 was Eid, then joint leave


def test_what_the_law_takes_no_negative_of_is_refused_with_words(town: Town) -> None:
    found = prepare()
    with pytest.raises(CannotFile, match="penghasilan_lain"):
        add_item(**_common(found.revision), code="other", label="", values={"penghasilan_lain": -5}, reason="A trick.")
    found.refresh_from_db()
    assert len(read_draft(found)) == 3


def test_a_silent_register_leaves_nothing_half_done(town: Town) -> None:
    town["tax.withholding-slip"].is_down = True
    with pytest.raises(CannotFile, match="does not answer now"):
        prepare()
    assert not TaxReturn.objects.exists()


def test_nobody_files_for_another_without_a_mandate(town: Town) -> None:
    posing = replace(resident(RATNA), principal=DEWI, mandate="proxy:0000000")
    with pytest.raises(AccessDenied):
        prepare(posing)
    company = replace(resident(RATNA), principal="0123456789012", mandate="company")
    with pytest.raises(AccessDenied):
        prepare(company)


def test_a_process_that_dies_while_filing_leaves_the_draft_and_nothing_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = prepare()

    def die(**_given: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(filing, "record_document", die)
        with pytest.raises(SystemExit):
            file(found)
    assert not ReturnVersion.objects.exists()
    assert not TaxPosting.objects.exists()
    assert file(found).number == 1


def test_two_clicks_at_the_same_moment_file_once(town: Town) -> None:
    found = prepare()
    click = partial(file_return, actor=ACTOR, kind=annual(), period="2025", revision=found.revision, now=IN_MARCH)
    # SQLite lets one write at a time; the person presses again.
    filed = {one.pk for one in answers_at_once(click, click) if not isinstance(one, OperationalError)}
    assert len(filed) == ReturnVersion.objects.count() == 1
    assert TaxPosting.objects.filter(kind="assessment").count() == 1


def test_a_version_is_never_changed(town: Town) -> None:
    version = file(prepare())
    version.balance -= 1
    with pytest.raises(Exception, match="tax_return_version_only_added"):
        version.save()


def _common(revision: int, actor: Any = ACTOR) -> dict[str, Any]:
    return {"actor": actor, "kind": annual(), "period": "2025", "revision": revision, "now": IN_MARCH + timedelta(1)}
