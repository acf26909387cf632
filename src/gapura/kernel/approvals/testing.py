"""A kind of approval that only remembers, and officials to try it with. For tests only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from gapura.kernel.approvals import plugin
from gapura.kernel.approvals.models import ApprovalRequest as ApprovalRequest
from gapura.kernel.approvals.types import CannotDecideApproval, Proposal
from gapura.kernel.audit.types import Actor, ActorKind


class MemoryHandler(plugin.ApprovalHandler):
    """Remembers what was carried out; refuses while ``is_late``."""

    kind = "test.memory"

    def __init__(self) -> None:
        self.carried_out: list[Proposal] = []
        self.is_late = False

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        if self.is_late:
            raise CannotDecideApproval("The world has changed.")
        self.carried_out.append(request)

    def get_title(self) -> str:
        return "Something to remember"

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        return [(name, str(value)) for name, value in request.payload.items()]


@contextmanager
def memory_handler() -> Iterator[MemoryHandler]:
    """The kind ``test.memory`` inside the block."""
    handler = MemoryHandler()
    plugin.register_approval_handler(handler)
    try:
        yield handler
    finally:
        del plugin._handlers[handler.kind]


def official(
    person_number: str | None = "3171016003850002",
    *,
    roles: Sequence[str] = ("civil.supervisor",),
    agency_code: str = "dukcapil",
    office_code: str = "31.71",
    account_id: int = 1,
    post: str = "supervisor",
) -> Actor:
    """An official in a post, as the sign-in would prove them."""
    return Actor(
        kind=ActorKind.OFFICIAL,
        label=post.title(),
        account_id=account_id,
        person_number=person_number,
        post_code=f"{agency_code}/{office_code}/{post}",
        agency_code=agency_code,
        office_code=office_code,
        roles=frozenset(roles),
    )
