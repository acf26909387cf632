"""What the register of military service answers."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gapura.sectors.personnel.providers import MilitaryServiceProvider
from gapura.sectors.personnel.testing import make_military_service

pytestmark = pytest.mark.django_db
ANI = "3171014205900001"
FIELDS = frozenset({"military_rank", "served_until", "discharge_reason"})


def read(on: date) -> list[tuple[object, ...]]:
    found = MilitaryServiceProvider().find_records(ANI, FIELDS, on, None)
    return [(one["military_rank"], one["served_until"], one["discharge_reason"]) for one in found]


def test_ranks_follow_one_another_and_an_end_is_not_told_before_its_day() -> None:
    make_military_service(ANI, military_rank="Prajurit Dua", valid_until=date(2014, 1, 1), discharge_reason="")
    make_military_service(ANI, valid_from=date(2014, 1, 1))
    assert read(date(2015, 1, 1)) == [("Prajurit Dua", "2014-01-01", ""), ("Prajurit Satu", None, "")]
    assert read(date(2020, 1, 1))[-1] == ("Prajurit Satu", "2016-07-01", "term-ended")
    assert read(date(2012, 1, 1)) == []


def test_nobody_serves_in_two_ranks_at_once() -> None:
    make_military_service(ANI)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_military_service(ANI, valid_from=date(2015, 1, 1), valid_until=None)
