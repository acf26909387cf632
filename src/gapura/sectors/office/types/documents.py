"""The words of official documents, and the refusals of the office."""

from enum import StrEnum


class DocumentStatus(StrEnum):
    """A draft may change; on the line it may only by a new version; registered it never does again."""

    DRAFT = "draft"
    ON_LINE = "on-line"
    REGISTERED = "registered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Direction(StrEnum):
    """Made here for here, made here for others, or come from others."""

    INTERNAL = "internal"
    OUTGOING = "outgoing"
    INCOMING = "incoming"


class Reach(StrEnum):
    """Which officials may read it besides those it names: the unit, the office, the agency, or every official."""

    NAMED = "named"
    UNIT = "unit"
    OFFICE = "office"
    AGENCY = "agency"
    GOVERNMENT = "government"


class Disclosure(StrEnum):
    """What the public may read: all, a redacted version, or that it exists."""

    OPEN = "open"
    PARTLY = "partly"
    CLOSED = "closed"


class ReaderGround(StrEnum):
    """Why a document names somebody as its reader."""

    DRAFTER = "drafter"
    CO_DRAFTER = "co-drafter"
    APPROVER = "approver"
    HANDLER = "handler"
    CIRCULATION = "circulation"


class FolderState(StrEnum):
    """A folder's life: filled, closed at the year's end, handed to the archive, or destroyed by a committee."""

    OPEN = "open"
    CLOSED = "closed"
    TRANSFERRED = "transferred"
    DESTROYED = "destroyed"


class OfficeRefusal(Exception):
    """It cannot be done; ``str()`` says why and what to do, translated. Nothing was written."""


class CannotDraft(OfficeRefusal):
    """The text cannot be written or changed so."""


class CannotRegister(OfficeRefusal):
    """The document cannot be numbered or filed so."""
