"""Registers know what was true when, and what was known when; on a real table of a real sector."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from gapura.kernel.audit.models import AuditEvent
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.models import OutboxEvent
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.queries import list_entries, list_entries_of
from gapura.kernel.registers.types import CannotRecordEntry, Source, SourceKind
from gapura.sectors.civil.models import ResidenceEntry

pytestmark = pytest.mark.django_db

ACTOR = system_actor("test")
CASE = Source(SourceKind.CASE, "CASE1")
T0 = datetime(2026, 1, 10, 2, 0, tzinfo=UTC)
NUMBER = "3171014501900001"


def residence(street: str, since: date) -> ResidenceEntry:
    return ResidenceEntry(
        number=NUMBER, street=street, rt="001", rw="002", village_code="31.71.01.1001", valid_from=since
    )


def recorded(street: str, since: date, now: datetime) -> ResidenceEntry:
    return record_entry(actor=ACTOR, entry=residence(street, since), source=CASE, now=now)


def streets(on: date, known_at: datetime | None = None) -> list[str]:
    entries = ResidenceEntry.objects.filter(number=NUMBER).as_of(on).known_at(known_at)
    return list(entries.order_by("street").values_list("street", flat=True))


def test_a_move_ends_the_old_residence_on_the_day_the_new_one_begins() -> None:
    recorded("Jalan Lama 1", date(2020, 1, 1), T0)
    recorded("Jalan Baru 2", date(2026, 1, 9), T0 + timedelta(days=1))
    assert streets(date(2026, 1, 8)) == ["Jalan Lama 1"]
    assert streets(date(2026, 1, 9)) == ["Jalan Baru 2"]
    assert streets(date(2019, 12, 31)) == []


def test_what_was_known_before_a_move_was_reported_stays_readable() -> None:
    recorded("Jalan Lama 1", date(2020, 1, 1), T0)
    reported = T0 + timedelta(days=30)
    recorded("Jalan Baru 2", date(2026, 1, 9), reported)
    moved_on = date(2026, 1, 20)
    assert streets(moved_on, T0 + timedelta(days=29)) == ["Jalan Lama 1"]
    assert streets(moved_on, reported) == ["Jalan Baru 2"]
    assert streets(moved_on, T0 - timedelta(seconds=1)) == []


def test_a_correction_adds_a_version_and_alters_none() -> None:
    wrong = recorded("Jalan Salah 1", date(2020, 1, 1), T0)
    at = T0 + timedelta(days=5)
    right = correct_entry(actor=ACTOR, entry=wrong, changes={"street": "Jalan Benar 1"}, source=CASE, now=at)
    day = date(2026, 1, 1)
    assert streets(day, at - timedelta(seconds=1)) == ["Jalan Salah 1"]
    assert streets(day, at) == streets(day) == ["Jalan Benar 1"]
    kept = ResidenceEntry.objects.get(pk=wrong.pk)
    assert (kept.street, kept.superseded_at, right.recorded_at) == ("Jalan Salah 1", at, at)
    assert (right.source_kind, right.source_reference) == ("case", "CASE1")


def test_an_entry_corrected_by_somebody_faster_cannot_be_corrected_again() -> None:
    wrong = recorded("Jalan Salah 1", date(2020, 1, 1), T0)
    correct_entry(actor=ACTOR, entry=wrong, changes={"street": "A"}, source=CASE, now=T0)
    with pytest.raises(CannotRecordEntry, match="in the meantime"):
        correct_entry(actor=ACTOR, entry=wrong, changes={"street": "B"}, source=CASE, now=T0)
    assert streets(date(2026, 1, 1)) == ["A"]


def test_a_fact_from_before_the_latest_one_is_a_correction_and_not_recorded_as_new() -> None:
    recorded("Jalan Baru 2", date(2026, 1, 9), T0)
    with pytest.raises(CannotRecordEntry, match="later entry"):
        recorded("Jalan Lama 1", date(2020, 1, 1), T0)


def test_an_ended_entry_is_not_true_afterwards() -> None:
    entry = recorded("Jalan Lama 1", date(2020, 1, 1), T0)
    end_entry(actor=ACTOR, entry=entry, ended_on=date(2026, 1, 5), source=CASE, now=T0)
    assert streets(date(2026, 1, 4)) == ["Jalan Lama 1"]
    assert streets(date(2026, 1, 5)) == []


def test_the_database_refuses_two_believed_entries_on_one_day_whoever_writes_them() -> None:
    recorded("Jalan Lama 1", date(2020, 1, 1), T0)
    times = {"recorded_at": T0, "source_kind": "import", "source_reference": "dba"}
    beside = residence("Jalan Lain 9", date(2025, 1, 1))
    for name, value in times.items():
        setattr(beside, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        beside.save()
    beside.superseded_at = T0  # no longer believed: the same row is welcome
    beside.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidenceEntry.objects.filter(pk=beside.pk).update(superseded_at=None)


def test_the_database_refuses_a_period_that_ends_before_it_starts() -> None:
    entry = recorded("Jalan Lama 1", date(2020, 1, 1), T0)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidenceEntry.objects.filter(pk=entry.pk).update(valid_until=date(2020, 1, 1))


def test_the_fast_look_up_reads_what_the_slow_one_reads_at_every_point_of_both_times() -> None:
    first = recorded("Jalan Lama 1", date(2020, 1, 1), T0)
    correct_entry(
        actor=ACTOR, entry=first, changes={"street": "Jalan Benar 1"}, source=CASE, now=T0 + timedelta(days=5)
    )
    recorded("Jalan Baru 2", date(2026, 1, 9), T0 + timedelta(days=9))
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2026, 1, 8), date(2026, 1, 9), date(2030, 1, 1)]
    moments = [None, *(T0 + timedelta(days=n, seconds=s) for n in (0, 5, 9) for s in (-1, 0, 1))]
    seen = set()
    for day in days:
        for moment in moments:
            fast = list_entries(ResidenceEntry, ("street", "rt"), NUMBER, as_of=day, known_at=moment)
            slow = ResidenceEntry.objects.filter(number=NUMBER).as_of(day).known_at(moment).order_by("pk")
            assert fast == list(slow.values("street", "rt"))
            seen |= {row["street"] for row in fast}
    assert seen == {"Jalan Lama 1", "Jalan Benar 1", "Jalan Baru 2"}


def test_the_fast_look_up_of_many_reads_what_the_slow_one_reads_also_of_what_has_ended() -> None:
    first = recorded("Jalan Lama 1", date(2020, 1, 1), T0)
    correct_entry(
        actor=ACTOR, entry=first, changes={"street": "Jalan Benar 1"}, source=CASE, now=T0 + timedelta(days=5)
    )
    recorded("Jalan Baru 2", date(2026, 1, 9), T0 + timedelta(days=9))
    asked, columns, seen = (NUMBER, "3171010101999999"), ("number", "street", "valid_from"), set()
    for day in (date(2019, 12, 31), date(2020, 1, 1), date(2026, 1, 9), date(2030, 1, 1)):
        for moment in (None, T0, T0 + timedelta(days=5), T0 + timedelta(days=9)):
            slow = ResidenceEntry.objects.filter(number__in=asked).known_at(moment)
            for begun, same in ((False, slow.as_of(day)), (True, slow.filter(valid_from__lte=day))):
                fast = list_entries_of(
                    ResidenceEntry, columns, asked, as_of=day, known_at=moment, begun=begun, order=("-valid_from",)
                )
                assert fast == list(same.order_by("-valid_from").values(*columns))
                seen |= {(begun, row["street"]) for row in fast}
    assert len(seen) == 6
    assert list_entries_of(ResidenceEntry, columns, (), as_of=date(2030, 1, 1), known_at=None) == []


def test_writing_an_entry_leaves_one_audit_event_and_one_domain_event() -> None:
    recorded("Jalan Lama 1", date(2020, 1, 1), T0)
    audit = AuditEvent.objects.get()
    assert (audit.action, audit.subject) == ("registers.entry_recorded", NUMBER)
    assert audit.detail == {"source": {k: str(v) for k, v in asdict(CASE).items()}}
    assert OutboxEvent.objects.count() == 1
