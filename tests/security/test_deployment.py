"""What the house cannot do for its operator, ``gapura check --deploy`` looks at and says."""

import os
import runpy
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.core.checks import CheckMessage, run_checks
from django.core.management import CommandError, call_command

from gapura.config import deployment
from gapura.config import settings as written
from gapura.config.kept_secrets import find_old, list_kept_secrets
from gapura.foundation import clock
from gapura.kernel.identity.adapters import SecondFactorAdapter

DAY = 86_400


def ids(check: Callable[..., Any]) -> list[str | None]:
    messages: Sequence[CheckMessage] = list(check(app_configs=None))
    return [message.id for message in messages]


def database(url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("GAPURA_DATABASE", url)
    found: dict[str, Any] = runpy.run_path(written.__file__)["DATABASES"]["default"]
    return found


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        ("postgresql://gapura:x@db.example.go.id/gapura", True),
        ("postgresql://gapura:x@10.0.0.7/gapura?sslmode=require", True),
        ("postgresql://gapura:x@10.0.0.7/gapura?sslmode=verify-ca&sslrootcert=/etc/ca.crt", True),
        ("postgresql://gapura:x@10.0.0.7/gapura?sslmode=verify-full&sslrootcert=/etc/ca.crt", False),
        ("postgresql://gapura:x@127.0.0.1:5433/gapura", False),
        ("postgresql:///gapura?host=/run/postgresql", False),
        ("sqlite:////srv/gapura.sqlite3", False),
    ],
)
def test_a_database_over_a_network_must_prove_itself(
    url: str, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = SimpleNamespace(DATABASES={"default": database(url, monkeypatch)})
    monkeypatch.setattr(deployment, "settings", told)
    assert ids(deployment.find_plain_database) == ["gapura.E001"] * is_refused


def test_what_the_address_says_of_tls_reaches_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    given = database("postgresql://a:b@h/n?sslmode=verify-full&sslrootcert=/etc/ca%20one.crt", monkeypatch)
    assert given["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/etc/ca one.crt"}


def test_what_is_reached_in_the_clear_over_a_network_is_said(settings: Any) -> None:
    settings.GAPURA_BACKUP_TARGET = "https://vault.example.go.id"
    settings.GAPURA_WITNESSES = "one+1a2b+AbCd http://127.0.0.1:8001,two+1a2b+AbCd https://witness.example.org"
    assert ids(deployment.find_plain_addresses) == []
    settings.GAPURA_BACKUP_TARGET = "http://10.0.0.7:8700"
    assert ids(deployment.find_plain_addresses) == ["gapura.E003"]
    settings.GAPURA_WITNESSES += ",three+1a2b+AbCd http://witness.example.org"
    assert ids(deployment.find_plain_addresses) == ["gapura.E003"] * 2


@pytest.mark.parametrize(("host", "is_secured"), [("127.0.0.1", False), ("mail.example.go.id", True)])
def test_mail_to_another_machine_goes_over_tls(host: str, is_secured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPURA_SMTP_HOST", host)
    assert runpy.run_path(written.__file__)["EMAIL_USE_TLS"] is is_secured


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A house with one file for each line of the schedule, all of today."""
    settings.GAPURA_HOME = tmp_path
    for secret in list_kept_secrets():
        file = tmp_path / secret.path.replace("*", "one")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("secret")
        file.chmod(0o600)
    return tmp_path


def test_every_secret_is_asked_for_when_its_time_has_come(home: Path) -> None:
    assert ids(deployment.find_bad_secrets) == []
    for secret in list_kept_secrets():
        file = home / secret.path.replace("*", "one")
        for days, is_old in ((secret.most_days - 1, False), (secret.most_days + 1, True)):
            then = clock.now().timestamp() - days * DAY
            os.utime(file, (then, then))
            assert ([secret] == [one for _, one in find_old(home, clock.now())]) == is_old, secret.path
        os.utime(file)


def test_a_secret_that_others_may_read_is_an_error(home: Path) -> None:
    (home / "keys" / "openid.json").chmod(0o640)
    assert ids(deployment.find_bad_secrets) == ["gapura.E002"]


def test_every_key_that_the_house_makes_stands_in_the_schedule(settings: Any) -> None:
    """All keys of this run's own home, made by the code itself."""
    home = Path(settings.GAPURA_HOME)
    declared = {file for secret in list_kept_secrets() for file in home.glob(secret.path)}
    found = {file for pattern in ("**/*.key", "keys/*") for file in home.glob(pattern)}
    made = {file for file in found if file.is_file() and file.suffix != ".recipient"}
    assert made
    assert made - declared == set()


def test_a_replaced_key_still_opens_what_the_old_one_locked(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECRET_KEY = "old"
    locked = SecondFactorAdapter().encrypt("seed")
    monkeypatch.setenv("GAPURA_SECRET_KEY", "new\nold")
    read = runpy.run_path(written.__file__)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = read["SECRET_KEY"], read["SECRET_KEY_FALLBACKS"]
    assert (settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS) == ("new", ["old"])
    assert SecondFactorAdapter().decrypt(locked) == "seed"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        SecondFactorAdapter().decrypt(locked)


def test_what_the_operator_left_out_is_said(tmp_path: Path, settings: Any) -> None:
    assert ids(deployment.find_missing_scanner) == ["gapura.W004"]
    assert ids(deployment.find_missing_passwords) == ["gapura.W005"]
    settings.GAPURA_SCANNER, settings.GAPURA_BREACHED_PASSWORDS = "/run/clamav/clamd.ctl", str(tmp_path)
    assert ids(deployment.find_missing_passwords) == ["gapura.W005"], "half a list is none"
    for name in ("00000.txt", "FFFFF.txt"):
        (tmp_path / name).touch()
    assert ids(deployment.find_missing_scanner) + ids(deployment.find_missing_passwords) == []


def test_memory_in_the_clear_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "cpuinfo"
    monkeypatch.setattr(deployment, "Path", lambda _: told)
    for flags, expected in (("fpu vme", ["gapura.I001"]), ("fpu sev_snp", [])):
        told.write_text(f"flags : {flags}\n")
        assert ids(deployment.find_plain_memory) == expected


def test_the_command_that_operators_run_refuses(settings: Any, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    assert {"gapura.W004", "gapura.W005"} <= {message.id for message in run_checks(include_deployment_checks=True)}
    (home / "secret.key").chmod(0o644)
    with pytest.raises(CommandError, match=r"Others may read secret\.key"):
        call_command("check", "--deploy", "--tag", "security")
