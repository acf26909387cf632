"""Officials open registers under a named ground only, never quietly, never without limit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from gapura.kernel.audit.queries import list_events
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.civil import testing
from gapura.sectors.civil.actions import look_ups
from gapura.sectors.civil.actions.look_ups import open_look_up, view_register
from gapura.sectors.civil.models import LookUp
from gapura.sectors.civil.queries import list_versions
from gapura.sectors.civil.tests.desk import (
    ANI,
    AUDITOR,
    BUDI,
    COUNTER,
    ELSEWHERE,
    NOW,
    OTHER_AGENCY,
    REGISTRAR,
    SUPERVISOR,
    TODAY,
    furnish,
    look_up,
)
from gapura.sectors.civil.types import CannotLookUp

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register() -> Iterator[None]:
    furnish()
    with translation.override("en"):
        yield


def test_the_person_sees_who_looked_on_which_ground_and_what_was_read() -> None:
    opened = look_up()
    evidence = view_register(
        actor=REGISTRAR, look_up_number=opened.number, register="person", as_of=TODAY, known_at=None, now=NOW
    )
    assert evidence[0].record is not None
    assert evidence[0].record["full_name"] == "Ani Wijaya"
    access = list_accesses_to(ANI, now=NOW)[0]
    assert (access.actor_label, access.consumer, access.legal_ground) == (
        "Registrar",
        "dukcapil",
        "UU 23/2006 Pasal 2",
    )
    assert access.case_number == opened.number
    assert "full_name" in access.fields
    assert [event.action for event in list_events(subject=ANI)] == [
        "exchange.evidence_requested",
        "civil.look_up_opened",
    ]


def test_exact_name_and_birth_date_find_one_person() -> None:
    by_name = replace(COUNTER, number="", full_name="ani wijaya", birth_on=date(1990, 5, 2))
    assert open_look_up(actor=REGISTRAR, query=by_name, now=NOW).person_number == ANI


@pytest.mark.parametrize("name", ["Ani", "%", "Ani Wij*", "Ani Wijaya "])
def test_part_of_a_name_finds_nobody_and_is_recorded(name: str) -> None:
    by_name = replace(COUNTER, number="", full_name=name, birth_on=date(1990, 5, 2))
    assert open_look_up(actor=REGISTRAR, query=by_name, now=NOW).person_number == ""
    assert LookUp.objects.get().official == REGISTRAR.reference


def test_a_name_that_fits_two_persons_opens_neither() -> None:
    testing.make_person("3171010101900003", "Ani Wijaya")
    by_name = replace(COUNTER, number="", full_name="Ani Wijaya", birth_on=date(1990, 5, 2))
    with pytest.raises(CannotLookUp, match="Several"):
        open_look_up(actor=REGISTRAR, query=by_name, now=NOW)


INCOMPLETE = {
    "neither case nor reason": replace(COUNTER, reason=""),
    "a ground that needs a case": replace(COUNTER, ground="case"),
    "a case that does not exist": replace(COUNTER, ground="case", case_number="C-404"),
    "neither number nor name": replace(COUNTER, number=""),
    "a name without a birth date": replace(COUNTER, number="", full_name="Ani Wijaya"),
    "the official's own number": replace(COUNTER, number=REGISTRAR.person_number or ""),
}


@pytest.mark.parametrize("what", INCOMPLETE)
def test_nothing_is_opened_on(what: str) -> None:
    testing.make_person(REGISTRAR.person_number or "", "Rina")
    with pytest.raises(CannotLookUp):
        open_look_up(actor=REGISTRAR, query=INCOMPLETE[what], now=NOW)
    assert not LookUp.objects.exists()


@pytest.mark.parametrize("actor", [SUPERVISOR, AUDITOR], ids=["supervisor", "auditor"])
def test_only_registrars_look_people_up(actor: object) -> None:
    with pytest.raises(AccessDenied):
        open_look_up(actor=actor, query=COUNTER, now=NOW)
    assert not LookUp.objects.exists()
    assert look_up()


def test_the_daily_limit_counts_every_search_and_ends_at_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_ups, "get_limit", lambda name: 2)
    look_up()
    look_up("3171010101999999")
    with pytest.raises(CannotLookUp, match="limit"):
        look_up()
    assert look_up(actor=ELSEWHERE)
    assert look_up(now=NOW + timedelta(days=1))


def test_a_look_up_serves_its_official_on_its_day_only() -> None:
    number = look_up().number

    def read(actor: object = REGISTRAR, now=NOW, register: str = "person") -> object:  # type: ignore[no-untyped-def]
        return view_register(actor=actor, look_up_number=number, register=register, as_of=TODAY, known_at=None, now=now)

    assert read()
    for denied in (
        {"actor": ELSEWHERE},
        {"actor": OTHER_AGENCY},
        {"actor": SUPERVISOR},
        {"now": NOW + timedelta(days=1)},
        {"register": "secrets"},
    ):
        with pytest.raises(AccessDenied):
            read(**denied)
    assert len(list_accesses_to(ANI, now=NOW + timedelta(days=2))) == 1


def test_a_look_up_that_found_nobody_opens_nothing() -> None:
    number = look_up("3171010101999999").number
    with pytest.raises(AccessDenied):
        view_register(actor=REGISTRAR, look_up_number=number, register="person", as_of=TODAY, known_at=None, now=NOW)


def test_the_history_shows_the_persons_own_versions_newest_first() -> None:
    testing.make_residence(
        ANI, "32.73.01.1001", valid_from=date(2010, 1, 1), valid_until=date(2015, 1, 1), street="Jl. Lama"
    )
    versions = list_versions(look_up(), "residence")
    assert [version.facts["street"] for version in versions] == ["Jl. Merdeka 1", "Jl. Lama"]
    assert versions[1].facts["regency"] == "Bandung"
    assert BUDI not in {version.facts["number"] for version in versions}
