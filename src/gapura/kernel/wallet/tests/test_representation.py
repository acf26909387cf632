"""Sending for another: while the mandate stands, seen by whom it is for, and never after it ended."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.testing import memory_population, resident
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.documents.queries import Document, find_document
from gapura.kernel.exchange.testing import memory_providers
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import accept_mandate, begin_acting, end_mandate, grant_mandate
from gapura.kernel.mandates.queries import list_uses
from gapura.kernel.mandates.testing import Mandate
from gapura.kernel.wallet.actions import stop_delivery
from gapura.kernel.wallet.queries import access_sent, list_sent
from gapura.kernel.wallet.testing import NOW, Delivery, send

pytestmark = pytest.mark.django_db
SERVICE, DAY = "civil.residence-certificate", timedelta(days=1)
SITI, STRANGER = "3171014501900001", "3171010101800002"
PERSON = {
    "sex": "female",
    "birth_place": "Jakarta",
    "birth_on": "1990-01-05",
    "religion": "islam",
    "marital_status": "single",
    "citizenship": "ID",
    "occupation": "teacher",
}
ADDRESS = {
    "street": "Jalan Melati 5",
    "neighbourhood": "001/002",
    "village": "Gambir",
    "district": "Gambir",
    "regency": "Kota Jakarta Pusat",
    "province": "DKI Jakarta",
    "postal_code": "10110",
    "lived_from": "2020-01-01",
}


@pytest.fixture
def registers(db: None) -> Iterator[None]:
    """Siti and Agus, grown up and alive, at a fixed moment."""
    stand_all_agreements()
    codes = ("civil.person", "civil.residence", "civil.family")
    with memory_providers(*codes) as known, memory_population() as population, clock.frozen(NOW):
        person, residence, family = (known[code] for code in codes)
        for number, name in ((SITI, "Siti Rahayu"), (STRANGER, "Agus Salim")):
            population.offices[number] = "31.71"
            person.records[number] = [PERSON | {"number": number, "full_name": name}]
            person.answers |= {("is-alive", number): True, ("is-over-age", number): True}
            family.answers["has-guardian", number] = False
            residence.records[number] = [ADDRESS]
        yield


@pytest.fixture
def mandate(registers: None) -> Mandate:
    """Siti lets Agus ask for her certificate of residence for ten days."""
    granted = grant_mandate(
        actor=resident(SITI),
        relation="proxy",
        representative=STRANGER,
        representative_name="Agus Salim",
        services=[SERVICE],
        valid_from=NOW.date(),
        valid_until=NOW.date() + 10 * DAY,
        signed_at=NOW,
        grant_key="key",
        now=NOW,
    )
    return accept_mandate(actor=resident(STRANGER), number=granted.number, now=NOW)


@pytest.fixture
def agus(mandate: Mandate) -> Actor:
    """Agus, acting for Siti."""
    begun = begin_acting(
        actor=resident(STRANGER), principal=SITI, relation="proxy", number=mandate.number, now=clock.now()
    )
    return replace(resident(STRANGER), principal=begun.principal, mandate=begun.mandate)


@pytest.fixture
def paper(agus: Actor) -> Document:
    case = submit_application(
        actor=agus,
        service_code=SERVICE,
        subject=SITI,
        relation="proxy",
        answers={},
        language="id",
        idempotency_key="form",
        now=clock.now(),
    )
    found = find_document(case.document_code)
    assert found is not None
    return found


def test_a_representative_sends_while_the_mandate_stands_and_both_see_it(
    agus: Actor, paper: Document, mandate: Mandate
) -> None:
    delivery = send(paper, actor=agus, now=clock.now())
    assert (delivery.holder, delivery.sent_by) == (SITI, STRANGER)
    assert list_sent(agus) == list_sent(resident(SITI)) == [delivery]
    assert list_uses(mandate)[0].action == "send"
    assert send(paper, actor=agus, now=clock.now()) == delivery
    assert [use.action for use in list_uses(mandate)].count("send") == 1
    assert stop_delivery(actor=resident(SITI), number=delivery.number, now=clock.now()).state == "revoked"


def test_a_mandate_that_ended_yesterday_sends_and_stops_nothing(agus: Actor, paper: Document, mandate: Mandate) -> None:
    delivery = send(paper, actor=agus, now=clock.now())
    later = clock.now() + 10 * DAY
    with clock.frozen(later), pytest.raises(AccessDenied):
        send(paper, actor=agus, send_key="later", now=later)
    end_mandate(actor=resident(SITI), number=mandate.number, now=clock.now())
    with clock.frozen(clock.now() + DAY), pytest.raises(AccessDenied):
        send(paper, actor=agus, send_key="later", now=clock.now())
    in_person = resident(STRANGER)
    for attempt in (lambda: access_sent(in_person, delivery.number), lambda: send(paper, actor=in_person)):
        with pytest.raises(AccessDenied):
            attempt()
    assert list_sent(in_person) == []
    assert Delivery.objects.count() == 1
