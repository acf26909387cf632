"""What the tax registers refuse to hold; each refusal beside what they take."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gapura.sectors.tax.testing import make_arrears, make_income, make_local_assessment, make_taxpayer

ANI, BUDI = "3171014205900001", "3171010105880002"

pytestmark = pytest.mark.django_db


def refused(make, *arguments, **facts) -> bool:
    try:
        with transaction.atomic():
            make(*arguments, **facts)
    except IntegrityError:
        return True
    return False


def test_a_taxpayer_has_one_known_state_from_registration_on():
    assert refused(make_taxpayer, ANI, taxpayer_status="hiding")
    assert refused(make_taxpayer, ANI, tax_number="")
    assert refused(make_taxpayer, ANI, registered_on=date(2015, 1, 1), valid_from=date(2014, 1, 1))
    assert not refused(make_taxpayer, ANI, taxpayer_status="dormant")
    assert refused(make_taxpayer, ANI)


def test_a_year_is_assessed_once_with_amounts_in_order():
    assert refused(make_income, ANI, 2024, taxable_income=97_000_000)
    assert refused(make_income, ANI, 2024, income_tax=50_000_000)
    assert refused(make_income, ANI, 24, valid_from=date(2025, 3, 1))
    assert not refused(make_income, ANI, 2024)
    assert refused(make_income, ANI, 2024, valid_from=date(2025, 4, 1))
    assert not refused(make_income, ANI, 2025)


def test_arrears_are_of_something_and_told_once():
    assert refused(make_arrears, ANI, arrears_amount=0)
    assert refused(make_arrears, ANI, national_tax="vehicle")
    assert not refused(make_arrears, ANI, assessment_number="1")
    assert refused(make_arrears, BUDI, assessment_number="1")
    assert not refused(make_arrears, BUDI, assessment_number="2")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"local_tax": "income"}, {"local_tax": "land_building"}),
        ({"object_number": ""}, {"object_number": "31.71.010.001.001-0001.0"}),
        ({"due_on": date(2026, 3, 31)}, {"due_on": date(2026, 4, 1)}),
        ({"paid_on": date(2026, 3, 31)}, {"paid_on": None}),
    ],
)
def test_a_local_assessment_is_due_and_paid_after_it_was_issued(wrong, right):
    assert refused(make_local_assessment, ANI, 2026, **wrong)
    assert not refused(make_local_assessment, ANI, 2026, **right)


def test_a_notice_is_given_once():
    make_local_assessment(ANI, 2026, assessment_number="1")
    assert refused(make_local_assessment, BUDI, 2026, assessment_number="1")
    assert not refused(make_local_assessment, BUDI, 2026, assessment_number="2")
