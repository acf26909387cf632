"""From what a seller fills in to a whole invoice: sums, breakdown and the notes that the law asks for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from gapura.sectors.invoicing.rules.amounts import line_net, share_tax, total
from gapura.sectors.invoicing.rules.checks import PROCESS, SPECIFICATION
from gapura.sectors.invoicing.types import (
    CoreInvoice,
    InvoiceKind,
    InvoicingTerms,
    Line,
    NewInvoice,
    NewLine,
    Party,
    Preceding,
    Rate,
    TaxShare,
    Totals,
)

_CREDIT_NOTE, _INVOICE, _TRANSFER = "381", "380", "30"


def compose_invoice(
    new: NewInvoice, *, seller: Party, buyer: Party, rates: Sequence[Rate], terms: InvoicingTerms
) -> CoreInvoice:
    """The invoice without its number. Raises KeyError for a rate that is not among ``rates``."""
    known = {rate.code: rate for rate in rates}
    chosen = [known[line.rate] for line in new.lines]
    lines = tuple(_line(place, line, rate) for place, (line, rate) in enumerate(zip(new.lines, chosen, strict=True), 1))
    taxes = _breakdown(lines, chosen)
    net, tax = total(line.net for line in lines), total(share.tax for share in taxes)
    notes = [new.note, *dict.fromkeys(rate.note for rate in chosen)]
    return CoreInvoice(
        kind=InvoiceKind.INVOICE,
        number="",
        issued_on=new.issued_on.isoformat(),
        due_on=new.due_on.isoformat(),
        type_code=_INVOICE,
        currency=terms.currency,
        seller=seller,
        buyer=buyer,
        lines=lines,
        taxes=taxes,
        totals=Totals(lines=net, net=net, tax=tax, gross=net + tax, due=net + tax),
        specification=SPECIFICATION,
        process=PROCESS,
        buyer_reference=new.buyer_reference,
        notes=(" ".join(filter(None, notes)),) if any(notes) else (),
        payment_code=_TRANSFER if new.bank_account else "",
        payment_account=new.bank_account,
        currencies=frozenset((terms.currency,)),
    )


def compose_credit_note(invoice: CoreInvoice, *, issued_on: date, reason: str) -> CoreInvoice:
    """What takes ``invoice`` back whole."""
    return replace(
        invoice,
        kind=InvoiceKind.CREDIT_NOTE,
        number="",
        issued_on=issued_on.isoformat(),
        due_on="",
        payment_terms=reason,
        payment_code="",
        payment_account="",
        type_code=_CREDIT_NOTE,
        notes=(reason,),
        buyer_reference=invoice.buyer_reference or invoice.number,
        preceding=(Preceding(invoice.number, invoice.issued_on),),
    )


def _line(place: int, line: NewLine, rate: Rate) -> Line:
    return Line(
        identifier=str(place),
        name=line.name,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        net=line_net(line.quantity, line.price),
        category=rate.category,
        rate=rate.percent,
    )


def _breakdown(lines: Sequence[Line], rates: Sequence[Rate]) -> tuple[TaxShare, ...]:
    reasons = {(rate.category, rate.percent): rate.reason for rate in rates}
    return tuple(_share(key, reason, lines) for key, reason in reasons.items())


def _share(key: tuple[str, Decimal], reason: str, lines: Sequence[Line]) -> TaxShare:
    category, percent = key
    base = total(line.net for line in lines if (line.category, line.rate) == key)
    return TaxShare(category, percent, base, share_tax(base, percent), reason)
