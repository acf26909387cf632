"""What an official can search for."""

from enum import StrEnum


class FindKind(StrEnum):
    """A kind of thing that is found by its words; the value begins its references (``card:…``)."""

    DOCUMENT = "document"
    CARD = "card"
    MEMO = "memo"
    INSTRUCTION = "instruction"
    WEEKLY = "weekly"
    MEETING = "meeting"
