"""Reading invoices and archives of them, in the sandbox: UBL 2.1 as text in, the core invoice's parts as JSON out.

No document type, no entity, no other encoding than UTF-8; ceilings on depth and elements; what may stand once and
stands twice is refused, for nobody shall read another invoice than the one that was checked.
"""

import encodings.cp437 as _names_in_archives
from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

MOST_BYTES = 512 * 1024
MOST_FILES = 500
MOST_DEPTH = 16
MOST_ELEMENTS = 30_000
_CHUNK = 64 * 1024
_COMMON = "urn:oasis:names:specification:ubl:schema:xsd:Common"
_PREFIXES = {
    f"{_COMMON}BasicComponents-2": "",
    f"{_COMMON}AggregateComponents-2": "",
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": "!",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2": "!",
}
_KINDS = {"!Invoice": "invoice", "!CreditNote": "credit_note"}
assert _names_in_archives  # imported now: in the sandbox nothing can be imported later


class _Element:
    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes, self.text = name, attributes, ""
        self.children: list[_Element] = []

    def all(self, path: str) -> "list[_Element]":
        found = [self]
        for name in path.split("/"):
            found = [child for one in found for child in one.children if child.name == name]
        return found

    def find(self, path: str) -> "_Element | None":
        """The only one. Raises ValueError when there are several."""
        found = self.all(path)
        if len(found) > 1:
            raise ValueError(f"{path} stands {len(found)} times in {self.name}, and may stand once.")
        return found[0] if found else None

    def say(self, path: str) -> str:
        found = self.find(path)
        return found.text.strip() if found else ""

    def attribute(self, path: str, name: str) -> str:
        found = self.find(path)
        return found.attributes.get(name, "") if found else ""


class _Builder:
    """Elements from expat's events, within the ceilings."""

    def __init__(self) -> None:
        self.root: _Element | None = None
        self._open: list[_Element] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= MOST_DEPTH:
            raise ValueError("The file has more parts, or more of them in each other, than an invoice needs.")
        space, _between, local = name.rpartition(" ")
        element = _Element(_PREFIXES.get(space, "?") + local, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, name: str) -> None:
        self._open.pop()

    def say(self, text: str) -> None:
        self._open[-1].text += text

    def refuse(self, *anything: object) -> None:
        raise ValueError("The file declares a document type or an entity. Send the invoice without.")


def read_invoice(content: bytes) -> dict[str, Any]:
    """The parts of one UBL invoice or credit note. Raises ValueError."""
    root = _parse(content)
    kind = _KINDS.get(root.name)
    if kind is None:
        raise ValueError("The file is no UBL 2.1 invoice and no credit note.")
    return _invoice(root, kind)


def read_archive(content: bytes) -> list[dict[str, Any]]:
    """Of each file its ``name``, and ``invoice`` and ``content`` (Base64) or ``refused``. Raises ValueError."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
            if len(files) > MOST_FILES:
                raise ValueError(f"The archive holds more than {MOST_FILES} files.")
            return [_read_one(archive, one) for one in files]
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ValueError("The archive is damaged or locked.") from error


def _read_one(archive: ZipFile, one: Any) -> dict[str, Any]:
    name = one.filename[-120:]
    try:
        with archive.open(one) as file:  # what the head says of the size is not trusted
            content = file.read(MOST_BYTES + 1)
        return {"name": name, "invoice": read_invoice(content), "content": b64encode(content).decode()}
    except ValueError as error:
        return {"name": name, "refused": str(error)}


def _parse(content: bytes) -> _Element:
    if len(content) > MOST_BYTES:
        raise ValueError(f"The file is larger than {MOST_BYTES // 1024} KiB.")
    builder, parser = _Builder(), expat.ParserCreate("UTF-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.say
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = builder.refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        for start in range(0, len(content), _CHUNK):
            parser.Parse(content[start : start + _CHUNK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(f"The file is not well-formed XML: line {error.lineno}.") from error
    if builder.root is None:
        raise ValueError("The file is empty.")
    return builder.root


def _invoice(root: _Element, kind: str) -> dict[str, Any]:
    is_invoice = kind == "invoice"
    line, quantity = ("InvoiceLine", "InvoicedQuantity") if is_invoice else ("CreditNoteLine", "CreditedQuantity")
    currency = root.say("DocumentCurrencyCode")
    paid_by = _first(root, "PaymentMeans")
    return {
        "kind": kind,
        "number": root.say("ID"),
        "issued_on": root.say("IssueDate"),
        "due_on": root.say("DueDate") or (paid_by.say("PaymentDueDate") if paid_by else ""),
        "type_code": root.say("InvoiceTypeCode" if is_invoice else "CreditNoteTypeCode"),
        "specification": root.say("CustomizationID"),
        "process": root.say("ProfileID"),
        "currency": currency,
        "tax_currency": root.say("TaxCurrencyCode"),
        "rate": root.say("PricingExchangeRate/CalculationRate"),
        "notes": [one.text.strip() for one in root.all("Note")],
        "buyer_reference": root.say("BuyerReference"),
        "order_reference": root.say("OrderReference/ID"),
        "payment_terms": root.say("PaymentTerms/Note"),
        "payment_code": paid_by.say("PaymentMeansCode") if paid_by else "",
        "payment_account": paid_by.say("PayeeFinancialAccount/ID") if paid_by else "",
        "preceding": [
            {
                "number": one.say("InvoiceDocumentReference/ID"),
                "issued_on": one.say("InvoiceDocumentReference/IssueDate"),
            }
            for one in root.all("BillingReference")
        ],
        "seller": _party(root.find("AccountingSupplierParty/Party")),
        "buyer": _party(root.find("AccountingCustomerParty/Party")),
        "charges": [_charge(one) for one in root.all("AllowanceCharge")],
        "lines": [_line(one, quantity) for one in root.all(line)],
        "currencies": sorted(_currencies(root)),
        **_sums(root, currency),
    }


def _first(parent: _Element, path: str) -> _Element | None:
    found = parent.all(path)
    return found[0] if found else None


def _party(party: _Element | None) -> dict[str, str]:
    if party is None:
        return {}
    taxed = [one for one in party.all("PartyTaxScheme") if one.say("TaxScheme/ID").upper() == "VAT"]
    if len(taxed) > 1:
        raise ValueError("A party has two VAT identifiers.")
    return {
        "name": party.say("PartyLegalEntity/RegistrationName"),
        "business_number": party.say("PartyLegalEntity/CompanyID"),
        "tax_identifier": taxed[0].say("CompanyID") if taxed else "",
        "endpoint": party.say("EndpointID"),
        "endpoint_scheme": party.attribute("EndpointID", "schemeID"),
        "street": party.say("PostalAddress/StreetName"),
        "city": party.say("PostalAddress/CityName"),
        "country": party.say("PostalAddress/Country/IdentificationCode"),
    }


def _charge(charge: _Element) -> dict[str, Any]:
    said = charge.say("ChargeIndicator")
    if said not in ("true", "false"):
        raise ValueError("A ChargeIndicator says neither true nor false.")
    return {
        "is_charge": said == "true",
        "amount": charge.say("Amount"),
        "reason": charge.say("AllowanceChargeReason"),
        "reason_code": charge.say("AllowanceChargeReasonCode"),
        "base": charge.say("BaseAmount"),
        "percent": charge.say("MultiplierFactorNumeric"),
        "category": charge.say("TaxCategory/ID"),
        "rate": charge.say("TaxCategory/Percent"),
    }


def _line(line: _Element, quantity: str) -> dict[str, Any]:
    return {
        "identifier": line.say("ID"),
        "name": line.say("Item/Name"),
        "description": line.say("Item/Description"),
        "quantity": line.say(quantity),
        "unit": line.attribute(quantity, "unitCode"),
        "price": line.say("Price/PriceAmount"),
        "price_base": line.say("Price/BaseQuantity"),
        "price_unit": line.attribute("Price/BaseQuantity", "unitCode"),
        "net": line.say("LineExtensionAmount"),
        "category": line.say("Item/ClassifiedTaxCategory/ID"),
        "rate": line.say("Item/ClassifiedTaxCategory/Percent"),
        "charges": [_charge(one) for one in line.all("AllowanceCharge")],
    }


def _sums(root: _Element, currency: str) -> dict[str, Any]:
    """The breakdown, and the totals: of the two tax totals that may stand, the one with shares is the invoice's own."""
    own, local = _tax_totals(root.all("TaxTotal"), currency)
    sums = root.find("LegalMonetaryTotal") or _Element("LegalMonetaryTotal", {})
    shares: Sequence[_Element] = own.all("TaxSubtotal") if own else ()
    return {
        "taxes": [
            {
                "category": one.say("TaxCategory/ID"),
                "rate": one.say("TaxCategory/Percent"),
                "base": one.say("TaxableAmount"),
                "tax": one.say("TaxAmount"),
                "reason": one.say("TaxCategory/TaxExemptionReason"),
                "reason_code": one.say("TaxCategory/TaxExemptionReasonCode"),
            }
            for one in shares
        ],
        "totals": {
            "lines": sums.say("LineExtensionAmount"),
            "allowances": sums.say("AllowanceTotalAmount"),
            "charges": sums.say("ChargeTotalAmount"),
            "net": sums.say("TaxExclusiveAmount"),
            "tax": own.say("TaxAmount") if own else "",
            "gross": sums.say("TaxInclusiveAmount"),
            "prepaid": sums.say("PrepaidAmount"),
            "rounding": sums.say("PayableRoundingAmount"),
            "due": sums.say("PayableAmount"),
            "tax_local": local.say("TaxAmount") if local else "",
        },
    }


def _tax_totals(totals: Sequence[_Element], currency: str) -> tuple[_Element | None, _Element | None]:
    own = [one for one in totals if one.attribute("TaxAmount", "currencyID") in (currency, "")]
    local = [one for one in totals if one not in own]
    if len(own) > 1 or len(local) > 1:
        raise ValueError("There is more than one tax total in one currency.")
    return (own[0] if own else None), (local[0] if local else None)


def _currencies(root: _Element) -> set[str]:
    """Every currency that an amount is in, but for the tax in the country's own."""
    found: set[str] = set()
    waiting = [one for one in root.children if one.name != "TaxTotal"]
    while waiting:
        part = waiting.pop()
        found |= {part.attributes["currencyID"]} if "currencyID" in part.attributes else set()
        waiting += part.children
    return found
