"""What a module implements to have something approved, and the register of kinds."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor

_handlers: dict[str, "ApprovalHandler"] = {}


class ApprovalHandler(ABC):
    """Knows one kind of proposal: how to show it and how to carry it out."""

    kind: str

    @abstractmethod
    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        """Do what was proposed, in the transaction of the decision; ``actor`` is the one who granted.

        Raise CannotDecideApproval when the world changed since the proposal: the request stays open.
        """

    @abstractmethod
    def get_title(self) -> str:
        """The kind in the reader's language: ``Correction of a register entry``."""

    @abstractmethod
    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        """Everything the decider must know, as label and value in the reader's language."""


def register_approval_handler(handler: ApprovalHandler) -> None:
    """Let ``handler`` answer for its kind. A second handler of the kind raises ValueError."""
    if type(_handlers.get(handler.kind, handler)) is not type(handler):
        raise ValueError(f"Approval kind {handler.kind} has two handlers.")
    _handlers[handler.kind] = handler


def get_approval_handler(kind: str) -> ApprovalHandler:
    """Raises LookupError that lists the known kinds."""
    try:
        return _handlers[kind]
    except KeyError:
        known = ", ".join(sorted(_handlers)) or "none"
        raise LookupError(f"Nobody handles approvals of kind {kind!r}; known kinds: {known}.") from None
