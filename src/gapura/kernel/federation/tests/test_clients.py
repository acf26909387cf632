"""Registering a site: by four eyes at the desk, or by whoever runs the server; never unsafe."""

from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from gapura.foundation import clock
from gapura.kernel.approvals.actions import grant_approval
from gapura.kernel.approvals.testing import ApprovalRequest, official
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.exchange import testing as exchange
from gapura.kernel.exchange.actions import give_up_agreement, resume_agreement, suspend_agreement
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.federation.actions import end_client, propose_client, register_client
from gapura.kernel.federation.models import Client
from gapura.kernel.federation.testing import (
    AGENCY,
    GROUND,
    HOUSE,
    agree,
    agree_with_register,
    make_site,
    sign_in_here,
)
from gapura.kernel.federation.types import CannotRegisterClient, ClientTerms
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.identity.types import AccessDenied

pytestmark = pytest.mark.django_db
TERMS = ClientTerms(
    client_id="members",
    title={"en": "Members"},
    agency_code=AGENCY,
    redirect_addresses=("https://members.example/back",),
    claims=("name",),
    legal_ground=GROUND,
)
ROLE = "federation.registrar"


@pytest.fixture(autouse=True)
def agreement(db: None) -> None:
    agree_with_register(AGENCY)


def registrar(person_number: str = "3171016003850002", **facts: Any) -> Any:
    return official(person_number, **{"roles": [ROLE], "agency_code": AGENCY, "post": person_number[-3:]} | facts)


def test_one_registrar_proposes_and_another_decides() -> None:
    request_id = propose_client(actor=registrar(), terms=TERMS, now=clock.now())
    assert not Client.objects.exists()
    with pytest.raises(CannotDecideApproval):
        grant_approval(actor=registrar(), request_id=request_id, note="", now=clock.now())
    other = registrar("3171010101800003")
    grant_approval(actor=other, request_id=request_id, note="", now=clock.now())
    client = Client.objects.get()
    assert (client.agency_code, client.sector, client.claims) == (AGENCY, "members.example", ["name"])
    assert client.secret_digest == ""  # no secret until somebody makes one, who sees it once


@pytest.mark.parametrize(
    "actor", [registrar(roles=["civil.registrar"]), registrar(agency_code="kemensos")], ids=["role", "agency"]
)
def test_nobody_else_proposes_or_ends(actor: Any) -> None:
    make_site()
    with pytest.raises(AccessDenied):
        propose_client(actor=actor, terms=replace(TERMS, client_id="new"), now=clock.now())
    with pytest.raises(AccessDenied):
        end_client(actor=actor, client_id="members", now=clock.now())
    assert Client.objects.get().ended_at is None
    end_client(actor=registrar(), client_id="members", now=clock.now())
    assert Client.objects.get().ended_at is not None


@pytest.mark.parametrize(
    "address",
    [
        "http://members.example/back",
        "https://members.example/back#part",
        "https://*.example/back",
        "https://name:word@members.example/back",
        "https:///back",
        "members.example/back",
        "javascript:alert(1)",
        "app.members:/back",
    ],
)
def test_an_unsafe_address_is_not_registered(address: str) -> None:
    for field in ("redirect_addresses", "sign_out_addresses"):
        with pytest.raises(CannotRegisterClient):
            register_client(actor=HOUSE, terms=replace(TERMS, **{field: (address,)}), now=clock.now())
    with pytest.raises(CannotRegisterClient):
        register_client(actor=HOUSE, terms=replace(TERMS, notice_address=address), now=clock.now())
    register_client(actor=HOUSE, terms=TERMS, now=clock.now())


def test_this_machine_is_an_address_in_a_demonstration_only(settings: Any) -> None:
    terms = replace(TERMS, redirect_addresses=("http://localhost:9000/back",))
    settings.GAPURA_DEMO = False
    with pytest.raises(CannotRegisterClient):
        register_client(actor=HOUSE, terms=terms, now=clock.now())
    settings.GAPURA_DEMO = True
    register_client(actor=HOUSE, terms=terms, now=clock.now())


@pytest.mark.parametrize(
    "change",
    [
        {"agency_code": "nobody"},
        {"claims": ("religion",)},
        {"legal_ground": ""},
        {"redirect_addresses": ()},
        {"redirect_addresses": ("https://one.example/", "https://two.example/")},
    ],
)
def test_a_site_needs_an_agency_known_facts_a_law_and_one_host(change: dict[str, Any]) -> None:
    with pytest.raises(CannotRegisterClient):
        register_client(actor=HOUSE, terms=replace(TERMS, **change), now=clock.now())


def test_facts_without_an_agreement_are_refused_when_they_are_proposed_and_the_answer_says_what_to_do() -> None:
    def propose(**changes: Any) -> None:
        propose_client(actor=registrar(), terms=replace(TERMS, **changes), now=clock.now())

    with pytest.raises(CannotRegisterClient, match=f"No agreement .* Full name. These grounds do: {GROUND}"):
        propose(legal_ground="UU 1/1945 Pasal 1")
    other = registrar(agency_code="kemensos")
    with pytest.raises(CannotRegisterClient, match="Request one first"):
        propose_client(actor=other, terms=replace(TERMS, agency_code="kemensos"), now=clock.now())
    exchange.agree(AGENCY, "civil.person", GROUND, fields=["birth_on"], questions=[])
    with pytest.raises(CannotRegisterClient, match="ask for: Full name"):
        propose(claims=("name", "birthdate"))
    assert not ApprovalRequest.objects.exists()
    propose(claims=("birthdate",))
    propose(client_id="bare", claims=(), legal_ground="")
    assert ApprovalRequest.objects.count() == 2


@pytest.mark.parametrize(
    "terms", [{"posts": ["role:civil.registrar"]}, {"valid_from": date(2100, 1, 1)}, {"valid_until": date(2021, 1, 1)}]
)
def test_an_agreement_that_would_not_answer_the_house_now_is_none(terms: dict[str, Any]) -> None:
    exchange.agree(AGENCY, "civil.person", GROUND, **terms)
    with pytest.raises(CannotRegisterClient, match="no agreement in force"):
        register_client(actor=HOUSE, terms=TERMS, now=clock.now())


def test_an_agreement_that_ended_before_the_decision_stops_it() -> None:
    request_id = propose_client(actor=registrar(), terms=TERMS, now=clock.now())
    [agreement] = list_agreements(consumer=AGENCY)
    suspend_agreement(actor=HOUSE, code=agreement.code, now=clock.now())
    other = registrar("3171010101800003")
    with pytest.raises(CannotDecideApproval, match="no agreement in force"):
        grant_approval(actor=other, request_id=request_id, note="", now=clock.now())
    resume_agreement(actor=HOUSE, code=agreement.code)
    grant_approval(actor=other, request_id=request_id, note="", now=clock.now())
    give_up_agreement(actor=HOUSE, code=agreement.code, now=clock.now())
    with pytest.raises(CannotRegisterClient, match="no agreement in force"):
        register_client(actor=HOUSE, terms=replace(TERMS, client_id="later"), now=clock.now())


def test_a_name_is_taken_once() -> None:
    register_client(actor=HOUSE, terms=TERMS, now=clock.now())
    with pytest.raises(CannotRegisterClient):
        register_client(actor=HOUSE, terms=TERMS, now=clock.now())


def test_an_ended_site_signs_nobody_in_and_its_tokens_are_worthless(client: Browser) -> None:
    site = make_site()
    sign_in_here(client, make_resident())
    tokens = site.exchange(agree(client, site)).json()
    end_client(actor=registrar(), client_id="members", now=clock.now())
    userinfo = reverse("federation:userinfo")
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert client.get(userinfo, headers=bearer).status_code == 401
    assert client.get(reverse("federation:authorize"), site.question()).status_code == 400


def test_an_app_has_no_secret_and_needs_its_verifier_all_the_more(client: Browser) -> None:
    register_client(actor=HOUSE, terms=replace(TERMS, client_id="app", is_public=True), now=clock.now())
    app = make_site("unused", host="unused.example")
    app.client_id, app.address = "app", "https://members.example/back"
    sign_in_here(client, make_resident())
    code = agree(client, app)
    form = {"grant_type": "authorization_code", "client_id": "app", "code": code, "redirect_uri": app.address}
    token = reverse("federation:token")
    assert client.post(token, form).json()["error"] == "invalid_grant"
    assert client.post(token, form | {"client_secret": "x", "code_verifier": app.verifier}).status_code == 401
    assert client.post(token, form | {"code_verifier": app.verifier}).status_code == 200


def test_the_desk_of_the_registrar(client: Browser) -> None:
    post = f"{AGENCY}/31.71/registrar"
    account = make_official(post_code=post, roles=[ROLE])
    sign_in(client, account, post_code=post)
    form = {
        "client_id": "members",
        "title": "Members",
        "redirect_addresses": "https://members.example/back",
        "claims": ["name"],
        "legal_ground": GROUND,
    }
    refused = client.post(reverse("federation:propose-client"), form | {"redirect_addresses": "http://x.example"})
    assert "begins with https" in refused.content.decode()
    assert client.post(reverse("federation:propose-client"), form).status_code == 302
    request = ApprovalRequest.objects.get()
    decided_on = client.get(reverse("desk:approval", args=[request.pk])).content.decode()
    assert "https://members.example/back" in decided_on
    grant_approval(actor=registrar("3171010101800003"), request_id=request.pk, note="", now=clock.now())
    assert "Members" in client.get(reverse("federation:clients")).content.decode()
    shown = client.post(reverse("federation:make-secret", args=["members"])).content.decode()
    secret = shown.split("<code>")[1].split("</code>")[0]
    assert secret not in client.get(reverse("federation:client", args=["members"])).content.decode()
    assert client.post(reverse("federation:end-client", args=["members"])).status_code == 302


@pytest.mark.parametrize("page", ["clients", "propose-client"])
def test_the_desk_is_closed_to_others(client: Browser, page: str) -> None:
    account = make_official()
    sign_in(client, account, post_code="dukcapil/31.71/registrar")
    assert client.get(reverse(f"federation:{page}")).status_code == 404


def test_a_registrar_sees_the_sites_of_their_agency_only(client: Browser) -> None:
    make_site(agency="kemensos")
    post = f"{AGENCY}/31.71/registrar"
    sign_in(client, make_official(post_code=post, roles=[ROLE]), post_code=post)
    assert client.get(reverse("federation:client", args=["members"])).status_code == 404
    assert "Members" not in client.get(reverse("federation:clients")).content.decode()


def test_whoever_runs_the_server_registers_by_command() -> None:
    said = StringIO()
    options = {"title": "Members", "agency": AGENCY, "return_to": ["https://members.example/back"]}
    call_command("federation_client_add", "members", **options, stdout=said)
    secret = said.getvalue().split("client_secret")[1].split()[0]
    assert len(secret) == 43
    assert secret not in Client.objects.get().secret_digest
    with pytest.raises(CommandError, match="exists already"):
        call_command("federation_client_add", "members", **options, stdout=said)
