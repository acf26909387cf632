"""Writing a statement as ISO 20022 camt.053.001.08 has it, as far as the house reads it."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True, slots=True)
class Booking:
    """One line: the bank's number, the payer's or house's reference, whole units (negative: it went)."""

    transaction_id: str
    reference: str
    amount: int


def write_statement(day: date, currency: str, opening: int, bookings: Sequence[Booking]) -> bytes:
    """The account of one day. The closing balance is what the lines make of the opening one."""
    document = ElementTree.Element("Document", xmlns=NAMESPACE)
    whole = ElementTree.SubElement(document, "BkToCstmrStmt")
    _put(whole, "GrpHdr/MsgId", f"DEMO-{day:%Y%m%d}")
    statement = ElementTree.SubElement(whole, "Stmt")
    _put(statement, "Id", f"DEMO-{day:%Y%m%d}")
    closing = opening + sum(booking.amount for booking in bookings)
    for code, balance in (("OPBD", opening), ("CLBD", closing)):
        element = ElementTree.SubElement(statement, "Bal")
        _put(element, "Tp/CdOrPrtry/Cd", code)
        _put_amount(element, currency, balance)
        _put(element, "Dt/Dt", day.isoformat())
    for booking in bookings:
        entry = ElementTree.SubElement(statement, "Ntry")
        _put_amount(entry, currency, booking.amount)
        _put(entry, "Sts/Cd", "BOOK")
        _put(entry, "BookgDt/Dt", day.isoformat())
        _put(entry, "AcctSvcrRef", booking.transaction_id)
        _put(entry, "NtryDtls/TxDtls/Refs/EndToEndId", booking.reference)
    return ElementTree.tostring(document, encoding="utf-8", xml_declaration=True)


def _put_amount(parent: ElementTree.Element, currency: str, amount: int) -> None:
    _put(parent, "Amt", str(abs(amount))).set("Ccy", currency)
    _put(parent, "CdtDbtInd", "CRDT" if amount >= 0 else "DBIT")


def _put(parent: ElementTree.Element, path: str, text: str) -> ElementTree.Element:
    for name in path.split("/"):
        parent = ElementTree.SubElement(parent, name)
    parent.text = text
    return parent
