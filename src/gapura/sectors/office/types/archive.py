"""The words of the archive."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gapura.foundation.texts import Text
from gapura.sectors.office.types.documents import OfficeRefusal

ARCHIVIST = "office.archivist"


class Fate(StrEnum):
    """What becomes of a closed folder when its term is over; one that is to be appraised waits for people."""

    DESTROY = "destroy"
    PERMANENT = "permanent"
    APPRAISE = "appraise"


class Custody(StrEnum):
    """Who keeps a closed folder: the unit, the agency's records center, or the national archive."""

    UNIT = "unit"
    CENTER = "center"
    NATIONAL = "national"


class ClosingStatus(StrEnum):
    """A year of a unit: proposed by one archivist, closed by another."""

    PROPOSED = "proposed"
    CLOSED = "closed"


class TransferState(StrEnum):
    """On the way to the national archive; received with a receipt; dropped here, which only a receipt allows."""

    SENT = "sent"
    RECEIVED = "received"
    DROPPED = "dropped"


class HoldGround(StrEnum):
    """Why a folder must not be destroyed."""

    CASE = "case"
    LITIGATION = "litigation"
    AUDIT = "audit"


class DestructionState(StrEnum):
    """Before the committee; stopped by a member; decided by all and running; done, with its certificate."""

    PROPOSED = "proposed"
    STOPPED = "stopped"
    DECIDED = "decided"
    DONE = "done"


class Proposal(StrEnum):
    """What a closed folder's term asks for next."""

    CENTER = "center"
    NATIONAL = "national"
    DESTROY = "destroy"
    APPRAISE = "appraise"


@dataclass(frozen=True, slots=True)
class ArchiveRules:
    """What the country says about the end of records, each with its article.

    ``paper``: form and unit task of the document of a committee's decision.
    """

    national_archive: str
    members: int
    paper: tuple[str, str]
    consent_from_years: int
    laws: Mapping[str, str]
    holds: Mapping[str, Text]


class CannotArchive(OfficeRefusal):
    """The folder cannot be closed, handed over, held or destroyed so."""


class BadPackage(OfficeRefusal):
    """The package is torn or altered; ``str()`` names the file."""
