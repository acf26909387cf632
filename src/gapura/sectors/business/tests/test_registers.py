"""What the business register holds and refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gapura.sectors.business.providers import ShareProvider
from gapura.sectors.business.testing import BUSINESS, make_business, make_share

pytestmark = pytest.mark.django_db
ANI, TODAY = "3171014205900001", date(2026, 5, 4)


def test_the_shares_of_a_person_are_answered_with_the_company() -> None:
    make_business()
    make_share(ANI)
    asked = frozenset({"business_number", "legal_name", "shares", "held_since"})
    assert ShareProvider().find_records(ANI, asked, TODAY, None) == [
        {"business_number": BUSINESS, "legal_name": "PT Maju Bersama", "shares": 60, "held_since": "2015-03-02"}
    ]


@pytest.mark.parametrize("facts", [{"business_status": "closed"}, {"business_status": "sold"}, {"capital": -1}])
def test_the_database_refuses_what_cannot_be(facts: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_business("9120000000001", **facts)


def test_a_business_has_one_state_a_day() -> None:
    make_business()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_business(legal_name="PT Kembar")
