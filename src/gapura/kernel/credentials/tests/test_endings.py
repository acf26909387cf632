"""What the holder is told before a credential expires, and what ends with a life."""

from datetime import timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.credentials.actions import tell_of_endings
from gapura.kernel.credentials.testing import Credential, make_credential
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.outbox.actions import deliver_pending, publish
from gapura.kernel.registers.events import PersonDied

pytestmark = pytest.mark.django_db
ANI, BUDI = "3171014205900001", "3171010105880002"
HOUSE = system_actor("credentials")


def kinds_of_messages(person: str) -> list[str]:
    return [message.kind for message in list_messages(person)]


def test_the_holder_is_told_once_when_two_weeks_are_left() -> None:
    now = clock.now()
    make_credential(ANI, now=now)
    end = now + timedelta(days=30)
    assert tell_of_endings(actor=HOUSE, now=end - timedelta(days=15)) == 0
    assert tell_of_endings(actor=HOUSE, now=end - timedelta(days=14)) == 1
    assert tell_of_endings(actor=HOUSE, now=end - timedelta(days=13)) == 0
    assert kinds_of_messages(ANI) == ["credential_ends"]


def test_nobody_is_told_of_what_ended_before_or_was_never_to_last() -> None:
    now = clock.now()
    ended, short = make_credential(ANI, now=now), make_credential(BUDI, now=now)
    Credential.objects.filter(pk=ended.pk).update(ended_at=now, end_reason="stopped")
    Credential.objects.filter(pk=short.pk).update(valid_until=now + timedelta(days=7))
    assert tell_of_endings(actor=HOUSE, now=now + timedelta(days=1)) == 0
    assert kinds_of_messages(ANI) == kinds_of_messages(BUDI) == []


def test_a_death_ends_what_the_dead_held_and_nobody_elses() -> None:
    now = clock.now()
    mine, of_another = make_credential(ANI, now=now), make_credential(BUDI, now=now)
    for _ in range(2):
        publish(PersonDied(ANI, now.date().isoformat(), "DEATH1"))
        deliver_pending()
    mine.refresh_from_db()
    of_another.refresh_from_db()
    assert not mine.is_standing(clock.now())
    assert of_another.is_standing(clock.now())
