"""Appended rows are what the ORM would have written, and the database's rules hold for them."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from gapura.foundation.appending import append_rows
from gapura.kernel.exchange.testing import AccessRecord
from gapura.kernel.outbox.testing import OutboxEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


def event(number: int) -> OutboxEvent:
    return OutboxEvent(event_class="test.Event", payload={"number": number, "text": "가 é '"}, published_at=NOW)


def test_appended_rows_read_like_rows_the_orm_wrote() -> None:
    append_rows([event(1), event(2)])
    event(3).save()
    rows = list(OutboxEvent.objects.order_by("pk").values("event_class", "payload", "published_at", "fanned_out_at"))
    assert [row["payload"]["number"] for row in rows] == [1, 2, 3]
    assert {row["payload"].pop("number") and str(row) for row in rows} == {str(rows[2])}


def test_appending_nothing_asks_the_database_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        append_rows([])


def test_the_rules_of_the_database_hold_for_appended_rows() -> None:
    groundless = AccessRecord(
        access_id="a", requested_at=NOW, visible_from=NOW, fields=[], purpose={}, outcome="asked", legal_ground=""
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        append_rows([groundless])
