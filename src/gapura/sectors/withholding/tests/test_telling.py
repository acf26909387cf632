"""Whoever a slip is about is told when it arrives, changes or goes: once for each version, with the way to its page."""

from typing import Any

import pytest
from django.test import Client

from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.outbox.testing import Job
from gapura.sectors.withholding.actions import tell_people, telling
from gapura.sectors.withholding.models import Delivery
from gapura.sectors.withholding.tests.conftest import ANI, BUDI, HOUSE, NOW, Deliver, slip
from gapura.sectors.withholding.types import TELL_JOB, Form


def told(person: str) -> list[str]:
    """Kinds of messages, the oldest first."""
    return [str(one.kind) for one in reversed(list_messages(person))]


def tell(delivery: Delivery) -> int:
    return tell_people(actor=HOUSE, number=delivery.number, now=NOW)


def test_each_version_of_a_slip_is_told_once_with_the_way_to_its_page(deliver: Deliver) -> None:
    first = deliver(slip(ANI), slip(BUDI, "S-2"))
    assert (tell(first), tell(first)) == (2, 0)
    changed = deliver(slip(ANI, gross=130_000_000), slip(BUDI, "S-2"))
    assert tell(changed) == 1, "Budi's slip is as it was"
    taken_back = deliver(slip(ANI, gross=130_000_000))
    assert tell(taken_back) == 1, "the whole file names Budi's slip no more"
    assert told(ANI) == ["slip_reported", "slip_changed"]
    assert told(BUDI) == ["slip_reported", "slip_changed"]
    [newest, _first] = list_messages(ANI)
    assert newest.page == "/tax/year-end/?year=2025"
    assert "S-1" in newest.body
    assert "PT Maju Jaya" in newest.body


def test_what_is_refused_or_is_no_slip_is_told_to_nobody(deliver: Deliver) -> None:
    refused = deliver(slip(ANI, gross=-1))
    assert tell(refused) == 0
    item = {"person_number": ANI, "item_number": "I-1", "item_kind": "zakat", "amount": 1000, "tax_withheld": 0}
    assert deliver(item, form=Form.ITEMS).state == "accepted"
    assert not Job.objects.filter(name=TELL_JOB).exists()
    assert told(ANI) == []


def test_the_worker_is_asked_once_for_a_delivery_that_was_taken_in(deliver: Deliver) -> None:
    sent = deliver(slip(ANI))
    assert [one.arguments for one in Job.objects.filter(name=TELL_JOB)] == [{"number": sent.number}]


def test_a_worker_killed_in_the_middle_goes_on_where_it_was(deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = deliver(slip(ANI), slip(BUDI, "S-2"))

    def die_for_budi(**given: Any) -> object:
        if given["recipient"] == BUDI:
            raise SystemExit
        return send_message(**given)

    with monkeypatch.context() as patched:
        patched.setattr(telling, "_AT_ONCE", 1)
        patched.setattr(telling, "send_message", die_for_budi)
        with pytest.raises(SystemExit):
            tell(sent)
    assert (told(ANI), told(BUDI)) == (["slip_reported"], [])
    assert tell(sent) == 1
    assert (told(ANI), told(BUDI)) == (["slip_reported"], ["slip_reported"])


def test_the_message_leads_to_the_page(deliver: Deliver) -> None:
    tell(deliver(slip(ANI)))
    ani = Client(headers={"accept-language": "en"})
    sign_in(ani, make_resident("ani", person_number=ANI))
    page = ani.get(f"/messages/{list_messages(ANI)[0].pk}/").content.decode()
    assert 'href="/tax/year-end/?year=2025"' in page
