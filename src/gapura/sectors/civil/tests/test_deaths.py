"""However a death comes into the register, the house is told, and the dead hold no cards."""

from datetime import UTC, date, datetime

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import record_entry
from gapura.kernel.registers.testing import store_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.civil.models import DeathEntry, IdentityCardEntry
from gapura.sectors.civil.testing import make_person

pytestmark = pytest.mark.django_db
ANI, BUDI = "3171014205900001", "3171010105880002"
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


def make_identity_card(person: str, number: str) -> None:
    issued_on = date(2020, 1, 2)
    store_entry(
        IdentityCardEntry,
        card_number=number,
        number=person,
        card_status="valid",
        issued_on=issued_on,
        valid_from=issued_on,
    )


def status_of(number: str) -> str:
    entry = IdentityCardEntry.objects.filter(card_number=number).as_of(date(2026, 5, 4)).known_at(None).get()
    return str(entry.card_status)


def test_a_recorded_death_ends_the_cards_of_the_dead_and_no_others() -> None:
    make_person(ANI)
    make_identity_card(ANI, "K00000001")
    make_identity_card(BUDI, "K00000002")
    death = DeathEntry(
        certificate_number="X-1",
        number=ANI,
        death_place="Jakarta",
        registered_on=date(2026, 5, 4),
        regency_code="31.71",
        valid_from=date(2026, 5, 2),
    )
    with clock.frozen(NOW):
        record_entry(actor=system_actor("test"), entry=death, source=Source(SourceKind.CASE, "DEATH1"), now=NOW)
        deliver_pending()
        deliver_pending()  # what the first told is an event of its own
    assert status_of("K00000001") == "cancelled"
    assert status_of("K00000002") == "valid"
