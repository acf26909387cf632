"""What the registers refuse to hold; each refusal beside what they take."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gapura.sectors.transport.testing import (
    make_licence,
    make_lien,
    make_offence,
    make_ownership,
    make_vehicle,
)

ANI, BUDI = "3171014205900001", "3171010105880002"

pytestmark = pytest.mark.django_db


def refused(make, *arguments, **facts) -> bool:
    try:
        with transaction.atomic():
            make(*arguments, **facts)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"vehicle_class": "boat"}, {"vehicle_class": "truck"}),
        ({"fuel": "coal"}, {"fuel": "electric"}),
        ({"built_year": 18}, {"built_year": 2018}),
        ({"chassis_number": ""}, {"chassis_number": "MHKA"}),
        ({"plate_number": ""}, {"plate_number": "B 9 A"}),
        ({"valid_until": date(2018, 6, 1)}, {"valid_until": date(2018, 6, 2)}),
    ],
)
def test_a_vehicle_is_what_a_vehicle_can_be(wrong, right):
    assert refused(make_vehicle, ANI, **wrong)
    assert not refused(make_vehicle, ANI, **right)


def test_a_plate_is_on_one_vehicle_at_a_time():
    make_vehicle(ANI, "B 1 A", chassis_number="FIRST")
    assert refused(make_vehicle, BUDI, "B 1 A", chassis_number="SECOND")
    assert not refused(make_vehicle, BUDI, "B 2 A", chassis_number="SECOND")


def test_a_vehicle_has_one_owner_on_a_day():
    vehicle = make_vehicle(ANI)
    assert refused(make_ownership, vehicle, BUDI, valid_from=date(2020, 1, 1))
    assert not refused(make_ownership, vehicle, BUDI, valid_from=date(2010, 1, 1), valid_until=date(2018, 6, 1))
    assert refused(make_ownership, vehicle, BUDI, acquired_by="theft", valid_from=date(2001, 1, 1))


def test_a_lien_secures_an_amount_for_a_creditor_and_there_may_be_several():
    vehicle = make_vehicle(ANI)
    assert refused(make_lien, vehicle, secured_amount=0)
    assert refused(make_lien, vehicle, creditor="")
    assert not refused(make_lien, vehicle)
    assert not refused(make_lien, vehicle, lien_number="another")


def test_a_driver_holds_one_licence_of_a_class_on_a_day():
    make_licence(ANI, "A")
    assert refused(make_licence, ANI, "A", valid_from=date(2025, 1, 1))
    assert refused(make_licence, ANI, "", valid_from=date(2001, 1, 1), valid_until=date(2002, 1, 1))
    assert not refused(make_licence, ANI, "C")
    assert not refused(make_licence, ANI, "A", valid_from=date(2028, 3, 1), valid_until=date(2033, 3, 1))


def test_a_ticket_is_given_once_and_paid_after_the_offence():
    make_offence(ANI, date(2025, 1, 1), ticket_number="T1")
    assert refused(make_offence, BUDI, date(2025, 1, 1), ticket_number="T1")
    assert refused(make_offence, ANI, date(2025, 1, 2), paid_on=date(2025, 1, 1))
    assert not refused(make_offence, ANI, date(2025, 1, 2), paid_on=date(2025, 1, 2))
