"""Events reach every subscriber, jobs run, failures come back, and the dead are seen."""

import json
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from gapura.foundation import clock
from gapura.kernel.outbox import plugin
from gapura.kernel.outbox.actions import (
    MAX_ATTEMPTS,
    deliver_pending,
    enqueue_job,
    prune_delivered,
    publish,
    retry_dead_letters,
)
from gapura.kernel.outbox.models import Job, OutboxEvent
from gapura.kernel.outbox.queries import get_status
from gapura.kernel.outbox.types import CannotPublishEvent, UnknownJob

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class BridgeOpened:
    bridge: str
    lanes: int = 2


@dataclass(frozen=True)
class BridgeClosed:
    bridge: str


@dataclass(frozen=True)
class BridgeDated:
    on: date


@pytest.fixture(autouse=True)
def own_register(monkeypatch):
    """Only what a test subscribes is subscribed."""
    for name in ("_subscriptions", "_jobs", "_periodics"):
        monkeypatch.setattr(plugin, name, {})


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen(NOON):
        yield


def fail(*args, **kwargs):
    raise RuntimeError("the bridge is up")


def minutes_later(minutes):
    return clock.frozen(NOON + timedelta(minutes=minutes))


def test_publishing_and_enqueueing_are_one_insert_each(django_assert_num_queries):
    with django_assert_num_queries(1):
        publish(BridgeOpened("Suramadu"))
    with django_assert_num_queries(1):
        enqueue_job(name="count cars", arguments={"bridge": "Suramadu"}, key="count:1")


def test_every_subscriber_of_the_event_gets_it_once_as_it_was():
    seen = []

    @plugin.subscribe(BridgeOpened)
    def light_lamps(event):
        seen.append(("lamps", event))

    @plugin.subscribe(BridgeOpened)
    def count_lanes(event):
        seen.append(("lanes", event))

    @plugin.subscribe(BridgeClosed)
    def sweep(event):
        seen.append(("sweep", event))

    publish(BridgeOpened("Suramadu", lanes=4))
    assert seen == []
    assert deliver_pending() == 2
    assert sorted(seen, key=lambda pair: pair[0]) == [
        ("lamps", BridgeOpened("Suramadu", 4)),
        ("lanes", BridgeOpened("Suramadu", 4)),
    ]
    assert deliver_pending() == 0
    assert not Job.objects.exists()


def test_an_event_of_a_change_that_failed_is_never_delivered():
    with transaction.atomic():
        publish(BridgeOpened("Suramadu"))
        enqueue_job(name="count cars", arguments={})
        transaction.set_rollback(True)
    assert not OutboxEvent.objects.exists()
    assert not Job.objects.exists()


def test_what_a_subscriber_publishes_is_delivered_too():
    seen = []

    @plugin.subscribe(BridgeOpened)
    def close_again(event):
        publish(BridgeClosed(event.bridge))

    plugin.subscribe(BridgeClosed)(seen.append)
    publish(BridgeOpened("Suramadu"))
    assert deliver_pending() == 2
    assert seen == [BridgeClosed("Suramadu")]


def test_only_dataclasses_of_json_values_are_published():
    for wrong in (object(), "text", BridgeOpened, BridgeDated(date(2026, 1, 1))):
        with pytest.raises(CannotPublishEvent):
            publish(wrong)
    publish(BridgeOpened("Suramadu"))
    assert OutboxEvent.objects.count() == 1


def test_a_failing_subscriber_leaves_no_trace_and_does_not_hold_up_the_others():
    seen = []

    @plugin.subscribe(BridgeOpened)
    def write_then_fail(event):
        enqueue_job(name="never", arguments={})
        fail()

    plugin.subscribe(BridgeOpened)(seen.append)
    publish(BridgeOpened("Suramadu"))
    assert deliver_pending() == 1
    assert seen == [BridgeOpened("Suramadu")]
    waiting = Job.objects.get()
    assert waiting.name.endswith("write_then_fail")
    assert waiting.last_error == "RuntimeError: the bridge is up"


def test_a_job_runs_with_its_arguments_when_its_time_has_come():
    seen = []
    plugin.job("count cars")(lambda **arguments: seen.append(arguments))
    later = NOON + timedelta(minutes=5)
    enqueue_job(name="count cars", arguments={"bridge": "Suramadu", "lanes": [1, 2]}, run_at=later)
    assert deliver_pending() == 0
    with minutes_later(5):
        assert deliver_pending() == 1
    assert seen == [{"bridge": "Suramadu", "lanes": [1, 2]}]


def test_a_key_is_unique_while_its_job_waits_and_free_afterwards():
    seen = []
    plugin.job("count cars")(lambda bridge: seen.append(bridge))
    enqueue_job(name="count cars", arguments={"bridge": "first"}, key="cars")
    enqueue_job(name="count cars", arguments={"bridge": "second"}, key="cars")
    enqueue_job(name="count cars", arguments={"bridge": "other"}, key="others")
    assert deliver_pending() == 2
    assert sorted(seen) == ["first", "other"]
    enqueue_job(name="count cars", arguments={"bridge": "third"}, key="cars")
    assert deliver_pending() == 1
    assert seen[-1] == "third"


def test_a_failing_job_is_tried_again_after_pauses_that_double_until_it_succeeds():
    attempts = []

    @plugin.job("count cars")
    def count_cars():
        attempts.append(clock.now())
        if len(attempts) < 4:
            fail()

    enqueue_job(name="count cars", arguments={})
    for second in range(20):
        with clock.frozen(NOON + timedelta(seconds=second)):
            deliver_pending()
    assert [(moment - NOON).seconds for moment in attempts] == [0, 1, 3, 7]
    assert not Job.objects.exists()


def test_a_job_that_always_fails_becomes_a_dead_letter_that_can_be_revived(capsys):
    cars = []
    plugin.job("count cars")(fail)
    enqueue_job(name="count cars", arguments={}, key="cars")
    for hour in range(MAX_ATTEMPTS + 5):
        with minutes_later(61 * hour):
            deliver_pending()
    (letter,) = get_status(now=NOON).dead_letters
    assert (letter.name, letter.attempts) == ("count cars", MAX_ATTEMPTS)
    assert letter.last_error == "RuntimeError: the bridge is up"
    call_command("outbox_status")
    assert "the bridge is up" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No dead letter has the number"):
        call_command("outbox_retry", str(letter.job_id + 1))
    monkey = plugin._jobs
    monkey["count cars"] = lambda: cars.append(1)
    assert deliver_pending() == 0
    assert retry_dead_letters(job_id=letter.job_id) == 1
    assert deliver_pending() == 1
    assert cars == [1]


def test_all_dead_letters_are_revived_at_once(capsys):
    for number in range(3):
        Job.objects.create(name="x", arguments={}, created_at=NOON, run_at=NOON, dead_at=NOON, attempts=number)
    call_command("outbox_retry", "--all")
    assert "3 will be tried again" in capsys.readouterr().out
    assert get_status(now=NOON).dead_letters == ()


def test_a_job_or_subscriber_nobody_knows_waits_as_a_failure():
    enqueue_job(name="from another version", arguments={})
    assert deliver_pending() == 0
    assert Job.objects.get().last_error.startswith("UnknownJob")
    with pytest.raises(UnknownJob, match="No subscriber"):
        plugin.get_subscription("gone")


def test_two_jobs_cannot_have_one_name():
    plugin.job("count cars")(fail)
    plugin.job("count cars")(fail)
    with pytest.raises(ValueError, match="Two jobs"):
        plugin.job("count cars")(lambda: None)


def test_a_leased_job_is_left_alone_until_the_lease_ends_and_then_taken_over():
    seen = []
    plugin.job("count cars")(lambda: seen.append(clock.now()))
    enqueue_job(name="count cars", arguments={})
    Job.objects.update(lease_owner="a worker that died", lease_until=NOON + timedelta(minutes=1), attempts=1)
    assert deliver_pending() == 0
    assert get_status(now=NOON).jobs_running == 1
    with minutes_later(2):
        assert deliver_pending() == 1
    assert seen == [NOON + timedelta(minutes=2)]


def test_a_job_that_kills_its_worker_each_time_ends_as_a_dead_letter():
    plugin.job("count cars")(lambda: None)
    enqueue_job(name="count cars", arguments={})
    Job.objects.update(attempts=MAX_ATTEMPTS, lease_owner="dead", lease_until=NOON - timedelta(minutes=1))
    assert deliver_pending() == 0
    (letter,) = get_status(now=NOON).dead_letters
    assert "killed" in letter.last_error


def test_a_subscriber_whose_lease_was_taken_over_leaves_no_trace(caplog):
    @plugin.subscribe(BridgeOpened)
    def sleep_too_long(event):
        enqueue_job(name="written by the sleeper", arguments={}, run_at=NOON + timedelta(days=1))
        Job.objects.filter(event__isnull=False).update(lease_owner="somebody quicker")

    publish(BridgeOpened("Suramadu"))
    assert deliver_pending() == 0
    assert Job.objects.count() == 1
    assert not Job.objects.filter(name="written by the sleeper").exists()
    assert "another worker repeats it" in caplog.text


def test_a_lease_without_owner_is_refused_by_the_database():
    enqueue_job(name="count cars", arguments={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(lease_until=NOON)
    Job.objects.update(lease_until=NOON, lease_owner="somebody")


def test_events_delivered_long_ago_are_pruned_and_no_others():
    plugin.subscribe(BridgeClosed)(fail)
    publish(BridgeOpened("delivered to nobody"))
    publish(BridgeClosed("not delivered yet"))
    deliver_pending()
    with minutes_later(60 * 24 * 29):
        assert prune_delivered() == 0
    with minutes_later(60 * 24 * 31):
        publish(BridgeOpened("new"))
        assert prune_delivered() == 1
    left = OutboxEvent.objects.order_by("id").values_list("payload", flat=True)
    assert [payload["bridge"] for payload in left] == ["not delivered yet", "new"]


def test_the_status_counts_what_waits(capsys):
    publish(BridgeOpened("Suramadu"))
    enqueue_job(name="now", arguments={})
    enqueue_job(name="later", arguments={}, run_at=NOON + timedelta(hours=1))
    status = get_status(now=NOON)
    assert (status.events_waiting, status.jobs_due, status.jobs_later, status.jobs_running) == (1, 1, 1, 0)
    assert status.oldest_due_at == NOON
    call_command("outbox_status", "--json")
    assert json.loads(capsys.readouterr().out)["events_waiting"] == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_carry_out_every_job_once():
    done, guard = [], threading.Lock()

    @plugin.subscribe(BridgeOpened)
    def note(event):
        with guard:
            done.append(event.lanes)

    for lane in range(60):
        publish(BridgeOpened("Suramadu", lane))

    def work():
        try:
            while deliver_pending(limit=5):
                pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert deliver_pending() == 0
    assert sorted(done) == list(range(60))
