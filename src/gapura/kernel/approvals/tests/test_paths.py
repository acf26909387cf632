"""A kept path can be checked by anybody with openssl, and whatever is altered afterwards is found."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from gapura.foundation.canonical import canonical_bytes
from gapura.kernel.approvals.queries import get_path_bytes, list_line_faults
from gapura.kernel.approvals.rules import Entry
from gapura.kernel.approvals.testing import NOW, ApprovalLine, ApprovalStep, Ministry, make_line
from gapura.kernel.approvals.tests.test_lines import act, finish
from gapura.kernel.approvals.types import PathAct
from gapura.kernel.documents.plugin import get_seal_provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("memory")]
MOMENT = str(int(NOW.timestamp()) + 3600)


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr if done.returncode == 0 else f"refused: {done.stderr}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    file = tmp_path / "root.crt"
    file.write_bytes(x509.load_der_x509_certificate(get_seal_provider().list_roots()[0]).public_bytes(Encoding.PEM))
    return file


def test_openssl_checks_the_seal_over_the_whole_path(ministry: Ministry, tmp_path: Path, root: Path) -> None:
    line = finish(ministry, make_line(ministry))
    assert line.seal is not None
    path, seal = tmp_path / "path.json", tmp_path / "path.p7s"
    path.write_bytes(get_path_bytes(line))
    seal.write_bytes(line.seal)
    check = ["cms", "-verify", "-binary", "-inform", "DER", "-in", seal, "-content", path, "-CAfile", root]
    check += ["-purpose", "any", "-attime", MOMENT, "-out", tmp_path / "out"]
    assert "successful" in openssl(*check)
    path.write_bytes(path.read_bytes().replace(b"teal", b"gold"))
    assert openssl(*check).startswith("refused")


def test_openssl_checks_an_officials_signature_and_certificate(ministry: Ministry, tmp_path: Path, root: Path) -> None:
    line = finish(ministry, make_line(ministry))
    kept: dict[str, Any] = json.loads(get_path_bytes(line))
    entry = kept["entries"][-1]
    leaf, _marker, rest = kept["certificates"][entry["key"]].partition("-----END CERTIFICATE-----\n")
    files = {name: tmp_path / name for name in ("entry.json", "signature", "leaf.crt", "issuing.crt", "public.pem")}
    body = {name: value for name, value in entry.items() if name not in ("sha256", "signature", "key")}
    files["entry.json"].write_bytes(canonical_bytes(body))
    files["signature"].write_bytes(base64.b64decode(entry["signature"]))
    files["leaf.crt"].write_text(leaf + _marker)
    files["issuing.crt"].write_text(rest)
    trust = ["verify", "-CAfile", root, "-untrusted", files["issuing.crt"], "-attime", MOMENT, files["leaf.crt"]]
    assert "OK" in openssl(*trust)
    files["public.pem"].write_text(openssl("x509", "-in", files["leaf.crt"], "-pubkey", "-noout"))
    check = ["dgst", "-sha256", "-verify", files["public.pem"], "-signature", files["signature"], files["entry.json"]]
    assert "Verified OK" in openssl(*check)
    files["entry.json"].write_bytes(canonical_bytes(body | {"opinion": "Something else."}))
    assert openssl(*check).startswith("refused")


def alter(table: str, change: str, line: ApprovalLine, number: int | None = None) -> None:
    """As somebody with the database in their hands: the triggers first, then the row."""
    where = f"line_id = {line.pk}" + (f" AND number = {number}" if number else "")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET ROLE NONE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS path_only_added")
            cursor.execute("DROP TRIGGER IF EXISTS line_version_only_added")
        cursor.execute(
            f"{change} WHERE {where}" if change.startswith("DELETE") else f"UPDATE {table} SET {change} WHERE {where}"
        )


PLANTED: dict[str, tuple[Callable[[ApprovalLine], Any], str]] = {
    "an opinion rewritten": (lambda one: alter("approvals_path", "opinion = 'Never.'", one, 3), "Entry 3 was altered"),
    "a person exchanged": (lambda one: alter("approvals_path", "person = '3171'", one, 2), "Entry 2 was altered"),
    "an entry removed": (
        lambda one: alter("approvals_path", "DELETE FROM approvals_path", one, 3),
        "was altered, or one before it is missing",
    ),
    "a signature of another entry": (
        lambda one: alter("approvals_path", "signature = 'AAAA'", one, 2),
        "Entry 2 was not signed with the key",
    ),
    "a signature taken off": (lambda one: alter("approvals_path", "key_id = ''", one, 2), "Entry 2 is not signed"),
    "a key that nobody certified": (
        lambda one: alter("approvals_path", f"key_id = '{'0' * 64}'", one, 2),
        "no trusted authority",
    ),
    "other bytes": (
        lambda one: alter("approvals_line_version", f"digest = '{'0' * 64}'", one, 1),
        "The bytes of version 1",
    ),
    "a step that says otherwise": (
        lambda one: ApprovalStep.objects.filter(line=one, task="check").update(act="objected"),
        "says something that the path does not",
    ),
    "another payload": (
        lambda one: ApprovalLine.objects.filter(pk=one.pk).update(payload={"colour": "gold"}),
        "What is to be carried out",
    ),
    "another title": (lambda one: ApprovalLine.objects.filter(pk=one.pk).update(title="B"), "belongs to other bytes"),
    "another end": (lambda one: ApprovalLine.objects.filter(pk=one.pk).update(status="rejected"), "another end"),
    "another seal": (lambda one: ApprovalLine.objects.filter(pk=one.pk).update(seal=b"seal"), "cannot be read"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_whatever_is_altered_afterwards_is_found(fault: str, ministry: Ministry) -> None:
    plant, words = PLANTED[fault]
    line = finish(ministry, make_line(ministry))
    assert list_line_faults(line.number) == []
    plant(line)
    assert any(words in found for found in list_line_faults(line.number)), list_line_faults(line.number)


def test_the_command_names_the_line_that_no_longer_agrees(
    ministry: Ministry, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = make_line(ministry), make_line(ministry, object_ref="thing:2")
    call_command("approvals_verify")
    assert "2 lines: paths, signatures, seals and bytes agree." in capsys.readouterr().out
    alter("approvals_path", "opinion = 'x'", bad, 1)
    with pytest.raises(CommandError, match="1 of 2 lines"):
        call_command("approvals_verify")
    assert f"{bad.number}  Entry 1 was altered" in capsys.readouterr().out
    call_command("approvals_verify", good.number)
    with pytest.raises(CommandError, match="no line NOTHING"):
        call_command("approvals_verify", "NOTHING")


def test_a_line_that_runs_has_a_path_without_a_seal(ministry: Ministry) -> None:
    line = make_line(ministry)
    act(ministry["head"], line, PathAct.AGREED)
    kept = json.loads(get_path_bytes(line))
    assert [entry["act"] for entry in kept["entries"]] == ["started", "agreed"]
    first = kept["entries"][0]["detail"]["route"][0]
    assert (first["post"], first["title"]["en"]) == (ministry.post("head"), "Head")


def test_the_form_of_an_entry_never_changes() -> None:
    """Bytes that were sealed are computed again from the rows: another form would break every seal."""
    entry = Entry("L1", 2, "agreed", NOW, "a//b", "B", "31", "", "review", "", "Ja.", {}, 1, "d" * 4, "e" * 4)
    assert entry.signed_bytes == (
        b'{"act":"agreed","acting_for":"","at":"2026-11-23T03:00:00+00:00","before":"eeee","check":"","detail":{},'
        b'"digest":"dddd","label":"B","line":"L1","number":2,"opinion":"Ja.","person":"31","post":"a//b",'
        b'"task":"review","version":1}'
    )
