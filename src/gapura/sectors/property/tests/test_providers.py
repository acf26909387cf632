"""What the registers of land and buildings answer of a person, in both times, and nothing more."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.plugin import find_provider, list_evidence_types
from gapura.kernel.exchange.testing import Asker, agree
from gapura.kernel.exchange.types import FieldNotAgreed, NoAgreement
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.property import testing
from gapura.sectors.property.models import MortgageEntry, RightEntry

NOW = datetime(2025, 3, 5, 9, tzinfo=UTC)
TODAY = date(2025, 3, 5)
ANI, BUDI, CITRA = "3171014205900001", "3171010105880002", "3171014101800003"
PARCEL, NEXT, UNIT = "31710000000010", "31710000000020", "31710000000038"
HOUSE = system_actor("test")
CASE = Source(SourceKind.CASE, "C-1")
GROUND = "PP 24/1997 Pasal 34"
ASKER = Asker(GROUND, NOW)
OWNERS = {
    "property.land-price": "bapenda",
    "property.land-price-history": "bapenda",
    "property.building-price": "bapenda",
    "property.building-price-history": "bapenda",
    "property.building": "pupr",
    "property.forest": "kehutanan",
    "property.farmland": "kementan",
    "property.farmland-history": "kementan",
}

ask, does, request = ASKER.ask, ASKER.does, ASKER.request

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> None:
    testing.make_estate(ANI, PARCEL, "B-1")
    testing.make_unit(UNIT, "B-9")
    testing.make_building("B-9", "31710000000099", building_use="flats", floors=20)
    testing.make_right(ANI, UNIT, right_kind="unit_ownership", right_number="MR.38")


def test_every_declared_evidence_type_and_question_is_answered_by_its_keeper() -> None:
    declared = [one for one in list_evidence_types() if one.code.startswith("property.")]
    assert len(declared) == 15
    for one in declared:
        provider = find_provider(one.code)
        assert provider is not None, one.code
        assert provider.agency_code == OWNERS.get(one.code, "atr-bpn")
        assert set(provider.questions) == {question.code for question in one.questions}


@pytest.mark.usefixtures("estate")
def test_every_field_of_the_standard_is_filled() -> None:
    testing.make_parcel(NEXT, boundary=testing.plot(east=12))
    open_ended = {"expires_on", "price_until", "held_until", "worked_until"}
    for one in list_evidence_types():
        if one.code.startswith("property."):
            records = ask(one.code, ANI)
            assert records, one.code
            for record in records:
                assert {name for name, value in record.items() if value is None} <= open_ended, one.code


@pytest.mark.usefixtures("estate")
def test_only_the_asked_fields_come_back_and_nothing_of_whoever_holds_nothing() -> None:
    assert ask("property.parcel", ANI, "land_area") == [{"land_area": 180}]
    for one in list_evidence_types():
        if one.code.startswith("property."):
            assert ask(one.code, BUDI) == [], one.code


def test_who_has_no_agreement_or_asks_for_more_gets_nothing() -> None:
    testing.make_estate(ANI, PARCEL, "B-1")
    asked = request("property.mortgage", ANI, fields=frozenset({"secured_amount"}))
    with pytest.raises(NoAgreement):
        request_evidence(actor=HOUSE, request=asked, now=NOW)
    agree("asker", "property.mortgage", GROUND, fields=["rank"])
    with pytest.raises(FieldNotAgreed):
        request_evidence(actor=HOUSE, request=asked, now=NOW)
    asked = request("property.mortgage", ANI, fields=frozenset({"rank"}))
    assert request_evidence(actor=HOUSE, request=asked, now=NOW).records == ({"rank": 1},)


@pytest.mark.usefixtures("estate")
def test_land_and_units_are_told_apart() -> None:
    assert ask("property.parcel", ANI, "parcel_number") == [{"parcel_number": PARCEL}]
    assert ask("property.unit", ANI, "unit_number", "unit_area") == [{"unit_number": UNIT, "unit_area": 45}]
    assert ask("property.building", ANI, "building_number", "floors") == [
        {"building_number": "B-1", "floors": 2},
        {"building_number": "B-9", "floors": 20},
    ]


def test_all_holders_of_a_shared_parcel_are_told_to_each() -> None:
    testing.make_parcel(PARCEL)
    testing.make_right(ANI, PARCEL, share=(2, 3))
    testing.make_right(BUDI, PARCEL, share=(1, 3), holder_name="Budi Santoso")
    for holder in (ANI, BUDI):
        found = ask("property.right", holder, "holder_name", "share_numerator", "share_denominator")
        assert [tuple(record.values()) for record in found] == [("Ani Wijaya", 3, 2), ("Budi Santoso", 3, 1)]
    assert ask("property.parcel", BUDI, "share_denominator") == [{"share_denominator": 3}]


def test_a_parcel_that_was_sold_is_the_buyers_with_its_history_and_no_longer_the_sellers() -> None:
    testing.make_parcel(PARCEL)
    sold = testing.make_right(ANI, PARCEL)
    moment = datetime(2023, 6, 2, tzinfo=UTC)
    end_entry(actor=HOUSE, entry=sold, ended_on=date(2023, 6, 1), source=CASE, now=moment)
    bought = testing.make_right(BUDI, PARCEL, holder_name="Budi Santoso", valid_from=date(2023, 6, 1))
    RightEntry.objects.filter(pk=bought.pk).update(recorded_at=moment)

    assert ask("property.parcel", ANI) == []
    assert ask("property.right-history", BUDI, "holder_name", "held_from", "held_until") == [
        {"held_from": "2023-06-01", "held_until": None, "holder_name": "Budi Santoso"},
        {"held_from": "2015-04-02", "held_until": "2023-06-01", "holder_name": "Ani Wijaya"},
    ]
    before = date(2023, 5, 31)
    assert ask("property.parcel", ANI, "held_from", as_of=before) == [{"held_from": "2015-04-02"}]
    assert ask("property.right-history", ANI, "held_until", as_of=before) == [{"held_until": None}]
    # As known before the sale was recorded, the parcel is the seller's still.
    earlier = datetime(2023, 6, 1, tzinfo=UTC)
    assert ask("property.parcel", ANI, "parcel_number", known_at=earlier) == [{"parcel_number": PARCEL}]
    assert ask("property.parcel", BUDI, known_at=earlier) == []


def test_mortgages_come_by_rank_and_one_that_is_struck_off_is_not_told() -> None:
    testing.make_parcel(PARCEL)
    testing.make_right(ANI, PARCEL)
    testing.make_mortgage(PARCEL, mortgage_number="HT.2", rank=2)
    first = testing.make_mortgage(PARCEL, mortgage_number="HT.1", rank=1)
    assert [m["mortgage_number"] for m in ask("property.mortgage", ANI)] == ["HT.1", "HT.2"]
    end_entry(actor=HOUSE, entry=first, ended_on=date(2024, 1, 1), source=CASE, now=NOW)
    assert ask("property.mortgage", ANI, "mortgage_number") == [{"mortgage_number": "HT.2"}]
    assert MortgageEntry.objects.count() == 3


def test_a_corrected_area_is_told_and_the_old_one_as_it_was_known() -> None:
    entry = testing.make_parcel(PARCEL)
    testing.make_right(ANI, PARCEL)
    moment = datetime(2024, 2, 1, tzinfo=UTC)
    correct_entry(actor=HOUSE, entry=entry, changes={"land_area": 178}, source=CASE, now=moment)
    assert ask("property.parcel", ANI, "land_area") == [{"land_area": 178}]
    assert ask("property.parcel", ANI, "land_area", known_at=datetime(2024, 1, 1, tzinfo=UTC)) == [{"land_area": 180}]


def test_the_price_in_force_is_one_and_earlier_ones_stand_in_its_history() -> None:
    testing.make_parcel(PARCEL)
    testing.make_right(ANI, PARCEL)
    testing.make_land_price(PARCEL, 10_000_000)
    entry = testing.make_land_price("31710000000050", 12_000_000)
    entry.parcel_number, entry.valid_from = PARCEL, date(2022, 1, 1)
    record_entry(actor=HOUSE, entry=type(entry)(**_facts(entry)), source=CASE, now=datetime(2022, 1, 1, tzinfo=UTC))
    asked = ("price_per_square_meter", "price_until")
    assert ask("property.land-price", ANI, *asked) == [{"price_per_square_meter": 12_000_000, "price_until": None}]
    assert ask("property.land-price-history", ANI, *asked) == [
        {"price_per_square_meter": 12_000_000, "price_until": None},
        {"price_per_square_meter": 10_000_000, "price_until": "2022-01-01"},
    ]


def _facts(entry: Any) -> dict[str, Any]:
    left_out = {"id", "recorded_at", "superseded_at", "source_kind", "source_reference"}
    return {f.name: getattr(entry, f.name) for f in entry._meta.concrete_fields if f.name not in left_out}


def test_a_map_shows_what_lies_around_without_saying_whose() -> None:
    testing.make_parcel(PARCEL)
    testing.make_right(ANI, PARCEL)
    testing.make_parcel(NEXT, boundary=testing.plot(east=12))
    testing.make_right(BUDI, NEXT)
    testing.make_parcel("31710000000030", boundary=testing.plot(east=90))
    testing.make_parcel("31710000000040", boundary=testing.plot(east=12), map_sheet="elsewhere")
    assert ask("property.neighbor", ANI, "parcel_number", "neighbor_number") == [
        {"parcel_number": PARCEL, "neighbor_number": NEXT}
    ]


QUESTIONS: list[tuple[str, str, dict[str, Any], bool | None]] = [
    ("property.parcel/owns-land", ANI, {}, True),
    ("property.parcel/owns-land", BUDI, {}, False),
    ("property.parcel/is-holder-of", ANI, {"parcel_number": PARCEL}, True),
    ("property.parcel/is-holder-of", ANI, {"parcel_number": NEXT}, False),
    ("property.mortgage/is-mortgaged", ANI, {"parcel_number": PARCEL}, True),
    ("property.mortgage/is-mortgaged", ANI, {"parcel_number": UNIT}, False),
    ("property.mortgage/is-mortgaged", BUDI, {"parcel_number": PARCEL}, None),
    ("property.building/owns-home", ANI, {}, True),
    ("property.building/owns-home", BUDI, {}, False),
    ("property.farmland/works-farmland", ANI, {}, True),
    ("property.farmland/works-farmland", BUDI, {}, False),
]


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(("question", "subject", "parameters", "expected"), QUESTIONS)
def test_questions_are_answered_yes_no_or_unknown(
    question: str, subject: str, parameters: dict[str, Any], expected: bool | None
) -> None:
    evidence_type, code = question.split("/")
    assert does(evidence_type, code, subject, **parameters) is expected


def test_a_holder_of_a_unit_alone_owns_a_home_and_no_land() -> None:
    testing.make_unit(UNIT, "B-9")
    testing.make_building("B-9", "31710000000099")
    testing.make_right(CITRA, UNIT, right_kind="unit_ownership")
    assert does("property.building", "owns-home", CITRA) is True
    assert does("property.parcel", "owns-land", CITRA) is False
