"""What can be told to a person, and over which channels."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessageKind(StrEnum):
    CASE_RECEIVED = "case_received"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    CASE_REFUSED = "case_refused"
    DOCUMENT_ISSUED = "document_issued"
    DOCUMENT_REPLACED = "document_replaced"
    DOCUMENT_REVOKED = "document_revoked"
    APPEAL_DECIDED = "appeal_decided"
    DATA_RELEASED = "data_released"
    CREDENTIALS_CHANGED = "credentials_changed"


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
    """A message in its reader's language. An empty line parts the paragraphs of ``body``."""

    pk: int
    kind: MessageKind
    subject: str
    body: str
    case_number: str
    created_at: datetime
    read_at: datetime | None
