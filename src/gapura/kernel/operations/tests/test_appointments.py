"""The list of a day's appointments, as it comes out of a spreadsheet."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from gapura.kernel.operations.counters.appointments import read_appointments
from gapura.kernel.operations.types import CounterRefused

JAKARTA = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 5, 4, 9, 0, tzinfo=JAKARTA)
SITI, AGUS, EXTRACT, FAMILY = "3171014501900001", "3171010101800002", "civil.person-extract", "civil.family-card"


def read(*lines: str, hours: int = 8, head: str = "at,person,service") -> list[tuple[str, str]]:
    until = NINE + timedelta(hours=hours)
    return read_appointments([head, *lines], since=NINE, until=until, timezone=JAKARTA)


def test_each_comes_for_what_was_booked_and_nothing_else() -> None:
    assert read(f"2026-05-04 09:30,{SITI},{EXTRACT}", f"2026-05-04T03:00+00:00, {AGUS} ,{FAMILY}") == [
        (SITI, EXTRACT),
        (AGUS, FAMILY),
    ]


@pytest.mark.parametrize("at", ["2026-05-04 08:59", "2026-05-04 17:00", "2026-05-05 09:30"])
def test_who_comes_outside_the_packs_hours_is_not_named_in_it(at) -> None:
    assert read(f"{at},{SITI},{EXTRACT}") == []
    assert read(f"{at},{SITI},{EXTRACT}", f"2026-05-04 16:59,{AGUS},{EXTRACT}") == [(AGUS, EXTRACT)]


def test_other_columns_are_left_alone() -> None:
    assert read(f"Siti,2026-05-04 09:30,{EXTRACT},{SITI}", head="name,at,service,person") == [(SITI, EXTRACT)]


def test_a_line_that_cannot_be_read_is_named() -> None:
    with pytest.raises(CounterRefused, match=r"Line 3 .*'half past nine' is no time"):
        read(f"2026-05-04 09:30,{SITI},{EXTRACT}", f"half past nine,{AGUS},{EXTRACT}")
    with pytest.raises(CounterRefused, match="no column service"):
        read(head="at,person")


@pytest.mark.django_db
def test_the_command_takes_either_list_and_none_is_refused(tmp_path) -> None:
    given = {"office": "dukcapil/31.71", "hours": 8, "out": tmp_path / "pack"}
    with pytest.raises(CommandError, match="Say who comes for what"):
        call_command("counter_pack", **given)
    appointments = tmp_path / "today.csv"
    appointments.write_text("at,person,service\n")
    with pytest.raises(CommandError, match="0 admitted counters"):  # the list was read
        call_command("counter_pack", **given, appointments=appointments)
