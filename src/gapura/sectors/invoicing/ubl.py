"""UBL 2.1 (OASIS) out: the core invoice written as XML in the order its schema asks for."""

import re
from collections.abc import Iterator
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from gapura.sectors.invoicing.types import Charge, CoreInvoice, InvoiceKind, Line, Party, TaxShare

_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOTS = {InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT_NOTE: "CreditNote"}


def write_invoice(invoice: CoreInvoice) -> bytes:
    """UTF-8, always the same bytes for the same invoice. Empty parts are left out."""
    root, currency = _ROOTS[invoice.kind], invoice.currency
    is_invoice = invoice.kind is InvoiceKind.INVOICE
    body = [
        _leaf("CustomizationID", invoice.specification),
        _leaf("ProfileID", invoice.process),
        _leaf("ID", invoice.number),
        _leaf("IssueDate", invoice.issued_on),
        _leaf("DueDate", invoice.due_on if is_invoice else ""),
        _leaf(f"{root}TypeCode", invoice.type_code),
        *(_leaf("Note", note) for note in invoice.notes[:1]),
        _leaf("DocumentCurrencyCode", currency),
        _leaf("TaxCurrencyCode", invoice.tax_currency),
        _leaf("BuyerReference", invoice.buyer_reference),
        _group("OrderReference", _leaf("ID", invoice.order_reference)),
        *(
            _group(
                "BillingReference",
                _group("InvoiceDocumentReference", _leaf("ID", one.number), _leaf("IssueDate", one.issued_on)),
            )
            for one in invoice.preceding
        ),
        _group("AccountingSupplierParty", _party(invoice.seller)),
        _group("AccountingCustomerParty", _party(invoice.buyer)),
        _payment(invoice),
        _group("PaymentTerms", _leaf("Note", invoice.payment_terms)),
        *(_charge(one, currency) for one in invoice.charges),
        _tax_total(invoice),
        _local_tax(invoice),
        _sums(invoice),
        *(_line(line, currency, is_invoice) for line in invoice.lines),
    ]
    names = (
        f'xmlns="{_NAMESPACE}{root}-2" xmlns:cac="{_NAMESPACE}CommonAggregateComponents-2" '
        f'xmlns:cbc="{_NAMESPACE}CommonBasicComponents-2"'
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}<{root} {names}>{''.join(body)}\n</{root}>\n".encode()


def _leaf(name: str, text: str | Decimal | None, **attributes: str) -> str:
    said = plain(text) if isinstance(text, Decimal) else _NOT_XML.sub("", text or "").strip()
    if not said:
        return ""
    named = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)
    return f"\n<cbc:{name}{named}>{escape(said)}</cbc:{name}>"


def plain(amount: Decimal) -> str:
    """Without an exponent and without zeros that say nothing."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _group(name: str, *parts: str) -> str:
    inside = "".join(parts)
    return f"\n<cac:{name}>{inside}\n</cac:{name}>" if inside else ""


def _party(party: Party) -> str:
    return _group(
        "Party",
        _leaf("EndpointID", party.endpoint, schemeID=party.endpoint_scheme),
        _group(
            "PostalAddress",
            _leaf("StreetName", party.street),
            _leaf("CityName", party.city),
            _group("Country", _leaf("IdentificationCode", party.country)),
        ),
        _group("PartyTaxScheme", _leaf("CompanyID", party.tax_identifier), _scheme()) if party.tax_identifier else "",
        _group(
            "PartyLegalEntity",
            _leaf("RegistrationName", party.name),
            _leaf("CompanyID", party.business_number),
        ),
    )


def _scheme() -> str:
    return _group("TaxScheme", _leaf("ID", "VAT"))


def _payment(invoice: CoreInvoice) -> str:
    return _group(
        "PaymentMeans",
        _leaf("PaymentMeansCode", invoice.payment_code),
        _leaf("PaymentDueDate", invoice.due_on if invoice.kind is InvoiceKind.CREDIT_NOTE else ""),
        _group("PayeeFinancialAccount", _leaf("ID", invoice.payment_account)),
    )


def _category(name: str, category: str, rate: Decimal | None, reason: str = "", reason_code: str = "") -> str:
    return _group(
        name,
        _leaf("ID", category),
        _leaf("Percent", rate),
        _leaf("TaxExemptionReasonCode", reason_code),
        _leaf("TaxExemptionReason", reason),
        _scheme(),
    )


def _charge(charge: Charge, currency: str) -> str:
    return _group(
        "AllowanceCharge",
        _leaf("ChargeIndicator", "true" if charge.is_charge else "false"),
        _leaf("AllowanceChargeReasonCode", charge.reason_code),
        _leaf("AllowanceChargeReason", charge.reason),
        _leaf("MultiplierFactorNumeric", charge.percent),
        _leaf("Amount", charge.amount, currencyID=currency),
        _leaf("BaseAmount", charge.base, currencyID=currency),
        _category("TaxCategory", charge.category, charge.rate) if charge.category else "",
    )


def _tax_total(invoice: CoreInvoice) -> str:
    shares = "".join(_share(share, invoice.currency) for share in invoice.taxes)
    return _group("TaxTotal", _leaf("TaxAmount", invoice.totals.tax, currencyID=invoice.currency), shares)


def _share(share: TaxShare, currency: str) -> str:
    return _group(
        "TaxSubtotal",
        _leaf("TaxableAmount", share.base, currencyID=currency),
        _leaf("TaxAmount", share.tax, currencyID=currency),
        _category("TaxCategory", share.category, share.rate, share.reason, share.reason_code),
    )


def _local_tax(invoice: CoreInvoice) -> str:
    return _group("TaxTotal", _leaf("TaxAmount", invoice.totals.tax_local, currencyID=invoice.tax_currency))


def _sums(invoice: CoreInvoice) -> str:
    sums = invoice.totals
    named: Iterator[tuple[str, Decimal | None]] = iter(
        (
            ("LineExtensionAmount", sums.lines),
            ("TaxExclusiveAmount", sums.net),
            ("TaxInclusiveAmount", sums.gross),
            ("AllowanceTotalAmount", sums.allowances),
            ("ChargeTotalAmount", sums.charges),
            ("PrepaidAmount", sums.prepaid),
            ("PayableRoundingAmount", sums.rounding),
            ("PayableAmount", sums.due),
        )
    )
    return _group("LegalMonetaryTotal", *(_leaf(name, one, currencyID=invoice.currency) for name, one in named))


def _line(line: Line, currency: str, is_invoice: bool) -> str:
    name, quantity = ("InvoiceLine", "InvoicedQuantity") if is_invoice else ("CreditNoteLine", "CreditedQuantity")
    return _group(
        name,
        _leaf("ID", line.identifier),
        _leaf(quantity, line.quantity, unitCode=line.unit),
        _leaf("LineExtensionAmount", line.net, currencyID=currency),
        *(_charge(one, currency) for one in line.charges),
        _group(
            "Item",
            _leaf("Description", line.description),
            _leaf("Name", line.name),
            _category("ClassifiedTaxCategory", line.category, line.rate),
        ),
        _group(
            "Price",
            _leaf("PriceAmount", line.price, currencyID=currency),
            _leaf("BaseQuantity", line.price_base, unitCode=line.price_unit),
        ),
    )
