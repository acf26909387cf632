"""Appended rows are what the ORM would have written, and the database's rules hold for them."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from gapura.foundation.appending import (
    append_rows,
    append_values,
    appending_together,
    change_row,
    insert_row,
)
from gapura.kernel.audit.testing import AuditEvent
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


def test_an_inserted_row_knows_its_key_and_can_be_saved_again() -> None:
    first, second = event(1), event(2)
    insert_row(first)
    second.save()
    assert (first.pk, first._state.adding) == (second.pk - 1, False)
    first.payload = {"number": 3}
    first.save()
    assert [row.payload["number"] for row in OutboxEvent.objects.order_by("pk")] == [3, 2]


def test_appending_nothing_asks_the_database_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        append_rows([])


def test_the_rules_of_the_database_hold_for_appended_rows() -> None:
    groundless = AccessRecord(
        access_id="a", requested_at=NOW, visible_from=NOW, fields=[], purpose={}, outcome="asked", legal_ground=""
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        append_rows([groundless])


def test_values_read_like_the_row_they_stand_for() -> None:
    row = event(1)
    row.save()
    append_values(OutboxEvent, [{**vars(row), "published_at": NOW.astimezone(timezone(timedelta(hours=7)))}])
    saved, appended = OutboxEvent.objects.order_by("pk").values("event_class", "payload", "published_at")
    assert saved == appended


def audited() -> AuditEvent:
    """With a column of each kind: bytes, a number of 128 bits, JSON, a moment, nothing."""
    moment = NOW.replace(microsecond=120, tzinfo=timezone(timedelta(hours=7)))
    bytes_ = {"salt": b"\x00\\x", "commitment": b"'", "seal": b""}
    words = {
        "action": "test.done",
        "actor_reference": "'%s {0}",
        "actor_label": '가 \\ "',
        "subject": "",
        "leaf_index": None,
    }
    detail = {"nothing": None, "text": '가 \\ " %s', "number": 1.5}
    return AuditEvent(id=uuid4(), occurred_at=moment, detail=detail, **bytes_, **words)


def test_several_rows_read_like_each_written_alone() -> None:
    def read() -> list[dict[str, object]]:
        rows = AuditEvent.objects.order_by("id").values()
        return [{name: bytes(one) if isinstance(one, memoryview) else one for name, one in row.items()} for row in rows]

    rows = [audited() for _ in range(3)]
    for row in rows:
        append_rows([row])
    alone = read()
    AuditEvent.objects.all().delete()
    append_rows(rows)
    assert read() == alone


def access(number: int, ground: str = "UU 1 ps. 1") -> AccessRecord:
    words = {"consumer": "a", "provider": "b", "case_number": "C", "outcome": "asked", "legal_ground": ground}
    return AccessRecord(
        access_id=f"a-{number}", requested_at=NOW, visible_from=NOW, fields=["name"], purpose={"en": "é"}, **words
    )


def test_rows_of_two_tables_are_written_together_and_what_was_gathered_goes_with_the_innermost_block() -> None:
    with transaction.atomic(), appending_together():
        append_rows([event(1), event(2)])
        with appending_together():
            append_rows([access(1)])
        assert (OutboxEvent.objects.count(), AccessRecord.objects.count()) == (2, 1)
        append_rows([access(2)])
    assert AccessRecord.objects.count() == 2


@pytest.mark.postgresql_only
def test_postgresql_is_given_them_as_one_statement(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1), appending_together():  # type: ignore[operator]
        append_rows([event(1), event(2)])
        append_rows([access(1), access(2)])
    assert (OutboxEvent.objects.count(), AccessRecord.objects.count()) == (2, 2)


def test_together_means_all_or_nothing() -> None:
    def append(ground: str, fails: bool) -> None:
        with transaction.atomic(), appending_together():
            append_rows([event(1)])
            append_rows([access(1, ground)])
            if fails:
                raise ZeroDivisionError

    with pytest.raises(IntegrityError):
        append("", fails=False)
    with pytest.raises(ZeroDivisionError):
        append("UU 1 ps. 1", fails=True)
    assert not OutboxEvent.objects.exists()
    append("UU 1 ps. 1", fails=False)
    assert (OutboxEvent.objects.count(), AccessRecord.objects.count()) == (1, 1)


def test_a_changed_row_is_the_one_asked_for_and_reads_like_a_saved_one() -> None:
    first, second = event(1), event(2)
    for row in (first, second):
        insert_row(row)
    assert change_row(
        OutboxEvent, {"id": first.pk}, {"payload": {"number": 5}, "published_at": NOW + timedelta(days=1)}
    )
    assert not change_row(OutboxEvent, {"id": first.pk, "event_class": "other"}, {"payload": {"number": 6}})
    assert not change_row(OutboxEvent, {"id": second.pk + 1}, {"payload": {"number": 7}})
    first.refresh_from_db()
    assert (first.payload, first.published_at) == ({"number": 5}, NOW + timedelta(days=1))
    assert OutboxEvent.objects.get(payload__number=2).published_at == second.published_at
