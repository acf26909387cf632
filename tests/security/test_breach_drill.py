"""From the alert to the list of people and the drafts: who was touched, and nobody else."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command

from gapura.foundation import clock
from gapura.foundation.measurements import list_measurements
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.testing import agree
from gapura.kernel.exchange.types import EvidenceRequest
from gapura.kernel.identity.testing import REGISTRAR, make_official
from gapura.kernel.records.queries import list_touched_by_account
from gapura.sectors.civil.testing import make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI = "3171014205900001", "3171010105880002"


def look(person: str, account_id: int, post: str = REGISTRAR) -> None:
    roles = frozenset({"civil.registrar"})
    actor = Actor(ActorKind.OFFICIAL, "Registrar", account_id=account_id, post_code=post, roles=roles)
    request = EvidenceRequest(
        evidence_type="civil.person",
        subject=person,
        consumer="dukcapil",
        case_number="CASE1",
        legal_ground="UU 1",
        purpose={"id": "uji", "en": "test", "ko": "시험"},
        as_of=date(2026, 5, 4),
        fields=frozenset({"full_name", "birth_on"}),
    )
    request_evidence(actor=actor, request=request, now=clock.now())


@pytest.fixture
def dewi() -> Any:
    agree("dukcapil", "civil.person", "UU 1")
    make_person(ANI)
    make_person(BUDI, "Budi")
    return make_official("dewi")


def test_the_people_an_account_touched_in_its_post_are_found_with_the_fields(dewi: Any) -> None:
    with clock.frozen(NOW):
        look(ANI, dewi.pk)
        look(BUDI, dewi.pk + 1, post="dukcapil/31.71/other")
    with clock.frozen(NOW - timedelta(days=9)):
        look(BUDI, dewi.pk)
    (touched,) = list_touched_by_account("dewi", since=NOW - timedelta(days=1), until=NOW + timedelta(days=1))
    assert touched.subject == ANI
    assert {"civil.person.full_name", "civil.person.birth_on"} <= set(touched.what)


def test_the_drill_writes_the_list_and_a_draft_for_each_in_three_languages(
    dewi: Any, settings: Any, tmp_path: Path
) -> None:
    settings.GAPURA_HOME = tmp_path
    said = StringIO()
    with clock.frozen(NOW):
        look(ANI, dewi.pk)
    with clock.frozen(NOW + timedelta(hours=1)):
        call_command("drill_breach", "--account", "dewi", "--from", "2026-05-04T00:00", stdout=said)
    (folder,) = (tmp_path / "breaches").iterdir()
    assert [one["subject"] for one in json.loads((folder / "people.json").read_text())] == [ANI]
    names = {file.name for file in folder.iterdir()}
    assert names == {"people.json"} | {
        f"{who}.{language}.txt" for who in ("authority", f"person-{ANI}") for language in ("id", "en", "ko")
    }
    assert "civil.person.full_name" in (folder / f"person-{ANI}.ko.txt").read_text()
    (measured,) = list_measurements(tmp_path)
    assert (measured.promise, measured.kept, measured.figures["people"]) == ("breach-drill", True, 1)
    assert "2026-05-07 04:00" in said.getvalue()


def test_a_key_is_found_by_its_serial_and_an_unknown_one_is_refused() -> None:
    key = get_seal_provider().get_seal_key("dukcapil", NOW)
    serial = f"{x509.load_der_x509_certificate(key.chain[0]).serial_number:x}"
    said = StringIO()
    call_command("drill_breach", "--key", serial, "--from", "2026-05-01", "--until", "2026-05-05", stdout=said)
    assert said.getvalue().startswith("0 people")
    with pytest.raises(CommandError, match="No agency"):
        call_command("drill_breach", "--key", "abc123", "--from", "2026-05-01", "--until", "2026-05-05")
    with pytest.raises(CommandError, match="No account"):
        call_command("drill_breach", "--account", "nobody", "--from", "2026-05-01")
