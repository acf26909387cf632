"""What a module implements to have something approved, and the register of kinds."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

from gapura.kernel.approvals.types import LineStatus, Proposal
from gapura.kernel.audit.types import Actor

_handlers: dict[str, "ApprovalHandler"] = {}


class ApprovalHandler(ABC):
    """Knows one kind of proposal, decided by one other person or on a line: how to show it and to carry it out."""

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

    def get_proposing_page(self, *, actor: Actor, case_number: str) -> str | None:
        """The address where the actor begins to propose this in answer to a case; None where they may not."""
        return None

    def on_read(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        """The actor is about to be shown the facts of a request: record the look where the register asks for it."""
        return

    def get_content(self, request: Proposal) -> str | None:
        """The address of a page that shows the object of a line to whoever is on it; None: the facts say it all."""
        return None

    def on_step_seated(self, *, request: Proposal, post_code: str, now: datetime) -> None:
        """It is this post's turn on a line, of whatever agency: let it read the object."""
        return

    def can_renew(self, *, actor: Actor, request: Proposal) -> bool:
        """Whether the actor, who did not draft the line, may send the new version of one that was returned."""
        return False

    def on_line_ended(self, *, actor: Actor, request: Proposal, status: LineStatus, now: datetime) -> None:
        """A line came to its end, in that transaction: approved (and carried out), rejected or withdrawn."""
        return

    def on_line_returned(self, *, actor: Actor, request: Proposal, opinion: str, now: datetime) -> None:
        """Who drafted has the object back to work on, in that transaction: returned, or recalled by themselves."""
        return


def register_approval_handler(handler: ApprovalHandler) -> None:
    """Let ``handler`` answer for its kind. A second handler of the kind raises ValueError."""
    if type(_handlers.get(handler.kind, handler)) is not type(handler):
        raise ValueError(f"Approval kind {handler.kind} has two handlers.")
    _handlers[handler.kind] = handler


def list_approval_kinds() -> list[str]:
    """Every kind that somebody carries out."""
    return sorted(_handlers)


def get_approval_handler(kind: str) -> ApprovalHandler:
    """Raises LookupError that lists the known kinds."""
    try:
        return _handlers[kind]
    except KeyError:
        known = ", ".join(sorted(_handlers)) or "none"
        raise LookupError(f"Nobody handles approvals of kind {kind!r}; known kinds: {known}.") from None
