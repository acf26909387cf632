"""The house calls only whom it may, through one door."""

import ast
import ipaddress
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from urllib3.exceptions import HTTPError

from gapura.foundation import egress
from gapura.foundation.egress import EgressRefused, call, parse_allowed, with_addresses
from tools.tracked import ROOT

# Modules that can open a connection, and who else than the door may import them, and why.
OPENING = {"socket", "ssl", "http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "ftplib"}
OPENING |= {"smtplib", "imaplib", "poplib", "telnetlib", "xmlrpc.client", "asyncio", "websockets", "paramiko"}
ELSEWHERE = {
    "foundation/egress.py": "the door",
    "foundation/tests/openers.py": "shows in the sandbox that no connection can be opened",
    "config/supervisor.py": "looks whether its own port is free and answers",
    "kernel/outbox/leases.py": "asks for this machine's name",
    "foundation/isolated_postgresql/base.py": "asks for this machine's name",
    "kernel/nodes/tls.py": "judges certificates of the transport's connections",
    "kernel/nodes/transport.py": "other nodes: address and certificate stand in the signed registry, pinned by hash",
    "kernel/operations/backup/vault_client.py": "the operator's vault: one address, from a setting, with a key",
    "kernel/federation/outside.py": "names the door's errors",
    "kernel/audit/witnesses.py": "names the door's errors",
    "foundation/scanner.py": "the scanner of files: one address, from a setting",
    "kernel/payments/providers/demo_bank/client.py": "names the door's errors",
    "kernel/payments/providers/demo_bank/callbacks.py": "the demonstration's bank, its own process, calls the house",
}
ANYWHERE = "localhost:* 127.0.0.1:* *.example:* [::1]:*"


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 1000)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Site)
    server.asked = []  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def resolves(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names lead to, in turn: a test's own name server."""
    answers: dict[str, list[str]] = {}
    ask = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *args: object, **options: object) -> list[tuple[object, ...]]:
        if host in answers:
            address = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        return ask(host, port, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(egress.socket, "getaddrinfo", getaddrinfo)
    return answers


def test_whom_the_list_names_is_called(site: HTTPServer) -> None:
    allowed = parse_allowed(f"127.0.0.1:{site.server_port} 127.0.0.0/8")
    answer = call("GET", f"http://127.0.0.1:{site.server_port}/a?b=c", allowed=allowed)
    assert (answer.status, len(answer.content), site.asked) == (200, 1000, ["/a?b=c"])  # type: ignore[attr-defined]


def test_a_redirect_is_an_answer_and_not_followed(site: HTTPServer) -> None:
    allowed = parse_allowed(f"{ANYWHERE} 127.0.0.0/8")
    assert call("GET", f"http://localhost:{site.server_port}/redirect", allowed=allowed).status == 302
    assert site.asked == ["/redirect"]  # type: ignore[attr-defined]


def test_an_answer_without_end_is_cut_off(site: HTTPServer) -> None:
    allowed = parse_allowed(f"{ANYWHERE} 127.0.0.0/8")
    with pytest.raises(EgressRefused, match="larger than 999"):
        call("GET", f"http://localhost:{site.server_port}/", allowed=allowed, most_bytes=999)


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",  # the same in one number
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::1]:22/",
        "http://[fe80::1%25eth0]/",
        "http://2130706433:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://127.1:{port}/",
        "http://127.0.0.1.:{port}/",
        "http://127.0.0.1:22/",
        "http://user@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}@evil.invalid/",
        "http://evil.invalid#@127.0.0.1:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "http://127.0.0.1:99999/",
        "http:///x",
        "",
    ],
)
def test_whom_the_list_does_not_name_is_never_reached(site: HTTPServer, address: str) -> None:
    allowed = parse_allowed(f"127.0.0.1:{site.server_port} 127.0.0.0/8")
    with pytest.raises(EgressRefused):
        call("GET", address.replace("{port}", str(site.server_port)), allowed=allowed)
    assert site.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "inside",
    [
        *(
            "127.0.0.1",
            "10.0.0.7",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("::1", "fc00::1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001::1", "::"),
    ],
)
def test_a_listed_name_that_leads_inside_is_refused(resolves: dict[str, list[str]], inside: str) -> None:
    resolves["idp.example"] = [inside]
    with pytest.raises(EgressRefused, match="not public"):
        call("GET", "http://idp.example:80/", allowed=parse_allowed(ANYWHERE))


def test_public_addresses_and_listed_networks_are_admitted() -> None:
    allowed = parse_allowed("x.example 10.2.0.0/16")
    admitted = [one for one in ("8.8.8.8", "2606:4700::1", "10.2.3.4", "::ffff:10.2.3.4") if _admits(allowed, one)]
    assert len(admitted) == 4
    assert not _admits(allowed, "10.3.0.1")


def _admits(allowed: egress.Allowed, address: str) -> bool:
    return allowed.admits_address(ipaddress.ip_address(address))


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_looked_at(
    site: HTTPServer, resolves: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves["rebinding.example"] = ["8.8.8.8", "127.0.0.1"]
    reached = []

    def connect(address: tuple[str, int], **_options: object) -> socket.socket:
        reached.append(address[0])
        raise OSError("no network in a test")

    monkeypatch.setattr(egress.socket, "create_connection", connect)
    with pytest.raises(HTTPError):
        call("GET", f"http://rebinding.example:{site.server_port}/", allowed=parse_allowed(ANYWHERE))
    assert reached == ["8.8.8.8"]


def test_a_listed_name_admits_its_port_only() -> None:
    allowed = parse_allowed("idp.example *.go.example:8443")
    assert allowed.admits_name("idp.example", 443)
    assert allowed.admits_name("a.go.example", 8443)
    for host, port in (("idp.example", 80), ("x.idp.example", 443), ("go.example", 8443), ("a.go.example", 443)):
        assert not allowed.admits_name(host, port)


def test_what_the_operator_wrote_into_another_setting_is_allowed_wherever_it_stands(site: HTTPServer) -> None:
    address = f"http://localhost:{site.server_port}"
    with pytest.raises(EgressRefused):
        call("GET", address, allowed=parse_allowed(""))
    assert call("GET", address, allowed=with_addresses(parse_allowed(""), [address])).status == 200


def list_openers(folder: Path) -> set[str]:
    """Files below ``folder`` that import what can open a connection."""
    files = (path for path in folder.rglob("*.py") if "tests" not in path.parts[:-1] or path.name == "openers.py")
    return {str(path.relative_to(folder)) for path in files if _imports(path) & OPENING}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {part for name in found for part in (name, name.partition(".")[0], ".".join(name.split(".")[:2]))}


def test_nothing_else_opens_connections() -> None:
    openers = {name for name in list_openers(ROOT / "src/gapura") if not name.endswith("/testing.py")}
    assert openers - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) - openers == set()


@pytest.mark.parametrize(
    "line", ["import socket", "from urllib import request", "import http.client as c", "import smtplib"]
)
def test_a_new_way_out_is_noticed(tmp_path: Path, line: str) -> None:
    (tmp_path / "planted.py").write_text(line)
    assert list_openers(tmp_path) == {"planted.py"}
