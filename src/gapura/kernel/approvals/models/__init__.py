"""Requests that one other person decides, and lines that many pass."""

from gapura.kernel.approvals.models.lines import (
    Absence,
    ApprovalLine,
    ApprovalStep,
    LineVersion,
    PathEntry,
    SigningKey,
)
from gapura.kernel.approvals.models.requests import ApprovalRequest

__all__ = ["Absence", "ApprovalLine", "ApprovalRequest", "ApprovalStep", "LineVersion", "PathEntry", "SigningKey"]
