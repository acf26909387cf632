"""The worker as a process: it stops when told, and what it was killed in the middle of is not lost."""

import signal
import textwrap

import pytest

from gapura.kernel.outbox import plugin
from gapura.kernel.outbox.actions import deliver_pending, enqueue_job
from gapura.kernel.outbox.models import Job
from gapura.kernel.outbox.testing import kill, running

pytestmark = pytest.mark.django_db(transaction=True)

# A worker that says what it does. The job "wait" never ends by itself.
WORKER = textwrap.dedent(
    """
    import sys, threading, django
    django.setup()
    from django.core.management import call_command
    from gapura.kernel.outbox import plugin
    plugin._periodics.clear()

    @plugin.job("test.wait")
    def wait(name):
        print("started", name, flush=True)
        threading.Event().wait()

    @plugin.job("test.greet")
    def greet(name):
        print("greeted", name, flush=True)

    plugin.register_periodic("tick", 0.05, lambda: print("tick", flush=True))
    call_command("worker", "--lease-seconds", sys.argv[1])
    """
)


def wait_for(process, line):
    for found in process.stdout:
        if found.strip() == line:
            return
    raise AssertionError(f"The worker ended without saying {line!r}.")


def test_the_job_of_a_killed_worker_is_taken_over_when_its_lease_ends(monkeypatch):
    monkeypatch.setattr(plugin, "_jobs", {"test.wait": lambda name: finished.append(name)})
    finished = []
    enqueue_job(name="test.wait", arguments={"name": "Siti"})
    with running("-c", WORKER, "2") as worker:
        wait_for(worker, "started Siti")
        assert deliver_pending() == 0
        kill(worker)
    job = Job.objects.get()
    assert (job.attempts, job.lease_owner != "") == (1, True)
    while not deliver_pending():
        assert finished == []
    assert finished == ["Siti"]
    assert not Job.objects.exists()


def test_the_heartbeat_keeps_a_long_job_from_being_taken_over():
    enqueue_job(name="test.wait", arguments={"name": "Siti"})
    with running("-c", WORKER, "3") as worker:
        wait_for(worker, "started Siti")
        first = Job.objects.get().lease_until
        while Job.objects.get().lease_until == first:
            assert deliver_pending() == 0
        assert Job.objects.get().attempts == 1


def test_the_worker_runs_jobs_and_periodic_work_and_stops_cleanly_when_told():
    enqueue_job(name="test.greet", arguments={"name": "Siti"})
    with running("-c", WORKER, "60") as worker:
        wait_for(worker, "greeted Siti")
        wait_for(worker, "tick")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
    assert not Job.objects.exists()


def test_a_failing_periodic_work_does_not_stop_the_worker(monkeypatch, caplog):
    from django.core.management import call_command

    done = []
    monkeypatch.setattr(plugin, "_periodics", {})
    monkeypatch.setattr(plugin, "_jobs", {"test.greet": lambda name: done.append(name)})
    plugin.register_periodic("bad", 60, lambda: 1 / 0)
    plugin.register_periodic("good", 60, lambda: done.append("good"))
    enqueue_job(name="test.greet", arguments={"name": "Siti"})
    call_command("worker", "--once")
    assert done == ["good", "Siti"]
    assert "bad failed" in caplog.text
