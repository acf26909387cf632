"""Cases under way when a definition changes or a service ends."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import finish_waiting_cases, submit_application
from gapura.kernel.cases.testing import Case, MemoryPopulation, memory_population, resident
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.catalogue.types import InvalidAnswers
from gapura.kernel.editions.events import EditionAdopted
from gapura.kernel.editions.subscribers import announce_end
from gapura.kernel.editions.testing import BEGINS, NOW, adopt, begin, ended, propose, write
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers
from gapura.kernel.notifications.queries import list_messages

CODE, SITI = "civil.residence-certificate", "3171014501900001"
LATER = NOW.replace(month=6, day=2)


@pytest.fixture
def registers() -> Iterator[dict[str, MemoryProvider]]:
    codes = ("civil.person", "civil.residence", "civil.residence-history")
    with memory_providers(*codes) as providers, memory_population() as population, clock.frozen(NOW):
        stand_all_agreements()
        _register(population, providers)
        yield providers


def _register(population: MemoryPopulation, providers: dict[str, MemoryProvider]) -> None:
    address = dict.fromkeys(
        ("street", "neighbourhood", "village", "district", "regency", "province", "postal_code"), "Gambir"
    ) | {"lived_from": "2020-01-01", "lived_until": None}
    person = {"number": SITI, "full_name": "Siti", "birth_place": "Jakarta", "birth_on": "1990-01-05"}
    population.offices[SITI] = "31.71"
    providers["civil.person"].records[SITI] = [person]
    providers["civil.person"].answers["is-alive", SITI] = True
    for code in ("civil.residence", "civil.residence-history"):
        providers[code].records[SITI] = [address]


def _apply(now: Any, key: str, **answers: str) -> Case:
    return submit_application(
        actor=resident(SITI),
        service_code=CODE,
        subject=SITI,
        relation="self",
        answers=answers,
        language="en",
        idempotency_key=key,
        now=now,
    )


def _adopt_without_the_field() -> None:
    """The form loses its only field, and with it the history that it chose."""
    draft = begin(CODE)
    start, end = draft.text.index("fields:\n"), draft.text.index("evidence:\n")
    draft = write(draft, draft.text[start:end], "")
    draft = write(draft, draft.text[draft.text.index("  - type: civil.residence-history") : draft.text.index("fee:")])
    adopt(propose(draft))


def test_a_case_sent_before_is_finished_by_its_own_version_though_the_form_lost_a_field(
    registers: dict[str, MemoryProvider],
) -> None:
    registers["civil.residence-history"].is_down = True
    case = _apply(NOW, "before", history="all")
    assert case.status == CaseStatus.RECEIVED
    _adopt_without_the_field()
    registers["civil.residence-history"].is_down = False

    with clock.frozen(LATER):
        finish_waiting_cases(actor=system_actor("cases"), now=LATER)
        with pytest.raises(InvalidAnswers):
            _apply(LATER, "after", history="all")
        after = _apply(LATER, "after")

    case.refresh_from_db()
    assert (case.status, case.answers) == (CaseStatus.FULFILLED, {"history": "all"})
    assert (after.status, after.answers) == (CaseStatus.FULFILLED, {})
    assert [one.service_version for one in (case, after)] == [
        get_service(CODE, on=day).version for day in (date(2026, 5, 4), BEGINS)
    ]


def test_whoever_waits_when_a_service_ends_is_told_and_nobody_new_is_taken(
    registers: dict[str, MemoryProvider],
) -> None:
    registers["civil.residence-history"].is_down = True
    case = _apply(NOW, "before", history="all")
    ends_on = date(2026, 5, 4) + timedelta(days=60)
    edition = ended(ends_on, CODE)

    announce_end(EditionAdopted(number=edition.number, service_code=CODE, begins=ends_on.isoformat(), ends=True))

    (message,) = (one for one in list_messages(SITI) if one.kind == "service_ends")
    assert message.case_number == case.number
    assert "2026-07-02" in message.body
    assert "Residence certificate" in message.body
    with clock.frozen(NOW + timedelta(days=61)), pytest.raises(CannotSubmitApplication):
        _apply(NOW + timedelta(days=61), "after")
