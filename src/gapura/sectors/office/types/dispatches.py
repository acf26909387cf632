"""The words of letters between offices: sent, arrived, taken in, circulated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gapura.sectors.office.types.documents import OfficeRefusal


class DispatchState(StrEnum):
    """Where a dispatched document is, as far as its sender knows."""

    WAITING = "waiting"
    SENT = "sent"
    ARRIVED = "arrived"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    PASSED_ON = "passed-on"
    WITHDRAWN = "withdrawn"


class DispatchMark(StrEnum):
    """What happened to a dispatch: that it came into a state, was asked back, or that its new class was told."""

    WAITING = "waiting"
    SENT = "sent"
    ARRIVED = "arrived"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    PASSED_ON = "passed-on"
    WITHDRAWN = "withdrawn"
    RECALL_ASKED = "recall-asked"
    RECALL_REFUSED = "recall-refused"
    CLASS_RAISED = "class-raised"


class IncomingState(StrEnum):
    """What the receiving office did with a letter that arrived."""

    ARRIVED = "arrived"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    PASSED_ON = "passed-on"
    WITHDRAWN = "withdrawn"


class CameBy(StrEnum):
    """How a letter came in: from another office, on paper, or from a person or company through the portal."""

    OFFICE = "office"
    PAPER = "paper"
    PORTAL = "portal"


class AssignmentEnd(StrEnum):
    """Why somebody has no more to do with a letter."""

    DONE = "done"
    ANSWERED = "answered"
    PASSED_ON = "passed-on"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


REGISTRAR = "office.registrar"
"""The mail room: takes letters in and hands them out."""


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """An attachment as it travels with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ReceivedLetter:
    """What came in, whoever brought it. ``code`` is what it arrives under, once: the dispatch's, or one of our own.

    ``sender_agency`` and ``sender_unit`` name an office, ``sender_person`` or ``sender_company`` somebody else;
    a paper letter has only the label. ``sealed`` is the sender's PDF.
    """

    code: str
    agency_code: str
    unit_code: str
    came_by: CameBy
    title: str
    sender_label: str
    sender_agency: str = ""
    sender_unit: str = ""
    sender_person: str = ""
    sender_company: str = ""
    their_number: str = ""
    their_date: date | None = None
    replies_to: str = ""
    body: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    language: str = ""
    task_code: str = ""
    urgent: bool = False
    answer_by: date | None = None
    sealed: bytes = b""
    files: tuple[EnclosedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class DispatchReceiver:
    """Whom a document is sent to: a unit of an agency (or the agency's mail room), a person, or a company."""

    label: str
    agency_code: str = ""
    unit_code: str = ""
    person: str = ""
    company: str = ""


class CannotDispatch(OfficeRefusal):
    """The document cannot be sent, sent again or asked back so."""


class CannotReceive(OfficeRefusal):
    """The letter cannot be taken in, returned or handed out so."""


class CannotCirculate(OfficeRefusal):
    """The document cannot be circulated so."""
