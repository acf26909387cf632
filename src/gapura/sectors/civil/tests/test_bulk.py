"""Loading in bulk: fast, whole or not at all, and never around the rules."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.registers.actions import CannotLoadRegister, bulk_load, count_entries, load_rows
from gapura.kernel.registers.queries import list_registers
from gapura.sectors.civil.models import Guardianship

pytestmark = pytest.mark.usefixtures("table_owner")  # a bulk load drops indexes and checks

ACTOR = system_actor("test")
COLUMNS = (
    *("valid_from", "valid_until", "recorded_at", "superseded_at", "source_kind", "source_reference"),
    *("ward_number", "guardian_number", "court", "ruling_number"),
)
KNOWN = datetime(2025, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)


def row(start: date, end: date | None = None, *, known_until: datetime | None = None) -> tuple[Any, ...]:
    return (start, end, KNOWN, known_until, "demo", "test", "1234567890123456", "6543210987654321", "PN", "1")


def load(*rows: tuple[Any, ...]) -> None:
    with bulk_load(actor=ACTOR, reference="test", registers=list_registers()):
        load_rows(Guardianship, COLUMNS, iter(rows))


@pytest.mark.django_db
def test_rows_come_back_as_they_were_given() -> None:
    load(row(date(2020, 1, 1), date(2021, 1, 1)), row(date(2021, 1, 1), known_until=KNOWN))
    first, second = Guardianship.objects.order_by("valid_from")
    assert (first.valid_from, first.valid_until) == (date(2020, 1, 1), date(2021, 1, 1))
    assert (first.recorded_at, second.superseded_at) == (KNOWN, KNOWN)
    assert count_entries(list_registers())["civil.Guardianship"] == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("second", "fits"),
    [
        (row(date(2021, 1, 1)), True),
        (row(date(2020, 12, 31)), False),
        (row(date(2020, 12, 31), known_until=KNOWN), True),
        (row(date(2019, 1, 1), date(2020, 1, 1)), True),
        (row(date(2019, 1, 1), date(2020, 1, 2)), False),
        (row(date(2019, 1, 1)), False),
        (row(date(2020, 1, 1), date(2020, 2, 1)), False),
    ],
)
def test_rows_that_share_a_day_are_refused_whole(second: tuple[Any, ...], fits: bool) -> None:
    rows = (row(date(2020, 1, 1), date(2021, 1, 1)), second)
    if fits:
        load(*rows)
        assert Guardianship.objects.count() == 2
    else:
        with pytest.raises(CannotLoadRegister):
            load(*rows)
        assert not Guardianship.objects.exists()


@pytest.mark.django_db
def test_a_load_that_breaks_off_leaves_nothing() -> None:
    def rows() -> Iterator[tuple[Any, ...]]:
        yield row(date(2020, 1, 1))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), bulk_load(actor=ACTOR, reference="test", registers=list_registers()):
        load_rows(Guardianship, COLUMNS, rows())
    assert not Guardianship.objects.exists()
    load(row(date(2020, 1, 1)))
    assert Guardianship.objects.exists()


@pytest.mark.django_db
def test_registers_in_use_take_no_bulk_load() -> None:
    load(row(date(2020, 1, 1)))
    with pytest.raises(CannotLoadRegister, match="already"):
        load(row(date(2021, 1, 1)))
