"""The one-button sign-in exists in a demonstration and nowhere else."""

import re
from typing import Any

import pytest
from django.test import Client

from gapura.demo.models import NationRecord
from gapura.demo.sign_in_panel import DemoSignInPanel, current_code
from gapura.demo.types import DEMO_AUTHENTICATOR_SECRET, DEMO_PASSWORD
from gapura.foundation import clock
from gapura.kernel.identity import plugin
from gapura.kernel.identity.actions import register_authenticator, set_password
from gapura.kernel.identity.testing import HOUSE, make_official, make_resident

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _nation(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(plugin, "_panels", [DemoSignInPanel()])
    settings.GAPURA_DEMO = True
    for account in (make_resident(), make_official()):
        set_password(actor=HOUSE, account=account, password=DEMO_PASSWORD)
    register_authenticator(actor=HOUSE, account_id=account.pk, secret=DEMO_AUTHENTICATOR_SECRET)
    resident = {"login": "citra", "number": "1", "full_name": "Citra", "office_code": "31.71"}
    official = {"login": "dewi", "number": "2", "full_name": "Dewi", "office_code": "31.71"}
    summary = {
        "reference": "test",
        "people": 2,
        "digest": "",
        "counts": {},
        "residents": [resident | {"story": "parent"}],
        "officials": [official | {"duty": "registrar", "agency_code": "dukcapil"}],
    }
    NationRecord.objects.create(reference="test", made_at=clock.now(), summary=summary)


def press(client: Client, page: str, name: str) -> Any:
    """Send the form that holds this person's sign-in name, exactly as the page gives it."""
    form = next(part for part in page.split("<form")[1:] if f'value="{name}"' in part)
    fields = [part.split('"') for part in form.split("<input")[1:]]
    return client.post(
        "/sign-in/", {part[part.index(" name=") + 1]: part[part.index(" value=") + 1] for part in fields}
    )


def test_one_button_signs_a_resident_in_and_returns_to_the_page() -> None:
    client = Client(headers=ENGLISH, enforce_csrf_checks=True)
    page = client.get("/sign-in/?next=/security/").content.decode()
    assert press(client, page, "citra").headers["Location"] == "/security/"
    assert client.get("/security/").status_code == 200


def test_an_official_still_needs_the_code_which_the_page_shows() -> None:
    client = Client(headers=ENGLISH)
    response = press(client, client.get("/sign-in/").content.decode(), "dewi")
    assert response.headers["Location"] == "/sign-in/code/"
    [code] = set(re.findall(r"\b\d{6}\b", client.get("/sign-in/code/").content.decode()))
    assert client.post("/sign-in/code/", {"code": code}).headers["Location"].startswith("/capacity/")


def test_without_the_demonstration_neither_people_nor_codes_are_shown(settings: Any) -> None:
    client = Client(headers=ENGLISH)
    assert DEMO_PASSWORD in client.get("/sign-in/").content.decode(), "the control"
    settings.GAPURA_DEMO = False
    page = client.get("/sign-in/").content.decode()
    assert DEMO_PASSWORD not in page
    assert "Citra" not in page
    client.post("/sign-in/", {"login": "dewi", "password": DEMO_PASSWORD})
    assert current_code() not in client.get("/sign-in/code/").content.decode()
