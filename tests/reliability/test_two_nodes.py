"""Two nodes, two databases, mutual TLS: a certificate from one drawn from the register of the other, which may die."""

import json
import shutil
import sqlite3
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.two_nodes import HEAD, ROOT, Node, portal_and_register, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def issue(portal: Node, out: Path, key: str) -> dict[str, Any]:
    options = ["--service=civil.family-card", f"--for={HEAD}", f"--key={key}", f"--out={out}", "--json"]
    done = portal.gapura("issue", *options)
    assert done.stdout, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def read(node: Node, statement: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(node.home / "gapura.sqlite3")
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_a_certificate_crosses_the_network_and_waits_while_the_register_is_dead(tmp_path: Path) -> None:
    with portal_and_register(tmp_path) as (portal, register):
        assert read(portal, "SELECT count(*) FROM civil_family") == [(0,)]
        first = issue(portal, tmp_path / "first.pdf", "first")
        assert first["outcome"] == "fulfilled", first
        assert (tmp_path / "first.pdf").read_bytes().startswith(b"%PDF-")

        register.kill()
        second = issue(portal, tmp_path / "second.pdf", "second")
        assert second["outcome"] == "received"
        register.start()
        script = (
            "from gapura.kernel.cases.actions import check_case\n"
            "from gapura.kernel.audit.types import system_actor\n"
            "from gapura.foundation import clock\n"
            f"case = check_case(actor=system_actor('test'), number={second['case']!r}, now=clock.now())\n"
            "assert case.status == 'fulfilled', case.status"
        )
        portal.script(script)

        _see_the_accesses_at_both_ends(portal, register)
        _keep_strangers_out(register)
        _tell_the_same_story(portal, register, tmp_path)


def _see_the_accesses_at_both_ends(portal: Node, register: Node) -> None:
    asked = "SELECT evidence_type, legal_ground, subject FROM exchange_accessrecord WHERE outcome = 'asked' ORDER BY 1"
    there = read(register, asked)
    assert there
    assert {row[2] for row in there} == {HEAD}
    assert set(there) <= set(read(portal, asked))
    who = {row[0] for row in read(register, "SELECT actor_reference FROM exchange_accessrecord")}
    assert all(reference.startswith("system:PORTAL ") for reference in who), who
    kept = read(register, "SELECT * FROM nodes_messagerecord")
    assert kept
    assert HEAD not in str(kept)
    assert register.status()["answers"] is True


def _keep_strangers_out(register: Node) -> None:
    """Without a member's certificate not even the registry is shown; with one it is."""
    node = register.home / "node"
    context = ssl.create_default_context(cafile=str(node / "authority.crt"))
    address = f"https://127.0.0.1:{register.port}/registry"
    with pytest.raises((urllib.error.URLError, ssl.SSLError, ConnectionError)):
        urllib.request.urlopen(address, context=context, timeout=5)
    context.load_cert_chain(node / "tls.crt", node / "tls.key")
    assert urllib.request.urlopen(address, context=context, timeout=5).status == 200


def _tell_the_same_story(portal: Node, register: Node, folder: Path) -> None:
    exported = folder / "register.log"
    register.gapura("node_reconcile", "--peer=ID/GOV/PORTAL", "--export", exported).check_returncode()
    same = portal.gapura("node_reconcile", "--peer=ID/GOV/REGISTER", "--with", exported)
    # What the portal sent while the register was dead is here and not there, and nothing else differs.
    lines = same.stdout.splitlines()[:-1]
    assert lines
    assert all(line.split()[:2] == ["extra", "request"] for line in lines), same.stdout
    assert same.returncode == 1
    lost = exported.read_text().splitlines()
    exported.write_text("\n".join(lost[1:]))
    less = portal.gapura("node_reconcile", "--peer=ID/GOV/REGISTER", "--with", exported)
    assert len(less.stdout.splitlines()) == len(same.stdout.splitlines()) + 1


@pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "openssl", "jq"))), reason="needs bash, curl, openssl and jq (Debian)"
)
def test_a_shell_and_plain_python_ask_and_answer_as_members(tmp_path: Path) -> None:
    """They take part with the keys of a member, and none of Gapura's code."""
    with portal_and_register(tmp_path) as (portal, register):
        folder = portal.home / "node"
        request = {
            "subject": HEAD,
            "as_of": "2026-05-04",
            "case_number": "CASE1",
            "legal_ground": "UU 23/2006 Pasal 61",
            "purpose": {"id": "uji", "en": "test"},
            "actor": "clerk 7",
            "fields": ["head_name", "family_number"],
        }
        for program in (["bash", "ask.sh"], [sys.executable, "ask.py"]):
            answer = ask(program, folder, register.port, request)
            assert json.loads(answer.stdout)["records"] == [
                {"family_number": "3171010505200001", "head_name": "Siti Rahma"}
            ], answer.stderr
            refused = ask(program, folder, register.port, request | {"legal_ground": "none"})
            assert refused.returncode == 1
            assert "no-agreement" in refused.stdout
        register.kill()
        _answer_from_plain_python(portal, register, tmp_path, request)


EXAMPLES = ROOT / "examples" / "exchange"


def ask(program: list[str], folder: Path, port: int, request: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    ways = [f"https://127.0.0.1:{port}", "ID/GOV/REGISTER/CIVIL", "civil.family"]
    command = [program[0], str(EXAMPLES / program[1]), str(folder), "ID/GOV/PORTAL/CASES", *ways]
    said = json.dumps(request)
    return subprocess.run(command, input=said, capture_output=True, text=True, timeout=60, check=False)


def _answer_from_plain_python(portal: Node, register: Node, folder: Path, request: dict[str, Any]) -> None:
    """The reference server takes the register's place; Gapura and the shell believe it."""
    records = folder / "records.json"
    records.write_text(json.dumps({HEAD: [{"head_name": "Siti", "family_number": "1", "street": "Jl. Merdeka"}]}))
    command = [
        sys.executable,
        str(EXAMPLES / "serve.py"),
        str(register.home / "node"),
        str(register.port),
        str(records),
    ]
    server = subprocess.Popen(command)
    try:
        wait_for(register.port)
        answer = ask(["bash", "ask.sh"], portal.home / "node", register.port, request)
        assert json.loads(answer.stdout)["records"] == [{"family_number": "1", "head_name": "Siti"}], answer.stderr
        assert portal.script(ASK_FROM_GAPURA.format(head=HEAD)).split() == ["Siti"]
    finally:
        server.kill()
        server.wait()


ASK_FROM_GAPURA = """
from datetime import date
from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.types import EvidenceRequest
asked = EvidenceRequest("civil.family", {head!r}, "dukcapil", "CASE2", "UU 23/2006 Pasal 61", {{"en": "test"}},
    date(2026, 5, 4), frozenset({{"head_name"}}))
print(request_evidence(actor=system_actor("test"), request=asked, now=clock.now()).record["head_name"])
"""
