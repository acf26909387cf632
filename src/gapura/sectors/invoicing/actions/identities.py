"""Who seller and buyer are, as the registers say. Asked before any transaction, under the tax agency's agreement."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Evidence, EvidenceRequest, ExchangeRefusal
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import confirm_mandate
from gapura.kernel.mandates.types import NotMandated
from gapura.sectors.invoicing.queries.invoices import require_business
from gapura.sectors.invoicing.queries.terms import get_terms
from gapura.sectors.invoicing.types import CannotIssue, Fault, Party, Trader

_ACTIVE = "active"


def confirm_business(actor: Actor, *, now: datetime) -> str:
    """The business that the actor speaks for, asked of its register again. Raises AccessDenied.

    Nobody is asked about a program: its key is looked up at each call.
    """
    business = require_business(actor)
    if actor.kind is ActorKind.RESIDENT:
        try:
            confirm_mandate(
                actor=actor,
                principal=business,
                relation=Relation.COMPANY,
                service=None,
                case_number=new_code(11),
                now=now,
            )
        except NotMandated as refusal:
            raise AccessDenied from refusal
    return business


def identify_seller(actor: Actor, *, now: datetime) -> Party:
    """The business that the person acts for, with its tax number. Raises CannotIssue where it may not issue."""
    business, person = confirm_business(actor, now=now), str(actor.person_number)
    fields = ("business_number", "legal_name", "business_status", "business_tax_number", "seat_address")
    registered, taxpayers = _ask(
        actor,
        [
            _request("business.registration", person, fields, now),
            _request("tax.business-taxpayer", person, ("business_number", "tax_number"), now),
        ],
        now,
    )
    facts = _of(registered, business)
    tax_number = facts.get("business_tax_number") or _of(taxpayers, business).get("tax_number", "")
    if facts.get("business_status") != _ACTIVE or not tax_number:
        raise CannotIssue([Fault("ID-INACTIVE")])
    trader = Trader(business, facts["legal_name"], str(tax_number), str(facts["seat_address"]))
    return describe_party(trader)


def identify_buyer(name: str, business: str) -> Party:
    """A buyer as the business register names it."""
    return describe_party(Trader(business, name))


def find_names(actor: Actor, businesses: Collection[str], *, now: datetime) -> dict[str, str]:
    """The legal names of those that stand in the business register. Raises CannotIssue when it does not answer."""
    numbers = sorted({number for number in businesses if number.isascii() and number.isalnum() and len(number) <= 13})
    requests = [_request("business.representation", number, ("legal_name",), now) for number in numbers]
    answers = _ask(actor, requests, now) if requests else []
    return {one.subject: str(one.records[0]["legal_name"]) for one in answers if one.records}


def describe_party(trader: Trader) -> Party:
    """The business as the country's invoices name it."""
    terms = get_terms()
    return Party(
        name=trader.name,
        business_number=trader.business,
        tax_identifier=f"{terms.tax_prefix}{trader.tax_number}" if trader.tax_number else "",
        endpoint=terms.endpoint.format(business=trader.business),
        endpoint_scheme=terms.endpoint_scheme,
        street=trader.address,
        country=terms.country,
    )


def _of(evidence: Evidence, business: str) -> Mapping[str, Any]:
    return next((one for one in evidence.records if one["business_number"] == business), {})


def _request(evidence_type: str, subject: str, fields: Collection[str], now: datetime) -> EvidenceRequest:
    terms = get_terms()
    return EvidenceRequest(
        evidence_type=evidence_type,
        subject=subject,
        consumer=terms.agency,
        case_number=f"INV-{new_code(11)}",
        legal_ground=terms.legal_ground,
        purpose=terms.purpose,
        as_of=local_day(now, settings.TIME_ZONE),
        fields=frozenset(fields),
    )


def _ask(actor: Actor, requests: list[EvidenceRequest], now: datetime) -> list[Evidence]:
    try:
        with transaction.atomic():
            opened = open_requests(actor=actor, requests=requests, now=now)
        return [one for one in answer_requests(opened) if isinstance(one, Evidence)]
    except ExchangeRefusal as refusal:
        raise CannotIssue(
            [], _("A register does not answer now. Nothing was issued. Try again in some minutes.")
        ) from (refusal)
