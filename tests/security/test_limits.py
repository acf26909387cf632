"""Too much is too much: for one account, one network and all strangers; and nobody is locked out by others."""

import pytest
from django.conf import LazySettings
from django.test import Client

from gapura.config import limits
from gapura.config.limits import LIMITS
from gapura.foundation.rate_limits import Buckets, Rate
from gapura.kernel.identity.testing import PASSWORD, make_resident
from tests.test_consistency import list_addresses

UPLOAD = next(limit for limit in LIMITS if limit.name == "upload")
SIGN_IN = next(limit for limit in LIMITS if limit.name == "sign-in")


@pytest.fixture(autouse=True)
def _counted(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits on, nothing counted yet, and a clock that stands still."""
    settings.GAPURA_RATE_LIMITS = True
    monkeypatch.setattr(limits, "buckets", Buckets())
    monkeypatch.setattr(limits.time, "monotonic", lambda: 1_000.0)


def upload(client: Client, **headers: str) -> int:
    return client.post("/verify/", headers=headers or None).status_code


@pytest.mark.django_db
def test_a_network_that_asks_too_often_is_told_when_to_return() -> None:
    client = Client()
    assert {upload(client) for _ in range(UPLOAD.network.times)} == {200}
    answer = client.post("/verify/")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= UPLOAD.network.seconds
    assert b"<h1>" in answer.content
    assert answer.headers["Content-Security-Policy"]
    assert client.get("/verify/").status_code == 200  # looking is not sending


@pytest.mark.django_db
def test_what_was_refused_before_is_allowed_after_the_time_it_named(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    while (answer := client.post("/verify/")).status_code == 200:
        pass
    later = 1_000.0 + int(answer.headers["Retry-After"])
    monkeypatch.setattr(limits.time, "monotonic", lambda: later)
    assert upload(client) == 200


@pytest.mark.django_db
def test_a_forwarded_address_counts_only_from_our_own_proxy(settings: LazySettings) -> None:
    client = Client()
    for number in range(UPLOAD.network.times):
        upload(client, x_forwarded_for=f"203.0.{number}.1")
    assert upload(client, x_forwarded_for="198.51.100.1") == 429  # spoofed: it is still the same browser
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert upload(client, x_forwarded_for="198.51.100.1") == 200
    for _ in range(UPLOAD.network.times):
        upload(client, x_forwarded_for="192.0.2.1, 198.51.100.1")
    assert upload(client, x_forwarded_for="192.0.2.77, 198.51.100.9") == 429  # only our proxy's own entry counts


@pytest.mark.django_db
def test_strangers_together_meet_a_limit_whatever_networks_they_come_from(settings: LazySettings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client()
    for number in range(UPLOAD.strangers.times):
        assert upload(client, x_forwarded_for=f"203.{number // 256}.{number % 256}.1") == 200
    assert upload(client, x_forwarded_for="198.51.100.1") == 429


@pytest.mark.django_db
def test_strangers_cannot_lock_out_who_signed_in_in_this_browser_before() -> None:
    make_resident("siti", person_number="3171014501900001")
    right = {"login": "siti", "password": PASSWORD}
    known, stranger = Client(), Client()
    assert known.post("/sign-in/", right).status_code == 302
    known.post("/sign-out/")
    while stranger.post("/sign-in/", {"login": "siti", "password": "wrong"}).status_code != 429:
        pass
    assert stranger.post("/sign-in/", right).status_code == 429
    assert known.post("/sign-in/", right).status_code == 302


@pytest.mark.django_db
def test_a_made_up_device_is_a_stranger() -> None:
    client = Client()
    while upload(client) == 200:
        pass
    client.cookies["device"] = "WzEsImFiYyJd:1abc:forged"
    assert upload(client) == 429


@pytest.mark.django_db
def test_an_account_has_its_own_limit_wherever_it_comes_from(settings: LazySettings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    make_resident("siti", person_number="3171014501900001")
    client = Client()
    client.post("/sign-in/", {"login": "siti", "password": PASSWORD})
    answers = [upload(client, x_forwarded_for=f"203.0.{number}.1") for number in range(UPLOAD.one.times + 1)]
    assert answers == [200] * UPLOAD.one.times + [429]
    assert upload(Client(), x_forwarded_for="203.0.113.9") == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "most"), [("/services/civil.never-married/apply/", 6), ("/language/", 60)])
def test_nobody_sends_faster_than_a_person_could(path: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    client, other = Client(), Client()
    for one, login, number in ((client, "siti", "3171014501900001"), (other, "budi", "3171010101900003")):
        make_resident(login, person_number=number)
        one.post("/sign-in/", {"login": login, "password": PASSWORD})
    sent = [client.post(path).status_code for _ in range(most + 1)]
    assert 429 not in sent[:most]
    assert sent[most] == 429
    assert other.post(path).status_code != 429, "each person has their own pace"
    monkeypatch.setattr(limits.time, "monotonic", lambda: 1_000.0 + 60 / most)
    assert client.post(path).status_code != 429, "a moment later the next one is taken"
    assert client.post(path).status_code == 429


def test_every_limited_address_exists_and_every_door_of_the_brief_is_limited() -> None:
    known = {name for name, _ in list_addresses()}
    assert {route for limit in LIMITS for route in limit.routes} - known == set()
    named = {limit.name for limit in LIMITS}
    expected = {"sign-in", "application", "verification", "upload", "search", "look-up"}
    expected |= {
        "browser report",
        "statistics",
        "shared link",
        "phone wallet",
        "card check",
        "law",
        "filled law",
        "household",
    }
    expected |= {"business file", "business program"}
    expected |= {"office file", "office editor", "calendar feed", "public documents", "door code"}
    assert named == expected


@pytest.mark.django_db
def test_without_the_limits_nothing_is_counted(settings: LazySettings) -> None:
    settings.GAPURA_RATE_LIMITS = False
    assert {upload(Client()) for _ in range(UPLOAD.network.times + 5)} == {200}


def test_a_bucket_fills_at_its_pace() -> None:
    buckets, rate = Buckets(), Rate(2, 10)
    assert [buckets.take([("a", rate)], 0) for _ in range(3)] == [0, 0, 5]
    assert buckets.take([("a", rate)], 4) == 1
    assert buckets.take([("a", rate)], 5) == 0
    assert buckets.take([("b", rate)], 5) == 0


def test_who_is_refused_by_one_bucket_takes_from_none() -> None:
    buckets, narrow, wide = Buckets(), Rate(1, 10), Rate(2, 10)
    assert buckets.take([("a", narrow), ("all", wide)], 0) == 0
    assert buckets.take([("a", narrow), ("all", wide)], 0) == 10
    assert buckets.take([("b", narrow), ("all", wide)], 0) == 0


def test_the_memory_of_buckets_is_bounded() -> None:
    buckets, rate = Buckets(most_keys=10), Rate(1, 10)
    for number in range(1_000):
        buckets.take([(str(number), rate), ("all", Rate(10_000, 10))], 0)
    assert len(buckets._levels) == 10
    assert "all" in buckets._levels
