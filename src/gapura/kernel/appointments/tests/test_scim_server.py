"""The SCIM server: who is let in, what they see of others, versions, filters, and what an order gives."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.appointments.actions import end_token
from gapura.kernel.appointments.subscribers import take_up_waiting_orders
from gapura.kernel.appointments.testing import RESPONSIBLE, Token, make_post, make_token
from gapura.kernel.appointments.types import Scope
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.events import IdentityProven
from gapura.kernel.identity.queries import list_holders
from gapura.kernel.identity.testing import HOUSE, make_official, make_resident, sign_in
from gapura.kernel.outbox.actions import deliver_pending

pytestmark = pytest.mark.django_db

CITRA = "3171010101800003"
OFFICIAL = "urn:gapura:scim:schemas:extension:official:2.0:User"
POST = "urn:gapura:scim:schemas:extension:post:2.0:Group"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
Scim = Callable[..., Any]


def caller(value: str) -> Scim:
    """Calls of one personnel system."""
    client = Client()

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return client.generic(
            method,
            f"/scim/v2{path}",
            data="" if body is None else json.dumps(body),
            content_type="application/scim+json",
            headers={"Authorization": f"Bearer {value}", **headers},
        )

    return call


@pytest.fixture
def scim() -> Scim:
    return caller(make_token(now=clock.now())[1])


def deliver_everything() -> None:
    """Let the subscribers react, as the worker would."""
    while deliver_pending():
        pass


def make_user(scim: Scim, name: str = "citra", person: str = CITRA) -> dict[str, Any]:
    body = {"schemas": [USER, OFFICIAL], "userName": name, "displayName": name.title()}
    answer = scim("POST", "/Users", body | ({OFFICIAL: {"personNumber": person}} if person else {}))
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def make_group(scim: Scim, name: str = "Registrars", roles: str = "civil.registrar", **more: Any) -> Any:
    return scim("POST", "/Groups", {"schemas": [GROUP, POST], "displayName": name, POST: {"roles": roles}} | more)


def held(person: str = CITRA) -> set[str]:
    today = clock.today("Asia/Jakarta")
    return {h.post.code for h in list_holders(agency_code="dukcapil", on=today) if h.person_number == person}


def test_without_a_token_in_force_nobody_is_let_in() -> None:
    token, value = make_token(now=clock.now())
    assert caller(value)("GET", "/Users").status_code == 200
    for wrong in ("", "x", value[:-1], value + "x"):
        answer = caller(wrong)("GET", "/Users")
        assert (answer.status_code, answer.json()["status"]) == (401, "401")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    with clock.frozen(clock.now() + timedelta(days=91)):
        assert caller(value)("GET", "/Users").status_code == 401
    end_token(actor=HOUSE, token_id=token.pk, now=clock.now())
    assert caller(value)("GET", "/Users").status_code == 401


def test_only_the_digest_of_a_token_is_kept() -> None:
    _token, value = make_token(now=clock.now())
    row = Token.objects.values().get()
    assert value not in str(row)
    assert len(row["digest"]) == 64


def test_a_reading_token_changes_nothing() -> None:
    scim = caller(make_token(scope=Scope.READ, now=clock.now())[1])
    assert scim("GET", "/Users").status_code == 200
    assert scim("POST", "/Users", {"schemas": [USER], "userName": "x"}).status_code == 403
    assert scim("GET", "/Users").json()["totalResults"] == 0


def test_a_browser_that_is_signed_in_is_not_a_personnel_system(client: Client) -> None:
    sign_in(client, make_official(), post_code="dukcapil/31.71/registrar")
    assert client.get("/scim/v2/Users").status_code == 401


def test_too_many_calls_in_a_minute_are_refused(monkeypatch: pytest.MonkeyPatch, scim: Scim) -> None:
    monkeypatch.setattr("gapura.kernel.appointments.actions.tokens.get_limit", lambda name: 2)
    now = clock.now()
    with clock.frozen(now.replace(second=1)):
        assert [scim("GET", "/Users").status_code for _ in range(3)] == [200, 200, 429]
    with clock.frozen(now.replace(second=1) + timedelta(minutes=1)):
        assert scim("GET", "/Users").status_code == 200


def test_every_call_is_in_the_audit_log(scim: Scim) -> None:
    scim("GET", "/Users")
    scim("GET", "/Users/none")
    calls = [e.detail for e in list_events(limit=20) if e.action == "appointments.personnel_call"]
    assert [(one["path"], one["status"]) for one in calls] == [("/scim/v2/Users/none", 404), ("/scim/v2/Users", 200)]


def test_another_agency_sees_absence(scim: Scim) -> None:
    other = caller(make_token("kua", login="kua-hr", person_number="3171014502900098", now=clock.now())[1])
    user, group = make_user(scim), make_group(scim).json()
    absent = "00000000-0000-4000-8000-000000000000"
    for kind, found in (("Users", user), ("Groups", group)):
        assert scim("GET", f"/{kind}/{found['id']}").status_code == 200
        assert other("GET", f"/{kind}").json()["totalResults"] == 0
        for method, body in (("GET", None), ("PUT", found), ("PATCH", _replace("displayName", "x")), ("DELETE", None)):
            foreign = other(method, f"/{kind}/{found['id']}", body)
            nobody = other(method, f"/{kind}/{absent}", body)
            assert (foreign.status_code, foreign.content) == (nobody.status_code, nobody.content)
            assert foreign.status_code == 404
    mine = make_group(other, roles="office.clerk", members=[{"value": user["id"]}])
    assert mine.status_code == 400
    assert other("GET", "/Groups").json()["totalResults"] == 0


def _replace(path: str, value: Any) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": [{"op": "replace", "path": path, "value": value}]}


def test_a_version_that_is_no_longer_current_changes_nothing(scim: Scim) -> None:
    user = make_user(scim)
    path, first = f"/Users/{user['id']}", user["meta"]["version"]
    assert scim("GET", path, **{"If-None-Match": first}).status_code == 304
    changed = scim("PATCH", path, _replace("title", "Registrar"), **{"If-Match": first})
    assert (changed.status_code, changed.json()["title"]) == (200, "Registrar")
    assert changed["ETag"] != first
    for method, body in (("PATCH", _replace("title", "Other")), ("PUT", user), ("DELETE", None)):
        assert scim(method, path, body, **{"If-Match": first}).status_code == 412
    assert scim("GET", path).json()["title"] == "Registrar"
    assert scim("DELETE", path, **{"If-Match": changed["ETag"]}).status_code == 204


def test_a_membership_gives_the_group_and_the_user_a_new_version(scim: Scim) -> None:
    user, group = make_user(scim), make_group(scim).json()
    body = _replace("members", [{"value": user["id"]}])
    assert scim("PATCH", f"/Groups/{group['id']}", body)["ETag"] != group["meta"]["version"]
    assert scim("GET", f"/Users/{user['id']}")["ETag"] != user["meta"]["version"]


def test_filter_sort_and_pages(scim: Scim) -> None:
    for name in ("cici", "Adi", "budi"):
        make_user(scim, name, person="")

    def names(query: str) -> list[str]:
        return [user["userName"] for user in scim("GET", f"/Users?{query}").json().get("Resources", [])]

    assert names("sortBy=userName") == ["Adi", "budi", "cici"]
    assert names("sortBy=userName&sortOrder=descending&startIndex=2&count=1") == ["budi"]
    assert names("filter=userName%20eq%20%22ADI%22") == ["Adi"]
    assert names("filter=userName%20sw%20%22b%22%20or%20userName%20sw%20%22c%22&sortBy=userName") == ["budi", "cici"]
    assert scim("GET", "/Users?count=0").json()["totalResults"] == 3
    wrong = scim("GET", "/Users?filter=userName%20zz")
    assert (wrong.status_code, wrong.json()["scimType"]) == (400, "invalidFilter")


REFUSED = [
    ("POST", "/Users", {"schemas": [USER]}, 400),
    ("POST", "/Users", [], 400),
    ("POST", "/Users", {"schemas": [USER], "userName": "citra"}, 409),
    ("POST", "/Users", {"schemas": [USER, OFFICIAL], "userName": "other", OFFICIAL: {"personNumber": CITRA}}, 409),
    ("POST", "/Groups", {"schemas": [GROUP, POST], "displayName": "x", POST: {"roles": "civil.supervisor"}}, 400),
    ("POST", "/Groups", {"schemas": [GROUP, POST], "displayName": "x", POST: {"roles": "never.heard"}}, 400),
    ("POST", "/Groups", {"schemas": [GROUP], "displayName": "x", "members": [{"value": "nobody"}]}, 400),
    ("POST", "/Bulk", {}, 501),
    ("GET", "/Me", None, 501),
    ("GET", "/Nothing", None, 404),
    ("POST", "/ServiceProviderConfig", {}, 405),
    ("PUT", "/Users", {}, 405),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), REFUSED)
def test_a_refusal_has_the_form_of_scim_and_changes_nothing(
    method: str, path: str, body: Any, status: int, scim: Scim
) -> None:
    make_user(scim)
    answer = scim(method, path, body)
    assert (answer.status_code, answer.json()["status"]) == (status, str(status)), answer.content
    assert answer["Content-Type"] == "application/scim+json"
    counts = [scim("GET", f"/{kind}").json()["totalResults"] for kind in ("Users", "Groups")]
    assert counts == [1, 0]


def test_an_official_without_an_account_waits_until_a_proof(scim: Scim) -> None:
    user = make_user(scim)
    made = make_group(scim, members=[{"value": user["id"]}])
    assert made.status_code == 201
    seen = scim("GET", f"/Users/{user['id']}").json()
    assert ([e["type"] for e in seen["entitlements"]], seen.get("roles")) == (["waiting_account"], None)
    account = make_resident("citra", person_number=CITRA)
    take_up_waiting_orders(IdentityProven(account_id=account.pk, person_number=CITRA, level=2))
    seen = scim("GET", f"/Users/{user['id']}").json()
    assert [e["type"] for e in seen["entitlements"]] == ["in_force"]
    assert [role["value"] for role in seen["roles"]] == ["civil.registrar"]
    assert len(held()) == 1


def test_a_power_waits_for_a_second_person_and_the_responsible_official_gets_none(scim: Scim) -> None:
    make_post("supervisor", "civil.supervisor")
    deliver_everything()
    make_resident("citra", person_number=CITRA)
    user = make_user(scim)
    himself = make_user(scim, "siti", RESPONSIBLE)
    group = scim("GET", "/Groups").json()["Resources"][0]
    path = f"/Groups/{group['id']}"
    assert scim("PATCH", path, _replace("members", [{"value": himself["id"]}])).status_code == 400
    assert scim("PATCH", path, _replace("members", [{"value": user["id"]}])).status_code == 200
    seen = scim("GET", f"/Users/{user['id']}").json()
    assert ([e["type"] for e in seen["entitlements"]], held()) == (["waiting_approval"], set())


def test_powers_of_a_post_cannot_be_edited_from_outside(scim: Scim) -> None:
    make_post("supervisor", "civil.supervisor", "civil.registrar")
    deliver_everything()
    group = scim("GET", "/Groups").json()["Resources"][0]
    assert group[POST] == {"roles": "civil.registrar"}
    kept = scim("PUT", f"/Groups/{group['id']}", {"schemas": [GROUP], "displayName": "Heads"})
    assert kept.status_code == 200
    make_official("budi", person_number="3171010101800002", post_code="dukcapil/31.71/supervisor")
    holder = next(h for h in list_holders(agency_code="dukcapil", on=clock.today("Asia/Jakarta")))
    assert holder.post.roles == {"civil.supervisor"}


def test_an_official_made_inactive_loses_everything_with_the_next_request(scim: Scim, client: Client) -> None:
    account = make_official("citra", person_number=CITRA)
    deliver_everything()
    sign_in(client, account, post_code="dukcapil/31.71/registrar")
    assert client.get("/desk/").status_code == 200
    user = scim("GET", "/Users").json()["Resources"][0]
    assert [e["type"] for e in user["entitlements"]] == ["in_force"]
    assert scim("PATCH", f"/Users/{user['id']}", _replace("active", False)).status_code == 200
    assert client.get("/desk/").status_code == 302
    assert held() == set()
    assert scim("PATCH", f"/Users/{user['id']}", _replace("active", True)).status_code == 200
    assert held() == set(), "coming back gives nothing that was ended"


def test_a_person_taken_up_cannot_be_exchanged(scim: Scim) -> None:
    make_resident("citra", person_number=CITRA)
    user = make_user(scim, person="3171010101800004")
    path = f"/Users/{user['id']}"
    number = f"{OFFICIAL}:personNumber"
    assert scim("PATCH", path, _replace(number, CITRA)).status_code == 200, "a mistake can be corrected so far"
    make_group(scim, members=[{"value": user["id"]}])
    assert scim("PATCH", path, _replace(number, "3171010101800004")).status_code == 400
    assert scim("GET", path).json()[OFFICIAL]["personNumber"] == CITRA


def test_a_password_is_never_taken(scim: Scim) -> None:
    answer = scim("POST", "/Users", {"schemas": [USER], "userName": "x", "password": "a secret nobody should send"})
    assert answer.status_code == 201
    assert b"secret" not in answer.content
    assert scim("GET", "/ServiceProviderConfig").json()["changePassword"] == {"supported": False}
