"""The public status page: from a snapshot, in three languages, and standing while the database is down."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from gapura.foundation.telemetry import DURATIONS
from gapura.kernel.operations.actions import declare_outage
from gapura.kernel.operations.queries import find_snapshot
from gapura.kernel.operations.tasks import draw_snapshot
from gapura.kernel.operations.tests.conftest import NOW, ON_DUTY
from gapura.kernel.outbox.queries import Job

WORDS = {"id": "Sedang diperbaiki.", "en": "Being repaired.", "ko": "복구 중입니다."}
pytestmark = pytest.mark.django_db


def health_of(code: str) -> str:
    return {part["code"]: part["health"] for part in find_snapshot()["components"]}[code]


def page(client: Client, query: str = "?language=en") -> str:
    return client.get(f"/status/{query}").content.decode()


def test_before_the_first_snapshot_the_state_is_not_known(home, client: Client) -> None:
    assert "The house has not reported yet." in page(client)


def test_a_healthy_house_says_so_and_when(home, client: Client, at_noon) -> None:
    draw_snapshot()  # counts what holders refused since the process began, in other tests too
    draw_snapshot()
    assert "Everything works" in page(client)
    assert health_of("sign-in") == "working"


def test_an_outage_is_on_the_page_in_the_reader_s_language(home, client: Client, at_noon) -> None:
    declare_outage(
        actor=ON_DUTY, component="sign-in", agencies=[], words=WORDS, started_at=NOW - timedelta(hours=1), now=NOW
    )
    draw_snapshot()
    assert "Everything works" not in page(client)
    assert "Being repaired." in page(client)
    assert "복구 중입니다." in page(client, "?language=ko")
    assert "Sedang diperbaiki." in client.get("/status/", headers={"Accept-Language": "id"}).content.decode()


def test_each_promise_shows_its_figure_and_its_age(home, client: Client, at_noon) -> None:
    figures = {"rpo_seconds": 61.5, "rto_seconds": 12.5, "rows_restored": 7, "differences": 0}
    record_measurement(home, promise="restore", kept=True, figures=figures, now=NOW, command="gapura drill restore")
    draw_snapshot()
    shown = page(client)
    assert "61.5" in shown
    assert "Measured on" in shown
    assert "2026" in shown
    assert "Not measured yet" in shown, "the others are red"
    with clock.frozen(NOW + timedelta(days=40)):
        draw_snapshot()
        assert "Measured too long ago" in page(client)


def test_a_snapshot_that_is_too_old_is_not_believed(home, client: Client, at_noon) -> None:
    draw_snapshot()
    with clock.frozen(NOW + timedelta(minutes=4)):
        shown = page(client)
    assert "Everything works" not in shown
    assert "The state is not known at this moment" in shown


def test_the_page_and_the_worker_stand_while_the_database_is_down(home, client: Client, at_noon, monkeypatch) -> None:
    declare_outage(actor=ON_DUTY, component="sign-in", agencies=[], words=WORDS, started_at=NOW, now=NOW)
    draw_snapshot()

    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("no server")

    monkeypatch.setattr(connection, "cursor", refuse)
    draw_snapshot()
    client.cookies["session"] = "of somebody who was signed in"
    shown = page(client)
    assert health_of("applications") == "down"
    assert "Being repaired." in shown, "what was known is kept"
    assert "session" not in client.get("/status/").cookies


def test_work_given_up_disturbs_messages(home, at_noon) -> None:
    Job.objects.create(name="notifications.send", arguments={}, created_at=NOW, run_at=NOW, dead_at=NOW)
    draw_snapshot()
    assert health_of("messages") == "disturbed"


def test_a_holder_that_mostly_fails_is_disturbed_and_recovers(home, at_noon) -> None:
    draw_snapshot()
    for outcome, number in (("failed", 6), ("done", 2)):
        for _ in range(number):
            DURATIONS["exchange"].labels(provider="dukcapil", outcome=outcome).observe(0.1)
    draw_snapshot()
    assert health_of("exchange-dukcapil") == "disturbed"
    draw_snapshot()
    assert health_of("exchange-dukcapil") == "working"


def test_the_page_sends_nothing_that_is_stored_about_the_reader(home, client: Client) -> None:
    answer = client.get("/status/")
    assert answer.headers["Cache-Control"] == "public, max-age=15"
    assert not answer.cookies
    assert client.post("/status/").status_code == 405
    assert client.get("/status/nothing").status_code == 404
