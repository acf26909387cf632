"""What the immigration registers hold and answer, in two times."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from gapura.kernel.audit.types import system_actor
from gapura.kernel.registers.actions import record_entry
from gapura.kernel.registers.types import Source
from gapura.sectors.immigration.models import PassportEntry
from gapura.sectors.immigration.providers import CrossingProvider, PassportProvider, PermitProvider
from gapura.sectors.immigration.testing import PASSPORT, make_crossing, make_passport, make_permit

pytestmark = pytest.mark.django_db
ANI, BUDI = "3171014205900001", "3171010105880002"
TODAY, NOW = date(2026, 5, 4), datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


def lose(passport: PassportEntry, on: date) -> None:
    facts = {f.attname: getattr(passport, f.attname) for f in passport._meta.concrete_fields if f.attname != "id"}
    lost = PassportEntry(**facts | {"passport_status": "lost", "valid_from": on})
    record_entry(actor=system_actor("test"), entry=lost, source=Source("case", "1"), now=NOW)


def has_valid(person: str, on: date = TODAY) -> bool | None:
    return PassportProvider().answer_question("has-valid-passport", person, {}, on, None)


def test_a_passport_is_valid_until_it_is_lost_or_expires() -> None:
    passport = make_passport(ANI)
    assert has_valid(ANI)
    assert not has_valid(BUDI)
    assert not has_valid(ANI, date(2033, 1, 1))
    lose(passport, date(2026, 5, 1))
    assert not has_valid(ANI)
    assert has_valid(ANI, date(2026, 4, 30))


def test_crossings_are_told_oldest_first_and_none_of_a_later_day() -> None:
    for on, direction in ((date(2024, 2, 9), "entry"), (date(2024, 2, 1), "exit"), (date(2027, 1, 1), "exit")):
        make_crossing(ANI, on, direction)
    make_crossing(BUDI, date(2024, 2, 1))
    found = CrossingProvider().find_records(ANI, frozenset({"crossed_on", "direction"}), TODAY, None)
    assert [(one["crossed_on"], one["direction"]) for one in found] == [
        ("2024-02-01", "exit"),
        ("2024-02-09", "entry"),
    ]


@pytest.mark.parametrize(("on", "found"), [(TODAY, 1), (date(2023, 12, 31), 0), (date(2028, 1, 1), 0)])
def test_a_permit_is_told_while_it_stands(on: date, found: int) -> None:
    make_permit(ANI)
    assert len(PermitProvider().find_records(ANI, frozenset({"permit_kind"}), on, None)) == found


@pytest.mark.parametrize(
    "facts", [{"passport_status": "borrowed"}, {"expires_on": date(2022, 2, 1)}, {"passport_kind": ""}]
)
def test_the_database_refuses_what_cannot_be(facts: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_passport(ANI, **facts)


def test_a_passport_has_one_state_a_day_and_one_holder() -> None:
    make_passport(ANI)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_passport(BUDI, PASSPORT)
