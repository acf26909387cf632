"""Sellers' programs: each call signed with a registered key for exactly this content, address and moment."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from joserfc.jwk import ECKey, OctKey, RSAKey

from gapura.sectors.invoicing.actions import end_key, register_key
from gapura.sectors.invoicing.models import Invoice, MachineKey
from gapura.sectors.invoicing.queries import get_content
from gapura.sectors.invoicing.testing import BUYER, NOW, OTHER, SELLER, core_invoice, director, sign_call
from gapura.sectors.invoicing.types import CannotChange
from gapura.sectors.invoicing.ubl import write_invoice

pytestmark = pytest.mark.usefixtures("registers")
PATH = "/api/invoices/"


def address(path: str = PATH) -> str:
    return settings.GAPURA_PUBLIC_ADDRESS.rstrip("/") + path


def program(business: str = SELLER) -> tuple[ECKey, MachineKey]:
    key = ECKey.generate_key("P-256")
    made = register_key(actor=director(business), title="ERP", public_key=key.as_dict(private=False), now=NOW)
    return key, made


def send(
    key: ECKey, code: str, content: bytes, *, business: str = SELLER, body: bytes | None = None, **claims: Any
) -> Any:
    token = sign_call(key, code, business, address(), content, **claims)
    headers = {"Authorization": f"Bearer {token}"}
    return Client().post(PATH, body if body is not None else content, content_type="application/xml", headers=headers)


def test_a_program_sends_an_invoice_and_its_signature_is_kept_with_it() -> None:
    key, made = program()
    content = write_invoice(core_invoice())
    answer = send(key, made.code, content)
    assert (answer.status_code, answer.json()["number"]) == (201, f"2026.{SELLER}.00000001")
    [invoice] = Invoice.objects.all()
    kept = get_content(invoice)
    assert bytes(kept.xml) == content
    assert kept.seller_signature.count(".") == 2
    assert send(key, made.code, content).json() == answer.json()
    changed = send(key, made.code, write_invoice(core_invoice(buyer_reference="another")))
    assert (changed.status_code, changed.json()["faults"][0]["rule"]) == (422, "ID-TWICE")


def test_a_refused_invoice_is_told_which_rules_and_what_to_do() -> None:
    key, made = program()
    answer = send(key, made.code, write_invoice(core_invoice(buyer_reference="")))
    assert answer.status_code == 422
    [fault] = answer.json()["faults"]
    assert fault["rule"] == "PEPPOL-EN16931-R003"
    assert fault["remedy"]


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": OTHER},
        {"aud": "https://elsewhere.example/api/invoices/"},
        {"iat": int(NOW.timestamp()) - 301},
        {"iat": int(NOW.timestamp()) + 301},
        {"iat": None},
        {"iat": True},
        {"sha256": "00"},
    ],
    ids=lambda claims: str(*claims),
)
def test_a_call_that_was_signed_for_something_else_is_refused(claims: dict[str, Any]) -> None:
    key, made = program()
    assert send(key, made.code, write_invoice(core_invoice()), **claims).status_code == 401
    assert not Invoice.objects.exists()


def test_another_body_another_key_an_ended_key_and_no_key_are_refused() -> None:
    key, made = program()
    content = write_invoice(core_invoice())
    assert send(key, made.code, content, body=content.replace(b"Beras", b"Bonus")).status_code == 401
    assert send(ECKey.generate_key("P-256"), made.code, content).status_code == 401
    assert send(key, "nothing", content).status_code == 401
    assert Client().post(PATH, content, content_type="application/xml").status_code == 401
    end_key(actor=director(SELLER), code=made.code, now=NOW)
    assert send(key, made.code, content).status_code == 401
    assert not Invoice.objects.exists()


def test_a_program_sends_for_its_own_business_alone_and_sees_its_own_alone() -> None:
    content = write_invoice(core_invoice())
    key, made = program(OTHER)
    answer = send(key, made.code, content, business=OTHER)
    assert answer.json()["faults"][0]["rule"] == "ID-SELLER"
    own, own_made = program()
    number = send(own, own_made.code, content).json()["number"]
    buyers, buyers_made = program(BUYER)
    expected = {SELLER: (own, own_made, 200), BUYER: (buyers, buyers_made, 200), OTHER: (key, made, 404)}
    for business, (pair, registered, status) in expected.items():
        path = f"{PATH}{number}/"
        token = sign_call(pair, registered.code, business, address(path), b"")
        assert Client().get(path, headers={"Authorization": f"Bearer {token}"}).status_code == status


def test_a_body_of_fifty_megabytes_is_refused_before_it_is_read() -> None:
    key, made = program()
    answer = send(key, made.code, b"<a>" + b" " * 50_000_000 + b"</a>")
    assert answer.status_code == 413


def test_only_public_keys_of_the_right_kind_are_registered_and_ten_at_most() -> None:
    wrong: list[dict[str, Any]] = [
        ECKey.generate_key("P-384").as_dict(private=False),
        RSAKey.generate_key(2048).as_dict(private=False),
        OctKey.generate_key(256).as_dict(),
        {},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    ]
    for public_key in wrong:
        with pytest.raises(CannotChange):
            register_key(actor=director(SELLER), title="x", public_key=public_key, now=NOW)
    _key, made = program()
    assert set(made.public_key) == {"kty", "crv", "x", "y"}
    for _ in range(9):
        program()
    with pytest.raises(CannotChange):
        program()
