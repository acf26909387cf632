"""Cash receipts: reported with the consumer's standing consent alone; a seller learns nothing of anybody."""

from datetime import date
from functools import partial

import pytest

from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.actions import give_consent, report_receipt, stop_consent
from gapura.sectors.invoicing.models import Receipt, ReceiptConsent
from gapura.sectors.invoicing.queries import find_consent, list_receipts, list_reported
from gapura.sectors.invoicing.testing import CONSUMER, NOW, OTHER, SELLER, TODAY, director, person
from gapura.sectors.invoicing.types import CannotReport

pytestmark = pytest.mark.usefixtures("registers")
report = partial(
    report_receipt,
    actor=director(SELLER),
    consumer=CONSUMER,
    seller_number="S-1",
    sold_on=TODAY,
    gross=11_100_000,
    tax=1_100_000,
    now=NOW,
)


def test_a_receipt_reaches_the_consumer_who_agreed_and_nobody_else() -> None:
    give_consent(actor=person(CONSUMER), now=NOW)
    receipt = report()
    assert list_receipts(person(CONSUMER)) == [receipt]
    assert list_receipts(person("3171010101800034")) == []
    assert (list_reported(director(SELLER)), list_reported(director(OTHER))) == ([receipt], [])
    assert receipt.seller_name == "PT Maju Bersama"


def test_without_consent_with_one_taken_back_and_for_nobody_the_answer_is_the_same() -> None:
    give_consent(actor=person(CONSUMER), now=NOW)
    stop_consent(actor=person(CONSUMER), now=NOW)
    said = set()
    for consumer in (CONSUMER, "3171010101800034", "9999999999999999", ""):
        with pytest.raises(CannotReport) as refusal:
            report(consumer=consumer)
        said.add(str(refusal.value))
    assert len(said) == 1
    assert not Receipt.objects.exists()


def test_the_same_receipt_twice_is_one_and_its_number_with_other_content_is_refused() -> None:
    give_consent(actor=person(CONSUMER), now=NOW)
    assert report() == report()
    with pytest.raises(CannotReport):
        report(gross=11_100_001)
    assert Receipt.objects.count() == 1


def test_wrong_amounts_and_days_are_refused() -> None:
    give_consent(actor=person(CONSUMER), now=NOW)
    for changes in ({"gross": 0}, {"tax": -1}, {"tax": 11_100_000}, {"sold_on": date(2026, 5, 5)}):
        with pytest.raises(CannotReport):
            report(**changes)


def test_consent_is_given_and_taken_back_by_the_person_alone() -> None:
    with pytest.raises(AccessDenied):
        give_consent(actor=director(SELLER), now=NOW)
    with pytest.raises(AccessDenied):
        stop_consent(actor=director(SELLER), now=NOW)
    give_consent(actor=person(CONSUMER), now=NOW)
    give_consent(actor=person(CONSUMER), now=NOW)
    assert ReceiptConsent.objects.count() == 1
    stop_consent(actor=person(CONSUMER), now=NOW)
    assert find_consent(person(CONSUMER)) is None
    give_consent(actor=person(CONSUMER), now=NOW)
    assert ReceiptConsent.objects.count() == 2
