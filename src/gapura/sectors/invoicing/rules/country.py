"""What the country asks of an invoice beyond the standard. The rules are called ID-… as in ``invoice_rules.yaml``."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from gapura.sectors.invoicing.rules.amounts import exchanged, or_zero
from gapura.sectors.invoicing.types import CoreInvoice, Fault, InvoiceKind, InvoicingTerms, Rate

MOST_LETTERS = 60
MOST_AMOUNT = 10**15


def find_country_faults(invoice: CoreInvoice, terms: InvoicingTerms, *, seller: str, today: date) -> list[Fault]:
    """For an invoice that the standard's rules let through."""
    return list(_check(invoice, terms, seller, today))


def _check(invoice: CoreInvoice, terms: InvoicingTerms, seller: str, today: date) -> Iterator[Fault]:
    issued_on = date.fromisoformat(invoice.issued_on)
    if invoice.seller.business_number != seller:
        yield Fault("ID-SELLER")
    if not invoice.buyer.business_number or invoice.buyer.business_number == seller:
        yield Fault("ID-BUYER")
    if issued_on > today:
        yield Fault("ID-FUTURE")
    if invoice.kind is InvoiceKind.CREDIT_NOTE and len(invoice.preceding) != 1:
        yield Fault("ID-REFERENCE")
    if len(invoice.number) > MOST_LETTERS:
        yield Fault("ID-NUMBER")
    yield from _check_size(invoice, terms)
    rates = list_rates(terms, on=issued_on)
    for share in invoice.taxes:
        if not any((rate.category, rate.percent) == (share.category, or_zero(share.rate)) for rate in rates):
            yield Fault("ID-RATE", share.category)
    yield from _check_currency(invoice, terms)


def _check_size(invoice: CoreInvoice, terms: InvoicingTerms) -> Iterator[Fault]:
    amounts = [in_own_currency(invoice, amount, terms) for amount in (invoice.totals.net, invoice.totals.tax)]
    if min(amounts) < 0:
        yield Fault("ID-NEGATIVE")
    if max(amounts) >= MOST_AMOUNT:
        yield Fault("ID-LARGE")


def in_own_currency(invoice: CoreInvoice, amount: Decimal | None, terms: InvoicingTerms) -> Decimal:
    """An amount of the invoice at the rate that it states, if it is in another currency."""
    rate = invoice.rate if invoice.currency != terms.currency and invoice.rate else Decimal(1)
    return exchanged(or_zero(amount), rate)


def list_rates(terms: InvoicingTerms, *, on: date) -> list[Rate]:
    """The rates in force on the day."""
    return [one for one in terms.rates if one.valid_from <= on and (one.valid_until is None or on < one.valid_until)]


def _check_currency(invoice: CoreInvoice, terms: InvoicingTerms) -> Iterator[Fault]:
    if invoice.currency == terms.currency:
        return
    if invoice.tax_currency != terms.currency or not invoice.rate or invoice.rate <= 0:
        yield Fault("ID-CURRENCY")
    elif abs(or_zero(invoice.totals.tax_local) - in_own_currency(invoice, invoice.totals.tax, terms)) >= 1:
        yield Fault("ID-EXCHANGE")
