"""Who may open what at the desk: the whole table, and that a refusal changes nothing and tells nothing."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.urls import get_resolver, resolve, reverse

from gapura.desk.tests.conftest import SignIn
from gapura.desk.tests.office import ANI, NOW, WHO
from gapura.kernel.approvals.testing import official
from gapura.sectors.civil.actions.corrections import propose_correction
from gapura.sectors.civil.actions.look_ups import open_look_up
from gapura.sectors.civil.testing import PersonEntry
from gapura.sectors.civil.types import Correction, LookUpQuery

ALL = [*WHO, "resident", "anonymous"]
TODAY = NOW.date()
PROPOSER = official(WHO["registrar"][2], roles=["civil.registrar"], post="registrar")

# What each may do at each address: 200 shown, 302 done and sent on, 404 not there (denied).
# Nobody signed in is always sent to the sign-in page.
TABLE: dict[tuple[str, str], Mapping[str, int]] = {
    ("GET", "basket"): {
        "registrar": 200,
        "supervisor": 200,
        "auditor": 200,
        "other office": 200,
        "other agency": 200,
    },
    ("GET", "case"): {"registrar": 200, "supervisor": 200},
    ("GET", "take"): {"registrar": 200, "supervisor": 200},
    ("POST", "take"): {"registrar": 302, "supervisor": 302},
    ("POST", "approve"): {"registrar": 302, "supervisor": 302},
    ("POST", "refuse"): {"registrar": 302, "supervisor": 302},
    ("POST", "evidence"): {"registrar": 200, "supervisor": 200},
    ("GET", "approvals"): {
        "registrar": 200,
        "supervisor": 200,
        "auditor": 200,
        "other office": 200,
        "other agency": 200,
    },
    ("GET", "approval"): {"registrar": 200, "supervisor": 200},
    ("POST", "approval"): {"registrar": 200, "supervisor": 302},
    ("GET", "search"): {"registrar": 200, "other office": 200, "other agency": 200},
    ("POST", "search"): {"registrar": 302, "other office": 302, "other agency": 302},
    ("GET", "person"): {"registrar": 200},
    ("GET", "correct"): {"registrar": 200},
    ("POST", "correct"): {"registrar": 302},
}
SENT: dict[str, dict[str, str]] = {
    "refuse": {"reason": "No.", "remedy": "Ask again."},
    "approval": {"decision": "grant", "note": ""},
    "search": {"ground": "counter", "reason": "At the counter.", "number": ANI},
    "correct": {"value": "farmer", "evidence": "Letter 1"},
}


@pytest.fixture
def addresses(case_number: str) -> dict[str, str]:
    look_up = open_look_up(
        actor=PROPOSER, query=LookUpQuery(ground="counter", reason="At the counter.", number=ANI), now=NOW
    )
    entry = PersonEntry.objects.get(number=ANI)
    approval = propose_correction(
        actor=PROPOSER,
        look_up_number=look_up.number,
        correction=Correction("person", entry.pk, "full_name", "Ani Widjaja", "Certificate 1"),
        today=TODAY,
        now=NOW,
    )
    residence = entry_of_residence()
    return {
        "basket": reverse("desk:basket"),
        "case": reverse("desk:case", args=[case_number]),
        "take": reverse("desk:case-action", args=[case_number, "take"]),
        "approve": reverse("desk:case-action", args=[case_number, "approve"]),
        "refuse": reverse("desk:case-action", args=[case_number, "refuse"]),
        "evidence": reverse("desk:case-action", args=[case_number, "evidence"]),
        "approvals": reverse("desk:approvals"),
        "approval": reverse("desk:approval", args=[approval]),
        "search": reverse("civil:search"),
        "person": reverse("civil:person", args=[look_up.number]),
        "correct": reverse("civil:correct", args=[look_up.number, "residence", residence]) + "?field=street",
    }


def entry_of_residence() -> int:
    return int(apps.get_model("civil", "ResidenceEntry").objects.get(number=ANI).pk)


def written() -> dict[str, Any]:
    """Every row a request could have changed; logs of refusals and sessions are allowed to grow."""
    left_out = {"sessions", "usersessions", "audit", "contenttypes", "account", "mfa", "identity"}
    return {
        model._meta.label: sorted(map(repr, model.objects.values_list()))
        for model in apps.get_models()
        if model._meta.app_label not in left_out
    }


@pytest.mark.parametrize("who", ALL)
@pytest.mark.parametrize(("method", "what"), TABLE)
def test_the_table_of_permissions_is_kept(
    method: str, what: str, who: str, knock: SignIn, addresses: dict[str, str]
) -> None:
    browser = knock(who)
    before = written()
    address = addresses[what]
    response = browser.get(address) if method == "GET" else browser.post(address, SENT.get(what, {}))
    if who == "anonymous":
        assert (response.status_code, response["Location"][:10]) == (302, "/sign-in/?")
        assert written() == before
        return
    allowed = TABLE[method, what].get(who)
    assert response.status_code == (allowed or 404)
    if allowed is None:
        assert written() == before


def test_every_address_of_the_desk_is_in_the_table(addresses: dict[str, str]) -> None:
    tried = {resolve(urlsplit(addresses[what]).path).view_name for _method, what in TABLE}
    modules = {"desk", "civil"}
    routes = {
        f"{part.namespace}:{route.name}"
        for part in get_resolver().url_patterns
        if getattr(part, "namespace", None) in modules
        for route in part.url_patterns
    }
    assert {name.split(":")[0] for name in routes} == modules
    assert tried == routes


@pytest.mark.parametrize("who", ["other office", "other agency", "auditor", "resident"])
def test_what_is_denied_looks_like_what_does_not_exist(who: str, knock: SignIn, addresses: dict[str, str]) -> None:
    browser = knock(who)
    absent = {
        "case": reverse("desk:case", args=["C-404"]),
        "approval": reverse("desk:approval", args=[987654]),
        "person": reverse("civil:person", args=["LU404"]),
    }
    for what, address in absent.items():
        denied, missing = browser.get(addresses[what]), browser.get(address)
        assert denied.status_code == missing.status_code == 404
        assert stripped(denied.content, addresses[what]) == stripped(missing.content, address)


def stripped(page: bytes, address: str) -> str:
    """The page without its own address and its random token."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.decode().replace(address, ""))
