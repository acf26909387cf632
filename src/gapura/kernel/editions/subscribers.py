"""What follows a denial, and an adoption."""

from datetime import date

from gapura.foundation import clock
from gapura.kernel.approvals.events import ApprovalDenied
from gapura.kernel.audit.types import system_actor
from gapura.kernel.editions.actions import reopen_draft, tell_of_end
from gapura.kernel.editions.events import EditionAdopted
from gapura.kernel.editions.types import AGENCY_APPROVAL, AUTHORITY_APPROVAL
from gapura.kernel.outbox.plugin import subscribe

_ACTOR = system_actor("editions")


@subscribe(ApprovalDenied)
def give_back(event: ApprovalDenied) -> None:
    if event.kind in (AGENCY_APPROVAL, AUTHORITY_APPROVAL):
        reopen_draft(actor=_ACTOR, number=event.object_ref.partition(":")[2], now=clock.now())


@subscribe(EditionAdopted)
def announce_end(event: EditionAdopted) -> None:
    if event.ends:
        tell_of_end(
            actor=_ACTOR, service_code=event.service_code, ends_on=date.fromisoformat(event.begins), now=clock.now()
        )
