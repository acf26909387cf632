"""What happened in the office, for whoever cares."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentRegistered:
    """A document has its number: it is a record from now on. ``direction`` as in types.Direction."""

    code: str
    number: str
    direction: str


@dataclass(frozen=True, slots=True)
class LetterDecided:
    """A receiving office did something with a letter that another office sent: ``mark`` as in types.DispatchMark.

    ``number`` is the letter's in the receiver's register, where it has one.
    """

    code: str
    agency_code: str
    sender_agency: str
    mark: str
    number: str
