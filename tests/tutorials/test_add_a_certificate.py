"""docs/start/add-a-certificate.md: one file and one template make a ninth certificate, without Python."""

import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import gapura.jurisdictions
from gapura.foundation import clock
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.testing import memory_population, resident
from gapura.kernel.catalogue.actions import adopt_declared_agreements
from gapura.kernel.catalogue.definitions import catalogue
from gapura.kernel.catalogue.queries import search_services
from gapura.kernel.documents.queries import find_document, get_content
from gapura.kernel.documents.sealing.typesetting import get_typesetter
from gapura.kernel.exchange.testing import memory_providers

TUTORIAL = (Path(__file__).parents[2] / "docs/start/add-a-certificate.md").read_text(encoding="utf-8")
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
PERSON = "3171014501900001"
PARENTS = {"full_name": "Siti Rahayu", "father_name": "Bambang Rahayu", "mother_name": "Dewi Lestari"}


def blocks(kind):
    found = re.findall(rf"^```\w+ {kind}=(\S+)\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)
    assert found, kind
    return found


@pytest.fixture
def country(tmp_path, settings, monkeypatch):
    """A country of one's own, in use, as it stands before the tutorial begins."""
    shutil.copytree(load("indonesia").root, tmp_path / "tutorial")
    monkeypatch.setattr(gapura.jurisdictions, "__path__", [*gapura.jurisdictions.__path__, str(tmp_path)])
    monkeypatch.setattr(catalogue, "_loaded", {})
    settings.GAPURA_JURISDICTION = "tutorial"
    get_typesetter.cache_clear()
    load.cache_clear()
    yield tmp_path / "tutorial"
    get_typesetter.cache_clear()
    load.cache_clear()
    for name in [name for name in sys.modules if name.startswith("gapura.jurisdictions.tutorial")]:
        del sys.modules[name]


@pytest.fixture
def followed(country):
    """The country after the tutorial's steps."""
    for name, text in blocks("file"):
        assert not (country / name).exists()
        (country / name).write_text(text, encoding="utf-8")
    return country


@pytest.fixture
def register(db):
    """A register of births that knows one person, and the agreements of the country."""
    adopt_declared_agreements(actor=system_actor("test"))
    with memory_providers("civil.birth", "civil.person") as providers, memory_population() as population:
        providers["civil.birth"].records[PERSON] = [
            PARENTS | {"number": PERSON, "birth_place": "Jakarta", "birth_on": "1990-01-05"}
        ]
        providers["civil.person"].answers["is-alive", PERSON] = True
        population.offices[PERSON] = "31.71"
        yield


@pytest.mark.django_db
def test_the_check_answers_what_the_tutorial_says(followed, capsys):
    call_command("services_check")

    assert capsys.readouterr().out.strip() in TUTORIAL


def test_the_question_that_a_register_answers_is_refused_as_the_tutorial_says(followed, capsys):
    file = followed / blocks("file")[0][0]
    ((_, addition),) = blocks("refused")
    file.write_text(file.read_text(encoding="utf-8") + addition, encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("services_check")

    (quoted,) = re.findall(r"`(The form asks .*?) …`", TUTORIAL)
    assert quoted in capsys.readouterr().err


@pytest.mark.django_db
def test_the_new_certificate_is_found(followed):
    found = search_services("surat orang tua", language="id", on=NOW.date())

    assert found[0].code == "civil.parents-certificate"


@pytest.mark.django_db
def test_the_new_certificate_has_its_page(followed, client):
    with clock.frozen(NOW):
        page = client.get("/services/civil.parents-certificate/")

    assert page.status_code == 200
    assert "Surat Keterangan Orang Tua" in page.content.decode()


def test_the_new_certificate_is_issued_like_the_others(followed, register):
    with clock.frozen(NOW):
        case = submit_application(
            actor=resident(PERSON),
            service_code="civil.parents-certificate",
            subject=PERSON,
            relation="self",
            answers={},
            language="id",
            idempotency_key="tutorial",
            now=NOW,
        )

    assert case.status == "fulfilled"
    document = find_document(case.document_code)
    assert document.title["en"] == "Certificate of Parents"
    assert get_content(document).startswith(b"%PDF-")
