"""What the justice registers hold, and how little they say, in two times."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from gapura.kernel.audit.types import system_actor
from gapura.kernel.registers.actions import end_entry
from gapura.kernel.registers.types import Source
from gapura.sectors.justice.providers import BarProvider
from gapura.sectors.justice.testing import make_sentence, make_travel_ban, make_warrant

pytestmark = pytest.mark.django_db
ANI, BUDI, UNKNOWN = "3171014205900001", "3171010105880002", "3171014205900099"
TODAY, NOW = date(2026, 5, 4), datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
BARS = ("has-travel-bar", "has-criminal-bar")


def bars(person: str, on: date = TODAY, known_at: datetime | None = None) -> tuple[bool | None, ...]:
    return tuple(BarProvider().answer_question(bar, person, {}, on, known_at) for bar in BARS)


def bar_class(person: str, on: date = TODAY) -> str:
    (record,) = BarProvider().find_records(person, frozenset({"bar_class"}), on, None)
    assert set(record) == {"bar_class"}
    return str(record["bar_class"])


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (make_travel_ban, (True, False, "ban")),
        (make_sentence, (False, True, "none")),
        (make_warrant, (True, True, "wanted")),
    ],
)
def test_each_register_bars_what_it_bars(make: object, expected: tuple[bool, bool, str]) -> None:
    make(ANI)  # type: ignore[operator]  # a factory
    assert (*bars(ANI), bar_class(ANI)) == expected


def test_who_is_not_known_gets_the_answer_of_who_has_nothing_against_them() -> None:
    make_warrant(ANI)
    assert {(*bars(one), bar_class(one)) for one in (BUDI, UNKNOWN)} == {(False, False, "none")}


def test_the_gravest_class_is_told_and_only_that() -> None:
    make_travel_ban(ANI)
    make_warrant(ANI)
    assert bar_class(ANI) == "wanted"


@pytest.mark.parametrize(("on", "stands"), [(date(2026, 1, 31), False), (TODAY, True), (date(2026, 8, 1), False)])
def test_a_ban_ends_with_its_term(on: date, *, stands: bool) -> None:
    make_travel_ban(ANI)
    assert bars(ANI, on)[0] is stands


def test_a_withdrawn_warrant_bars_nobody_and_what_was_answered_before_stays_explained() -> None:
    warrant = make_warrant(ANI)
    end_entry(actor=system_actor("test"), entry=warrant, ended_on=TODAY, source=Source("case", "1"), now=NOW)
    assert bars(ANI) == (False, False)
    assert bars(ANI, known_at=datetime(2026, 5, 4, 2, 59, tzinfo=UTC)) == (True, True)


@pytest.mark.parametrize(
    ("make", "facts"),
    [
        (make_travel_ban, {"valid_until": None}),
        (make_travel_ban, {"ordered_by": ""}),
        (make_warrant, {"warrant_number": ""}),
        (make_sentence, {"court": ""}),
    ],
)
def test_the_database_refuses_what_cannot_be(make: object, facts: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(ANI, **facts)  # type: ignore[operator]  # a factory


def test_one_warrant_may_name_several_people_and_each_once() -> None:
    make_warrant(ANI)
    make_warrant(BUDI)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_warrant(ANI)
