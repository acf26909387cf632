"""The words of editing: roles, states, refusals."""

from enum import StrEnum

# Roles of this module; each is a power.
EDITOR = "catalogue.editor"
AUTHORITY = "catalogue.authority"

AGENCY_APPROVAL = "editions.agency"
AUTHORITY_APPROVAL = "editions.authority"

LONGEST_TEXT = 65_536
"""Characters of one definition; the longest of the house has a tenth of it."""


class EditionStatus(StrEnum):
    """A draft may be changed; what is proposed may not; what is adopted stands for good."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ADOPTED = "adopted"
    DISCARDED = "discarded"


class CannotEdit(Exception):
    """The step cannot be taken. ``str()`` says why and what to do; nothing was written."""
