"""What the registers of vehicles and drivers answer, in both times, and nothing more."""

from datetime import UTC, date, datetime

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.plugin import find_evidence_type, find_provider, list_evidence_types
from gapura.kernel.exchange.testing import Asker
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.transport.models import OffenceEntry, OwnershipEntry
from gapura.sectors.transport.testing import make_licence, make_lien, make_offence, make_vehicle

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
TODAY = date(2026, 3, 5)
ANI, BUDI = "3171014205900001", "3171010105880002"
HOUSE = system_actor("test")
CASE = Source(SourceKind.CASE, "C-1")
GROUND = "UU 22/2009 Pasal 64"
ASKER = Asker(GROUND, NOW)

ask, does, request = ASKER.ask, ASKER.does, ASKER.request

pytestmark = pytest.mark.django_db


def test_every_declared_evidence_type_and_question_is_answered_by_the_keeper() -> None:
    declared = [one for one in list_evidence_types() if one.code.startswith("transport.")]
    assert len(declared) == 4
    for one in declared:
        provider = find_provider(one.code)
        assert provider is not None
        assert provider.agency_code == "korlantas"
        assert set(provider.questions) == {question.code for question in one.questions}


def test_a_vehicle_is_told_to_its_owner_with_all_that_was_asked_and_no_more() -> None:
    make_vehicle(ANI)
    (whole,) = ask("transport.vehicle", ANI)
    declared = find_evidence_type("transport.vehicle")
    assert declared is not None
    assert whole.keys() == declared.field_codes
    assert (whole["plate_number"], whole["owned_since"], whole["built_year"]) == ("B 1234 KLM", "2018-06-01", 2018)
    assert ask("transport.vehicle", ANI, "brand") == [{"brand": "Nusa"}]
    assert ask("transport.vehicle", BUDI) == []


def test_nobody_asks_without_an_agreement() -> None:
    make_vehicle(ANI)
    with pytest.raises(ExchangeRefusal):
        request_evidence(actor=HOUSE, request=request("transport.vehicle", ANI, fields=frozenset({"brand"})), now=NOW)


def test_a_sold_vehicle_is_the_buyers_and_was_the_sellers() -> None:
    vehicle = make_vehicle(ANI)
    bought = OwnershipEntry(
        chassis_number=vehicle.chassis_number,
        owner_number=BUDI,
        ownership_book="N-1",
        acquired_by="purchase",
        valid_from=date(2026, 2, 1),
    )
    record_entry(actor=HOUSE, entry=bought, source=CASE, now=NOW)
    assert ask("transport.vehicle", ANI, "brand") == []
    assert ask("transport.vehicle", BUDI, "acquired_by") == [{"acquired_by": "purchase"}]
    assert ask("transport.vehicle", ANI, "brand", as_of=date(2026, 1, 31)) == [{"brand": "Nusa"}]
    before = datetime(2026, 1, 1, tzinfo=UTC)
    assert ask("transport.vehicle", ANI, "brand", known_at=before) == [{"brand": "Nusa"}]
    assert does("transport.vehicle", "owns-vehicle", BUDI, plate_number="B 1234 KLM") is True
    assert does("transport.vehicle", "owns-vehicle", ANI, plate_number="B 1234 KLM") is False
    assert does("transport.vehicle", "owns-vehicle", ANI, plate_number="B 404 X") is None


def test_liens_stand_until_they_are_released_and_stay_in_the_book() -> None:
    vehicle = make_vehicle(ANI)
    lien = make_lien(vehicle)
    free = {"evidence_type": "transport.vehicle-lien", "question": "is-free-of-liens", "subject": ANI}
    assert does(**free, plate_number="B 1234 KLM") is False
    assert does(**free, plate_number="B 1234 KLM", as_of=date(2024, 1, 31)) is True
    assert ask("transport.vehicle-lien", ANI, "plate_number", "released_on") == [
        {"plate_number": "B 1234 KLM", "released_on": None}
    ]
    end_entry(actor=HOUSE, entry=lien, ended_on=date(2026, 3, 1), source=CASE, now=NOW)
    assert does(**free, plate_number="B 1234 KLM") is True
    assert ask("transport.vehicle-lien", ANI, "released_on") == [{"released_on": "2026-03-01"}]
    assert ask("transport.vehicle-lien", ANI, "released_on", as_of=date(2026, 2, 1)) == [{"released_on": None}]


def test_whether_a_strangers_vehicle_is_free_of_liens_is_not_told() -> None:
    make_vehicle(ANI)
    assert does("transport.vehicle-lien", "is-free-of-liens", BUDI, plate_number="B 1234 KLM") is None


def test_a_licence_is_told_while_it_is_in_force() -> None:
    make_licence(ANI, "C")
    assert ask("transport.driving-licence", ANI, "licence_class", "expires_on") == [
        {"licence_class": "C", "expires_on": "2028-03-01"}
    ]
    assert ask("transport.driving-licence", ANI, as_of=date(2028, 3, 1)) == []
    assert does("transport.driving-licence", "may-drive", ANI, licence_class="C") is True
    assert does("transport.driving-licence", "may-drive", ANI, licence_class="A") is False


def test_offences_are_told_newest_first_and_a_payment_only_once_it_was_made() -> None:
    make_offence(ANI, date(2024, 5, 1), paid_on=date(2024, 6, 1))
    make_offence(ANI, date(2025, 5, 1))
    newest, oldest = ask("transport.traffic-offence", ANI, "offended_on", "paid_on")
    assert newest == {"offended_on": "2025-05-01", "paid_on": None}
    assert oldest == {"offended_on": "2024-05-01", "paid_on": "2024-06-01"}
    (then,) = ask("transport.traffic-offence", ANI, "paid_on", as_of=date(2024, 5, 2))
    assert then == {"paid_on": None}


def test_a_correction_is_seen_from_then_on_and_not_before() -> None:
    offence = make_offence(ANI, date(2025, 5, 1))
    correct_entry(actor=HOUSE, entry=offence, changes={"penalty_points": 1}, source=CASE, now=NOW)
    assert ask("transport.traffic-offence", ANI, "penalty_points") == [{"penalty_points": 1}]
    before = datetime(2026, 1, 1, tzinfo=UTC)
    assert ask("transport.traffic-offence", ANI, "penalty_points", known_at=before) == [{"penalty_points": 3}]
    assert OffenceEntry.objects.count() == 2
