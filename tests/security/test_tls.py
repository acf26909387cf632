"""What the balancer speaks with people over TLS: the versions and ciphers of today, and none of yesterday's."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.topology import write_balancer

pytestmark = [
    pytest.mark.one_database,
    pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning"),
    pytest.mark.skipif(
        shutil.which("haproxy") is None, reason="HAProxy is not installed (Debian: apt install haproxy)."
    ),
]
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
NEW = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def _make_certificate(folder: Path) -> Path:
    key, certificate, both = folder / "key.pem", folder / "crt.pem", folder / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    both.write_text(certificate.read_text() + key.read_text())
    return both


def _speaks(port: int, version: ssl.TLSVersion, ciphers: str = "ALL:@SECLEVEL=0") -> str:
    """The cipher that both agreed on, or nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # what is asked is what it speaks, not who it is
    context.minimum_version = context.maximum_version = version
    context.set_ciphers(ciphers)
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=3) as plain:
        with context.wrap_socket(plain) as secured:
            return (secured.cipher() or ("",))[0]
    return ""


def _started(command: list[str], port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, env={"PATH": os.environ["PATH"]}, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if _speaks(port, ssl.TLSVersion.TLSv1_2):
            return process
        time.sleep(0.1)
    process.kill()
    raise AssertionError("It does not speak TLS at all.")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def balancer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder, port = tmp_path_factory.mktemp("tls"), _free_port()
    file = write_balancer(folder, port, [_free_port()], certificate=_make_certificate(folder))
    process = _started([shutil.which("haproxy") or "haproxy", "-db", "-f", str(file)], port)
    yield port
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that takes whatever somebody speaks: what is refused elsewhere, our own side can say."""
    folder, port = tmp_path_factory.mktemp("careless"), _free_port()
    file = _make_certificate(folder)
    command = f"openssl s_server -accept {port} -cert {file} -key {file} -cipher ALL:@SECLEVEL=0 -quiet"
    process = _started(command.split(), port)
    yield port
    process.terminate()
    process.wait(10)


@pytest.mark.parametrize("version", OLD)
def test_old_versions_are_not_spoken(balancer: int, careless: int, version: ssl.TLSVersion) -> None:
    assert _speaks(careless, version)
    assert not _speaks(balancer, version)


@pytest.mark.parametrize("version", NEW)
def test_new_versions_are_spoken_with_authenticated_ciphers(balancer: int, version: ssl.TLSVersion) -> None:
    cipher = _speaks(balancer, version)
    assert "GCM" in cipher or "CHACHA20" in cipher


@pytest.mark.parametrize("ciphers", ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "AECDH-AES128-SHA"])
def test_weak_ciphers_are_not_spoken(balancer: int, careless: int, ciphers: str) -> None:
    weak = f"{ciphers}:@SECLEVEL=0"
    assert _speaks(careless, ssl.TLSVersion.TLSv1_2, weak) == ciphers
    assert not _speaks(balancer, ssl.TLSVersion.TLSv1_2, weak)
