"""A certificate taken back is refused in the TLS handshake already, by whoever asks and by whoever answers."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from django.test import override_settings

from gapura.kernel.nodes.authority import REGISTRY_LIFE, ExchangeAuthority
from gapura.kernel.nodes.certificates import require_revocations_of
from gapura.kernel.nodes.folder import NodeFolder, get_registry
from gapura.kernel.nodes.rules import parse_member
from gapura.kernel.nodes.tls import REVOKED
from gapura.kernel.nodes.transport import call_member
from gapura.kernel.nodes.types import BadRegistry, Fault, Member, MessageRefused

TODAY = datetime.now(UTC)  # TLS reads the machine's clock
STARTING_SECONDS = 30
TAKING_OVER_SECONDS = 40
SERVE = """
import django; django.setup()
from gapura.kernel.nodes import serving
serving.WATCH_SECONDS = 0.2
serving.serve_members("gapura.kernel.nodes.tests.answering:application",
    host="127.0.0.1", port={port}, workers=1, threads=1)
"""


@dataclass(frozen=True)
class Town:
    """Three members on this machine; ``register`` has an address where it may answer."""

    root: Path
    port: int

    @property
    def authority(self) -> ExchangeAuthority:
        return ExchangeAuthority(self.root / "authority")

    def folder(self, code: str) -> NodeFolder:
        return NodeFolder(self.root / code / "node")

    def admit(self, code: str) -> None:
        facts = {"title": code, "address": f"https://127.0.0.1:{self.port}", "subsystems": []}
        request = self.folder(code).create({**facts, "member": f"ID/GOV/{code}"})
        answer = self.authority.admit(request, TODAY)
        self.folder(code).install(answer, self.authority.fingerprint, TODAY)

    def publish(self, *codes: str) -> None:
        for code in codes:
            self.folder(code).replace_registry(self.authority.registry_text(), TODAY)

    def register(self) -> Member:
        with override_settings(GAPURA_HOME=self.root / "BANK"):
            return get_registry().members[parse_member("ID/GOV/REGISTER")]

    def call(self, code: str, holder: Member, *, checks_revocation: bool = True) -> bytes:
        """What the holder answers to the member ``code``."""
        with override_settings(GAPURA_HOME=self.root / code):
            return call_member(holder, "GET", "/", {}, b"", seconds=5, checks_revocation=checks_revocation)[2]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        town = Town(tmp_path, probe.getsockname()[1])
    town.authority.create("ID", TODAY)
    for code in ("REGISTER", "BANK", "SHOP"):
        town.admit(code)
    town.publish("REGISTER", "BANK", "SHOP")
    return town


@contextmanager
def serving(town: Town) -> Iterator[None]:
    """The register's server, from the first connection it takes."""
    environment = {**os.environ, "GAPURA_HOME": str(town.root / "REGISTER")}
    command = [sys.executable, "-c", SERVE.format(port=town.port)]
    with subprocess.Popen(command, env=environment) as process:
        try:
            _wait_for(town.port)
            yield
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    ends_at = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < ends_at:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The server did not start.")


def refusal_of(town: Town, code: str, holder: Member, **options: bool) -> str:
    with pytest.raises(MessageRefused) as refused:
        town.call(code, holder, **options)
    assert refused.value.fault is Fault.NETWORK
    return str(refused.value)


@pytest.mark.slow
@pytest.mark.one_database
def test_a_server_refuses_a_member_from_its_revocation_on_without_a_restart(town: Town) -> None:
    with serving(town):
        register = town.register()
        assert town.call("BANK", register) == town.call("SHOP", register) == b"reached"
        town.authority.revoke("ID/GOV/SHOP", TODAY)
        town.authority.suspend("ID/GOV/BANK", TODAY)
        town.publish("REGISTER")
        _wait_until_refused(town, "SHOP", register)
        assert "alert" in refusal_of(town, "BANK", register)
        assert town.call("REGISTER", register) == b"reached", "others are answered as before"


def _wait_until_refused(town: Town, code: str, holder: Member) -> None:
    ends_at = time.monotonic() + TAKING_OVER_SECONDS
    while time.monotonic() < ends_at:
        try:
            town.call(code, holder)
        except MessageRefused as refusal:
            if "alert" in str(refusal):
                return
        time.sleep(0.5)
    raise AssertionError("The revoked member is still answered.")


@pytest.mark.slow
@pytest.mark.one_database
def test_an_asker_refuses_a_revoked_holder_and_any_holder_by_a_list_past_its_last_day(town: Town) -> None:
    with serving(town):
        register = town.register()
        assert town.call("BANK", register) == b"reached"
        town.authority.revoke("ID/GOV/REGISTER", TODAY)
        town.publish("BANK")
        assert "revoked" in refusal_of(town, "BANK", register)
        town.authority.renew(TODAY - REGISTRY_LIFE - timedelta(seconds=1))
        ended = town.authority.registry_text()
        with pytest.raises(BadRegistry, match="out of date"):
            town.folder("SHOP").replace_registry(ended, TODAY)
        town.folder("SHOP").replace_registry(ended, TODAY - REGISTRY_LIFE)
        assert "CRL has expired" in refusal_of(town, "SHOP", register)
        # What is signed by itself may still be fetched: else nobody could get a newer registry.
        assert town.call("SHOP", register, checks_revocation=False) == b"reached"


def test_without_a_list_nobody_is_asked(town: Town) -> None:
    (town.folder("BANK").path / REVOKED).unlink()
    assert REVOKED in refusal_of(town, "BANK", town.register())


def test_a_list_counts_only_as_the_authority_itself_signed_it(town: Town, tmp_path: Path) -> None:
    other = ExchangeAuthority(tmp_path / "other")
    other.create("ID", TODAY)
    own = x509.load_pem_x509_certificate((town.authority.path / "root.crt").read_bytes())
    good, others = (json.loads(one.registry_text())["content"] for one in (town.authority, other))
    good, others = (json.loads(one)["revocation_list"] for one in (good, others))
    altered = good[:100] + ("A" if good[100] != "A" else "B") + good[101:]
    require_revocations_of(own, good)
    for wrong in (others, altered, ""):
        with pytest.raises(BadRegistry):
            require_revocations_of(own, wrong)
