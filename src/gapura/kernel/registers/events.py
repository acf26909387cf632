"""What has happened in a register."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegisterChanged:
    """An entry of ``subject`` was added or corrected. ``register`` is the table's label."""

    register: str
    subject: str
    correction: bool
    source: str
