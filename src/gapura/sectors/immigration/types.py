"""The words of the immigration registers that every country shares; kinds of permits are the country's."""

from enum import StrEnum


class Direction(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"


class PassportStatus(StrEnum):
    """The words of production's CardStatus, as this register keeps them."""

    ORDERED = "ordered"
    VALID = "valid"
    LOST = "lost"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
