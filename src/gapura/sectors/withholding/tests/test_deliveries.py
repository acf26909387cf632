"""A reporter's file: what is taken in, what is refused and why, and what a corrected file does."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gapura.kernel.outbox.plugin import dotted_name
from gapura.kernel.outbox.testing import OutboxEvent
from gapura.kernel.registers.events import RegisterChanged
from gapura.sectors.withholding.actions import submit_delivery
from gapura.sectors.withholding.models import Delivery, ItemEntry, RowFinding, SlipEntry
from gapura.sectors.withholding.testing import EMPLOYER, as_csv, make_slip
from gapura.sectors.withholding.tests.conftest import ANI, BUDI, NOW, REPRESENTATIVE, Deliver, slip
from gapura.sectors.withholding.types import Acceptance, CannotDeliver, Fault, Form, Scope

LATER = datetime(2026, 2, 20, 3, 0, tzinfo=UTC)


def findings(delivery: Delivery) -> list[tuple[int, str, str]]:
    return sorted(RowFinding.objects.filter(delivery=delivery).values_list("line", "column", "fault"))


def standing(year: int = 2025) -> dict[str, int]:
    """Gross pay by slip number, as the register believes it stands."""
    entries = SlipEntry.objects.filter(tax_year=year, valid_until__isnull=True).known_at(None)
    return {entry.slip_number: entry.gross for entry in entries}


def test_a_right_file_is_taken_in_and_the_file_itself_is_not_kept(deliver: Deliver) -> None:
    sent = deliver(slip(ANI), slip(BUDI, "S-2", gross=60_000_000, tax_withheld=0))
    assert (sent.state, sent.version, sent.rows, sent.rows_new) == ("accepted", 1, 2, 2)
    assert sent.content is None
    entry = SlipEntry.objects.get(number=ANI)
    assert (entry.employer_number, entry.employer_name) == (EMPLOYER, "PT Maju Jaya")
    assert (entry.valid_from, entry.reported_on, entry.final) == (date(2025, 1, 1), date(2026, 1, 20), False)


@pytest.mark.parametrize(
    "content",
    [
        as_csv(slip(ANI)).replace(b",", b";"),
        b"\xef\xbb\xbf" + as_csv(slip(ANI)).replace(b"\n", b"\r\n"),
        json.dumps([slip(ANI)]).encode(),
        json.dumps([{name: str(value) for name, value in slip(ANI).items()}]).encode(),
    ],
    ids=["semicolons", "a spreadsheet's", "JSON", "JSON of texts"],
)
def test_the_ways_to_write_the_same_file(deliver: Deliver, content: bytes) -> None:
    assert deliver(content=content).rows_new == 1
    assert standing() == {"S-1": 120_000_000}


def test_amounts_of_others_come_on_their_own_form(deliver: Deliver) -> None:
    row = {
        "person_number": ANI,
        "item_number": "I-1",
        "item_kind": "bank_interest",
        "amount": 500_000,
        "tax_withheld": 100_000,
    }
    assert deliver(row, form=Form.ITEMS).state == "accepted"
    assert ItemEntry.objects.get().amount == 500_000


@pytest.mark.parametrize(
    ("changed", "column", "fault"),
    [
        ({"gross": "-1"}, "gross", Fault.NEGATIVE),
        ({"gross": "1200.50"}, "gross", Fault.NOT_WHOLE),
        ({"gross": "1e9"}, "gross", Fault.NOT_WHOLE),
        ({"gross": "٣"}, "gross", Fault.NOT_WHOLE),
        ({"gross": "9" * 30}, "gross", Fault.TOO_LARGE),
        ({"gross": ""}, "gross", Fault.MISSING),
        ({"tax_withheld": 120_000_001}, "tax_withheld", Fault.WITHHELD_ABOVE_GROSS),
        ({"pension_contributions": 119_000_000, "zakat": 1_000_001}, "gross", Fault.DEDUCTED_ABOVE_GROSS),
        ({"slip_kind": "gift"}, "slip_kind", Fault.NOT_A_CODE),
        ({"tax_status": "K/9"}, "tax_status", Fault.NOT_A_CODE),
        ({"month_from": 13}, "month_from", Fault.NOT_A_MONTH),
        ({"month_from": 0}, "month_from", Fault.NOT_A_MONTH),
        ({"month_from": 7, "month_until": 3}, "month_until", Fault.MONTHS_REVERSED),
        ({"person_number": "12345"}, "person_number", Fault.NOT_A_NUMBER),
        ({"person_number": "3171010101990009"}, "person_number", Fault.UNKNOWN_PERSON),
        ({"slip_number": "S" * 31}, "slip_number", Fault.TOO_LONG),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_cell_is_named_by_line_column_and_reason(
    deliver: Deliver, changed: dict[str, Any], column: str, fault: Fault
) -> None:
    sent = deliver(slip(BUDI, "S-9"), slip(ANI) | changed)
    assert sent.state == "refused"
    assert findings(sent) == [(3, column, fault)]
    assert standing() == {}, "one wrong row refuses the whole where the reporter chose so"


def test_right_rows_are_kept_where_the_reporter_chose_so(deliver: Deliver) -> None:
    sent = deliver(slip(BUDI, "S-9"), slip(ANI, gross=-1), acceptance=Acceptance.ROWS)
    assert (sent.state, sent.rows_new, sent.rows_wrong) == ("partly", 1, 1)
    assert standing() == {"S-9": 120_000_000}


def test_the_same_file_again_is_the_first_delivery(deliver: Deliver) -> None:
    first, again = deliver(slip(ANI)), deliver(slip(ANI))
    assert again.pk == first.pk
    assert Delivery.objects.count() == 1


def test_a_refused_file_may_be_sent_again(deliver: Deliver) -> None:
    row = slip("3171010101990009")
    assert deliver(row).pk != deliver(row).pk


def test_a_corrected_file_replaces_what_stood_and_takes_back_what_it_does_not_name(deliver: Deliver) -> None:
    deliver(slip(ANI, "S-1"), slip(BUDI, "S-2"), slip(BUDI, "S-3", slip_kind="pension"))
    corrected = deliver(slip(ANI, "S-1"), slip(BUDI, "S-2", gross=130_000_000), now=LATER)
    assert (corrected.version, corrected.rows_unchanged, corrected.rows_changed, corrected.rows_taken_back) == (
        2,
        1,
        1,
        1,
    )
    assert standing() == {"S-1": 120_000_000, "S-2": 130_000_000}
    assert SlipEntry.objects.filter(slip_number="S-2").count() == 2, "what was believed before stays readable"
    third = deliver(slip(ANI, "S-1"), slip(BUDI, "S-2"), slip(BUDI, "S-3", slip_kind="pension"), now=LATER)
    assert (third.rows_changed, sorted(standing())) == (2, ["S-1", "S-2", "S-3"])


def test_a_part_changes_only_what_it_names(deliver: Deliver) -> None:
    deliver(slip(ANI, "S-1"), slip(BUDI, "S-2"))
    part = deliver(slip(BUDI, "S-2", gross=130_000_000), scope=Scope.PART, now=LATER)
    assert (part.rows_changed, part.rows_taken_back) == (1, 0)
    assert standing() == {"S-1": 120_000_000, "S-2": 130_000_000}


def test_a_file_with_a_mistake_takes_nothing_back(deliver: Deliver) -> None:
    deliver(slip(ANI, "S-1"), slip(BUDI, "S-2"))
    sent = deliver(
        slip(ANI, "S-1", gross=-1), slip(BUDI, "S-2", gross=7_000_000), acceptance=Acceptance.ROWS, now=LATER
    )
    assert (sent.state, sent.rows_taken_back) == ("partly", 0)


def test_whoever_keeps_account_of_the_person_is_told_of_a_changed_slip(deliver: Deliver) -> None:
    deliver(slip(ANI))
    deliver(slip(ANI, gross=125_000_000), now=LATER)
    told = (
        OutboxEvent.objects.filter(event_class=dotted_name(RegisterChanged))
        .order_by("pk")
        .values_list("payload", flat=True)
    )
    assert [(one["register"], one["subject"], one["correction"]) for one in told] == [
        ("withholding.slipentry", ANI, False),
        ("withholding.slipentry", ANI, True),
    ]


def test_months_of_one_person_and_employer_never_overlap(deliver: Deliver) -> None:
    inside = deliver(slip(ANI, "S-1", month_until=6), slip(ANI, "S-2", month_from=6))
    assert findings(inside) == [(3, "month_from", Fault.OVERLAPPING)]
    deliver(slip(ANI, "S-1", month_until=6))
    beside = deliver(slip(ANI, "S-2", month_from=6), scope=Scope.PART)
    assert findings(beside) == [(2, "month_from", Fault.OVERLAPPING)]
    assert deliver(slip(ANI, "S-2", month_from=7), scope=Scope.PART).state == "accepted"
    severance = deliver(slip(ANI, "S-3", slip_kind="severance"), scope=Scope.PART)
    assert severance.state == "accepted", "severance is paid beside the salary"
    assert SlipEntry.objects.get(slip_number="S-3").final


def test_a_slip_number_is_never_used_for_another_person_year_or_twice(deliver: Deliver) -> None:
    assert findings(deliver(slip(ANI), slip(BUDI))) == [(3, "slip_number", Fault.TWICE)]
    deliver(slip(ANI))
    assert findings(deliver(slip(BUDI), scope=Scope.PART)) == [(2, "slip_number", Fault.OF_ANOTHER)]
    assert findings(deliver(slip(ANI), year=2024)) == [(2, "slip_number", Fault.OF_ANOTHER)]
    assert standing() == {"S-1": 120_000_000}


def test_another_employers_slip_of_the_same_months_is_no_clash(deliver: Deliver) -> None:
    make_slip(ANI, employer_number="9120000000077", slip_number="S-1")
    assert deliver(slip(ANI)).state == "accepted"


@pytest.mark.parametrize(
    ("today", "fault"),
    [
        (datetime(2024, 2, 28, 12, tzinfo=UTC), Fault.MONTHS_NOT_OVER),
        (datetime(2024, 2, 29, 12, tzinfo=UTC), Fault.MONTHS_NOT_OVER),
        (datetime(2024, 2, 29, 18, tzinfo=UTC), None),  # the first of March in Jakarta
    ],
)
def test_a_month_is_reported_when_it_is_over_also_in_a_leap_year(
    deliver: Deliver, today: datetime, fault: Fault | None
) -> None:
    sent = deliver(slip(ANI, month_until=2), year=2024, now=today)
    assert findings(sent) == ([(2, "month_until", fault)] if fault else [])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PK\x03\x04" + b"0" * 100, "packed"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'cccccccc'>]><a>&b;</a>", "packed"),
        (b"\x1f\x8b\x08" + b"0" * 100, "packed"),
        (b"\xff\xfea\x00", "not-utf8"),
        (b"person_number\0", "not-utf8"),
        (b"hello", "heading-lacks"),
        (as_csv(slip(ANI)) + b"\n1,2", "cells"),
        (as_csv(slip(ANI) | {"password": "x"}), "heading-unknown"),
        (as_csv(slip(ANI, "S" * 201)), "letters"),
        (b"[" * 100_000, "not-json"),
        (b'[{"gross": {"a": 1}}]', "nested"),
        (b"[]", "empty"),
        (as_csv(slip(ANI)).split(b"\n")[0], "empty"),
        (as_csv(slip(ANI)) + b"\n" + b'"' + b"x" * 300_000, "not-csv"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(deliver: Deliver, content: bytes, fault: str) -> None:
    sent = deliver(content=content)
    assert (sent.state, sent.file_fault) == ("refused", fault)
    assert findings(sent) == [(0, "", Fault.FILE)]


def test_more_rows_than_a_file_may_have_are_refused(deliver: Deliver) -> None:
    line = as_csv(slip(ANI)).split(b"\n")
    sent = deliver(content=b"\n".join([line[0], *([line[1]] * 20_001)]))
    assert (sent.file_fault, sent.file_detail) == ("rows", "20000")


def test_whoever_tries_numbers_is_stopped_and_told_nothing(deliver: Deliver) -> None:
    guesses = [slip(f"31710101019{n:05d}"[:12] + f"{n:04d}", f"G-{n}") for n in range(1, 60)]
    sent = deliver(*guesses, slip(ANI), acceptance=Acceptance.ROWS)
    assert findings(sent) == [(0, "", Fault.TOO_MANY_UNKNOWN)]
    assert standing() == {}
    again = deliver(slip("3171010101990009", "H-1"), slip(ANI, "H-2"), acceptance=Acceptance.ROWS)
    assert findings(again) == [(0, "", Fault.TOO_MANY_UNKNOWN)], "the count goes on over files of a day"
    assert deliver(slip(ANI, "H-2")).state == "accepted", "a file without guesses is taken in"
    tomorrow = deliver(slip("3171010101990009", "H-1"), acceptance=Acceptance.ROWS, now=LATER)
    assert findings(tomorrow) == [(2, "person_number", Fault.UNKNOWN_PERSON)]


@pytest.mark.parametrize("year", [2027, 2021, 0])
def test_a_year_that_is_not_open_is_refused(town: None, year: int) -> None:
    with pytest.raises(CannotDeliver):
        _send(year=year)


@pytest.mark.parametrize("content", [b"", b"x" * (6144 * 1024 + 1)])
def test_an_empty_or_too_large_file_is_refused_before_it_is_kept(town: None, content: bytes) -> None:
    with pytest.raises(CannotDeliver):
        _send(content=content)
    assert not Delivery.objects.exists()


def _send(year: int = 2025, content: bytes = b"x") -> None:
    submit_delivery(
        actor=REPRESENTATIVE,
        reporter_name="PT Maju Jaya",
        form=Form.SLIPS,
        tax_year=year,
        scope=Scope.WHOLE,
        acceptance=Acceptance.ALL,
        content=content,
        now=NOW,
    )
