"""Who answers now: what the breakers say reaches the desk and the status page, with the moment it began."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.foundation.telemetry import BREAKERS, SILENT_SINCE
from gapura.kernel.exchange.testing import FAILURES_BEFORE_PAUSE, FIRST_PAUSE_SECONDS, ProviderGuard
from gapura.kernel.exchange.types import ProviderUnavailable
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.kernel.operations.queries import find_snapshot
from gapura.kernel.operations.tasks import draw_snapshot
from gapura.kernel.operations.tests.conftest import NOW

pytestmark = pytest.mark.django_db
SINCE = NOW - timedelta(hours=2)


@pytest.fixture
def breaker(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderGuard]:
    """The breaker of Dukcapil's node; ``seconds`` is its clock."""
    monkeypatch.setattr("gapura.kernel.exchange.providers.guarding.time.time", SINCE.timestamp)
    seconds = [0.0]
    breaker = ProviderGuard("Dukcapil", lambda: seconds[0], agency="dukcapil")
    breaker.seconds = seconds  # type: ignore[attr-defined]
    yield breaker
    for gauge in (BREAKERS, SILENT_SINCE):
        gauge.labels("dukcapil").set(0)


def fail(breaker: ProviderGuard) -> None:
    with pytest.raises(ProviderUnavailable), breaker.calling():
        raise ProviderUnavailable("no answer")


def holder() -> dict[str, str]:
    draw_snapshot()
    return next(part for part in find_snapshot()["components"] if part["code"] == "exchange-dukcapil")


def test_a_holder_that_does_not_answer_is_shown_with_since_when_until_a_trial_succeeds(
    home, at_noon, breaker: ProviderGuard
) -> None:
    draw_snapshot()  # from here on counts what holders refuse; other tests of this process had them refuse, too
    for _ in range(FAILURES_BEFORE_PAUSE - 1):
        fail(breaker)
    assert (holder()["health"], holder()["since"]) == ("working", "")
    fail(breaker)
    assert (holder()["health"], holder()["since"]) == ("disturbed", SINCE.isoformat())
    breaker.seconds[0] = FIRST_PAUSE_SECONDS + 1  # type: ignore[attr-defined]
    with breaker.calling():
        assert BREAKERS.labels("dukcapil")._value.get() == 1
        assert holder()["since"] == SINCE.isoformat()
    assert (holder()["health"], holder()["since"]) == ("working", "")


def test_desk_and_status_page_say_who_does_not_answer(home, at_noon, client: Client, breaker: ProviderGuard) -> None:
    account = make_official()
    sign_in(client, account, post_code="dukcapil/31.71/registrar", second_factor=True)
    assert "The house has not reported yet." in client.get("/desk/holders/").content.decode()
    draw_snapshot()
    draw_snapshot()
    shown = client.get("/desk/holders/").content.decode()
    assert "Disturbed" not in shown
    for _ in range(FAILURES_BEFORE_PAUSE):
        fail(breaker)
    draw_snapshot()
    for address in ("/desk/holders/", "/status/?language=en"):
        page = client.get(address).content.decode()
        assert "Disturbed" in page
        assert SINCE.isoformat()[:16] in page or "08:00" in page or "08.00" in page
    with clock.frozen(NOW + timedelta(minutes=5)):
        assert "The state is not known at this moment" in client.get("/desk/holders/").content.decode()


def test_nobody_but_an_official_sees_the_desks_page(client: Client) -> None:
    assert client.get("/desk/holders/").status_code in (302, 404)
