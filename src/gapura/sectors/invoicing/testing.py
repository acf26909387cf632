"""Two businesses whose registers answer from memory, and invoices between them. For tests only."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers
from gapura.sectors.invoicing.actions import issue_invoice
from gapura.sectors.invoicing.models import Invoice as Invoice
from gapura.sectors.invoicing.queries import get_terms
from gapura.sectors.invoicing.rules.composing import compose_invoice
from gapura.sectors.invoicing.rules.country import list_rates
from gapura.sectors.invoicing.types import CoreInvoice, NewInvoice, NewLine, Party

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)
SELLER, BUYER, OTHER = "9120001234567", "9120007654321", "9120009999999"
NAMES = {SELLER: "PT Maju Bersama", BUYER: "CV Sumber Rejeki", OTHER: "PT Lain Sendiri"}
DIRECTORS = {SELLER: "3171014205900001", BUYER: "3171010101800009", OTHER: "3171016003850002"}
CONSUMER = "3171010101800033"


def person(number: str) -> Actor:
    """A signed-in resident for themselves."""
    return Actor(
        ActorKind.RESIDENT, "resident", account_id=1, person_number=number, assurance=AssuranceLevel.SUBSTANTIAL
    )


def director(business: str) -> Actor:
    """Its representative, acting for it."""
    return replace(person(DIRECTORS[business]), principal=business, mandate="company")


@contextmanager
def memory_businesses() -> Iterator[dict[str, MemoryProvider]]:
    """Registers from memory that know three businesses, each with a director, and the country's agreements."""
    stand_all_agreements()
    with memory_providers("business.registration", "business.representation", "tax.business-taxpayer") as providers:
        for business, name in NAMES.items():
            director_number = DIRECTORS[business]
            providers["business.registration"].records[director_number] = [registration(business)]
            providers["business.representation"].records[business] = [{"legal_name": name}]
            providers["business.representation"].answers["is-representative-of", business] = True
        yield providers


def registration(business: str, **changes: Any) -> dict[str, Any]:
    """What the business register says of it."""
    facts = {
        "business_number": business,
        "legal_name": NAMES[business],
        "business_status": "active",
        "business_tax_number": f"0{business}00",
        "seat_address": "Jl. Sudirman 10, Jakarta Pusat",
    }
    return facts | changes


def new_line(name: str = "Beras premium", **changes: Any) -> NewLine:
    terms: dict[str, Any] = {"quantity": Decimal(10), "unit": "KGM", "price": Decimal(15_000), "rate": "standard"}
    return NewLine(name=name, **terms | changes)


def new_invoice(*lines: NewLine, **changes: Any) -> NewInvoice:
    """Ten kilograms of rice from SELLER to BUYER: Rp 150,000 and 16,500 of tax."""
    terms: dict[str, Any] = {
        "buyer_number": BUYER,
        "issued_on": TODAY,
        "due_on": date(2026, 6, 3),
        "buyer_reference": "PO-1",
        "lines": lines or (new_line(),),
    }
    return NewInvoice(**terms | changes)


def issue(form_key: str = "form", *, seller: str = SELLER, **changes: Any) -> Invoice:
    return issue_invoice(actor=director(seller), new=new_invoice(**changes), form_key=form_key, now=NOW)


def core_invoice(number: str = "F-1", **changes: Any) -> CoreInvoice:
    """As a seller's own program would write it."""
    terms = get_terms()
    new = new_invoice()
    core = compose_invoice(
        new, seller=_party(SELLER), buyer=_party(BUYER), rates=list_rates(terms, on=TODAY), terms=terms
    )
    return replace(core, number=number, **changes)


def sign_call(key: ECKey, code: str, business: str, address: str, content: bytes, **changes: Any) -> str:
    """The bearer token of a program's call, as the guide tells its makers to build it."""
    claims = {"iss": business, "aud": address, "iat": int(NOW.timestamp())}
    claims |= {"sha256": hashlib.sha256(content).hexdigest()}
    return jwt.encode({"alg": "ES256", "kid": code}, claims | changes, key)


def _party(business: str) -> Party:
    terms = get_terms()
    return Party(
        name=NAMES[business],
        business_number=business,
        tax_identifier=f"ID0{business}00",
        endpoint=terms.endpoint.format(business=business),
        endpoint_scheme=terms.endpoint_scheme,
        street="Jl. Sudirman 10",
        country="ID",
    )
