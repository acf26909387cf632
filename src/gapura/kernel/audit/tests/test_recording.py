"""Events are written with the change they tell of, once, and come back word for word."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from gapura.foundation import clock
from gapura.kernel.audit.actions import record_event, record_events
from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import Actor, ActorKind, NewEvent, system_actor

pytestmark = pytest.mark.django_db

WRITER = system_actor("test")


def test_recording_an_event_is_one_insert(django_assert_num_queries):
    with django_assert_num_queries(1):
        record_event(actor=WRITER, action="cases.submitted", subject="1", case_number="C-1")


def test_recording_many_events_is_one_insert(django_assert_num_queries):
    with django_assert_num_queries(1):
        record_events(actor=WRITER, events=[NewEvent("cases.submitted")] * 30)


def test_an_event_keeps_who_did_what_to_whom():
    registrar = Actor(kind=ActorKind.OFFICIAL, label="Registrar", account_id=7, post_code="dukcapil/31.71/registrar")
    moment = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
    with clock.frozen(moment):
        record_event(
            actor=registrar,
            action="register.corrected",
            subject="3171014101010001",
            object_ref="civil.person:12",
            case_number="C-9",
            detail={"born": date(2001, 1, 1), "fields": ["name"], "fee": 0, "note": "한국어 é"},
        )
    (event,) = list_events(case_number="C-9")
    assert event.occurred_at == moment
    assert (event.actor_reference, event.actor_label) == ("official:dukcapil/31.71/registrar", "Registrar")
    assert (event.action, event.subject) == ("register.corrected", "3171014101010001")
    assert event.object_ref == "civil.person:12"
    assert event.detail == {"born": "2001-01-01", "fields": ["name"], "fee": 0, "note": "한국어 é"}
    assert event.seal


def test_an_event_disappears_with_the_change_that_failed():
    with transaction.atomic():
        record_event(actor=WRITER, action="cases.submitted", case_number="C-1")
        assert list_events(case_number="C-1")
        transaction.set_rollback(True)
    assert list_events(case_number="C-1") == []


@pytest.mark.parametrize("amount", [0.1, float("nan"), [0.1], {"net": (1, 0.1)}])
def test_a_detail_that_no_database_gives_back_unchanged_is_refused(amount):
    with pytest.raises(TypeError, match="whole numbers or text"):
        record_event(actor=WRITER, action="payments.settled", detail={"amount": amount})
    record_event(actor=WRITER, action="payments.settled", detail={"amount": "0.10"})


def test_events_are_listed_newest_first_by_case_or_by_person():
    with clock.frozen(datetime(2026, 3, 1, tzinfo=UTC)):
        for number in range(5):
            record_event(actor=WRITER, action="a.b", object_ref=str(number), case_number="C-1", subject="1")
        record_event(actor=WRITER, action="a.b", object_ref="other", case_number="C-2", subject="2")
    assert [event.object_ref for event in list_events(case_number="C-1")] == list("43210")
    assert [event.object_ref for event in list_events(subject="1", limit=2)] == list("43")
    assert [event.object_ref for event in list_events(subject="2")] == ["other"]
