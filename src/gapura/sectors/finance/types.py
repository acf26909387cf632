"""The words of banks and social funds that every country shares; funds and kinds of loans are the country's."""

from enum import StrEnum


class AccountKind(StrEnum):
    SAVINGS = "savings"
    CURRENT = "current"
    TERM = "term"


class CannotEnrollEmployer(Exception):
    """The business is not enrolled anew; ``refusal`` names the country's words for why (refusals.yaml)."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal
