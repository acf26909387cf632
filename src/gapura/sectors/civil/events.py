"""What has happened at the desk of the population register."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LookUpOpened:
    """An official asked for somebody's registers; ``found`` says whether there was such a person."""

    number: str
    official: str
    found: bool
