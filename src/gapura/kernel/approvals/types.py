"""The words of four eyes: states of a request, what the handler receives, errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ApprovalStatus(StrEnum):
    """Open until another person decides; a decision is final."""

    OPEN = "open"
    GRANTED = "granted"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one official asked another to decide, exactly as it was asked."""

    id: int
    kind: str
    object_ref: str
    case_number: str
    summary: str
    payload: Mapping[str, Any]
    agency_code: str
    office_code: str
    requested_at: datetime


class CannotRequestApproval(Exception):
    """The request cannot be made; ``str()`` says why and what to do."""


class CannotDecideApproval(Exception):
    """The decision cannot be made; ``str()`` says why and what to do. Nothing was written."""
