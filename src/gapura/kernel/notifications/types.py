"""What can be told to a person, and over which channels."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessageKind(StrEnum):
    CASE_RECEIVED = "case_received"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    TERM_EXTENDED = "term_extended"
    CASE_REFUSED = "case_refused"
    DOCUMENT_ISSUED = "document_issued"
    DOCUMENT_REPLACED = "document_replaced"
    DOCUMENT_REVOKED = "document_revoked"
    APPEAL_DECIDED = "appeal_decided"
    DATA_RELEASED = "data_released"
    CREDENTIALS_CHANGED = "credentials_changed"
    NEW_DEVICE = "new_device"
    ACCOUNT_RECOVERED = "account_recovered"
    POWER_TAKEN = "power_taken"
    MANDATE_OFFERED = "mandate_offered"
    MANDATE_ACCEPTED = "mandate_accepted"
    MANDATE_ENDED = "mandate_ended"
    MANDATE_USED = "mandate_used"
    REQUEST_GRANTED = "request_granted"
    DATA_COPY_READY = "data_copy_ready"
    CORRECTION_PASSED_ON = "correction_passed_on"
    CONSENT_ASKED = "consent_asked"
    CONSENT_REQUESTED = "consent_requested"
    PAYMENT_REQUESTED = "payment_requested"
    PAYMENT_RECEIVED = "payment_received"
    REFUND_ORDERED = "refund_ordered"
    DELIVERY_OPENED = "delivery_opened"
    LINK_OPENED = "link_opened"
    LINK_CLOSED = "link_closed"
    SERVICE_ENDS = "service_ends"
    BIRTH_TOLD = "birth_told"
    MOVED_IN = "moved_in"
    CARD_READY = "card_ready"
    CARD_IN_FORCE = "card_in_force"
    CARD_ENDS = "card_ends"
    CREDENTIAL_ENDS = "credential_ends"
    TAX_LETTER = "tax_letter"
    TAX_PAID = "tax_paid"
    TAX_NETTED = "tax_netted"
    TAX_DECIDED = "tax_decided"
    TAX_AUDIT = "tax_audit"
    RETURN_FILED = "return_filed"
    RETURN_DIFFERS = "return_differs"
    SLIP_REPORTED = "slip_reported"
    SLIP_CHANGED = "slip_changed"
    SEAT_TOLD = "seat_told"
    LETTER_ARRIVED = "letter_arrived"
    LETTER_RETURNED = "letter_returned"
    OFFICE_LETTER = "office_letter"
    WORK_DUE = "work_due"


class Channel(StrEnum):
    EMAIL = "email"


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class UnknownMessageKind(ValueError):
    """There is no text for this kind of message; ``str()`` names those there are."""


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A message in its reader's language. An empty line parts the paragraphs of ``body``.

    ``page``: the path of the page that it speaks of, if it is not a case's.
    """

    pk: int
    kind: MessageKind
    subject: str
    body: str
    case_number: str
    created_at: datetime
    read_at: datetime | None
    page: str = ""
