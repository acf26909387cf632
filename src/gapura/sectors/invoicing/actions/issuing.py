"""A seller writes an invoice: lines go in, everything else comes from registers, the law and arithmetic."""

from dataclasses import asdict, replace
from datetime import datetime

from django.conf import settings

from gapura.foundation.canonical import digest
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.sectors.invoicing.actions.identities import find_names, identify_buyer, identify_seller
from gapura.sectors.invoicing.actions.storing import Sending, form_key_of, store_invoice
from gapura.sectors.invoicing.models import Invoice
from gapura.sectors.invoicing.queries.terms import get_terms
from gapura.sectors.invoicing.rules.checks import find_faults
from gapura.sectors.invoicing.rules.composing import compose_invoice
from gapura.sectors.invoicing.rules.country import find_country_faults, list_rates
from gapura.sectors.invoicing.types import CannotIssue, CoreInvoice, Fault, NewInvoice

_UNNUMBERED = "new"


def issue_invoice(*, actor: Actor, new: NewInvoice, form_key: str, now: datetime) -> Invoice:
    """The invoice with its number, sealed. The same form issues once. Asks registers: outside a transaction.

    Raises AccessDenied, CannotIssue.
    """
    core = prepare(actor, new, now=now)
    sending = Sending(core, form_key_of(core.seller.business_number, form_key), digest_of(new))
    return store_invoice(actor=actor, sending=sending, now=now)


def prepare(actor: Actor, new: NewInvoice, *, now: datetime) -> CoreInvoice:
    """The whole invoice but for its number, checked as an uploaded one would be. Raises AccessDenied, CannotIssue."""
    terms, seller = get_terms(), identify_seller(actor, now=now)
    names = find_names(actor, [new.buyer_number], now=now)
    if new.buyer_number not in names:
        raise CannotIssue([Fault("ID-BUYER")])
    buyer = identify_buyer(names[new.buyer_number], new.buyer_number)
    rates = list_rates(terms, on=new.issued_on)
    if not {line.rate for line in new.lines} <= {rate.code for rate in rates}:
        raise CannotIssue([Fault("ID-RATE")])
    core = compose_invoice(new, seller=seller, buyer=buyer, rates=rates, terms=terms)
    require_faultless(core, seller.business_number, now=now)
    return core


def require_faultless(core: CoreInvoice, seller: str, *, now: datetime) -> None:
    """Raises CannotIssue with every rule that does not hold: the standard's, and if there is none, the country's."""
    numbered = core if core.number else replace(core, number=_UNNUMBERED)
    today = local_day(now, settings.TIME_ZONE)
    faults = find_faults(numbered) or find_country_faults(numbered, get_terms(), seller=seller, today=today)
    if faults:
        raise CannotIssue(faults)


def digest_of(new: NewInvoice) -> str:
    """Equal for forms that say the same."""
    plain = asdict(new) | {
        "lines": [[line.name, str(line.quantity), line.unit, str(line.price), line.rate] for line in new.lines]
    }
    return digest(plain).hex()
