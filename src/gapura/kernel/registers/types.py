"""Where an entry came from, and errors of writing."""

from dataclasses import dataclass
from enum import StrEnum


class SourceKind(StrEnum):
    """What kind of act wrote an entry."""

    CASE = "case"
    IMPORT = "import"
    DEMO = "demo"
    LEDGER = "ledger"  # the books of the keeper itself


@dataclass(frozen=True, slots=True)
class Source:
    """Provenance: the case number or import run that wrote an entry."""

    kind: SourceKind
    reference: str


class CannotRecordEntry(Exception):
    """The entry contradicts what the register holds; ``str()`` says which rule and what to do."""
