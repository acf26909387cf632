"""Edits behind the house's back, as its database's superuser: all found, all named, in the log and in evidence."""

import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from gapura.kernel.audit.actions import integrate_events
from gapura.kernel.audit.drill import run_drill
from gapura.kernel.audit.queries import list_findings
from gapura.kernel.audit.types import FindingKind
from gapura.kernel.cases.testing import resident
from gapura.kernel.exchange.actions import open_requests
from gapura.kernel.exchange.models import AccessRecord
from gapura.kernel.exchange.types import EvidenceRequest
from tools import fresh_house

PERSON = "3171014508900003"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def home(settings, tmp_path):
    settings.GAPURA_HOME = tmp_path
    return tmp_path


@pytest.fixture
def accesses(home):
    """Thirty requests for evidence, logged and refused."""
    request = EvidenceRequest(
        evidence_type="civil.person",
        subject=PERSON,
        fields=frozenset({"full_name"}),
        consumer="polri",
        legal_ground="UU 23/2006",
        purpose={"id": "Uji", "en": "Test", "ko": "시험"},
        case_number="C-1",
        as_of=NOW.date(),
    )
    open_requests(actor=resident(PERSON), requests=[request] * 30, now=NOW)
    integrate_events()


@pytest.mark.django_db
@pytest.mark.usefixtures("accesses", "table_owner")
@pytest.mark.parametrize("seed", range(3))
def test_random_edits_as_superuser_are_all_found_and_named(seed):
    figures = run_drill(150, seed)
    assert figures["missed"] == []
    assert (figures["edits"], figures["found"], figures["false_alarms"]) == (150, 150, 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("accesses", "table_owner")
def test_planted_fault_an_audit_that_does_not_look_at_rows_misses_their_edits(monkeypatch):
    monkeypatch.setattr("gapura.kernel.audit.verification.find_altered_rows", lambda: iter(()))
    missed = run_drill(150, 1)["missed"]
    assert missed
    assert all("access:" in what for what in missed)


@pytest.mark.django_db
@pytest.mark.usefixtures("accesses")
def test_a_row_of_evidence_edited_deleted_or_inserted_is_named():
    assert list_findings() == []
    first, second, third = AccessRecord.objects.order_by("pk")[:3]
    AccessRecord.objects.filter(pk=first.pk).update(legal_ground="none")
    AccessRecord.objects.filter(pk=second.pk).delete()
    third.pk, third.access_id = None, "f" * 32
    third.save(force_insert=True)
    found = {(finding.kind, finding.row) for finding in list_findings()}
    assert found == {
        (FindingKind.EDITED, f"access:{first.access_id}"),
        (FindingKind.DELETED, f"access:{second.access_id}"),
        (FindingKind.INSERTED, f"access:{'f' * 32}"),
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("accesses")
def test_what_the_house_itself_changes_is_no_finding():
    AccessRecord.objects.update(outcome="failed", answered_in_ms=100)
    assert list_findings() == []


@pytest.mark.django_db
def test_the_drill_refuses_to_edit_what_is_no_copy(home):
    with pytest.raises(CommandError, match="not a drill's copy"):
        call_command("drill_edits", "--on-copy")


def test_the_command_edits_a_copy_and_leaves_the_database_as_it_was(tmp_path):
    """With the real command in processes of its own, on a database of its own kind."""
    if connection.vendor == "postgresql":
        base = django_settings.DATABASES["default"]
        name = f"drill_{random.randrange(10**9)}"
        server = f"postgresql://{base['USER']}@/%s?host={base['HOST']}"
        psql = ["psql", "--quiet", server % "postgres", "--command"]
        address = fresh_house.make_database(server % "postgres", name)
    else:
        psql, name, address = None, None, f"sqlite:///{tmp_path / fresh_house.DATABASE}"
        fresh_house.furnish(tmp_path, with_keys=False)
    environment = os.environ | {"GAPURA_HOME": str(tmp_path), "GAPURA_DATABASE": address}

    def gapura(*words):
        command = [sys.executable, "-m", "django", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)

    try:
        write = "from gapura.kernel.audit.actions import *; from gapura.kernel.audit.types import *; "
        write += "record_events(actor=system_actor('test'), events=[NewEvent('a.b')] * 20); integrate_events()"
        assert gapura("shell", "--command", write).returncode == 0
        done = gapura("drill_edits", "--edits=60", "--seed=4")
        assert done.returncode == 0, done.stderr
        assert "60 of 60 edits were found and named" in done.stdout
        measured = json.loads((tmp_path / "measurements" / "edits-found.json").read_text())
        assert (measured["kept"], measured["figures"]["found"]) == (True, 60)
        verdict = gapura("audit_verify", "--json")
        assert json.loads(verdict.stdout.splitlines()[-1]) == {"size": 20, "findings": []}
    finally:
        if psql:
            subprocess.run([*psql, f"DROP DATABASE {name} WITH (FORCE)"], check=True)
