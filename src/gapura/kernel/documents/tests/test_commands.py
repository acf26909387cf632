"""The main jobs from the shell, with exit codes a script can use."""

import json
import shutil
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command

from gapura.foundation import clock
from gapura.foundation.codes import grouped
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.actions import record_document, render_document, revoke_document
from gapura.kernel.documents.plugin import get_seal_provider, register_seal_provider
from gapura.kernel.documents.queries import get_content
from gapura.kernel.documents.testing import NOW, create_authority, new_order
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.outbox.actions import deliver_pending

HOUSE = system_actor("test")


@pytest.fixture(autouse=True)
def _authority(tmp_path):
    before = get_seal_provider()
    register_seal_provider(create_authority(tmp_path / "pki"))
    with clock.frozen(NOW):
        yield
    register_seal_provider(before)


@pytest.fixture
def issued(db):
    return record_document(actor=HOUSE, sealed=render_document(new_order()), now=NOW)


@pytest.fixture
def file(issued, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(bytes(issued.content.sealed))
    return path


def told(*command: str) -> tuple[int, str]:
    """Exit status and what was written, to either stream."""
    written = StringIO()
    try:
        call_command(*command, stdout=written)
    except CommandError as error:
        return error.returncode, written.getvalue() + str(error)
    return 0, written.getvalue()


def test_a_genuine_file_ends_with_0(file):
    status, text = told("verify", str(file))
    assert status == 0
    assert text.startswith("Register: genuine. Seal: valid, by Seal of dukcapil, 2026-03-02 03:00 UTC")


def test_a_changed_file_ends_with_1(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(bytes(content))
    status, text = told("verify", str(file))
    assert (status, "altered" in text) == (1, True)


def test_a_revoked_file_ends_with_1_though_its_seal_holds(issued, file):
    revoke_document(actor=HOUSE, code=issued.code, reason="corrected", now=NOW)
    status, text = told("verify", str(file), "--json")
    result = json.loads(text)
    assert (status, result["genuine"], result["outcome"]) == (1, False, "revoked")
    assert result["seal"]["valid"] is True


@pytest.mark.parametrize("content", [None, b"", b"no PDF at all", b"%PDF-1.7 nonsense"])
def test_what_cannot_be_read_ends_with_2(db, tmp_path, content):
    path = tmp_path / "file.pdf"
    if content is not None:
        path.write_bytes(content)
    status, text = told("verify", str(path))
    assert (status, text.startswith("Cannot read")) == (2, True)
    status, text = told("verify", str(path), "--json")
    assert (status, "error" in json.loads(text)) == (2, True)


def test_a_file_can_be_judged_by_its_seal_alone(file, issued, django_assert_num_queries):
    with django_assert_num_queries(0):
        status, text = told("verify", str(file), "--offline")
    assert (status, "Register" in text) == (0, False)


def test_the_status_of_a_document_is_told_by_its_code(issued):
    status, text = told("documents_status", grouped(issued.code))
    assert (status, f"{grouped(issued.code)}: genuine" in text) == (0, True)
    assert told("documents_status", "0" * 16)[0] == 1


def test_the_authority_is_made_once_with_a_seal_for_every_agency(tmp_path, settings):
    settings.GAPURA_HOME = tmp_path / "home"
    assert "seals/dukcapil" in told("pki_init")[1]
    assert "everything is there" in told("pki_init")[1]
    shutil.rmtree(tmp_path / "home" / "pki" / "seals")
    assert "seals/dukcapil" in told("pki_init")[1]


def test_a_certificate_that_lost_its_key_is_not_silently_replaced(tmp_path, settings):
    settings.GAPURA_HOME = tmp_path / "home"
    told("pki_init")
    (tmp_path / "home" / "pki" / "issuing.key").unlink()
    status, text = told("pki_init")
    assert (status, "issuing.key is missing" in text) == (1, True)


def test_an_issued_document_is_archived_by_the_worker(issued, file):
    while deliver_pending():
        pass
    issued.content.refresh_from_db()
    assert issued.content.archived_at == NOW
    file.write_bytes(get_content(issued))
    assert "archived 2026-03-02 03:00 UTC" in told("verify", str(file))[1]


def test_without_a_provider_nothing_is_sealed():
    with (
        patch("gapura.kernel.documents.plugin._seal_provider", None),
        pytest.raises(CannotSealDocument, match="No seal provider"),
    ):
        render_document(new_order())
